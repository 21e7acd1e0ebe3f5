"""Updates on their way to the bot: kept until confirmed, handed out by getUpdates or pushed to a webhook."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from playground.telegram.faults import FaultKind, Faults
from playground.telegram.people import first_number
from playground.telegram.refusal import Json, conflict

POLL_LIMIT_S = 50
_LIFETIMES = {"callback_query": timedelta(seconds=150)}
_LIFETIME = timedelta(hours=24)
# Telegram sends these kinds only to a bot that names them in allowed_updates.
_ON_DEMAND = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True)
class Update:
    """One event for the bot."""

    id: int
    kind: str
    body: Json
    queue: int
    expires_at: datetime

    def json(self) -> Json:
        """Return the update as the bot receives it."""
        return {"update_id": self.id, self.kind: self.body}


def queue_of(kind: str, body: Json) -> int:
    """Return the queue in which updates keep their order: a chat, or a person's buttons.

    As in tdlib/telegram-bot-api, Client.cpp: a message and a button of one person are in different queues.
    """
    if kind == "callback_query":
        return int(body["from"]["id"]) + (3 << 33)
    if kind == "my_chat_member":
        return int(body["chat"]["id"]) + (5 << 33)
    return int(body["chat"]["id"])


class Updates:
    """What the bot has not confirmed yet."""

    def __init__(self, *, clock: Callable[[], datetime], faults: Faults) -> None:
        self.on_push: Callable[[int], None] | None = None
        """Set while a webhook is: called with the queue that has something new."""
        self.allowed: list[str] = []
        self._clock = clock
        self._faults = faults
        self._ids = itertools.count(first_number(clock()))
        self._pending: list[Update] = []
        self._held: Update | None = None
        self._poller: asyncio.Future[None] | None = None

    def publish(self, kind: str, body: Json) -> None:
        """Queue an event for the bot, if it wants events of this kind."""
        if kind not in self.allowed if self.allowed else kind in _ON_DEMAND:
            return
        expires_at = self._clock() + _LIFETIMES.get(kind, _LIFETIME)
        update = Update(next(self._ids), kind, body, queue_of(kind, body), expires_at)
        if self._held is None and self._faults.of_update(FaultKind.REORDER_UPDATES):
            self._held = update
            return
        added = [update, update] if self._faults.of_update(FaultKind.DUPLICATE_UPDATES) else [update]
        if self._held is not None:
            added, self._held = [*added, self._held], None
        self._pending += added
        self._wake(added)

    def count(self) -> int:
        """Return how many updates wait."""
        return len(self._live())

    def queues(self) -> set[int]:
        """Return the queues that have something waiting."""
        return {update.queue for update in self._live()}

    def first_of(self, queue: int) -> Update | None:
        """Return the next update of a queue."""
        return next((update for update in self._live() if update.queue == queue), None)

    def confirm(self, update: Update) -> None:
        """Forget one delivery of an update."""
        if update in self._pending:
            self._pending.remove(update)

    def drop(self) -> None:
        """Forget everything that waits."""
        self._pending.clear()

    async def poll(self, *, offset: int, limit: int, timeout_s: int) -> list[Json]:
        """Return what waits from `offset` on, confirming all before it; wait up to `timeout_s` for the first.

        A second poller ends the first, which gets the 409.
        """
        self._end_poller()
        self._confirm_before(offset)
        if not self._live() and timeout_s:
            await self._wait(min(timeout_s, POLL_LIMIT_S))
        return [update.json() for update in self._live()[: max(1, min(limit, 100))]]

    def close(self) -> None:
        """End a waiting poller with an empty answer."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    async def _wait(self, timeout_s: float) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout_s):
                await poller
        except TimeoutError:
            return

    def _end_poller(self) -> None:
        if self._poller is not None and not self._poller.done():
            reason = "terminated by other getUpdates request; make sure that only one bot instance is running"
            self._poller.set_exception(conflict(reason))

    def _confirm_before(self, offset: int) -> None:
        live = self._live()
        if offset < 0:
            offset = live[offset:][0].id if live else 0
        self._pending = [update for update in live if update.id >= offset]

    def _live(self) -> list[Update]:
        now = self._clock()
        self._pending = [update for update in self._pending if update.expires_at > now]
        return self._pending

    def _wake(self, added: list[Update]) -> None:
        self.close()
        for update in added:
            if self.on_push:
                self.on_push(update.queue)
