"""The oracle of the crash test sees what it is there to see."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.journeys.oracle import _ledger_wrong, _requests_wrong, _unknown, signature_of


def row(kind: str, subject: str = "n/0", **facts: Any) -> dict[str, Any]:
    return {"kind": kind, "subject": subject, "facts": json.dumps(facts)}


AUTHORISED, ATTEMPTED, MADE = (
    row("signature:authorised", request="R"),
    row("signature:attempted"),
    row("signature:made"),
)


def test_a_document_without_a_request_is_lost_and_one_with_two_is_told() -> None:
    twice = [{"name": "b", "state": "signed"}] * 2
    assert list(_requests_wrong(twice, {"a", "b"})) == ["a is lost", "b became 2 requests"]
    assert list(_requests_wrong([{"name": "a", "state": "signing"}], {"a"})) == ["a stays signing"]
    assert list(_requests_wrong([{"name": "a", "state": "signed"}], {"a"})) == []


def test_a_ledger_in_order_is_not_blamed() -> None:
    confirmed = row("record:confirmed", "n", signer="s", step=7)
    assert list(_ledger_wrong([confirmed, AUTHORISED, ATTEMPTED, MADE])) == []


@pytest.mark.parametrize("rows", [[AUTHORISED, MADE], [ATTEMPTED, MADE], [AUTHORISED, ATTEMPTED, MADE, MADE]])
def test_a_signature_without_its_rows_or_made_twice_is_told(rows: list[dict[str, Any]]) -> None:
    assert list(_ledger_wrong(rows))


def test_a_code_taken_twice_is_told() -> None:
    codes = [row("record:confirmed", nonce, signer="s", step=7) for nonce in ("n", "m")]
    assert list(_ledger_wrong(codes)) == ["a code of s was taken 2 times"]


def test_an_attempt_without_a_result_is_an_unknown_outcome() -> None:
    assert _unknown([AUTHORISED, ATTEMPTED]) == ["R"]
    assert _unknown([AUTHORISED, ATTEMPTED, MADE]) == []


def test_bytes_after_the_signature_are_seen() -> None:
    with pytest.raises(ValueError, match="does not cover"):
        signature_of(b"/ByteRange [0 10 20 5]" + b" " * 100)
