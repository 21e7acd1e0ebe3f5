"""Disposable workers: whatever happens in one, the bot goes on, and a worker reaches nothing but its files."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import pickle
import select
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.workers import WorkerLimits, WorkerPool, isolation
from bot.workers.pool import PRELOAD
from bot.workers.replies import read_reply, result_line
from signing.document import Sha256
from signing.errors import Refused, WorkerFailed
from tests.bot import work_for_workers as work

LIMITS = WorkerLimits(memory_bytes=1 << 30, cpu_s=2, wall_s=3, file_bytes=4 << 20, reply_bytes=1 << 20)
EVERYTHING = work.Everything(
    body=b"\x00\xff", sha256=Sha256("ab"), pair=(1, "x"), named={"a": [1.0, 2.5]}, missing=None, flag=True,
    inner=(work.Inner(colour=work.Colour.RED, at=datetime(2026, 11, 23, tzinfo=UTC)),),
)  # fmt: skip


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(size=4, limits=LIMITS, preload=())
    await pool.start()
    yield pool
    await pool.close()


def _environment(process: int) -> bytes:
    place = Path(f"/proc/{process}/environ")
    return place.read_bytes() if os.access(place, os.R_OK) else b""  # hidden even from its own user; root sees it


async def _failure(pool: WorkerPool, what: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises(WorkerFailed) as failure:
        await pool.run(what, *arguments)
    return str(failure.value.facts["reason"])


async def test_a_result_comes_home_with_its_types(pool: WorkerPool) -> None:
    assert await pool.run(work.echo, EVERYTHING) == EVERYTHING
    assert await pool.run(work.add, 1, second=2) == 3
    await pool.run(work.nothing)


async def test_a_refusal_comes_home_with_its_facts(pool: WorkerPool) -> None:
    with pytest.raises(Refused) as refusal:
        await pool.run(work.refuse, "encrypted")
    assert refusal.value.facts == {"code": "encrypted", "limit": 7}


async def test_of_a_foreign_error_only_its_class_and_place_come_home(pool: WorkerPool) -> None:
    with pytest.raises(WorkerFailed) as failure:
        await pool.run(work.fail, "the secret clause")
    assert failure.value.facts["reason"] == "KeyError"
    assert str(failure.value.facts["where"]).startswith("work_for_workers.py:")
    assert "secret" not in repr(failure.value)


@pytest.mark.parametrize(
    ("what", "arguments", "reason"),
    [
        (work.crash, (), "crashed"),
        (work.exit_at_once, (), "crashed"),
        (work.sleep, (60.0,), "timeout"),
        (work.spin, (), "timeout"),
        (work.eat_memory, (), "memory"),
        (work.answer_with, (4 << 20,), "reply-too-large"),
        (work.undeclared, (), "TypeError"),
    ],
)
async def test_a_death_is_told_by_its_cause_and_the_next_call_works(
    pool: WorkerPool, what: Callable[..., Any], arguments: tuple[Any, ...], reason: str
) -> None:
    assert await _failure(pool, what, *arguments) == reason
    assert await pool.run(work.add, 1, 2) == 3


async def test_no_more_calls_run_at_once_than_there_are_seats(pool: WorkerPool) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(pool.run(work.sleep, 0.3) for _ in range(8)))
    assert loop.time() - began >= 0.6


async def test_a_call_that_is_given_up_leaves_no_worker_behind(pool: WorkerPool) -> None:
    call = asyncio.create_task(pool.run(work.sleep, 2.0))
    await asyncio.sleep(0.1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await pool.run(work.add, 1, 2) == 3


async def test_a_worker_reads_its_sources_and_writes_its_target(pool: WorkerPool, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"contract")
    assert await pool.run(work.copy, source, target) == 8
    assert target.read_bytes() == b"contract"
    assert target.stat().st_mode & 0o777 == 0o600


async def test_a_target_that_was_not_filled_is_taken_away(pool: WorkerPool, tmp_path: Path) -> None:
    target = tmp_path / "target"
    assert await _failure(pool, work.write_too_much, target) == "OSError"
    assert not target.exists()


async def test_a_worker_touches_no_other_file(pool: WorkerPool, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"contract")
    assert await _failure(pool, work.overwrite, source) == "PermissionError"
    assert await _failure(pool, work.read_by_name, str(source)) == "PermissionError"
    assert await _failure(pool, work.list_folder, str(tmp_path)) == "PermissionError"
    assert source.read_bytes() == b"contract"


async def test_a_worker_reaches_no_server_on_this_machine(pool: WorkerPool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert work.connect(port) == "connected"
        assert await pool.run(work.connect, port) == "PermissionError"


@pytest.mark.parametrize("what", [work.start_a_program, work.fork, work.signal_everybody])
async def test_a_worker_starts_and_kills_nothing(pool: WorkerPool, what: Callable[..., Any]) -> None:
    assert await _failure(pool, what) == "PermissionError"


async def test_no_secret_of_the_bot_is_in_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_TELEGRAM_TOKEN", "123:canary")
    pool = WorkerPool(size=1, limits=LIMITS, preload=())
    await pool.start()
    try:
        assert "canary" not in str(await pool.run(work.surroundings))
        assert pool._nursery is not None
        assert b"canary" not in _environment(pool._nursery.pid)
    finally:
        await pool.close()


async def test_a_worker_imports_nothing_of_the_bot_that_chats(pool: WorkerPool) -> None:
    imported = await pool.run(work.modules)
    assert not {"aiogram", "aiohttp", "sqlalchemy", "bot.app"} & set(imported)


@pytest.mark.parametrize(
    "reply",
    [
        "", "{", "[]", "null", "{}", '{"result": "two"}', '{"result": true}', '{"result": 1.5}', '{"result": {"a": 1}}',
        '{"error": 5}', '{"error": "Refused", "facts": 7}', "\x00" * 100, '{"result": 1}{"result": 2}', "[" * 100_000,
        pickle.dumps(os.system, protocol=0).decode(),
    ],
)  # fmt: skip
def test_a_hostile_reply_is_garbled_or_plain_facts(reply: str) -> None:
    with pytest.raises(Exception) as failure:  # noqa: PT011  # which one is checked below
        read_reply(reply.encode(), work.number)
    assert type(failure.value).__module__ == "signing.errors"


@pytest.mark.parametrize(
    "change",
    [
        {"body": 5},
        {"body": "%%%"},
        {"inner": [{"colour": "blue", "at": "2026-11-23"}]},
        {"pair": [1]},
        {"flag": 1},
        {"x": 1},
    ],
)
def test_a_reply_fills_only_the_declared_type(change: dict[str, Any]) -> None:
    body = json.loads(result_line(EVERYTHING))
    assert read_reply(json.dumps(body).encode(), work.echo) == EVERYTHING
    body["result"].update(change)
    with pytest.raises(WorkerFailed) as failure:
        read_reply(json.dumps(body).encode(), work.echo)
    assert failure.value.facts == {"reason": "garbled"}


async def test_a_taken_over_worker_can_only_send_text(pool: WorkerPool) -> None:
    assert await _failure(pool, work.lie, "cposix\nsystem\n(S'touch /tmp/owned'\ntR.") == "garbled"


async def test_a_nursery_that_dies_is_replaced(pool: WorkerPool) -> None:
    assert pool._nursery is not None
    os.kill(pool._nursery.pid, 9)
    await pool._nursery.wait()
    assert await pool.run(work.add, 1, 2) == 3


async def test_all_workers_end_with_the_pool() -> None:
    pool = WorkerPool(size=1, limits=replace(LIMITS, wall_s=30), preload=())
    await pool.start()
    call = asyncio.create_task(pool.run(work.sleep, 25.0))
    await asyncio.sleep(0.2)
    await pool.close()
    with pytest.raises(WorkerFailed):
        await asyncio.wait_for(call, 5)


def test_all_workers_end_with_a_killed_bot(tmp_path: Path) -> None:
    script = tmp_path / "bot_to_kill.py"
    script.write_text(
        "import asyncio\nfrom bot.workers import WorkerPool\nfrom tests.bot import work_for_workers as work\n"
        "async def main():\n    pool = WorkerPool(size=1, preload=(), accept_weak_isolation=True)\n"
        "    await pool.start()\n    print(pool._nursery.pid, flush=True)\n    await pool.run(work.sleep, 60.0)\n"
        "asyncio.run(main())\n"
    )
    told = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=told) as bot:
        assert bot.stdout is not None
        nursery = os.pidfd_open(int(bot.stdout.readline()))
        bot.kill()
        bot.wait()
    with os.fdopen(nursery) as handle:
        assert select.select([handle], [], [], 10)[0], "the nursery outlives the bot"


async def test_the_walls_of_this_machine_are_told() -> None:
    found = await isolation()
    assert found.is_strong
    assert found.network
    assert found.memory
    assert set(found.reasons) == {name for name in ("network", "memory", "files", "user") if not getattr(found, name)}


def _in_a_container(folder: Path, *forbidden: str) -> list[str]:
    script = folder / "bot_in_a_container.py"
    script.write_text(IN_A_CONTAINER)
    told = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    done = subprocess.run([sys.executable, script, *forbidden], capture_output=True, text=True, env=told, check=True)
    return done.stdout.split()


def test_a_container_that_forbids_namespaces_and_landlock_still_has_no_network(tmp_path: Path) -> None:
    assert _in_a_container(tmp_path, "unshare", "landlock") == ["files,user", "PermissionError", "timeout"]


def test_a_machine_without_any_wall_against_the_network_is_refused(tmp_path: Path) -> None:
    assert _in_a_container(tmp_path, "unshare", "landlock", "prctl") == ["weak-isolation", "network,files,user"]


IN_A_CONTAINER = """
import asyncio, ctypes, os, socket, struct, sys
from bot.workers import WorkerLimits, WorkerPool
from signing.errors import WorkerFailed
from tests.bot import work_for_workers as work

