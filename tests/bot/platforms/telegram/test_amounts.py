"""The amount in the chat: asked on the draft's card, written as people write it, seen by whoever is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.platforms.telegram import list_card
from bot.platforms.telegram.list_card import Choice, ListView
from playground.telegram.person import TelegramPerson
from playground.telegram.refusal import Json
from signing.amount import Amount
from signing.approval.policy import ApprovalPolicy
from signing.approval.policy_file import read
from signing.intake.reception import Received
from signing.request import ReplyTo, State
from tests.bot.platforms.telegram.office import EMPLOYEE, Office, contract, has_button, hire, labels, open_office
from tests.bot.platforms.telegram.office import said as raw
from tests.bot.platforms.telegram.test_cards import IVAN
from tests.bot.platforms.telegram.test_cards import view as card_view

POLICY = """\
currency = "EUR"

[[route]]
name = "Large contracts"
documents = ["*contract*"]
amount_from = 10_000
required = true
[[route.step]]
signs = ["Ivan Marković"]
[[route.step]]
signs = ["Olga Babić"]

[[route]]
name = "Small things"
amount_below = 10_000
[[route.step]]
signs = ["Olga Babić"]
"""
QUESTION = "How much is it about? Write the amount in EUR, for example 25 000."


def said(message: Json) -> str:
    """Return what a card says; numbers do not break in it, which nobody sees."""
    return raw(message).replace("\u00a0", " ")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office whose routes are for some amounts only."""
    async with open_office(tmp_path, policy=ApprovalPolicy(routes=read(POLICY).book)) as made:
        await hire(made)
        yield made


async def sent(office: Office, name: str, *words: str) -> Json:
    """Send a document; return the draft's card that says this."""
    await office.anna.send_document(contract(name), name)
    return await office.anna.wait_for(lambda m: all(word in said(m) for word in (name, *words)))


async def face(phone: TelegramPerson, card: Json, *words: str, button: str = "") -> Json:
    """Wait for a face of the card."""
    return await phone.wait_for(
        lambda m: (
            m["message_id"] == card["message_id"]
            and all(word in said(m) for word in words)
            and (not button or has_button(m, button))
        )
    )


async def test_the_amount_is_asked_told_changed_and_seen_by_whoever_is_asked(office: Office) -> None:
    card = await sent(office, "Contract 17.pdf", QUESTION)
    assert labels(card) == ["💶 Say the amount", "Cancel"]
    await office.anna.send_text("about twenty")
    await office.anna.send_text("25k")
    await face(office.anna, card, QUESTION, "❗ This is no amount. Nothing was lost", button="Back")
    await office.anna.send_text("9 500 USD")
    await face(office.anna, card, "❗ Amounts are in EUR here.")
    await office.anna.send_text("9.500,50")
    card = await face(office.anna, card, "Amount: 9 500.50 EUR", "🧭 Small things: Olga Babić signs", button="Ivan")
    assert not has_button(card, "Large contracts")
    await office.anna.press(card, "Change the amount")
    await face(office.anna, card, "Amount: 9 500.50 EUR", QUESTION)
    await office.anna.send_text("250 000")
    card = await face(office.anna, card, "Amount: 250 000 EUR", button="Large contracts")
    assert labels(card) == ["💶 Change the amount", "🧭 Large contracts", "Cancel"]
    await office.anna.press(card, "Large contracts")
    await face(office.anna, card, "Amount: 250 000 EUR", "step 1 of 2")
    asked = await office.ivan.wait_for(lambda m: "Contract 17.pdf" in said(m) and has_button(m, "Sign"))
    assert "Amount: 250 000 EUR, as Anna Petrova says" in said(asked)
    await office.ivan.press(asked, "Sign")
    await face(office.ivan, asked, "Step 2", "Amount: 250 000 EUR, as Anna Petrova says")


async def test_a_code_that_went_astray_is_no_amount_unless_one_was_asked_for(office: Office) -> None:
    await office.ivan.send_document(contract("Contract 4.pdf"), "Contract 4.pdf")
    card = await office.ivan.wait_for(lambda m: QUESTION in said(m))
    await office.ivan.send_text("123 456")
    told = await office.ivan.wait_for(lambda m: "looked like a code, so I deleted it" in said(m))
    assert "press “Say the amount”" in said(told)
    await office.ivan.press(card, "Say the amount")
    await face(office.ivan, card, QUESTION, button="Back")
    await office.ivan.send_text("123 456")
    await face(office.ivan, card, "Amount: 123 456 EUR")


async def test_where_no_route_is_required_one_may_choose_without_an_amount(office: Office) -> None:
    card = await sent(office, "Letter.pdf", "If it is about money, write the amount in EUR", "Who shall sign?")
    assert [label for label in labels(card) if "Small" in label] == []
    await office.anna.press(card, "Ivan")
    await face(office.anna, card, "Waiting for Ivan Marković")
    asked = await office.ivan.wait_for(lambda m: "Letter.pdf" in said(m) and has_button(m, "Sign"))
    assert "Amount" not in said(asked)


async def test_a_number_is_the_amount_of_the_newest_draft_that_wants_one(office: Office) -> None:
    first = await sent(office, "Contract 1.pdf", QUESTION)
    second = await sent(office, "Contract 2.pdf", QUESTION)
    await office.anna.send_text("10 000 eur")
    await face(office.anna, second, "Amount: 10 000 EUR")
    await office.anna.send_text("5,000.00")
    await face(office.anna, first, "Amount: 5 000 EUR")
    await office.anna.send_text("123 456")
    refused = await office.anna.wait_for(lambda m: "code" in said(m) and not labels(m))
    assert "123" not in said(refused), "no draft wants an amount any more: this may be a code gone astray"


def test_the_list_says_it_too() -> None:
    seen = card_view(State.WAITING, of=IVAN)
    asked = replace(seen.request, amount=Amount(hundredths=25_000_00, currency="EUR"))
    text, _ = list_card.render(ListView(view=seen, waiting=[asked], choice=Choice())).text.render()
    assert "Amount: 25 000 EUR, as Anna Petrova says" in text.replace("\u00a0", " ")


async def test_what_must_not_pass_the_chat_is_not_asked_there(tmp_path: Path) -> None:
    rules = ApprovalPolicy(routes=read(POLICY).book, telegram_shows="link")
    async with open_office(tmp_path, policy=rules, public_url="https://sign.example.com") as office:
        await hire(office)
        core, anna = office.core, office.people["Anna"]
        paper = Received(name="Contract 3.pdf", sha256=await core.documents.put(contract("Contract 3.pdf")))
        here = ReplyTo(platform="telegram", chat_id=str(EMPLOYEE.id))
        draft = await core.workflow.draft(await core.reception.receive([paper]), by=anna, reply_to=here)
        card = await office.anna.wait_for(lambda m: "Say it on our page" in said(m))
        assert labels(card) == ["🗂 Open my page", "Cancel"]
        await office.anna.send_text("25 001")
        await office.settled()
        async with office.store.read() as tx:
            assert (await tx.requests.get(draft.id)).amount is None
        told = await core.decisions.tell_amount(draft.id, by=anna, hundredths=25_001_00)
        await core.workflow.circulate(told.id, by=anna, along="Large contracts")
        asked = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
        assert "25 001" not in said(asked)
