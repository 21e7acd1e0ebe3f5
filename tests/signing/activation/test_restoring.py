"""A store that comes back from a backup: codes, confirmations and mandates of before do not count any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from signing.activation.ledger import Entered, check_chain, subject_of
from signing.activation.restoring import Forgotten, forget
from signing.activation.store import ActivationTransaction, Factor
from signing.confirmation.totp import step_at
from signing.people import PersonId
from storage.activation_store import SqliteActivationStore
from storage.sealed import Sealer
from tests.conftest import HandClock

IVAN, VERA = PersonId("ivan"), PersonId("vera")
MADE_AT = "2026-11-23T08:00:00+00:00"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteActivationStore]:
    made = SqliteActivationStore(tmp_path / "store.sqlite3", sealer=Sealer(b"s" * 32))
    yield made
    made.close()


async def spends(store: SqliteActivationStore, person: PersonId, step: int) -> bool:
    return await store.run(lambda tx: tx.spend_step(person, step))


async def test_nothing_of_before_counts(store: SqliteActivationStore, clock: HandClock) -> None:
    now = clock.now()

    def before(tx: ActivationTransaction) -> None:
        for person in (IVAN, VERA):
            tx.save_factor(Factor(person=person, secret="A" * 32))
        tx.spend_step(IVAN, 7)
        for place, kinds in enumerate(
            (
                (Entered.AUTHORISED,),
                (Entered.AUTHORISED, Entered.ATTEMPTED, Entered.WITHHELD),
                (Entered.AUTHORISED, Entered.ATTEMPTED, Entered.MADE),
                (Entered.AUTHORISED, Entered.ATTEMPTED),
            )
        ):
            for kind in kinds:
                tx.append(kind, subject_of("n", place), at=now, request="R", document=place)
        granted, revoked = Entered.MANDATE_GRANTED, Entered.MANDATE_REVOKED
        for mandate, kinds in (("m1", (granted,)), ("m2", (granted, revoked))):
            for kind in kinds:
                tx.append(kind, f"mandate:{mandate}", at=now, signer="vera", step=0)

    await store.run(before)
    later = clock.move(days=1)
    done = await store.run(lambda tx: forget(tx, now=later, made_at=MADE_AT))
    assert done == Forgotten(factors=2, confirmations=2, mandates=1)
    rows = await store.run(lambda tx: tx.rows())
    last = {row.subject: row.kind for row in rows}
    assert [last[subject_of("n", place)] for place in range(4)] == [
        Entered.ATTEMPTED, Entered.ATTEMPTED, Entered.MADE, Entered.ATTEMPTED,
    ]  # fmt: skip
    assert last["mandate:m1"] == Entered.MANDATE_REVOKED
    assert (rows[-1].kind, rows[-1].facts["made_at"]) == (Entered.RESTORED, MADE_AT)
    for person in (IVAN, VERA):
        assert await spends(store, person, step_at(later)) is False
        assert await spends(store, person, step_at(later) + 1) is True
    assert check_chain(rows) == []
    assert await store.run(lambda tx: tx.head_is_sound())


async def test_a_step_that_lies_ahead_already_stays(store: SqliteActivationStore, clock: HandClock) -> None:
    ahead = step_at(clock.now() + timedelta(minutes=5))

    def before(tx: ActivationTransaction) -> None:
        tx.save_factor(Factor(person=IVAN, secret="A" * 32))
        tx.spend_step(IVAN, ahead)

    await store.run(before)
    await store.run(lambda tx: forget(tx, now=clock.now(), made_at=MADE_AT))
    assert (await store.run(lambda tx: tx.factor(IVAN))).last_step == ahead
