"""Who blocked the bot and is back: the files come once, by whatever sign of life, with one sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from playground.telegram.refusal import Json
from signing.audit import Tag
from tests.bot.platforms.telegram.office import Office, has_button, said
from tests.bot.platforms.telegram.test_bad_days import sign


async def missed_file(office: Office) -> Json:
    """Ivan signs while Anna's chat is closed; return her card."""
    card = await office.ask()
    asked = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    await office.anna.block()
    await sign(office, asked)
    await office.olga.wait_for(lambda m: "could not be delivered" in said(m))
    await office.settled()
    return card


async def unblocks(office: Office, _card: Json) -> None:
    await office.anna.unblock()


async def writes(office: Office, _card: Json) -> None:
    office.server.world.blocked.discard(office.anna.id)
    await office.anna.send_text("hello?")


async def commands(office: Office, _card: Json) -> None:
    office.server.world.blocked.discard(office.anna.id)
    await office.anna.send_text("/mine")


async def presses(office: Office, card: Json) -> None:
    office.server.world.blocked.discard(office.anna.id)
    await office.anna.press(card, "Remind")


@pytest.mark.parametrize("comes_back", [unblocks, writes, commands, presses])
async def test_any_sign_of_life_brings_the_file_once(
    office: Office, comes_back: Callable[[Office, Json], Awaitable[None]]
) -> None:
    await comes_back(office, await missed_file(office))
    await office.anna.wait_for(lambda m: "signed files had waited" in said(m))
    await office.anna.wait_for(lambda m: "signed.pdf" in m.get("document", {}).get("file_name", ""))
    for text in ("/start", "hello", "/mine"):
        await office.anna.send_text(text)
    await office.settled()
    messages = await office.anna.messages()
    assert sum("document" in m and m["from"]["is_bot"] for m in messages) == 1
    assert sum("signed files had waited" in said(m) for m in messages) == 1
    assert (await office.tags()).count(Tag.DELIVERY_RENEWED) == 1


async def test_a_signer_who_is_back_gets_the_card(office: Office) -> None:
    await office.ivan.block()
    await office.ask()
    await office.anna.wait_for(lambda m: "could not be delivered" in said(m))
    await office.ivan.unblock()
    await office.ivan.wait_for(lambda m: has_button(m, "Sign"))


async def test_a_stranger_who_unblocks_the_bot_is_nobody(office: Office) -> None:
    await office.stranger.send_text("hello")
    await office.stranger.wait_for(lambda m: m["from"]["is_bot"])
    await office.stranger.block()
    await office.stranger.unblock()
    await office.settled()
    assert Tag.DELIVERY_RENEWED not in await office.tags()
