"""What the portal's chat shows a signer: before a code is asked, every place where the file goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.platforms.bitrix24.chat import list_card, second_step, signer_card
from bot.platforms.bitrix24.chat.buttons import Rows
from bot.platforms.bitrix24.chat.cards import View
from bot.platforms.bitrix24.chat.core import Reader
from bot.platforms.bitrix24.chat.shown import Mode
from signing.activation.record import ActivationRecord, Entry
from signing.approval.policy import ApprovalPolicy
from signing.document import Document, Sha256
from signing.filing import Place
from signing.people import Person, PersonId, Role
from signing.ports import StoredRecord
from signing.request import ReplyTo, RequestId, SigningRequest, State
from tests.fakes.activation import a_key

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANNA = Person(id=PersonId("anna"), name="Anna Petrova", created_at=NOW)
IVAN = Person(id=PersonId("ivan"), name="Ivan Marković", roles=frozenset({Role.SIGNER}), created_at=NOW)
DEAL = Place(platform="bitrix24", name="deal:17", title="№ 17 · [b]Windows[/b]")


def view() -> View:
    document = Document(position=0, name="Offer.pdf", sha256=Sha256("3f" * 32), size_bytes=9, pages=1)
    request = SigningRequest(
        id=RequestId("7K3M9QXA2F4B"), version=1, state=State.WAITING, requester=ANNA.id, signer=IVAN.id,
        documents=(document,), reply_to=ReplyTo(platform="telegram", chat_id="1"), created_at=NOW,
        deadline=NOW + timedelta(days=2),
    )  # fmt: skip
    entry = Entry(
        request=request.id, document=0, sha256=document.sha256, size_bytes=9, format="pades", level="B-B",
        destination="telegram:1, bitrix24:deal:17",
    )  # fmt: skip
    record = ActivationRecord(
        nonce="0" * 32, signer=IVAN.id, key="own", certificate_sha256=Sha256("c" * 64), policy="p",
        policy_sha256=Sha256("d" * 64), shown_at=NOW, expires_at=NOW + timedelta(minutes=10), entries=(entry,),
    )  # fmt: skip
    return View(
        reader=Reader(person=IVAN, user=2, language="en", zone="Europe/Podgorica"), people={IVAN.id: IVAN},
        policy=ApprovalPolicy(), now=NOW, request=request, mode=Mode(name=second_step.CODE, argument=record.nonce),
        record=StoredRecord(record=record, state="open"), keys=[a_key(IVAN.id)], place=DEAL,
    )  # fmt: skip


def test_step_two_says_where_the_file_goes_in_plain_text() -> None:
    shown = signer_card.render(view()).text
    assert "Goes to the deal too: № 17 · ［b］Windows［/b］" in shown


def test_the_first_card_says_it_too_and_nothing_is_said_without_a_place() -> None:
    asked = replace(view(), mode=Mode())
    assert "Goes to the deal too" in signer_card.render(asked).text
    assert "Goes to the deal too" not in signer_card.render(replace(asked, place=None)).text


def test_with_two_certificates_the_second_step_lets_the_signer_choose() -> None:
    seal = replace(a_key(IVAN.id), label="seal", is_seal=True)
    two = replace(view(), keys=[*view().keys, seal])
    assert "Certificate" in _labels(signer_card.render(two).rows)
    assert "Certificate" not in _labels(signer_card.render(view()).rows), "one is no choice"
    face = signer_card.render(replace(two, mode=Mode(name=second_step.CERTIFICATE, argument="0" * 32)))
    chosen = [(button.verb, button.argument) for row in face.rows for button in row]
    assert chosen == [("use-key", view().keys[0].label), ("use-key", "seal"), ("certificate-back", "0" * 32)]
    assert "Which certificate?" in face.text


def test_the_list_signs_what_is_ticked_and_tells_how_far_it_is() -> None:
    one = view().request
    waiting = [replace(one, id=RequestId(f"7K3M9QXA2F4{digit}")) for digit in "12345"]
    base = view()
    listed = list_card.ListView(
        reader=base.reader, people=base.people, policy=base.policy, now=NOW, waiting=waiting,
        choice=list_card.Choice(unticked=frozenset({waiting[1].id})),
    )  # fmt: skip
    face = list_card.render(listed)
    assert _labels(face.rows) == ["☑ 1", "☐ 2", "☑ 3", "☑ 4", "☑ 5", "✅ Sign 4 with one code"]
    assert "2. [b]Offer.pdf[/b]" in face.text
    covered = [replace(waiting[0], state=State.SIGNED), replace(waiting[2], state=State.FROZEN)]
    over = replace(listed, record=base.record, covered=covered, mode=Mode(name=list_card.PROGRESS))
    told = list_card.render(over)
    assert "Signed 1 of 2" in told.text
    assert "✖ Offer.pdf: stopped" in told.text
    assert list_card.render(replace(listed, waiting=[])).text.startswith("Nothing waits")


def _labels(rows: Rows) -> list[str]:
    return [button.label for row in rows for button in row]
