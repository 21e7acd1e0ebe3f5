"""The bell of the portal: one notice a matter, harmless repeats, and what is said when it cannot ring."""

from __future__ import annotations

import pytest

from bot.platforms.bitrix24.bell import Bell, PortalChannel, may_ring
from bot.platforms.bitrix24.errors import Denied, UnknownOutcome
from playground.bitrix24.faults import FaultKind
from signing.errors import DeliveryFailed
from tests.bot.platforms.bitrix24.conftest import Desk


def _texts(desk: Desk, user: int) -> list[str]:
    return [one.text for one in desk.far.rest.notifications.of(user)]


async def test_the_same_tag_takes_the_place_of_the_earlier_notice(desk: Desk) -> None:
    bell = Bell(desk.portal)
    assert await bell.ring(2, "asked", tag="portal:1:2")
    assert await bell.ring(2, "signed", tag="portal:1:2")
    assert await bell.ring(1, "another person", tag="portal:1:1")
    assert (_texts(desk, 2), _texts(desk, 1)) == (["signed"], ["another person"])
    await bell.still(tag="portal:1:2")
    await bell.still(tag="portal:1:2")
    assert _texts(desk, 2) == []


async def test_an_answer_that_was_lost_leaves_one_notice_after_the_next_try(desk: Desk) -> None:
    desk.far.faults.add(FaultKind.DROP_RESPONSE, method="im.notify.system.add")
    with pytest.raises(UnknownOutcome):
        await Bell(desk.portal).ring(2, "asked", tag="t")
    assert await Bell(desk.portal).ring(2, "asked", tag="t")
    assert _texts(desk, 2) == ["asked"]


async def test_somebody_who_left_is_not_there(desk: Desk) -> None:
    desk.far.office.users[2].is_active = False
    assert not await Bell(desk.portal).ring(2, "asked", tag="t")
    with pytest.raises(DeliveryFailed, match="address"):
        await PortalChannel(Bell(desk.portal)).tell("2", subject="Used", text="…")


async def test_without_the_scope_it_is_said_and_nothing_else_suffers(desk: Desk) -> None:
    assert await may_ring(desk.portal)
    desk.far.accounts.scope = "crm,user_basic"
    assert not await may_ring(desk.portal)
    with pytest.raises(Denied, match="insufficient_scope"):
        await Bell(desk.portal).ring(2, "asked", tag="t")
    with pytest.raises(DeliveryFailed, match="portal_scope"):
        await PortalChannel(Bell(desk.portal)).tell("2", subject="Used", text="…")


async def test_one_use_of_a_key_is_one_notice_and_its_names_are_no_markup(desk: Desk) -> None:
    channel = PortalChannel(Bell(desk.portal))
    for link in ("https://sign.example.com/locked/first", "https://sign.example.com/locked/second"):
        await channel.tell("2", subject="Your key signed: 7K3M", text=f"[b]Contract[/b].pdf\n{link}")
    await channel.tell("2", subject="Your key signed: 9QXA", text="another use")
    await channel.tell("1", subject="Your key signed: 7K3M", text="another person")
    first, second = _texts(desk, 2)
    assert first.endswith("https://sign.example.com/locked/second")
    assert "[" not in first
    assert second.endswith("another use")
    assert len(_texts(desk, 1)) == 1
