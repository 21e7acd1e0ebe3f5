"""The ledger judges every use of a mandate again: what was not granted, or goes beyond it, is found (invariant 12)."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from signing.activation.ledger import Entered
from signing.activation.ledger_check import check_ledger
from signing.activation.mandate import Claim, Mandate
from signing.activation.store import ActivationTransaction
from signing.errors import MandateRefused
from signing.people import PersonId
from tests.signing.activation.bench import IVAN, Bench
from tests.signing.activation.mandates import LEAVE, a_seal, automatic, granted


@pytest.fixture
async def used(bench: Bench) -> tuple[Bench, Mandate]:
    """A mandate for three documents of which two are sealed; its ledger is whole."""
    mandate = await granted(bench, await a_seal(bench))
    for place in range(2):
        record, prepared = automatic(bench, mandate), bench.prepare(name=f"prepared-{place}")
        await bench.module.mandates.use(record)
        await bench.module.sign(record.nonce, 0, prepared.path, prepared.hole)
    assert (await bench.module.verify_ledger()).faults == ()
    return bench, mandate


async def faults(bench: Bench) -> set[str]:
    return {fault.kind for fault in (await bench.module.verify_ledger()).faults}


def use(tx: ActivationTransaction, bench: Bench, mandate: Mandate, claim: Claim = LEAVE, **facts: Any) -> str:
    """Enter a use behind the module's back, as code that forgot to ask would; the chain is whole."""
    record, now = automatic(bench, mandate, claim), bench.clock.now()
    tx.add_record(record.nonce, record.canonical())
    told = {"nonce": record.nonce, "record": record.digest(), "request": "R0", "document": 0, **vars(claim), **facts}
    tx.append(Entered.MANDATE_USED, mandate.signer, at=now, **told)
    tx.append(Entered.RECORD_AUTOMATIC, record.nonce, at=now, signer=mandate.signer, record=record.digest())
    return record.nonce


def authorised(tx: ActivationTransaction, bench: Bench, nonce: str, **facts: Any) -> None:
    told = {"record": "0", "request": "R0", "document": 0, "sha256": "0", "key": "seal", **facts}
    tx.append(Entered.AUTHORISED, f"{nonce}/0", at=bench.clock.now(), **told)


def twice(tx: ActivationTransaction, bench: Bench, mandate: Mandate) -> None:
    for _ in range(2):
        use(tx, bench, mandate)


FORGERIES: dict[str, tuple[Callable[[ActivationTransaction, Bench, Mandate], Any], str]] = {
    "one document too many": (twice, "overdrawn"),
    "another type": (lambda tx, b, m: use(tx, b, m, replace(LEAVE, type="order")), "overdrawn"),
    "too large a value": (lambda tx, b, m: use(tx, b, m, replace(LEAVE, value=500_01)), "overdrawn"),
    "another currency": (lambda tx, b, m: use(tx, b, m, replace(LEAVE, currency="USD")), "overdrawn"),
    "a mandate that was never granted": (lambda tx, b, m: use(tx, b, replace(m, id="0" * 12)), "mandate"),
    "one nonce used twice": (lambda tx, b, m: use(tx, b, m, nonce=use(tx, b, m)), "mandate"),
    "an automatic record without a use": (
        lambda tx, b, m: tx.append(
            Entered.RECORD_AUTOMATIC, automatic(b, m).nonce, at=b.clock.now(), signer=m.signer, record="0"
        ), "mandate",
    ),
    "an intent without a use": (lambda tx, b, m: authorised(tx, b, "0" * 32, signer=m.signer), "mandate"),
    "an intent with another key": (
        lambda tx, b, m: authorised(tx, b, use(tx, b, m), signer=m.signer, key="own"), "mandate",
    ),
    "an automatic intent in a person's name": (
        lambda tx, b, m: authorised(tx, b, use(tx, b, m), signer=IVAN), "mandate",
    ),
    "a grant by somebody else": (
        lambda tx, b, m: tx.append(
            Entered.MANDATE_GRANTED, m.signer, at=b.clock.now(), signer=PersonId("vera"), mandate=m.digest(), step=0
        ), "mandate",
    ),
    "a grant of something else": (
        lambda tx, b, m: tx.append(
            Entered.MANDATE_GRANTED, m.signer, at=b.clock.now(), signer=IVAN, mandate="0" * 64, step=0
        ), "mandate",
    ),
    "a revocation of nothing": (
        lambda tx, b, _: tx.append(Entered.MANDATE_REVOKED, "mandate:000000000000", at=b.clock.now()), "mandate",
    ),
}  # fmt: skip


