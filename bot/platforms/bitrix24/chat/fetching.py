"""The queue of the bot's events: fetched, kept in the inbox, and only then acknowledged by the next fetch."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Protocol

import structlog

from bot.platforms.bitrix24.chat import shown
from bot.platforms.bitrix24.chat.conversation import arrival_of
from bot.platforms.bitrix24.chat.registration import GONE, Registration
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import Bitrix24Error, Refused
from bot.platforms.bitrix24.installation import Installation
from signing.ports import Clock, Store
from storage.inbox import Arrival

log = structlog.get_logger(__name__)

MORE_S = 2.0
"""Before the next fetch when the portal says that it has more."""
REFUSED_S = 30.0
"""Before the next fetch when the portal says that it does not let us."""
LIMIT = 100


class Inbox(Protocol):
    """Where events are kept before they are acknowledged (`storage.inbox.Inbox`)."""

    async def arrived(self, *arrivals: Arrival) -> int: ...


class Fetching:
    """Fetches until it is stopped. A crash loses nothing: what was not acknowledged comes again and is known."""

    def __init__(
        self, *, store: Store, clock: Clock, portal: Portal, installation: Installation, registration: Registration,
        inbox: Inbox, quick_s: float, idle_s: float,
    ) -> None:  # fmt: skip
        """`quick_s`: seconds between fetches while something waits; `idle_s`: while nothing does."""
        self._store = store
        self._clock = clock
        self._portal = portal
        self._installation = installation
        self._registration = registration
        self._inbox = inbox
        self._quick_s = quick_s
        self._idle_s = max(quick_s, idle_s)
        self._offset: int | None = None
        self._complained = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch, keep, pause; every call waits for its place in the portal's bucket."""
        while not stop.is_set():
            pause_s = await self.turn()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause_s)

    async def turn(self) -> float:
        """Fetch once and return how long to pause; what goes wrong is told once and tried again."""
        if await self._installation.installed() is None:
            return self._quick_s
        try:
            has_more = await self._fetch(await self._registration.ensure())
        except Bitrix24Error as failure:
            self._complain(failure)
            return REFUSED_S if isinstance(failure, Refused) else self._quick_s
        self._complained = ""
        return MORE_S if has_more else await self._pause_s()

    async def _fetch(self, bot: int) -> bool:
        acknowledging = {} if self._offset is None else {"offset": self._offset}
        answer = await self._portal.read("imbot.v2.Event.get", botId=bot, limit=LIMIT, **acknowledging)
        if events := answer.get("events"):
            await self._inbox.arrived(*(arrival_of(bot, event) for event in events))
            self._offset = int(answer["nextOffset"])
        return bool(answer.get("hasMore"))

    async def _pause_s(self) -> float:
        async with self._store.read() as tx:
            return self._quick_s if await shown.is_anything_live(tx, now=self._clock.now()) else self._idle_s

    def _complain(self, failure: Bitrix24Error) -> None:
        if failure.code in GONE:
            self._registration.forget()
            self._offset = None
        if failure.code != self._complained:
            log.warning("bitrix24_chat_not_fetched", error=type(failure).__name__, code=failure.code)
            self._complained = failure.code
