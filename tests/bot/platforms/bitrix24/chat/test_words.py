"""What a message of an employee means while the dialog waits for something: commands first, codes never as words."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from bot.platforms.bitrix24.chat.prompts import THREADS
from bot.platforms.bitrix24.chat.shown import Mode
from signing.presence import QuietHours
from signing.request import State
from tests.bot.platforms.bitrix24.chat.conftest import Dialog
from tests.fakes.activation import RIGHT


@pytest.mark.parametrize("verb", ["sign", "reason", "ask"])
async def test_lock_locks_whatever_is_awaited(dialog: Dialog, verb: str) -> None:
    request = await dialog.lines.house.asked()
    await dialog.press(verb, request)
    await dialog.write("/lock")
    async with dialog.core.store.read() as tx:
        assert (await tx.people.get(dialog.reader.person.id)).locked_at is not None
    assert (await dialog.lines.house.now(request)).state is State.FROZEN
    assert "locked" in dialog.told()


async def test_a_new_authenticator_is_asked_for_whatever_is_awaited(dialog: Dialog) -> None:
    request = await dialog.lines.house.asked()
    await dialog.press("reason", request)
    await dialog.write("factor")
    assert "https://sign.example.com/enrol/" in dialog.told()
    assert (await dialog.lines.house.now(request)).state is State.WAITING


@pytest.mark.parametrize(("verb", "words"), [("reason", "Write the reason"), ("ask", "write the question")])
@pytest.mark.parametrize("code", [RIGHT, "123 456", "１２３４５６"])
async def test_a_code_is_no_reason_and_no_question(dialog: Dialog, verb: str, words: str, code: str) -> None:
    signed, other = await dialog.lines.house.asked(), await dialog.lines.house.asked()
    await dialog.press("sign", signed)
    await dialog.press(verb, other)
    await dialog.write(code)
    assert words.lower() in dialog.told().lower()
    now = await dialog.lines.house.now(other)
    assert (now.state, now.reason) == (State.WAITING, "")
    assert (await dialog.lines.house.now(signed)).state is State.WAITING
    await dialog.write("the price is wrong")
    assert (await dialog.lines.house.now(other)).state is (State.REJECTED if verb == "reason" else State.WAITING)
    assert (await dialog.mode(other)).fault == ""


async def test_a_code_is_no_answer(dialog: Dialog) -> None:
    request = await dialog.lines.house.asked()
    async with dialog.core.store.begin() as tx:
        await tx.notes.put(space=THREADS, name="77", body={"request": request.id})
    before = await dialog.lines.house.tags(request)
    await dialog.write(RIGHT, reply_to="77")
    assert "did not take it as your answer" in dialog.told()
    assert await dialog.lines.house.tags(request) == before


async def test_a_card_that_waits_no_more_asks_for_no_code(dialog: Dialog) -> None:
    signed, other = await dialog.lines.house.asked(), await dialog.lines.house.asked()
    await dialog.press("sign", signed)
    assert (await dialog.mode(signed)).name == "code"
    await dialog.press("reason", other)
    assert await dialog.mode(signed) == Mode()
    assert (await dialog.mode(other)).name == "reason"


async def test_page_answers_with_a_link_that_signs_in_once(dialog: Dialog) -> None:
    await dialog.write("page")
    assert "https://sign.example.com/open/" in dialog.told()


async def test_away_and_back_are_words_of_the_dialog(dialog: Dialog) -> None:
    house = dialog.lines.house
    await dialog.write("away")
    assert "Nobody may sign for you yet" in dialog.told()
    async with house.store.begin() as tx:
        ivan = replace(await tx.people.get(house.id("Ivan")), deputies=(house.id("Olga"),))
        await tx.people.save(ivan)
    dialog.reader = replace(dialog.reader, person=ivan)
    await dialog.write("/away 1.12 - 12.12 olga, power of attorney 12/2026")
    told = dialog.told()
    assert "Away from 1 December to 12 December, both days included" in told
    assert "Olga signs for you, with their own key." in told
    assert "Ground: power of attorney 12/2026." in told
    async with house.store.read() as tx:
        absence = await tx.absences.of(house.id("Ivan"))
    assert absence is not None
    assert (absence.deputy, f"{absence.last_day}") == (house.id("Olga"), "2026-12-12")
    await dialog.write("away Olga")
    assert "May sign for you: Olga" in dialog.told()
    await dialog.write("back")
    assert "Welcome back!" in dialog.told()
    await dialog.write("back")
    assert "nothing to end" in dialog.told()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("quiet", "Your quiet hours: 20:00 to 08:00, and all day on Saturday and Sunday."),
        ("/quiet 22-7 every day", "Your quiet hours from now on: 22:00 to 07:00."),
        ("quiet soon", "Your quiet hours: 20:00 to 08:00"),
        ("quiet off", "Your quiet hours from now on: none; you are reminded at any hour."),
        ("/quiet company", "Your quiet hours from now on: 20:00 to 08:00, and all day"),
    ],
)
async def test_quiet_says_and_sets_when_nobody_reminds(dialog: Dialog, written: str, told: str) -> None:
    await dialog.write(written)
    assert told in dialog.told()


async def test_quiet_hours_of_the_portals_chat_are_those_of_every_chat(dialog: Dialog) -> None:
    house = dialog.lines.house
    await dialog.write("quiet 22-7 every day")
    async with house.store.read() as tx:
        assert await tx.absences.quiet_hours(house.id("Ivan")) == QuietHours(
            begin=time(22), end=time(7), weekends=False
        )
        changed = [e.facts["quiet"] for e in await tx.journal.of(house.id("Ivan")) if "quiet" in e.facts]
    assert changed == ["22-7 every day"]
    await dialog.write("quiet company")
    async with house.store.read() as tx:
        assert await tx.absences.quiet_hours(house.id("Ivan")) is None
    await dialog.write("help")
    assert "quiet – when not to remind you" in dialog.told()