def forbid(numbers):
    program = struct.pack("HBBI", 0x20, 0, 0, 0)
    for number in numbers:
        program += struct.pack("HBBI", 0x15, 0, 1, number) + struct.pack("HBBI", 0x06, 0, 0, 0x00050001)
    program += struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)
    kept = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HP", len(program) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None)
    libc.prctl(38, 1, 0, 0, 0)
    assert libc.prctl(22, 2, ctypes.c_char_p(described), 0, 0) == 0

async def main():
    pool = WorkerPool(size=1, preload=(), limits=WorkerLimits(wall_s=1))
    try:
        await pool.start()
    except WorkerFailed as failure:
        return print(failure.facts["reason"], ",".join(failure.facts["missing"]))
    print(",".join(pool.isolation.reasons))
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(await pool.run(work.connect, server.getsockname()[1]))
    try:
        await pool.run(work.sleep, 60.0)
    except WorkerFailed as failure:
        print(failure.facts["reason"])
    await pool.close()

numbers = {"x86_64": {"unshare": 272, "prctl": 157}, "aarch64": {"unshare": 97, "prctl": 167}}
forbid([{**numbers[os.uname().machine], "landlock": 444}[name] for name in sys.argv[1:]])
asyncio.run(main())
"""
"""A bot whose kernel refuses the named calls, as many containers do."""


def test_every_preloaded_module_exists() -> None:
    for module in PRELOAD:
        importlib.import_module(module)
