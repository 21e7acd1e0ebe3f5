"""Journeys of a customer's document in an open channel: asked in private, filed in the deal, sent only when told to."""

from __future__ import annotations

import pytest

from playground.bitrix24.faults import FaultKind
from playground.bitrix24.messenger import Line
from playground.bitrix24.office import Deal
from tests.journeys.company import Colleague
from tests.journeys.portal_chat import PortalUser
from tests.journeys.sales import Sales, eventually
from tests.journeys.story import a_pdf, sign_typed


@pytest.fixture
def trade(chatting: Sales) -> Sales:
    """The company whose portal has our chat bot."""
    return chatting


def _line(trade: Sales, employee: Colleague) -> tuple[Deal, Line, PortalUser]:
    """A customer of a deal that the employee is responsible for."""
    deal = trade.deal("Customer, Bar", by=employee)
    user = trade.user(employee)
    line = trade.within(lambda: trade.portal.messenger.open_line(deal=deal.id, operator=user))
    return deal, line, PortalUser(trade=trade, user=user)


def _said_to_customer(trade: Sales, line: Line) -> list[str]:
    told = trade.within(lambda: trade.portal.messenger.chat(line.chat))
    return [message.text for message in told if message.author != line.customer]


def _files_of_customer(trade: Sales, line: Line) -> list[bytes]:
    told = trade.within(lambda: trade.portal.messenger.chat(line.chat))
    return [file.body for message in told if message.author != line.customer for file in message.files]


async def test_a_customers_document_is_asked_in_private_filed_in_the_deal_and_sent_when_told(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal, line, anna = _line(trade, employee)
    trade.within(
        lambda: trade.portal.messenger.customer_sends(line, "Customer.pdf", a_pdf("Customer"), text="please")
    )  # fmt: skip
    card = await anna.wait_for("Customer.pdf", "Who shall sign?", "From a customer", "please")
    assert "Goes to the deal too: Customer, Bar" in card.text
    await anna.choose("Customer.pdf", signer)
    async with signer.telegram() as ivan:
        await sign_typed(ivan, "Customer.pdf", await signer.code())
    body = await anna.wait_for_file()
    await eventually(lambda: any(f"Signed by {signer.name}" in c.text for c in trade.portal.comments(deal)))
    (comment,) = trade.portal.comments(deal)
    assert [file.body for file in comment.files] == [body], "the deal always gets it"
    assert trade.portal.bodies(deal) == [body], "its field was empty"
    assert _said_to_customer(trade, line) == [], "nothing of it was said to the customer"
    # the answer to the upload gets lost: the customer still gets it once
    trade.portal.faults.add(FaultKind.DROP_RESPONSE, method="imbot.v2.File.upload")
    anna.press(await anna.wait_for("Customer.pdf", button="Send it to the customer"), "Send it")
    anna.press(await anna.wait_for("Customer.pdf", "cannot be taken back", button="Yes, send it"), "Yes, send it")
    await anna.wait_for("Customer.pdf", "The customer has the signed file")
    assert _files_of_customer(trade, line) == [body]
    assert len(_said_to_customer(trade, line)) == 1
    assert not anna.found("Customer.pdf", button="Send it to the customer")


async def test_a_refusal_stays_inside_the_company(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal, line, anna = _line(trade, employee)
    trade.within(lambda: trade.portal.messenger.customer_sends(line, "Refused.pdf", a_pdf("Refused")))
    await anna.choose("Refused.pdf", signer)
    ivan = PortalUser(trade=trade, user=trade.user(signer))
    ivan.press(await ivan.wait_for("Refused.pdf", button="Reject"), "Reject")
    ivan.press(await ivan.wait_for("Refused.pdf", button="Wrong amount"), "Wrong amount")
    card = await anna.wait_for("Refused.pdf", "refused", "Wrong amount")
    assert not card.labels()
    assert _said_to_customer(trade, line) == []
    assert trade.portal.comments(deal) == []


async def test_what_cannot_be_signed_is_told_to_our_people_only(trade: Sales) -> None:
    _deal, line, anna = _line(trade, trade.office.employee())
    trade.within(lambda: trade.portal.messenger.customer_sends(line, "Broken.pdf", a_pdf("Broken")[:200]))
    await anna.wait_for("✖ Broken.pdf")
    assert _said_to_customer(trade, line) == []


async def test_a_chat_of_no_deal_or_of_nobodys_deal_asks_nobody(trade: Sales) -> None:
    messenger, portal = trade.portal.messenger, trade.portal
    stranger = trade.within(lambda: portal.office.hire("Some", "Guest").id)
    nobodys = trade.within(lambda: portal.office.open_deal("Nobody's", by=stranger))
    anna = PortalUser(trade=trade, user=trade.user(trade.office.enrolled[0]))
    for deal in (0, nobodys.id):
        line = trade.within(lambda deal=deal: messenger.open_line(deal=deal, operator=anna.user))  # type: ignore[misc]  # bound at once
        trade.within(lambda line=line: messenger.customer_sends(line, "Alone.pdf", a_pdf("Alone")))  # type: ignore[misc]  # bound at once
        await eventually(lambda: not messenger.queue)
        assert _said_to_customer(trade, line) == []
    assert not anna.found("Alone.pdf")
    assert not [message for message in messenger.dialog(stranger) if message.author != stranger]


async def test_the_amount_of_the_channels_deal_decides_or_its_requester_is_asked(trade: Sales) -> None:
    employee = trade.office.employee()
    deal, line, anna = _line(trade, employee)
    trade.within(lambda: trade.portal.office.price(deal, 25_000, by=trade.user(employee)))
    trade.within(lambda: trade.portal.messenger.customer_sends(line, "Priced.pdf", a_pdf("Priced"), text=""))
    card = await anna.wait_for("Priced.pdf", "as the deal says", button="Large")
    assert [label for label in card.labels() if "Small" in label or "amount" in label] == []
    trade.within(lambda: trade.portal.office.price(deal, 0, by=trade.user(employee)))
    trade.within(lambda: trade.portal.messenger.customer_sends(line, "Priced too.pdf", a_pdf("Priced too"), text=""))
    await anna.wait_for("Priced too.pdf", "How much is it about? Write the amount in EUR", button="Say the amount")
    anna.write("9 500 EUR")
    anna.press(await anna.wait_for("Priced too.pdf", "Amount: 9", button="Small"), "Small")
    await anna.wait_for("Priced too.pdf", "Amount: 9", "Route “Small”")
