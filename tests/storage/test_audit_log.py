"""The journal in the database: nobody edits, removes or cuts it off unseen (invariant 12)."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.audit import Fault, SignedHead
from signing.ports import Clock
from storage.audit_log import SqlJournal, publish_head, read_copy, verify_journal
from storage.database import Database
from storage.store import SqlStore
from tests.storage.journal import HEADS_AT, KEY, ROWS, an_event, public, sign


def faults(url: str, copied: tuple[SignedHead, ...] = ()) -> list[Fault]:
    """What the offline verifier finds."""
    return verify_journal(url, public_key_der=public(KEY), copied=copied)


def tampered(url: str, *statements: str) -> None:
    """Change the database as somebody with its file and without the product would."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


async def test_an_honest_journal_has_no_faults(written: str, copy: Path) -> None:
    assert [signed.head.seq for signed in read_copy(copy)] == list(HEADS_AT)
    assert faults(written, read_copy(copy)) == []


async def test_an_empty_journal_has_no_faults_and_no_head(url: str, database: Database, clock: Clock) -> None:
    assert await publish_head(database, sign=sign, copy=None, now=clock.now()) is None
    assert faults(url) == []


@pytest.mark.parametrize(
    "change",
    [
        "at = '2026-11-23T09:00:00.000001+00:00'",
        "at = '2026-11-23T10:00:00.000000+01:00'",
        "at = 'yesterday'",
        "tag = 'request:rejected'",
        "tag = 'request:invented'",
        "actor = 'ivan'",
        "subject = 'r9'",
        "actor = CAST(x'ff' AS TEXT)",
        "facts = CAST(x'22ff22' AS TEXT)",
        f"facts = '{'[' * 99_999}'",
        """facts = '{"number": 6, "why": "нет"}'""",
        """facts = '{"number": 6,  "why": "да"}'""",
        "facts = 'not json'",
        "facts = '[]'",
        "previous = hash",
        "previous = 'short'",
        "hash = previous",
        "hash = 'short'",
        "seq = 600",
    ],
)
async def test_every_changed_field_of_a_row_is_found(written: str, change: str) -> None:
    tampered(written, f"UPDATE journal SET {change} WHERE seq = 6")
    assert faults(written)


@pytest.mark.parametrize(
    "change",
    [
        "at = '2026-11-23T09:00:09.000000+00:00'",
        "at = 'then'",
        "hash = previous_head",
        "previous_head = hash",
        "signature = x'00'",
        "signature = 'text'",
        "seq = 9",
    ],
)
async def test_every_changed_field_of_a_head_is_found(written: str, change: str) -> None:
    tampered(written, f"UPDATE journal_head SET {change} WHERE seq = 8")
    assert faults(written)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    field=st.tuples(st.sampled_from(["journal", "journal_head"]), st.sampled_from(HEADS_AT), st.integers(0, 7)),
    value=st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.binary(max_size=9), st.integers(-9, 99)
    ),
)
async def test_whatever_is_written_into_whatever_field_is_found(
    written: str, tmp_path: Path, field: tuple[str, int, int], value: object
) -> None:
    forged = tmp_path / "forged.db"
    shutil.copy(written.removeprefix("sqlite:///"), forged)
    before, after = forge(forged, *field, value)
    assert bool(faults(f"sqlite:///{forged}")) == (before != after)


def forge(path: Path, table: str, seq: int, column: int, value: object) -> tuple[object, object]:
    """Put `value` into one field of row `seq`; return what was there before and what is there now."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"DROP TRIGGER {table}_no_update")
        columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
        field = columns[column % len(columns)]
        query = f"SELECT group_concat(quote({field}) || quote(seq)) FROM {table}"
        (before,) = connection.execute(query).fetchone()
        with contextlib.suppress(sqlite3.IntegrityError):
            connection.execute(f"UPDATE {table} SET {field} = ? WHERE seq = ?", (value, seq))
        connection.commit()
        (after,) = connection.execute(query).fetchone()
    return before, after


@pytest.mark.parametrize("seq", range(1, ROWS))
async def test_every_deleted_row_is_found(written: str, seq: int) -> None:
    tampered(written, f"DELETE FROM journal WHERE seq = {seq}")
    assert faults(written)


async def test_two_rows_that_changed_places_are_found(written: str) -> None:
    tampered(
        written,
        "UPDATE journal SET seq = 600 WHERE seq = 6",
        "UPDATE journal SET seq = 6 WHERE seq = 7",
        "UPDATE journal SET seq = 7 WHERE seq = 600",
    )
    assert faults(written)


@pytest.mark.parametrize("kept", range(ROWS))
async def test_every_truncation_is_found_against_the_copied_heads(written: str, copy: Path, kept: int) -> None:
    tampered(written, f"DELETE FROM journal WHERE seq > {kept}", f"DELETE FROM journal_head WHERE seq > {kept}")
    assert Fault(seq=ROWS, kind="truncated") in faults(written, read_copy(copy))


async def test_a_rewritten_journal_with_fresh_heads_is_found_against_the_copied_heads(
    written: str, copy: Path, clock: Clock
) -> None:
    tampered(written, "DELETE FROM journal", "DELETE FROM journal_head")
    async with await Database.open(written) as database:
        for number in range(ROWS):
            async with SqlStore(database, clock).begin() as tx:
                await tx.journal.add(an_event(clock, facts={"number": number}))
        await publish_head(database, sign=sign, copy=None, now=clock.now())
    assert faults(written) == []
    assert {fault.kind for fault in faults(written, read_copy(copy))} == {"head_mismatch"}


@pytest.mark.parametrize("table", ["journal", "journal_head"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET hash = ''", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_is_written(written: str, table: str, statement: str) -> None:
    connected = closing(sqlite3.connect(written.removeprefix("sqlite:///")))
    with connected as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement.format(table))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
            lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner),
            max_leaves=5,
        ),
        max_size=4,
    ),
    hours=st.integers(-12, 12),
)
async def test_whatever_the_facts_and_the_zone_the_chain_holds(
    url: str, database: Database, clock: Clock, facts: dict[str, Any], hours: int
) -> None:
    local = clock.now().astimezone(timezone(timedelta(hours=hours)))
    async with SqlStore(database, clock).begin() as tx:
        await tx.journal.add(an_event(clock, at=local, facts=facts))
        await tx.journal.add(an_event(clock, at=local, facts=facts))
    assert faults(url) == []


@pytest.mark.parametrize("facts", [{"secret": b"bytes"}, {"number": float("nan")}, {"when": object()}])
async def test_facts_that_are_not_json_are_refused(store: SqlStore, clock: Clock, facts: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        async with store.begin() as tx:
            await tx.journal.add(an_event(clock, facts=facts))


async def test_rows_are_read_in_pages(written: str) -> None:
    async with await Database.open(written, exclusive=False) as database, database.read() as connection:
        journal = SqlJournal(connection)
        assert [row.seq for row in await journal.rows(after=5, limit=4)] == [6, 7, 8, 9]
        assert len(await journal.rows()) == ROWS
