"""The queue of events: acknowledged only after the inbox has them, quick while something waits, slow when idle."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.platforms.bitrix24.chat import shown
from bot.platforms.bitrix24.chat.fetching import MORE_S, REFUSED_S, Fetching
from bot.platforms.bitrix24.chat.shown import Shown
from bot.platforms.bitrix24.installation import Installation, Installed
from bot.platforms.bitrix24.tokens import TokenPair
from playground.bitrix24.faults import FaultKind
from storage.documents import DiskFull
from storage.inbox import Arrival
from storage.sealed import Sealer
from tests.bot.platforms.bitrix24.chat.conftest import ANNA, Lines

QUICK_S = 5.0
IDLE_S = 15.0


@dataclass
class Kept:
    """An inbox that may be full."""

    arrivals: list[Arrival] = field(default_factory=list)
    is_full: bool = False

    async def arrived(self, *arrivals: Arrival) -> int:
        """Keep events."""
        if self.is_full:
            raise DiskFull
        self.arrivals += arrivals
        return len(arrivals)


async def _fetching(lines: Lines, inbox: Kept, *, is_installed: bool = True) -> Fetching:
    house = lines.house
    installation = Installation(store=house.store, sealer=Sealer(bytes(32)), clock=house.clock)
    if is_installed:
        await installation.open_window(by="console")
        pair = TokenPair(access="a", refresh="r", expires_at=house.clock.now())
        await installation.install(Installed(member_id="m", user_id=1, application_token="t"), pair)
    return Fetching(
        store=house.store, clock=house.clock, portal=lines.desk.portal, installation=installation,
        registration=lines.registration, inbox=inbox, quick_s=QUICK_S, idle_s=IDLE_S,
    )  # fmt: skip


async def test_an_event_is_acknowledged_only_after_it_was_kept(lines: Lines) -> None:
    inbox = Kept(is_full=True)
    fetching = await _fetching(lines, inbox)
    lines.messenger.write(ANNA, "Hello")
    with pytest.raises(DiskFull):
        await fetching.turn()
    assert len(lines.messenger.queue) == 1
    inbox.is_full = False
    await fetching.turn()
    assert len(lines.messenger.queue) == 1, "kept, but not acknowledged yet"
    await fetching.turn()
    assert lines.messenger.queue == []
    assert len(inbox.arrivals) == 1
    (arrival,) = inbox.arrivals
    assert arrival.order_key == f"bitrix24-chat:{ANNA}"


async def test_what_a_dead_process_kept_comes_again_under_the_same_name(lines: Lines) -> None:
    inbox = Kept()
    lines.messenger.write(ANNA, "Hello")
    await (await _fetching(lines, inbox)).turn()
    await (await _fetching(lines, inbox)).turn()
    first, second = inbox.arrivals
    assert first.external_id == second.external_id, "so the inbox knows it"


async def test_it_is_quick_while_somebody_has_something_to_press(lines: Lines) -> None:
    fetching = await _fetching(lines, Kept())
    assert await fetching.turn() == IDLE_S
    for until, pause_s in ((lines.house.clock.now() + timedelta(days=1), QUICK_S), (None, IDLE_S)):
        async with lines.house.store.begin() as tx:
            await shown.keep(tx, "request:person", Shown(message=1), live_until=until)
        assert await fetching.turn() == pause_s
    async with lines.house.store.begin() as tx:
        await shown.keep(tx, "request:person", Shown(message=1), live_until=lines.house.clock.now())
    lines.house.clock.move(hours=1)
    assert await fetching.turn() == IDLE_S, "a card that was left alone keeps nobody awake"


async def test_more_events_than_fit_are_fetched_soon(lines: Lines) -> None:
    inbox = Kept()
    fetching = await _fetching(lines, inbox)
    for number in range(130):
        lines.messenger.write(ANNA, str(number))
    assert await fetching.turn() == MORE_S
    await fetching.turn()
    assert len(inbox.arrivals) == 130


async def test_a_portal_that_is_away_or_not_installed_is_asked_again(lines: Lines) -> None:
    assert await (await _fetching(lines, Kept(), is_installed=False)).turn() == QUICK_S
    fetching = await _fetching(lines, Kept())
    lines.desk.far.faults.add(FaultKind.AWAY, times=9)
    assert await fetching.turn() == QUICK_S
    lines.desk.far.faults.clear()
    lines.messenger.bot = None
    assert await fetching.turn() == REFUSED_S
    await fetching.turn()
    assert lines.messenger.bot is not None, "registered again"
