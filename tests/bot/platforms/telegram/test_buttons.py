"""A button proves nothing (invariant 6): forged, foreign, old and doubled presses change nothing."""

from __future__ import annotations

import asyncio
import itertools
import random
import secrets
import string
from datetime import timedelta

import pytest

from bot.platforms.telegram.buttons import ButtonRefused, Pressed, redeem
from playground.telegram.person import find_button
from playground.telegram.refusal import Json
from signing.audit import Tag
from signing.request import State
from tests.bot.platforms.telegram.office import Office, has_button, said


async def state(office: Office) -> State:
    async with office.store.read() as tx:
        (request,) = await tx.requests.made_by(office.people["Anna"], limit=1)
    return request.state


async def card_of_ivan(office: Office) -> Json:
    await office.ask()
    return await office.ivan.wait_for(lambda m: has_button(m, "Sign"))


async def test_a_press_by_somebody_else_does_nothing_and_is_journalled(office: Office) -> None:
    card = await card_of_ivan(office)
    data = find_button(card, "Reject")["callback_data"]
    in_her_chat = await office.olga.wait_for(lambda m: "Welcome" in said(m))
    answer = await office.olga.press(in_her_chat, data=data)
    assert "somebody else" in answer["text"]
    assert await state(office) is State.WAITING
    assert Tag.BUTTON_REFUSED in await office.tags()


async def test_a_press_under_another_message_does_nothing(office: Office) -> None:
    card = await card_of_ivan(office)
    data = find_button(card, "Sign")["callback_data"]
    other = await office.ivan.wait_for(lambda m: "Welcome" in said(m))
    answer = await office.ivan.press(other, data=data)
    assert "another message" in answer["text"]


async def test_forged_callback_data_changes_nothing(office: Office) -> None:
    card = await card_of_ivan(office)
    forged = ["b:" + secrets.token_urlsafe(24), "sign", "b:", "x" * 64, "подпись", '{"verb":"sign"}', "b:key:1"]
    for data in forged:
        answer = await office.ivan.press(card, data=data)
        assert answer["answered"]
    assert await state(office) is State.WAITING
    assert (await office.tags()).count(Tag.BUTTON_REFUSED) == len(forged)


async def test_of_many_parallel_presses_one_wins(office: Office) -> None:
    await office.anna.send_document(office.contract("Once.pdf"), "Once.pdf")
    draft = await office.anna.wait_for(lambda m: has_button(m, "Ivan"))
    await asyncio.gather(*(office.anna.press(draft, "Ivan") for _ in range(64)))
    await office.settled()
    tags = await office.tags()
    assert tags.count(Tag.REQUEST_SUBMITTED) == 1
    assert tags.count(Tag.BUTTON_REFUSED) == 63


async def test_an_old_keyboard_is_refused_and_the_card_renewed(office: Office) -> None:
    card = await card_of_ivan(office)
    old = find_button(card, "Sign")["callback_data"]
    await office.ivan.press(card, "Reject")
    rejecting = await office.ivan.wait_for(lambda m: has_button(m, "Wrong amount"))
    await office.ivan.press(rejecting, "Back")
    await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    answer = await office.ivan.press(card, data=old)
    assert "over" in answer["text"]
    assert await state(office) is State.WAITING


async def test_a_button_of_a_state_that_has_passed_is_over(office: Office) -> None:
    card = await card_of_ivan(office)
    reject = find_button(card, "Reject")["callback_data"]
    async with office.store.read() as tx:
        (request,) = await tx.requests.made_by(office.people["Anna"], limit=1)
    await office.core.decisions.cancel(request.id, by=office.people["Anna"])
    answer = await office.ivan.press(card, data=reject)
    assert "over" in answer["text"]


async def test_callback_data_says_nothing(office: Office) -> None:
    card = await card_of_ivan(office)
    data = [b["callback_data"] for row in card["reply_markup"]["inline_keyboard"] for b in row]
    assert len(set(data)) == len(data)
    assert all(value.startswith("b:") and len(value) == 34 for value in data)
    async with office.store.read() as tx:
        kept = await tx.notes.all(space="button", prefix="")
    assert not {value for value in data if any(value in name for name, _ in kept)}


async def test_no_tuple_of_account_chat_and_message_but_the_bound_one_counts(office: Office) -> None:
    card = await card_of_ivan(office)
    data = find_button(card, "Reject")["callback_data"]
    message, now = card["message_id"], office.core.clock.now()
    accounts, places = (office.ivan.id, office.anna.id, 0), (message, message + 1, 0)
    bound = Pressed(data=data, account=office.ivan.id, chat=office.ivan.id, message=message)
    for account, chat, place in itertools.product(accounts, accounts, places):
        pressed = Pressed(data=data, account=account, chat=chat, message=place)
        if pressed != bound:
            with pytest.raises(ButtonRefused):
                await redeem(office.store, pressed, now=now)
    press = await redeem(office.store, bound, now=now)
    assert (press.verb, press.person) == ("reject", office.people["Ivan"])
    with pytest.raises(ButtonRefused):
        await redeem(office.store, bound, now=now)


async def test_a_token_lives_for_a_day(office: Office) -> None:
    card = await card_of_ivan(office)
    data = find_button(card, "Reject")["callback_data"]
    pressed = Pressed(data=data, account=office.ivan.id, chat=office.ivan.id, message=card["message_id"])
    with pytest.raises(ButtonRefused):
        await redeem(office.store, pressed, now=office.core.clock.now() + timedelta(hours=24))


async def test_random_callback_data_means_nothing(office: Office) -> None:
    card = await card_of_ivan(office)
    chance = random.Random(17)
    for _ in range(300):
        data = "b:" + "".join(chance.choices(string.printable, k=chance.randint(0, 62)))
        pressed = Pressed(data=data, account=office.ivan.id, chat=office.ivan.id, message=card["message_id"])
        with pytest.raises(ButtonRefused):
            await redeem(office.store, pressed, now=office.core.clock.now())
    assert await state(office) is State.WAITING
