"""Journeys of the activity in a deal: pressed on the phone inside the portal, decided on their own card only."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms.bitrix24.activity_press import PRESSED
from playground.bitrix24.activities import Activity
from playground.bitrix24.faults import FaultKind
from playground.bitrix24.office import Deal
from playground.telegram.person import TelegramPerson
from tests.journeys.company import Colleague
from tests.journeys.sales import Sales, eventually
from tests.journeys.story import a_pdf, card_of, choose, has, sign_typed, signed_file

CALLED = "this is its card"


async def _asked(trade: Sales, anna: TelegramPerson, signer: Colleague, deal: Deal, name: str, *, by: Colleague) -> int:
    """A file is put into the deal and the signer chosen; return the activity that comes to stand there."""
    trade.put(deal, name, a_pdf(name), by=by)
    await choose(anna, await anna.wait_for(lambda m: has(m, name, "Who shall sign?")), signer)
    await eventually(lambda: _standing(trade, deal) != [])
    return _standing(trade, deal)[0].id


def _standing(trade: Sales, deal: Deal) -> list[Activity]:
    return trade.portal.activities.of(deal.id)


def _press(trade: Sales, activity: int, button: str, *, by: Colleague) -> bool:
    user = trade.user(by)
    return trade.within(lambda: trade.portal.activities.press(activity, button, by=user))


def _says(trade: Sales, deal: Deal, *words: str) -> bool:
    """Tell whether the deal's one activity says all of it, and nobody waits for an answer to a press."""
    (found,) = _standing(trade, deal)
    return not found.is_locked and all(word in str(found.layout) for word in words)


def _refused(trade: Sales, user: int) -> list[dict[str, Any]]:
    return [row for row in trade.office.rows("button:refused") if row["actor"] == f"bitrix24:{user}"]


async def test_pressed_in_the_deal_signed_on_the_own_card(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Pressed", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        activity = await _asked(trade, anna, signer, deal, "Pressed.pdf", by=employee)
        (found,) = _standing(trade, deal)
        assert (found.responsible, list(found.buttons)) == (trade.user(signer), ["sign", "reject"])
        card = await card_of(ivan, "Pressed.pdf")
        assert _press(trade, activity, "sign", by=signer)
        called = await ivan.wait_for(lambda m: has(m, "Pressed.pdf", CALLED))
        assert called["reply_to_message"]["message_id"] == card["message_id"]
        await eventually(lambda: _says(trade, deal, "The card is in the private chat", signer.name))
        assert trade.portal.bodies(deal) == [a_pdf("Pressed.pdf")], "the press decided nothing"
        await sign_typed(ivan, "Pressed.pdf", await signer.code())
        body = await signed_file(anna)
    await eventually(lambda: _standing(trade, deal)[0].is_completed)
    assert _says(trade, deal, f"Signed by {signer.name}", "/v/")
    assert (len(_standing(trade, deal)), dict(_standing(trade, deal)[0].buttons)) == (1, {})
    await eventually(lambda: trade.portal.bodies(deal) == [body])


async def test_rejected_on_the_own_card(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Turned down", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        activity = await _asked(trade, anna, signer, deal, "Turned.pdf", by=employee)
        assert _press(trade, activity, "reject", by=signer)
        await ivan.wait_for(lambda m: has(m, "Turned.pdf", CALLED))
        await eventually(lambda: _says(trade, deal, "waits for the signature", "refuse with a reason"))
        await ivan.press(await card_of(ivan, "Turned.pdf"), "Reject")
        await ivan.press(await ivan.wait_for(lambda m: has(m, "Turned.pdf", button="Wrong amount")), "Wrong amount")
    await eventually(lambda: _standing(trade, deal)[0].is_completed)
    assert _says(trade, deal, f"{signer.name} refused", "Wrong amount")
    assert trade.portal.bodies(deal) == [a_pdf("Turned.pdf")]


async def test_a_press_of_somebody_else_changes_nothing(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Meddled", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        activity = await _asked(trade, anna, signer, deal, "Meddled.pdf", by=employee)
        await card_of(ivan, "Meddled.pdf")
        assert _press(trade, activity, "reject", by=employee)
        await eventually(lambda: _says(trade, deal, f"Only {signer.name} can decide"))
        (row,) = _refused(trade, trade.user(employee))
        assert row["facts"] == {"reason": "not_the_signer", "action": "reject"}
        assert not [m for m in await ivan.messages() if has(m, "Meddled.pdf", CALLED)]
        await card_of(ivan, "Meddled.pdf")
    assert not _standing(trade, deal)[0].is_completed


async def test_a_forged_event_in_the_name_of_the_signer_only_brings_the_card(trade: Sales) -> None:
    """An insider knows the application's token: with it the signer's chat is rung at once a minute, and no more."""
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Forged press", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        activity = await _asked(trade, anna, signer, deal, "Forged.pdf", by=employee)
        found = trade.portal.activities.standing[activity]
        handler = next(handler for event, handler in trade.portal.events.bound if event == PRESSED)
        forged = trade.portal.activities.event(found, found.buttons["sign"]["action"], by=trade.user(signer))
        for _ in range(5):
            assert (await trade.portal.events.post(handler, forged))[0] == 200
        strange = forged | {"auth": forged["auth"] | {"application_token": "0" * 32}}
        assert (await trade.portal.events.post(handler, strange))[0] == 403
        await ivan.wait_for(lambda m: has(m, "Forged.pdf", CALLED))
        await eventually(lambda: _says(trade, deal, "The card is in the private chat"))
        assert len([m for m in await ivan.messages() if has(m, "Forged.pdf", CALLED)]) == 1
        await card_of(ivan, "Forged.pdf")
    assert trade.portal.bodies(deal) == [a_pdf("Forged.pdf")]


@pytest.mark.parametrize("method", ["add", "update"])
async def test_an_answer_that_was_lost_leaves_one_activity(trade: Sales, method: str) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal(f"Lost {method} of an activity", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        trade.portal.faults.add(FaultKind.DROP_RESPONSE, method=f"crm.activity.configurable.{method}")
        await _asked(trade, anna, signer, deal, "Unheard of.pdf", by=employee)
        await sign_typed(ivan, "Unheard of.pdf", await signer.code())
        await signed_file(anna)
    await eventually(lambda: _standing(trade, deal)[0].is_completed, seconds=120)
    assert len(_standing(trade, deal)) == 1


async def test_a_portal_that_refuses_activities_holds_nothing_up(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("No activities", by=employee)
    for method in ("add", "update", "list"):
        name = f"crm.activity.configurable.{method}" if method != "list" else "crm.activity.list"
        trade.portal.faults.add(FaultKind.DENIED, method=name, times=20)
    try:
        async with employee.telegram() as anna, signer.telegram() as ivan:
            trade.put(deal, "Plain.pdf", a_pdf("Plain.pdf"), by=employee)
            await choose(anna, await anna.wait_for(lambda m: has(m, "Plain.pdf", "Who shall sign?")), signer)
            await sign_typed(ivan, "Plain.pdf", await signer.code())
            body = await signed_file(anna)
        await eventually(lambda: trade.portal.bodies(deal) == [body])
        assert _standing(trade, deal) == []
    finally:
        trade.portal.faults.clear()
