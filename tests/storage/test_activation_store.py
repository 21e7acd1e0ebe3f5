"""The activation module's own store: one writer, durable steps, nothing of an aborted step left."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from signing.activation.ledger import Entered
from signing.activation.store import ActivationTransaction, Factor, StoredKey
from signing.people import PersonId
from storage.activation_store import SqliteActivationStore
from storage.sealed import Sealer, Unsealable

NOW = datetime(2026, 11, 23, tzinfo=UTC)
IVAN, VERA = PersonId("ivan"), PersonId("vera")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store lies."""
    return tmp_path / "activation.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteActivationStore]:
    """An empty store."""
    made = SqliteActivationStore(path, sealer=Sealer(b"k" * 32))
    yield made
    made.close()


def reopened(store: SqliteActivationStore, path: Path, *, key: bytes = b"k" * 32) -> SqliteActivationStore:
    """Return the store as the next start finds it."""
    store.close()
    store.__init__(path, sealer=Sealer(key))  # type: ignore[misc]  # the fixture closes the same object
    return store


async def append(store: SqliteActivationStore, kind: Entered, subject: str, **facts: object) -> None:
    """Add a row to the ledger."""
    await store.run(lambda tx: tx.append(kind, subject, at=NOW, **facts))


async def spend(store: SqliteActivationStore, person: PersonId, step: int) -> bool:
    """Spend a step."""
    return await store.run(lambda tx: tx.spend_step(person, step))


async def recover(store: SqliteActivationStore, person: PersonId, code_hash: str) -> bool:
    """Spend a recovery code."""
    return await store.run(lambda tx: tx.spend_recovery(person, code_hash, at=NOW))


async def use(store: SqliteActivationStore, label: str, seq: int) -> None:
    """Note a use of a key."""
    await store.run(lambda tx: tx.note_use(label, IVAN, seq=seq))


async def test_rows_are_chained_in_the_order_they_came(store: SqliteActivationStore, path: Path) -> None:
    for place in range(5):
        await append(store, Entered.KEY_GENERATED, f"key-{place}", place=place)
    rows = await reopened(store, path).run(lambda tx: tx.rows())
    assert [(row.seq, row.facts["place"]) for row in rows] == [(place + 1, place) for place in range(5)]
    assert all(row.previous == before.hash for before, row in pairwise(rows))
    assert await store.run(lambda tx: tx.head_is_sound())


async def test_a_step_that_fails_leaves_nothing(store: SqliteActivationStore) -> None:
    def fail(tx: ActivationTransaction) -> None:
        tx.append(Entered.RECORD_TRIED, "nonce", at=NOW)
        tx.add_record("nonce", b"{}")
        tx.save_factor(Factor(person=IVAN, secret="SEED"))
        raise MemoryError

    with pytest.raises(MemoryError):
        await store.run(fail)
    left = await store.run(lambda tx: (tx.rows(), tx.record("nonce"), tx.factors(), tx.head_is_sound()))
    assert left == ([], None, (), True)


async def test_a_second_writer_is_turned_away(store: SqliteActivationStore, path: Path) -> None:
    assert await store.run(lambda tx: tx.keys()) == ()
    with pytest.raises(BlockingIOError):
        SqliteActivationStore(path, sealer=Sealer(b"k" * 32))


async def test_every_commit_reaches_the_disk_before_it_is_told(store: SqliteActivationStore) -> None:
    with store._engine.connect() as connection:
        told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert told == ["wal", 2]


async def test_the_file_is_for_its_owner_alone(store: SqliteActivationStore, path: Path) -> None:
    await store.run(lambda tx: tx.append(Entered.KEY_GENERATED, "key", at=NOW))
    assert {file.stat().st_mode & 0o077 for file in path.parent.glob("activation.*")} == {0}


async def test_a_step_moves_up_once_whoever_races(store: SqliteActivationStore) -> None:
    await store.run(lambda tx: tx.save_factor(Factor(person=IVAN)))
    moved = [await spend(store, IVAN, step) for step in (7, 7, 6, 8, 8)]
    assert moved == [True, False, False, True, False]
    await store.run(lambda tx: tx.save_factor(replace(tx.factor(IVAN), last_step=1)))
    assert (await store.run(lambda tx: tx.factor(IVAN))).last_step == 8
    assert not await spend(store, VERA, 1)


