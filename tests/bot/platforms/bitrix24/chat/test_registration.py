"""Our bot in the portal: registered once, compared and mended at a start, made again when the portal lost it."""

from __future__ import annotations

import pytest

from bot.platforms.bitrix24.chat.registration import Registration
from bot.platforms.bitrix24.errors import Denied, NotExecuted
from tests.bot.platforms.bitrix24.chat.conftest import ANNA, Lines


def _fresh(lines: Lines) -> Registration:
    return Registration(
        store=lines.house.store, clock=lines.house.clock, portal=lines.desk.portal, language="en"
    )  # fmt: skip


async def test_every_start_finds_the_same_bot(lines: Lines) -> None:
    number = await _fresh(lines).ensure()
    assert number == await _fresh(lines).ensure()
    bot = lines.messenger.bot
    assert bot is not None
    assert bot.fields["eventMode"] == "fetch"
    assert list(bot.commands.values()) == ["press"]
    assert not lines.desk.far.calls("imbot.v2.Bot.update"), "nothing was to be mended"


async def test_a_start_mends_what_somebody_changed(lines: Lines) -> None:
    bot = lines.messenger.bot
    assert bot is not None
    bot.fields["eventMode"] = "webhook"
    await _fresh(lines).ensure()
    assert bot.fields["eventMode"] == "fetch"


async def test_the_number_is_known_before_the_portal_answers(lines: Lines) -> None:
    number = await lines.registration.number()
    asked = len(lines.desk.far.rest.calls)
    assert await _fresh(lines).number() == number
    assert len(lines.desk.far.rest.calls) == asked


async def test_a_bot_that_the_portal_lost_is_registered_again(lines: Lines) -> None:
    lines.messenger.bot = None
    with pytest.raises(NotExecuted):
        await lines.outgoing().say(ANNA, "Hello", key="hello")
    await lines.registration.ensure()
    await lines.outgoing().say(ANNA, "Hello", key="hello")
    assert [message.text for message in lines.told()] == ["Hello"]


async def test_without_the_permission_there_is_no_bot(lines: Lines) -> None:
    lines.desk.far.accounts.scope = "crm,user_basic"
    with pytest.raises(Denied) as refused:
        await _fresh(lines).ensure()
    assert refused.value.code == "insufficient_scope"
