"""The amount in the portal's chat: asked on the draft's card, written as people write it, seen by whoever is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.platforms.bitrix24.chat import list_card, requester_card, signer_card, views
from bot.platforms.bitrix24.chat.cards import Card
from signing.amount import Amount, Teller
from signing.request import Act, Part, SigningRequest, State
from tests.bot.platforms.bitrix24.chat.conftest import Dialog
from tests.bot.platforms.bitrix24.chat.test_cards import view
from tests.signing.along import BANDS, furnished

QUESTION = "How much is it about? Write the amount in EUR, for example 25 000."


@dataclass(kw_only=True)
class Asking:
    """Ivan asks here, in a company whose routes are for some amounts."""

    dialog: Dialog

    async def draft(self) -> SigningRequest:
        """Return a draft of his."""
        return await self.dialog.lines.house.drafted(by="Ivan")

    async def card(self, request: SigningRequest) -> Card:
        """Return the request's card as it is shown now; numbers do not break in it, which nobody sees."""
        sight = await views.of_request(self.dialog.core, request.id, self.dialog.reader.person.id)
        assert sight is not None
        made = requester_card.render(sight.view)
        return replace(made, text=made.text.replace("\u00a0", " "))

    async def amount(self, request: SigningRequest) -> str:
        """Return what was told."""
        return str((await self.dialog.lines.house.now(request)).amount)


@pytest.fixture
async def asking(dialog: Dialog) -> Asking:
    """See `Asking`."""
    office = await furnished(dialog.lines.house, BANDS)
    house = office.house
    dialog.core = replace(dialog.core, policy=office.policy, workflow=house.workflow, decisions=house.decisions)
    return Asking(dialog=dialog)


def labels(card: Card) -> list[str]:
    return [button.label for row in card.rows for button in row]


async def test_the_amount_is_asked_told_and_changed(asking: Asking) -> None:
    draft, dialog = await asking.draft(), asking.dialog
    card = await asking.card(draft)
    assert QUESTION in card.text
    assert labels(card) == ["💶 Say the amount", "Cancel"]
    await dialog.write("25k")
    card = await asking.card(draft)
    assert (QUESTION in card.text, "❗ This is no amount. Nothing was lost" in card.text) == (True, True)
    await dialog.write("9 500 usd")
    assert "❗ Amounts are in EUR here." in (await asking.card(draft)).text
    await dialog.write("9.500,50 EUR")
    card = await asking.card(draft)
    assert "Amount: 9 500.50 EUR" in card.text
    assert {"🧭 small", "🧭 any", "Olga"} <= set(labels(card))
    await dialog.press("amount", draft)
    assert QUESTION in (await asking.card(draft)).text
    await dialog.write("250 000")
    assert await asking.amount(draft) == "250000.00 EUR", "six digits are an amount where one is awaited"
    assert labels(await asking.card(draft)) == ["💶 Change the amount", "🧭 large", "Cancel"]


async def test_a_code_that_went_astray_is_no_amount_unless_one_was_asked_for(asking: Asking) -> None:
    draft, dialog = await asking.draft(), asking.dialog
    await dialog.write("123 456")
    assert "did not take it as the amount" in dialog.told()
    assert await asking.amount(draft) == "None"
    await dialog.press("amount", draft)
    await dialog.write("123 456")
    assert await asking.amount(draft) == "123456.00 EUR"


async def test_words_and_codes_stay_what_they_are(asking: Asking) -> None:
    dialog = asking.dialog
    draft = await asking.draft()
    await dialog.write("page")
    assert "/open/" in dialog.told()
    await dialog.write("away")
    assert await asking.amount(draft) == "None"
    await dialog.write("5 000")
    await dialog.write("123 456")
    assert await asking.amount(draft) == "5000.00 EUR"
    assert "looked like a code" in dialog.told()


@pytest.mark.parametrize(
    ("teller", "words"),
    [
        (Teller.REQUESTER, "Amount: 25 000 EUR, as Anna Petrova says"),
        (Teller.DEAL, "Amount: 25 000 EUR, as the deal says"),
    ],
)
def test_whoever_is_asked_sees_who_says_so(teller: Teller, words: str) -> None:
    seen = view()
    asked = replace(
        seen.request, amount=Amount(hundredths=25_000_00, currency="EUR", told_by=teller),
        part=Part(of=seen.request.id, seat=seen.reader.person.id, act=Act.SIGNS),
    )  # fmt: skip
    assert asked.state is State.WAITING
    anna = replace(seen.people[seen.reader.person.id], id=asked.requester, name="Anna Petrova")
    seen = replace(seen, request=asked, people={**seen.people, anna.id: anna})
    for face in (seen, replace(seen, record=None)):
        assert words in signer_card.render(face).text.replace("\u00a0", " ")
    listed = list_card.ListView(
        reader=seen.reader, people=seen.people, policy=seen.policy, now=seen.now, waiting=[asked]
    )
    assert words in list_card.render(listed).text.replace("\u00a0", " ")