async def test_seeds_are_sealed_and_bound_to_their_person(store: SqliteActivationStore, path: Path) -> None:
    await store.run(lambda tx: tx.save_factor(Factor(person=IVAN, secret="IVANSEED", pending="IVANNEXT")))
    await store.run(lambda tx: tx.save_factor(Factor(person=VERA, secret="VERASEED")))
    assert (await store.run(lambda tx: tx.factor(IVAN))).secret == "IVANSEED"
    store.close()
    assert b"SEED" not in b"".join(file.read_bytes() for file in path.parent.glob("activation.*"))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE factor SET seed = (SELECT seed FROM factor WHERE person = 'ivan')")
    store.__init__(path, sealer=Sealer(b"k" * 32))  # type: ignore[misc]  # the fixture closes the same object
    with pytest.raises(Unsealable):
        await store.run(lambda tx: tx.factor(VERA))


async def test_another_sealing_key_opens_nothing(store: SqliteActivationStore, path: Path) -> None:
    await store.run(lambda tx: tx.save_factor(Factor(person=IVAN, secret="SEED")))
    with pytest.raises(Unsealable):
        await reopened(store, path, key=b"o" * 32).run(lambda tx: tx.factor(IVAN))


async def test_a_recovery_code_is_spent_once_and_older_sets_stop_counting(store: SqliteActivationStore) -> None:
    await store.run(lambda tx: tx.set_recovery(IVAN, ["old"]))
    await store.run(lambda tx: tx.set_recovery(IVAN, ["a", "b"]))
    tries = [(IVAN, "old"), (VERA, "a"), (IVAN, "a"), (IVAN, "a"), (IVAN, "b"), (IVAN, "c")]
    spent = [await recover(store, *one) for one in tries]
    assert spent == [False, False, True, False, True, False]


async def test_a_key_is_kept_whole(store: SqliteActivationStore, path: Path) -> None:
    key = StoredKey(
        label="Печать", store="pkcs11", algorithm="P-256", is_seal=True, is_test=True, owners=(IVAN, VERA),
        public_key_der=b"\x00public", chain_der=(b"\x00one", b"\xfftwo"),
    )  # fmt: skip
    await store.run(lambda tx: tx.save_key(replace(key, chain_der=())))
    await store.run(lambda tx: tx.save_key(key))
    assert await reopened(store, path).run(lambda tx: (tx.key("Печать"), tx.keys())) == (key, (key,))


async def test_authorised_rows_are_found_by_their_request(store: SqliteActivationStore) -> None:
    for request in ("R1", "R2", "R1"):
        await append(store, Entered.AUTHORISED, "nonce/0", request=request)
    await append(store, Entered.MADE, "nonce/0", request="R1")
    assert [row.seq for row in await store.run(lambda tx: tx.authorised_for("R1"))] == [1, 3]
    with store._engine.connect() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM ledger WHERE json_extract(facts, '$.request') = 'R1'"
        ).all()
    assert "ledger_request" in str(plan)


async def test_authorised_rows_are_found_by_what_was_shown(store: SqliteActivationStore) -> None:
    for shown in ("a1", "b2", "a1"):
        await append(store, Entered.AUTHORISED, "nonce/0", sha256=shown)
    await append(store, Entered.MADE, "nonce/0", sha256="a1")
    assert [row.seq for row in await store.run(lambda tx: tx.authorised_over("a1"))] == [1, 3]
    with store._engine.connect() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM ledger WHERE json_extract(facts, '$.sha256') = 'a1'"
        ).all()
    assert "ledger_shown" in str(plan)


async def test_the_last_use_of_a_key_is_known_by_person(store: SqliteActivationStore) -> None:
    for label, seq in (("own", 1), ("seal", 2), ("own", 3)):
        await use(store, label, seq)
    assert await store.run(lambda tx: tx.last_uses(IVAN)) == {"own": 3, "seal": 2}
    assert await store.run(lambda tx: tx.last_uses(VERA)) == {}
