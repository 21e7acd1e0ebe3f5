"""What the portal's chat shows of pages that we made: first to whoever sent the file, then to the signer."""

from __future__ import annotations

from dataclasses import replace

from bot.platforms.bitrix24.chat import requester_card, signer_card
from bot.platforms.bitrix24.chat.cards import View
from bot.platforms.bitrix24.chat.shown import Mode
from bot.platforms.bitrix24.chat.verbs import VERBS
from signing.document import Making, Sha256
from signing.request import State
from tests.bot.platforms.bitrix24.chat.test_cards import ANNA, NOW, view


def made(state: State = State.DRAFT) -> View:
    plain = view()
    document = replace(
        plain.request.documents[0], making=Making.OFFICE, original_name="[b]Offer.docx",
        original_sha256=Sha256("b" * 64), warnings=("tracked-changes",), pages=2,
    )  # fmt: skip
    request = replace(plain.request, state=state, documents=(document,))
    return replace(plain, request=request, mode=Mode(), choices=[ANNA])


def test_the_requester_is_asked_about_the_pages_before_anybody_can_be_chosen() -> None:
    card = requester_card.render(made())
    assert "2 pages. Are they right?" in card.text
    assert "made from “［b］Offer.docx”" in card.text
    assert "tracked changes" in card.text
    assert [button.verb for row in card.rows for button in row] == ["pages", "accept-pages", "cancel"]
    assert "accept-pages" in VERBS


def test_then_the_signer_is_chosen() -> None:
    shown = made()
    card = requester_card.render(replace(shown, request=replace(shown.request, pages_accepted_at=NOW)))
    assert "Who shall sign?" in card.text
    assert "submit" in [button.verb for row in card.rows for button in row]


def test_the_signer_sees_of_what_the_pages_were_made_and_what_it_held() -> None:
    shown = signer_card.render(made(State.WAITING)).text
    assert "made from “［b］Offer.docx”" in shown
    assert "tracked changes" in shown