class Undone(Exception):
    """Takes a forgery back, so that one ledger serves them all."""


async def found(bench: Bench, forge: Callable[[ActivationTransaction], Any]) -> set[str]:
    """Return what the check of the ledger finds once `forge` was entered."""
    kinds: set[str] = set()

    def entered(tx: ActivationTransaction) -> None:
        forge(tx)
        kinds.update(fault.kind for fault in check_ledger(tx).faults)
        raise Undone

    with pytest.raises(Undone):
        await bench.module._store.run(entered)
    return kinds


async def test_what_the_mandate_does_not_cover_is_found_in_a_whole_chain(used: tuple[Bench, Mandate]) -> None:
    bench, mandate = used
    for name, (forge, kind) in FORGERIES.items():
        assert kind in await found(bench, partial(_forged, forge, bench, mandate)), name
    assert await found(bench, lambda tx: use(tx, bench, mandate)) == set(), "one more is covered"
    await bench.module.mandates.revoke(mandate.id)
    assert await faults(bench) == set()
    assert "overdrawn" in await found(bench, lambda tx: use(tx, bench, mandate)), "after the revocation"


def _forged(forge: Callable[..., Any], bench: Bench, mandate: Mandate, tx: ActivationTransaction) -> None:
    forge(tx, bench, mandate)


async def test_a_use_after_the_end_is_found(used: tuple[Bench, Mandate]) -> None:
    bench, mandate = used
    bench.clock.moment = mandate.until
    assert "overdrawn" in await found(bench, lambda tx: use(tx, bench, mandate))


def edit(bench: Bench, statement: str, *values: str) -> None:
    """Change the module's file behind its back."""
    with closing(sqlite3.connect(bench.store_path)) as connection, connection:
        assert connection.execute(statement, values).rowcount == 1


async def test_a_mandate_that_was_changed_or_taken_out_covers_nothing_and_is_found(
    used: tuple[Bench, Mandate],
) -> None:
    bench, mandate = used
    change = "UPDATE mandate SET canonical = CAST(replace(CAST(canonical AS TEXT), ?, ?) AS BLOB)"
    for old, new in (('"count":3', '"count":9'), ("leave", "order"), ('"largest":50000', '"largest":90000')):
        edit(bench, change, old, new)
        assert await faults(bench) == {"mandate"}
        assert await bench.module.mandates.standings() == ()
        with pytest.raises(MandateRefused, match="changed"):
            await bench.module.mandates.use(automatic(bench, mandate))
        edit(bench, change, new, old)
        assert await faults(bench) == set()
    edit(bench, "DELETE FROM mandate")
    assert await faults(bench) == {"mandate"}
    with pytest.raises(MandateRefused, match="no_mandate"):
        await bench.module.mandates.use(automatic(bench, mandate))


async def test_a_spent_step_of_a_grant_set_back_is_found(used: tuple[Bench, Mandate]) -> None:
    bench, _ = used
    edit(bench, "UPDATE factor SET last_step = last_step - 1")
    assert await faults(bench) == {"step"}


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_asked_in_whatever_order_the_limits_hold(bench: Bench, seed: int) -> None:
    """A module that is asked at random, restarted and set ahead; the oracle counts what the ledger says afterwards."""
    dice, seal = random.Random(seed), await a_seal(bench)
    mandates = [
        await granted(bench, seal, count=dice.randint(1, 6), total=dice.randint(1, 12) * 100_00, type=kind)
        for kind in ("leave", "order")
    ]
    covered: dict[str, list[int]] = {mandate.id: [] for mandate in mandates}
    for _ in range(40):
        mandate, value = dice.choice(mandates), dice.randint(0, 700_00)
        kind = dice.choice(("leave", "order"))
        record = automatic(bench, mandate, Claim(type=kind, value=value, currency="EUR"))
        for _ in range(dice.choice((1, 1, 2))):  # some are repeated
            try:
                await bench.module.mandates.use(record)
            except MandateRefused:
                break
        else:
            covered[mandate.id].append(value)
        bench.clock.move(seconds=dice.randint(0, 86_400))
        if dice.random() < 0.1:
            await bench.restart()
    for standing in await bench.module.mandates.standings():
        values, mandate = covered[standing.mandate.id], standing.mandate
        assert (standing.used, standing.spent) == (len(values), sum(values))
        assert standing.used <= mandate.count
        assert mandate.total is not None
        assert standing.spent <= mandate.total
        assert all(value <= 500_00 for value in values)
    assert any(covered.values())
    assert bench.clock.now() > mandates[0].shown_at + timedelta(days=5)
    assert await faults(bench) == set()
