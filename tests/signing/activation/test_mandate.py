"""The limits of a mandate as plain values, and that no sequence of uses goes beyond them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.activation.mandate import LONGEST, MOST_USES, Claim, Mandate, Standing
from signing.document import Sha256
from signing.errors import MandateRefused
from signing.people import PersonId

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MANDATE = Mandate(
    id="7K3M9QXA2F4B", granted_by=PersonId("vera"), key="seal", certificate_sha256=Sha256("c" * 64), type="leave",
    count=3, largest=500_00, total=1000_00, currency="EUR", until=NOW + timedelta(days=30), note="for leaves",
    shown_at=NOW, expires_at=NOW + timedelta(minutes=10),
)  # fmt: skip


def test_a_mandate_survives_the_wire_and_its_digest_covers_every_field() -> None:
    assert Mandate.from_json(json.loads(MANDATE.canonical())) == MANDATE
    other: dict[str, Any] = {
        "id": "0" * 12, "granted_by": "ivan", "key": "other", "certificate_sha256": "d" * 64, "type": "order",
        "count": 4, "largest": 1, "total": 1, "currency": "USD", "until": NOW + timedelta(days=1), "note": "",
        "shown_at": NOW - timedelta(1), "expires_at": NOW, "version": 2,
    }  # fmt: skip
    assert other.keys() == Mandate.__dataclass_fields__.keys()
    digests = {replace(MANDATE, **{name: value}).digest() for name, value in other.items()}
    assert len(digests | {MANDATE.digest()}) == len(other) + 1


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 0}, {"count": MOST_USES + 1}, {"count": True}, {"count": "3"}, {"largest": -1}, {"largest": 1.5},
        {"total": 10**16}, {"type": "Leave!"}, {"type": ""}, {"type": "l" * 33}, {"currency": "eur"}, {"currency": ""},
        {"largest": None, "total": None}, {"key": ""}, {"granted_by": ""}, {"granted_by": 7}, {"id": "short"},
        {"id": "abcdefghijkl"}, {"note": "n" * 301}, {"certificate_sha256": ""}, {"version": 2}, {"until": "soon"},
        {"until": "2026-12-31T00:00:00"}, {"until": NOW.isoformat()}, {"extra": 1},
        {"until": (NOW + LONGEST + timedelta(seconds=1)).isoformat()},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_no_mandate(changes: dict[str, Any]) -> None:
    with pytest.raises(MandateRefused, match="malformed"):
        Mandate.from_json({**MANDATE.to_json(), **changes})


VALUES = st.one_of(st.none(), st.integers(-1, 600_00))
CLAIMS = st.builds(
    Claim, type=st.sampled_from(["leave", "order"]), value=VALUES, currency=st.sampled_from(["EUR", "USD", ""])
)


@given(
    claims=st.lists(CLAIMS, max_size=30),
    count=st.integers(1, 20),
    largest=st.one_of(st.none(), st.integers(0, 500_00)),
    total=st.integers(0, 2000_00),
    pauses=st.lists(st.integers(0, 40 * 3600), min_size=30, max_size=30),
)
def test_no_sequence_of_uses_goes_beyond_count_or_value(
    claims: list[Claim], count: int, largest: int | None, total: int, pauses: list[int]
) -> None:
    mandate = replace(MANDATE, count=count, largest=largest, total=total)
    standing, now, covered = Standing(mandate=mandate), NOW, list[tuple[Claim, datetime]]()
    for claim, pause in zip(claims, pauses, strict=False):
        now += timedelta(seconds=pause)
        try:
            standing.check(claim, now=now)
        except MandateRefused:
            continue
        covered.append((claim, now))
        standing = replace(standing, used=standing.used + 1, spent=standing.spent + (claim.value or 0))
    values = [claim.value for claim, _ in covered]
    assert len(covered) <= count
    assert sum(value or 0 for value in values) <= total
    assert all(value is not None and 0 <= value <= (total if largest is None else largest) for value in values)
    assert all((claim.type, claim.currency) == ("leave", "EUR") and at < mandate.until for claim, at in covered)
