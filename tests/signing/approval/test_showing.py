"""What the chat may show: a rule of the policy, the strictest of several counts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from signing.approval import showing
from signing.approval.policy import ApprovalPolicy
from signing.approval.showing import Shows
from signing.people import PersonId
from signing.request import ReplyTo, SigningRequest, State, new_request_id

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def a_request() -> SigningRequest:
    return SigningRequest(
        id=new_request_id(), version=1, state=State.WAITING, requester=PersonId("anna"), signer=PersonId("ivan"),
        documents=(), reply_to=ReplyTo(platform="telegram", chat_id="1"), created_at=NOW, deadline=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("shows", list(Shows))
def test_the_policy_says_it(shows: Shows) -> None:
    policy = ApprovalPolicy(telegram_shows=shows.value)
    assert showing.of_request(a_request(), policy) is showing.of_arrival(policy) is shows
    assert showing.of_all([a_request(), a_request()], policy) is shows
    assert showing.of_all([], policy) is Shows.FILE


def test_it_stands_in_the_policys_digest() -> None:
    digests = {ApprovalPolicy(telegram_shows=shows.value).sha256() for shows in Shows}
    assert len(digests) == len(Shows)


def test_a_word_that_is_none_is_no_open_door() -> None:
    with pytest.raises(ValueError, match="all"):
        showing.of_request(a_request(), ApprovalPolicy(telegram_shows="all"))
