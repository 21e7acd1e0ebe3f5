"""The activation module as a process: its socket, its secrets, its death at every point, its return."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.activation_child import ActivationChild
from bot.activation_config import ActivationConfig, TokenConfig
from signing.activation.client import ActivationClient
from signing.activation.record import ActivationRecord
from signing.errors import ActivationUnavailable, NotAllowed, RecordRefused, UnknownOutcome, WrongCode
from signing.ports import Hole, KeyFacts
from tests.conftest import HandClock, SoftToken
from tests.signing.activation.bench import IVAN, SEALING_KEY, VERA, Bench, Prepared

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Installed:
    """An installation in a folder: Ivan is enrolled, his key certified, the module stopped."""

    bench: Bench
    config: ActivationConfig
    key: KeyFacts

    @asynccontextmanager
    async def running(self, point: str = "never") -> AsyncIterator[tuple[ActivationClient, ActivationChild]]:
        """Run the module as a child that dies at `point`."""
        told = self.bench.folder / "clock"
        told.write_text(self.bench.clock.now().isoformat())
        command = (sys.executable, "-m", "tests.bot.told_module", str(told), point, "--config", "-")
        child, client = ActivationChild(self.config, command=command), ActivationClient(Path(self.config.socket_path))
        await child.start()
        try:
            yield client, child
        finally:
            await client.close()
            await child.stop()


@pytest.fixture
async def installed(
    tmp_path: Path, token: SoftToken, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Installed]:
    """See `Installed`."""
    monkeypatch.chdir(ROOT)
    bench = Bench(folder=tmp_path, token=token, clock=clock)
    bench.start()
    await bench.enrol()
    key = await bench.certify()
    await bench.module.close()
    for name, secret in (("pin", token.pin), ("sealing-key", SEALING_KEY.hex())):
        (tmp_path / name).write_text(f"{secret}\n")
        (tmp_path / name).chmod(0o600)
    with tempfile.TemporaryDirectory() as short:  # a socket's path has 107 bytes at most
        yield Installed(bench=bench, config=configuration(bench, Path(short) / "socket"), key=key)


def configuration(bench: Bench, socket: Path) -> ActivationConfig:
    """Return the configuration of the bench's files."""
    pin_file, label = str(bench.folder / "pin"), bench.token.label
    held = TokenConfig(name="pkcs11", module_path=str(bench.token.module), token_label=label, pin_file=pin_file)
    return ActivationConfig(
        socket_path=str(socket), store_path=str(bench.store_path), users=(os.getuid(),), ceremony_users=(os.getuid(),),
        sealing_key_file=str(bench.folder / "sealing-key"), tokens=(held,),
    )  # fmt: skip


async def test_the_story_of_a_signature_through_the_socket(installed: Installed) -> None:
    bench, prepared = installed.bench, installed.bench.prepare()
    async with installed.running() as (client, _):
        record = bench.record(installed.key)
        with pytest.raises(WrongCode) as caught:
            await client.confirm(record, bench.wrong_code())
        assert caught.value.facts == {"attempts_left": 2}
        with pytest.raises(RecordRefused):
            await client.sign(record.nonce, 0, prepared.path, prepared.hole)
        assert not await client.confirmed(record.nonce)
        await client.confirm(record, bench.code())
        assert await client.confirmed(record.nonce)
        made = await client.sign(record.nonce, 0, prepared.path, prepared.hole)
        assert made == await client.sign(record.nonce, 0, prepared.path, prepared.hole)
        assert await client.keys(IVAN) == (installed.key,)
        assert (await client.verify_ledger()).faults == ()
        assert (await client.status())["stores"][0]["state"] == "ready"
        assert await client.sign_head(b"head")
        assert len(await client.journal_public_key()) == 91


async def test_people_and_keys_are_kept_through_the_socket(installed: Installed) -> None:
    bench = installed.bench
    async with installed.running() as (client, _):
        bench.seeds[VERA] = (await client.enrol(VERA, account="Vera")).secret
        assert not await client.enrolled(VERA)
        codes = await client.finish_enrolment(VERA, bench.code(VERA, -1), bench.code(VERA, 0))
        assert await client.enrolled(VERA)
        await client.recover(VERA, codes[0])
        assert not await client.enrolled(VERA)
        await client.lock(IVAN)
        with pytest.raises(NotAllowed):
            await client.confirm(bench.record(installed.key), bench.code())
        await client.unlock(IVAN)
        await client.reset_factor(IVAN)
        assert not await client.enrolled(IVAN)
        made = await client.generate_key("seal", algorithm="P-256", owners=[IVAN], is_seal=True, is_test=True)
        assert made.is_test
        request = await client.request_certificate("seal", subject={"common_name": "Company"})
        assert (await client.import_certificate("seal", bench.authority.issue(request))).subject == "CN=Company"
        assert (await client.assign_owner("seal", VERA)).owners == (IVAN, VERA)


async def test_a_large_file_that_is_refused_at_once_still_hears_why(installed: Installed) -> None:
    prepared = installed.bench.prepare(b"%PDF" + bytes(40 << 20))
    async with installed.running() as (client, _):
        with pytest.raises(RecordRefused) as caught:
            await client.sign("0" * 32, 0, prepared.path, prepared.hole)
        assert caught.value.facts == {"reason": "not_confirmed"}


async def test_a_large_file_is_signed_as_a_stream(installed: Installed) -> None:
    bench, shown = installed.bench, b"%PDF" + bytes(40 << 20)
    prepared, record = bench.prepare(shown), bench.record(installed.key, shown=[shown])
    async with installed.running() as (client, _):
        await client.confirm(record, bench.code())
        assert (await client.sign(record.nonce, 0, prepared.path, prepared.hole)).cms


