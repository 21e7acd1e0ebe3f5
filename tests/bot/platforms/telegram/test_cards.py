"""What cards look like in every state and mode: three rows, within Telegram's limits, words as they were written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiogram.utils.formatting import sizeof

from bot.phrases.days import later_moments
from bot.platforms.telegram import requester_card, signer_card
from bot.platforms.telegram.cards import CAPTION_LIMIT, Card, View, fitted
from bot.platforms.telegram.core import Reader
from bot.platforms.telegram.shown import Mode
from signing.activation.record import ActivationRecord, Entry
from signing.approval.policy import ApprovalPolicy
from signing.document import Document, EarlierSignature, Sha256
from signing.people import Person, PersonId, Role
from signing.ports import StoredRecord
from signing.request import ReplyTo, RequestId, SigningRequest, State
from tests.fakes.activation import a_key

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANNA = Person(id=PersonId("anna"), name="Anna Petrova", created_at=NOW)
IVAN = Person(id=PersonId("ivan"), name="Ivan Marković", roles=frozenset({Role.SIGNER}), created_at=NOW)
MANY = [replace(IVAN, id=PersonId(f"p{n}"), name=f"Signer {n}") for n in range(9)]
NAUGHTY = "<script>alert(1)</script> & *bold* _x_ `code` [a](b) \u202e"


def document(name: str = "Contract 17-44.pdf", position: int = 0) -> Document:
    return Document(
        position=position, name=name, sha256=Sha256("3fa19c02" + "0" * 48 + "77be10d4"), size_bytes=340 * 1024,
        pages=12, warnings=("links", "comments", "forms", "layers", "hidden-annotations"),
        earlier=tuple(EarlierSignature(signer="O" * 200, signed_at=None, intact=True, trusted=False) for _ in range(5)),
    )  # fmt: skip


def view(state: State, *, of: Person, language: str = "en", mode: Mode | None = None, size: int = 1) -> View:
    request = SigningRequest(
        id=RequestId("7K3M9QXA2F4B"), version=1, state=state, requester=ANNA.id,
        signer=None if state is State.DRAFT else IVAN.id, comment=NAUGHTY * 40, created_at=NOW,
        documents=tuple(document(f"{NAUGHTY}{n}" * 2, n) for n in range(size)), reason="wrong_codes",
        reply_to=ReplyTo(platform="telegram", chat_id="1"), deadline=NOW + timedelta(days=2),
        looked_at=NOW, postponed_until=NOW + timedelta(hours=1),
    )  # fmt: skip
    entry = Entry(
        request=request.id, document=0, sha256=Sha256("a" * 64), size_bytes=1, format="pades", level="B-T",
        destination="telegram:1",
    )  # fmt: skip
    record = ActivationRecord(
        nonce="0" * 32, signer=IVAN.id, key="own", certificate_sha256=Sha256("c" * 64), policy="p",
        policy_sha256=Sha256("d" * 64), shown_at=NOW, expires_at=NOW + timedelta(minutes=10), entries=(entry,),
    )  # fmt: skip
    reader = Reader(person=of, account=1, chat=1, language=language, zone="Europe/Podgorica")
    return View(
        request=request, reader=reader, people={p.id: p for p in (ANNA, IVAN, *MANY)}, policy=ApprovalPolicy(), now=NOW,
        mode=mode or Mode(), choices=MANY, deputies=MANY, record=StoredRecord(record=record, state="open"),
        keys=[a_key(IVAN.id), a_key(IVAN.id, label="two")], public_url="https://sign.example.com",
    )  # fmt: skip


MODES = ["", "reject", "reason", "deputy", "later", "ask", "confirm", "typing", "keypad", "certificate"]


def check(card: Card) -> None:
    assert 0 <= len(card.rows) <= 3
    assert all(1 <= len(row) <= 5 for row in card.rows)
    assert all(button.label and len(button.label) <= 64 for row in card.rows for button in row)
    text, entities = fitted(card.text, CAPTION_LIMIT).render()
    assert sizeof(text) <= CAPTION_LIMIT
    assert {entity.type for entity in entities} <= {"bold", "blockquote"}
    assert "{" not in text


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("size", [1, 7])
@pytest.mark.parametrize("mode", MODES)
def test_a_signers_card_fits_in_every_mode(mode: str, size: int, language: str) -> None:
    seen = view(
        State.WAITING, of=IVAN, language=language, mode=Mode(name=mode, argument="0" * 32, fault="No"), size=size
    )
    check(signer_card.render(seen))


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_card_for_both(state: State, language: str) -> None:
    for mode in ("", "cancel", "reassign", "draft"):
        check(requester_card.render(view(state, of=ANNA, language=language, mode=Mode(name=mode, argument="4"))))
    if state is not State.DRAFT:
        check(signer_card.render(view(state, of=IVAN, language=language)))


def test_markup_in_names_and_comments_is_text() -> None:
    text, entities = signer_card.render(view(State.WAITING, of=IVAN)).text.render()
    assert "<script>alert(1)</script> & *bold*" in text
    assert [entity.type for entity in entities].count("blockquote") == 1


def test_final_cards_have_no_verbs_but_the_lock() -> None:
    for state in (State.SIGNED, State.REJECTED, State.EXPIRED, State.CANCELLED):
        verbs = {b.verb for row in requester_card.render(view(state, of=ANNA)).rows for b in row}
        verbs |= {b.verb for row in signer_card.render(view(state, of=IVAN)).rows for b in row}
        assert verbs <= {"", "not-me"}


def test_the_choice_of_signers_turns_its_pages() -> None:
    first = requester_card.render(view(State.DRAFT, of=ANNA))
    assert [b.argument for row in first.rows for b in row if b.verb == "submit"] == ["p0", "p1", "p2", "p3"]
    (more,) = [b for row in first.rows for b in row if b.verb == "draft"]
    last = requester_card.render(view(State.DRAFT, of=ANNA, mode=Mode(name="draft", argument="8")))
    assert more.argument == "4"
    assert [b.argument for row in last.rows for b in row if b.verb == "submit"] == ["p8"]


def test_later_offers_only_what_lies_ahead() -> None:
    morning = later_moments(NOW, zone="Europe/Podgorica")
    assert morning == {
        "hour": NOW + timedelta(hours=1),
        "tonight": datetime(2026, 11, 23, 18, 0, tzinfo=UTC),
        "monday": datetime(2026, 11, 30, 8, 0, tzinfo=UTC),
    }
    late = NOW.replace(hour=20)
    assert "tonight" not in later_moments(late, zone="Europe/Podgorica")


def test_a_face_is_what_people_see() -> None:
    one = signer_card.render(view(State.WAITING, of=IVAN))
    assert one.face() == signer_card.render(view(State.WAITING, of=IVAN)).face()
    assert one.face() != signer_card.render(view(State.WAITING, of=IVAN, language="ru")).face()
