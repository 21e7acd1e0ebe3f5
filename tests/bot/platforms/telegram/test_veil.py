"""What is taken out of a request before the chat may know it: every word of people, whatever field it stands in."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from bot.platforms.telegram.veil import veiled
from signing.amount import Amount
from signing.approval.policy import ApprovalPolicy
from signing.document import Document, EarlierSignature, Sha256
from signing.people import PersonId
from signing.request import ReplyTo, RequestId, SigningRequest, State

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CANARY = "Canary"
PLAIN = {"media_type", "format", "id", "requester", "signer", "delegated_from", "ground", "state", "sha256", "making"}
"""Fields of text that say nothing of the document: kinds, digests, people's ids, on what ground a deputy acts."""


def a_request() -> SigningRequest:
    """Return a request with the word in every field of text that the chat would show."""
    document = Document(
        position=0, name=f"{CANARY}.pdf", sha256=Sha256("a" * 64), size_bytes=1, pages=1,
        earlier=(EarlierSignature(signer=CANARY, signed_at=None, intact=True, trusted=True),),
        original_name=f"{CANARY}.docx",
    )  # fmt: skip
    return SigningRequest(
        id=RequestId("7K3M9QXA2F4B"), version=1, state=State.REJECTED, requester=PersonId("anna"),
        signer=PersonId("ivan"), documents=(document,), comment=f"{CANARY} comment", reason=f"{CANARY} reason",
        reply_to=ReplyTo(platform="telegram", chat_id="1"), created_at=NOW, deadline=NOW,
        amount=Amount(hundredths=1, currency=CANARY),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_word_of_the_document_is_left(language: str) -> None:
    shown = veiled(a_request(), policy=ApprovalPolicy(telegram_shows="link"), language=language)
    assert CANARY not in repr(shown)
    assert "7K3M-9QXA-2F4B" in shown.documents[0].name, "people can tell it from others"
    assert shown.documents[0].sha256 == "a" * 64, "and compare it with the page"


@pytest.mark.parametrize("shows", ["file", "pages"])
def test_what_may_pass_is_left_as_it_is(shows: str) -> None:
    request = a_request()
    assert veiled(request, policy=ApprovalPolicy(telegram_shows=shows), language="en") is request


def test_the_request_above_fills_every_field_of_text() -> None:
    """Who adds a field of text decides here whether the chat may show it."""
    request = a_request()
    texts = {
        one.name: getattr(holder, one.name)
        for holder in (request, request.documents[0])
        for one in fields(holder)
        if isinstance(getattr(holder, one.name), str) and one.name not in PLAIN
    }
    assert [
        name for name, text in texts.items() if CANARY not in text and name not in {"state", "sha256", "making"}
    ] == []
