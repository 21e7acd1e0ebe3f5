"""What designers fill in is read strictly, and a request ends before the process that waits for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.platforms.bitrix24.robot.runs import Asked
from bot.platforms.bitrix24.robot.wishes import Unfit, Wishes, read_wishes
from signing.activation.mandate import Claim

FIELD = "UF_CRM_SIGN_DOC"


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({}, "no-such-field"), ({"field": "UF_CRM_OTHER"}, "no-such-field"),
        ({"field": FIELD, "signer": "14"}, "not-a-person"), ({"field": FIELD, "signer": "user_014"}, "not-a-person"),
        ({"field": FIELD, "signer": {"0": "user_1", "1": "user_2"}}, "one-signer"),
        ({"field": FIELD, "on_reject": "maybe"}, "no-such-choice"),
        ({"field": FIELD, "form": "paper"}, "no-such-form"),
        ({"field": FIELD, "deadline_hours": "-1"}, "bad-deadline"),
        ({"field": FIELD, "deadline_hours": "٣"}, "bad-deadline"),
        ({"field": FIELD, "deadline_hours": "99999"}, "bad-deadline"),
        ({"field": FIELD, "value": "500 EUR"}, "value-without-type"),
        ({"field": FIELD, "document_type": "Leave"}, "bad-type"),
        ({"field": FIELD, "route": "Three"}, "no-such-route"), ({"field": FIELD, "route": "one"}, "no-such-route"),
        ({"field": FIELD, "route": {"0": "One", "1": "Two"}}, "no-such-route"),
        ({"field": FIELD, "route": "One", "signer": "user_1"}, "route-and-signer"),
        ({"field": FIELD, "route": "One", "document_type": "leave"}, "route-and-mandate"),
        ({"field": FIELD, "route": "One", "form": "cades"}, "route-inside"),
        ({"field": FIELD, "document_type": "leave", "value": "500"}, "bad-value"),
        ({"field": FIELD, "document_type": "leave", "value": "-500 EUR"}, "bad-value"),
        ({"field": FIELD, "document_type": "leave", "value": "1,500.00 EUR"}, "bad-value"),
        ({"field": FIELD, "document_type": "leave", "value": "٥٠٠ EUR"}, "bad-value"),
    ],
)  # fmt: skip
def test_what_is_filled_in_wrongly_is_refused(properties: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unfit) as refused:
        _wishes(_asked(properties=properties))
    assert refused.value.reason == reason


def test_the_request_ends_before_the_process_gives_up() -> None:
    filled = {"field": FIELD, "signer": {"0": "user_14"}, "comment": " please "}
    wishes = _wishes(_asked(properties=filled, timeout_s=3600))
    assert (wishes.signer, wishes.comment, wishes.until) == (14, "please", _AT + timedelta(minutes=59))
    short = _wishes(_asked(properties=filled, timeout_s=60))
    assert short.until == _AT + timedelta(seconds=54)
    own = _wishes(_asked(properties=filled | {"deadline_hours": "48"}, timeout_s=60))
    assert own.until == _AT + timedelta(hours=48), "what the designer wrote counts"
    assert _wishes(_asked(properties={"field": FIELD, "signer": ""})).signer is None


def test_a_route_takes_the_place_of_a_signer() -> None:
    wishes = _wishes(_asked(properties={"field": FIELD, "route": {"0": " Two "}, "signer": ""}))
    assert (wishes.route, wishes.signer, wishes.claim) == ("Two", None, None)
    assert _wishes(_asked(properties={"field": FIELD, "route": ""})).route is None


@pytest.mark.parametrize(
    ("value", "hundredths"),
    [
        ("500 EUR", 500_00), ("500|EUR", 500_00), ("500.00|eur", 500_00), ("499,9 EUR", 499_90), ("0 EUR", 0),
        ("1 500.05 EUR", 1500_05), ("1\u00a0500 EUR", 1500_00), ("12345678EUR", 12345678_00), ("", None),
    ],
)  # fmt: skip
def test_the_value_of_a_document_is_read_as_the_portal_writes_it(value: str, hundredths: int | None) -> None:
    filled = {"field": FIELD, "document_type": "leave", "value": value}
    claim = _wishes(_asked(properties=filled)).claim
    assert claim == Claim(type="leave", value=hundredths, currency="EUR" if hundredths is not None else "")
    assert _wishes(_asked(properties={"field": FIELD})).claim is None


_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _wishes(asked: Asked) -> Wishes:
    return read_wishes(asked, fields=(FIELD,), routes=("One", "Two"))


def _asked(*, properties: dict[str, Any] | None = None, timeout_s: int = 0) -> Asked:
    return Asked(
        event_token="1.2|x", domain="", workflow="1.2", deal=7, properties=properties or {}, asked_at=_AT,
        timeout_s=timeout_s,
    )  # fmt: skip
