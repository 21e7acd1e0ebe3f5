"""The chain: every edit is found, every truncation against a head that was kept elsewhere."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.audit import GENESIS, Event, Head, Row, Tag, chain, check_chain, check_heads

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def a_journal(length: int = 20) -> list[Row]:
    rows: list[Row] = []
    for place in range(length):
        event = Event(
            tag=Tag.REQUEST_SHOWN, at=NOW + timedelta(seconds=place), actor="anna", subject=f"R{place}",
            facts={"place": place, "слово": "да"},
        )  # fmt: skip
        rows.append(chain(event, seq=place + 1, previous=rows[-1].hash if rows else GENESIS))
    return rows


def test_an_untouched_journal_has_no_fault() -> None:
    faults, last = check_chain(a_journal())
    assert faults == []
    assert last is not None
    assert last.seq == 20


EDITS: dict[str, Any] = {
    "tag": Tag.REQUEST_REJECTED,
    "at": NOW - timedelta(days=1),
    "actor": "boris",
    "subject": "other",
    "facts": {"place": 99},
}


@pytest.mark.parametrize("name", [field.name for field in fields(Event)])
@pytest.mark.parametrize("place", [0, 7, 19])
def test_an_edit_of_any_field_is_found(name: str, place: int) -> None:
    rows = a_journal()
    rows[place] = replace(rows[place], event=replace(rows[place].event, **{name: EDITS[name]}))
    assert check_chain(rows)[0]


@given(st.integers(0, 18))
def test_a_row_taken_out_is_found(place: int) -> None:
    rows = a_journal()
    del rows[place]
    assert check_chain(rows)[0]


@given(st.integers(0, 18))
def test_two_rows_swapped_are_found(place: int) -> None:
    rows = a_journal()
    rows[place], rows[place + 1] = rows[place + 1], rows[place]
    assert check_chain(rows)[0]


def test_a_rewritten_chain_is_found_by_a_head_kept_elsewhere() -> None:
    rows = a_journal()
    head = Head(seq=20, hash=rows[-1].hash, at=NOW, previous_head=GENESIS)
    forged: list[Row] = []
    for row in rows:
        event = replace(row.event, actor="nobody") if row.seq == 3 else row.event
        forged.append(chain(event, seq=row.seq, previous=forged[-1].hash if forged else GENESIS))
    assert check_chain(forged)[0] == []
    hashes = {row.seq: row.hash for row in forged}
    assert [fault.kind for fault in check_heads([head], hashes=hashes, last_seq=20)] == ["head_mismatch"]


@given(st.integers(1, 19))
def test_a_truncation_is_found_by_a_head_kept_elsewhere(kept: int) -> None:
    rows = a_journal()
    head = Head(seq=20, hash=rows[-1].hash, at=NOW, previous_head=GENESIS)
    hashes = {row.seq: row.hash for row in rows[:kept]}
    assert [fault.kind for fault in check_heads([head], hashes=hashes, last_seq=kept)] == ["truncated"]


def test_a_head_taken_out_is_found() -> None:
    rows = a_journal()
    heads: list[Head] = []
    for row in rows[::5]:
        before = heads[-1].digest() if heads else GENESIS
        heads.append(Head(seq=row.seq, hash=row.hash, at=NOW, previous_head=before))
    hashes = {row.seq: row.hash for row in rows}
    assert check_heads(heads, hashes=hashes, last_seq=20) == []
    assert check_heads([heads[0], *heads[2:]], hashes=hashes, last_seq=20)[0].kind == "head_chain"
