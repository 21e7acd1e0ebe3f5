"""Codes in the chat: deleted before they count, never kept, wrong ones told in one way, keys in arrival order."""

from __future__ import annotations

import logging

import pytest

from playground.telegram.faults import Fault, FaultKind
from playground.telegram.person import find_button
from playground.telegram.refusal import Json
from signing.request import State
from tests.bot.platforms.telegram.office import Office, has_button, said
from tests.fakes.activation import RIGHT

WRONG = "000000"


async def second_step(office: Office) -> Json:
    await office.ask()
    card = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    await office.ivan.press(card, "Sign")
    return await office.ivan.wait_for(lambda m: has_button(m, "Type it here"))


async def typing(office: Office) -> Json:
    await office.ivan.press(await second_step(office), "Type it here")
    return await office.ivan.wait_for(lambda m: "six digits as a message" in said(m))


async def told(office: Office, words: str) -> None:
    await office.ivan.wait_for(lambda m: words in said(m))


async def state(office: Office) -> State:
    async with office.store.read() as tx:
        (request,) = await tx.requests.made_by(office.people["Anna"], limit=1)
    return request.state


async def test_a_wrong_code_is_told_with_the_clock_and_the_tries_left(office: Office) -> None:
    await typing(office)
    await office.ivan.send_text(WRONG)
    card = await office.ivan.wait_for(lambda m: "Not this code" in said(m))
    assert "2 tries are left" in said(card)
    assert "clock" in said(card)
    await office.ivan.send_text(RIGHT)
    await office.ivan.wait_for(lambda m: "Signed by Ivan" in said(m))


async def test_three_wrong_codes_freeze_the_request_until_it_is_asked_again(office: Office) -> None:
    await typing(office)
    for tries in ("2 tries", "1 try"):
        await office.ivan.send_text(WRONG)
        await told(office, tries)
    await office.ivan.send_text(WRONG)
    card = await office.anna.wait_for(lambda m: has_button(m, "Ask again"))
    assert "three codes did not fit" in said(card)
    await office.anna.press(card, "Ask again")
    await office.ivan.wait_for(lambda m: has_button(m, "Sign"))


@pytest.mark.parametrize("text", ["１２３４５６", "١٢٣٤٥٦", "12345", "1234567", "123 456", "12345a", "what is this"])
async def test_what_is_no_code_is_deleted_and_not_counted(office: Office, text: str) -> None:
    await typing(office)
    sent = await office.ivan.send_text(text)
    await office.ivan.wait_for(lambda m: "six digits, 0 to 9" in said(m))
    assert sent["message_id"] not in [m["message_id"] for m in await office.ivan.messages()]
    assert office.activation.attempts == {}


async def test_a_code_that_cannot_be_deleted_at_once_is_deleted_later(office: Office) -> None:
    await typing(office)
    office.server.faults.add(Fault(FaultKind.SERVER_ERROR, times=1, method="deleteMessage"))
    sent = await office.ivan.send_text(RIGHT)
    await office.ivan.wait_for(lambda m: "Signed by Ivan" in said(m))
    await office.settled()
    assert sent["message_id"] not in [m["message_id"] for m in await office.ivan.messages()]


async def test_no_code_is_asked_no_code_is_taken(office: Office) -> None:
    await second_step(office)
    sent = await office.ivan.send_text(RIGHT)
    await office.ivan.wait_for(lambda m: "No code is awaited" in said(m))
    assert sent["message_id"] not in [m["message_id"] for m in await office.ivan.messages()]
    assert office.activation.confirmed_records == {}


async def test_the_code_is_nowhere(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await typing(office)
    await office.ivan.send_text(RIGHT)
    await office.ivan.wait_for(lambda m: "Signed by Ivan" in said(m))
    await office.settled()
    assert RIGHT not in caplog.text
    async with office.store.read() as tx:
        for space in ("card", "button", "prompt", "message"):
            assert RIGHT not in str(await tx.notes.all(space=space, prefix=""))


async def test_the_keypad_signs_with_the_sixth_key(office: Office) -> None:
    await office.ivan.press(await second_step(office), "Keypad")
    pad = await office.ivan.wait_for(lambda m: has_button(m, "⌫"))
    shown = [(await office.ivan.press(pad, key))["text"] for key in ("1", "2", "4", "⌫", "3", "4", "5", "6")]
    assert shown == ["•·····", "••····", "•••···", "••····", "•••···", "••••··", "•••••·", "••••••"]
    await office.ivan.wait_for(lambda m: "Signed by Ivan" in said(m))
    edits = [r for r in office.server.log.requests if r.method == "editMessageCaption"]
    assert len(edits) < 10


async def test_keys_pressed_at_once_count_in_the_order_they_arrived(office: Office) -> None:
    await office.ivan.press(await second_step(office), "Keypad")
    pad = await office.ivan.wait_for(lambda m: has_button(m, "⌫"))
    for key in RIGHT:
        await office.ivan.press(pad, key, wait_s=0)
    await office.ivan.wait_for(lambda m: "Signed by Ivan" in said(m))


async def test_a_key_of_a_used_keypad_is_over(office: Office) -> None:
    await office.ivan.press(await second_step(office), "Keypad")
    pad = await office.ivan.wait_for(lambda m: has_button(m, "⌫"))
    key = find_button(pad, "1")["callback_data"]
    await office.ivan.press(pad, "Cancel")
    await office.ivan.wait_for(lambda m: has_button(m, "Sign") and not has_button(m, "⌫"))
    answer = await office.ivan.press(pad, data=key)
    assert "over" in answer["text"]
    assert await state(office) is State.WAITING
    async with office.store.read() as tx:
        assert key not in str(await tx.notes.all(space="button", prefix=""))
