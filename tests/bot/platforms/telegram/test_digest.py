"""The morning's list: sent once a day, pinned, edited while things get done, unpinned when nothing waits."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

from playground.telegram.refusal import Json
from signing.ports import Job
from tests.bot.platforms.telegram.office import Office, has_button, said


async def morning(office: Office, day: str) -> None:
    """It is morning where Ivan is."""
    person = office.people["Ivan"]
    async with office.store.begin() as tx:
        await tx.jobs.add(Job(kind="digest", subject=person, facts={"person": person, "day": day}))


async def pinned(office: Office) -> list[int]:
    """Return what is pinned in Ivan's chat."""
    return office.server.world.chats[office.ivan.id].pinned


def _has_reject(name: str, message: Json) -> bool:
    return name in said(message) and has_button(message, "Reject")


def _asks_why(name: str, message: Json) -> bool:
    return name in said(message) and has_button(message, "Not agreed")


async def pinned_is(office: Office, *messages: Json) -> None:
    """Wait until exactly these messages are pinned."""
    wanted = [message["message_id"] for message in messages]
    async with asyncio.timeout(10):
        while await pinned(office) != wanted:  # noqa: ASYNC110  # the world of the playground rings no bell for this
            await asyncio.sleep(0.02)


async def test_the_list_of_the_morning_lives_for_a_day(office: Office) -> None:
    await office.ask("First.pdf")
    card = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    await morning(office, "2026-11-23")
    digest = await office.ivan.wait_for(lambda m: "Good morning! One document waits for you:" in said(m))
    assert "1. First.pdf\n    Anna Petrova · until" in said(digest)
    await pinned_is(office, digest)

    await office.ask("Second.pdf")
    same = digest["message_id"]
    await office.ivan.wait_for(lambda m: m["message_id"] == same and "2 documents" in said(m))
    for name in ("First.pdf", "Second.pdf"):
        card = await office.ivan.wait_for(partial(_has_reject, name))
        await office.ivan.press(card, "Reject")
        await office.ivan.press(await office.ivan.wait_for(partial(_asks_why, name)), "Not agreed")
    await office.ivan.wait_for(lambda m: m["message_id"] == same and "list waits for you any more" in said(m))
    await pinned_is(office)

    await office.ask("Third.pdf")
    await office.ivan.wait_for(lambda m: m["message_id"] == same and "Third.pdf" in said(m))
    await pinned_is(office, digest)
    await morning(office, "2026-11-24")
    new = await office.ivan.wait_for(lambda m: "Good morning" in said(m) and m["message_id"] != same)
    await pinned_is(office, new)


async def test_the_same_morning_twice_is_one_message_and_the_pin_leaves_no_line(office: Office) -> None:
    await office.ask("Only.pdf")
    for _ in range(2):
        await morning(office, "2026-11-23")
        digest = await office.ivan.wait_for(lambda m: "Good morning" in said(m))
        await pinned_is(office, digest)
        await office.settled()
    messages = await office.ivan.messages()
    assert [m["message_id"] for m in messages if "Good morning" in said(m)] == [digest["message_id"]]
    assert not any("pinned_message" in message for message in messages)
    assert not any("company only" in said(message) for message in messages), "our own line is no stranger"


async def test_nothing_waits_and_nothing_is_said(office: Office) -> None:
    await morning(office, "2026-11-23")
    await office.settled()
    assert not any("morning" in said(message) for message in await office.ivan.messages())


async def test_the_list_says_for_whom(office: Office) -> None:
    today = office.core.clock.now().date()
    ivan, olga = office.people["Ivan"], office.people["Olga"]
    await office.core.leaving.leave(ivan, by=ivan, first=today, last=today + timedelta(days=300), deputy=olga)
    await office.ask("Away.pdf")
    async with office.store.begin() as tx:
        await tx.jobs.add(Job(kind="digest", subject=olga, facts={"person": olga, "day": "2026-11-23"}))
    await office.olga.wait_for(lambda m: "Good morning" in said(m) and "for Ivan Marković" in said(m))
