"""Standing mandates in the module's own process: killed at any point a use counts once, and who may grant."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from signing.activation.client import ActivationClient
from signing.activation.mandate import Mandate
from signing.activation.record import ActivationRecord
from signing.errors import ActivationUnavailable, MandateRefused, NotAllowed, UnknownOutcome
from tests.bot.test_activation_process import ROOT, Installed, configuration, until
from tests.conftest import HandClock, SoftToken
from tests.signing.activation.bench import SEALING_KEY, Bench, Prepared
from tests.signing.activation.mandates import a_mandate, a_seal, automatic

UNUSED, COVERED, UNKNOWN, MADE = "unused", "covered", "unknown", "made"

POINTS = {
    "before:signature:authorised": UNUSED,
    "after:mandate:used": COVERED,
    "after:signature:attempted": UNKNOWN,
    "after:signature:made": MADE,
}


@pytest.fixture
async def sealed(
    tmp_path: Path, token: SoftToken, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Installed]:
    """An installation with a company seal; Ivan, who grants, is enrolled."""
    monkeypatch.chdir(ROOT)
    bench = Bench(folder=tmp_path, token=token, clock=clock)
    bench.start()
    key = await a_seal(bench)
    await bench.module.close()
    for name, secret in (("pin", token.pin), ("sealing-key", SEALING_KEY.hex())):
        (tmp_path / name).write_text(f"{secret}\n")
        (tmp_path / name).chmod(0o600)
    with tempfile.TemporaryDirectory() as short:
        yield Installed(bench=bench, config=configuration(bench, Path(short) / "socket"), key=key)


async def granted(sealed: Installed, **changes: int) -> Mandate:
    """Ivan grants a mandate through the socket."""
    mandate = a_mandate(sealed.bench, sealed.key, total=None, **changes)
    async with sealed.running() as (client, _):
        await client.grant_mandate(mandate, sealed.bench.code())
    return mandate


async def use_and_sign(client: ActivationClient, record: ActivationRecord, prepared: Prepared) -> None:
    """Both calls, one after the other."""
    await client.use_mandate(record)
    await client.sign(record.nonce, 0, prepared.path, prepared.hole)


async def test_killed_at_any_point_a_use_counts_once_and_nothing_is_sealed_twice(sealed: Installed) -> None:
    bench, mandate, unknown = sealed.bench, await granted(sealed, count=len(POINTS)), list[str]()
    for used, (point, left) in enumerate(POINTS.items(), 1):
        record, prepared = automatic(bench, mandate), bench.prepare(name=point.replace(":", "-"))
        async with sealed.running(point) as (client, child):
            with pytest.raises(ActivationUnavailable):
                await use_and_sign(client, record, prepared)
            await until(lambda child=child: child.pid is None)  # type: ignore[misc]  # bound at once
        async with sealed.running() as (client, _):
            assert await client.confirmed(record.nonce) is (left != UNUSED), point
            for _turn in range(2):
                assert (await client.use_mandate(record)).used == used, point
            if left == UNKNOWN:
                unknown.append(f"{record.nonce}/0")
                with pytest.raises(UnknownOutcome):
                    await client.sign(record.nonce, 0, prepared.path, prepared.hole)
            else:
                assert (await client.sign(record.nonce, 0, prepared.path, prepared.hole)).cms
    async with sealed.running() as (client, _):
        report = await client.verify_ledger()
        assert (report.faults, report.unknown) == ((), tuple(unknown))
        assert (len(report.made), all(one.is_automatic for one in report.made)) == (len(POINTS) - 1, True)
        (standing,) = await client.mandates()
        assert (standing.mandate, standing.left) == (mandate, 0)
        with pytest.raises(MandateRefused, match="count"):
            await client.use_mandate(automatic(bench, mandate))


async def test_a_grant_is_whole_or_nothing_and_its_code_is_spent_once(sealed: Installed) -> None:
    bench = sealed.bench
    for point, was_granted in (("before:mandate:granted", False), ("after:mandate:granted", True)):
        code, mandate = bench.next_code(), a_mandate(bench, sealed.key)
        async with sealed.running(point) as (client, child):
            with pytest.raises(ActivationUnavailable):
                await client.grant_mandate(mandate, code)
            await until(lambda child=child: child.pid is None)  # type: ignore[misc]  # bound at once
        async with sealed.running() as (client, _):
            assert (mandate in [one.mandate for one in await client.mandates()]) is was_granted
            await client.grant_mandate(mandate, code)
            assert (await client.use_mandate(automatic(bench, mandate))).used == 1
            await client.revoke_mandate(mandate.id)
            with pytest.raises(MandateRefused, match="revoked"):
                await client.use_mandate(automatic(bench, mandate))
            assert (await client.verify_ledger()).faults == ()


async def test_only_the_console_grants(sealed: Installed) -> None:
    bot = replace(sealed, config=replace(sealed.config, ceremony_users=(os.getuid() + 1,)))
    async with bot.running() as (client, _):
        with pytest.raises(NotAllowed, match="peer"):
            await client.grant_mandate(a_mandate(sealed.bench, sealed.key), sealed.bench.code())
        assert await client.mandates() == ()