UNSPENT, CONFIRMED, UNKNOWN, MADE = "unspent", "confirmed", "unknown", "made"


@pytest.mark.parametrize(
    ("point", "left"),
    [
        ("before:record:tried", UNSPENT), ("after:record:tried", UNSPENT),
        ("before:record:confirmed", UNSPENT), ("before:signature:authorised", UNSPENT),
        ("after:record:confirmed", CONFIRMED), ("before:signature:attempted", CONFIRMED),
        ("after:signature:attempted", UNKNOWN), ("before:signature:made", UNKNOWN), ("after:signature:made", MADE),
    ],
)  # fmt: skip
async def test_killed_at_any_point_it_knows_afterwards_what_it_may_do(
    installed: Installed, point: str, left: str
) -> None:
    bench, prepared, record = installed.bench, installed.bench.prepare(), installed.bench.record(installed.key)
    code = bench.code()
    async with installed.running(point) as (client, child):
        with pytest.raises(ActivationUnavailable):
            await confirm_and_sign(client, record, code, prepared)
        await until(lambda: child.pid is None)
    async with installed.running() as (client, _):
        assert await client.confirmed(record.nonce) is (left != UNSPENT)
        if left == UNSPENT:
            await client.confirm(record, code)
        for _turn in range(2):
            if left == UNKNOWN:
                with pytest.raises(UnknownOutcome):
                    await client.sign(record.nonce, 0, prepared.path, prepared.hole)
            else:
                assert (await client.sign(record.nonce, 0, prepared.path, prepared.hole)).cms
        report = await client.verify_ledger()
    assert report.faults == ()
    assert report.unknown == ((f"{record.nonce}/0",) if left == UNKNOWN else ())


async def test_a_child_that_was_killed_comes_back(installed: Installed) -> None:
    async with installed.running() as (client, child):
        watch = asyncio.create_task(child.watch())
        first = child.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await until(lambda: child.pid not in {None, first})
        await until_answers(client.status)
        assert (await client.status())["keys"][0]["label"] == "own"
        await child.stop()
        await watch


async def test_the_socket_is_for_its_user_alone(installed: Installed) -> None:
    async with installed.running():
        assert socket_mode(installed.config) & 0o777 == 0o600
    bench, stranger = installed.bench, (os.getuid() + 1,)
    strict = replace(installed, config=replace(installed.config, users=stranger, ceremony_users=stranger))
    async with strict.running() as (client, _):
        for call in (
            client.status(),
            client.sign("0" * 32, 0, bench.prepare().path, Hole(start=1, end=2)),
            client.confirm(bench.record(installed.key), bench.code()),
        ):
            with pytest.raises(NotAllowed) as caught:
                await call
            assert caught.value.facts == {"reason": "peer"}


async def test_the_key_ceremony_is_for_a_user_of_its_own(installed: Installed) -> None:
    config = replace(installed.config, ceremony_users=(os.getuid() + 1,))
    async with replace(installed, config=config).running() as (client, _):
        assert await client.status()
        for call in (client.generate_key("mine", algorithm="P-256", owners=[IVAN]), client.reset_factor(IVAN)):
            with pytest.raises(NotAllowed):
                await call


async def test_secrets_stand_neither_in_arguments_nor_environment_nor_core_dumps(installed: Installed) -> None:
    async with installed.running() as (_, child):
        place = Path("/proc") / str(child.pid)
        seen = (place / "cmdline").read_bytes()
        with suppress(PermissionError):  # it hides its environment even from its own user; root sees it
            seen += (place / "environ").read_bytes()
        assert installed.bench.token.pin.encode() not in seen
        assert SEALING_KEY.hex().encode() not in seen
        assert re.search(r"Max core file size\s+0\s+0\s", (place / "limits").read_text())


async def test_a_second_module_on_the_same_store_does_not_start(installed: Installed) -> None:
    async with installed.running() as (client, _):
        with pytest.raises(ActivationUnavailable):
            await ActivationChild(installed.config).start()
        await client.status()


async def test_a_module_ends_with_its_parent(installed: Installed) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, installed.config.to_json(), stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    await parent.wait()
    await until(lambda: not is_alive(child))


PARENT = """
import asyncio, sys
from bot.activation_child import ActivationChild
from bot.activation_config import ActivationConfig
async def main():
    child = ActivationChild(ActivationConfig.from_json(sys.argv[1]))
    await child.start()
    print(child.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def test_the_process_never_imports_the_chat_library() -> None:
    """`import aiogram` costs five seconds of CPU; pyHanko's parsers have no business beside the PIN."""
    probe = "import sys, bot.activation_process; print({'aiogram', 'pyhanko'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", probe], cwd=ROOT, text=True) == "set()\n"


async def confirm_and_sign(client: ActivationClient, record: ActivationRecord, code: str, prepared: Prepared) -> None:
    """Do what the bot does between the code and the signature."""
    await client.confirm(record, code)
    await client.sign(record.nonce, 0, prepared.path, prepared.hole)


def socket_mode(config: ActivationConfig) -> int:
    """Return who may use the socket."""
    return Path(config.socket_path).stat().st_mode


def is_alive(pid: int) -> bool:
    """Return whether a process runs; a zombie that nobody has buried does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so; pytest's own time limit ends what never is."""
    while not condition():  # noqa: ASYNC110 - what is awaited happens in another process
        await asyncio.sleep(0.02)


async def until_answers(question: Callable[[], Awaitable[object]]) -> None:
    """Wait until the module answers."""
    while True:
        try:
            await question()
        except ActivationUnavailable:
            await asyncio.sleep(0.02)
        else:
            return
