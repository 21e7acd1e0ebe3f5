"""One after the other about one deal: an event's look and a process's action may come at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from signing.ports import Job


class Turns:
    """Locks by deal; a lock that nobody holds or waits for is forgotten."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def of(self, deal: int) -> asyncio.Lock:
        """Return the lock of a deal."""
        return self._locks.setdefault(deal, asyncio.Lock())

    def in_turn(self, handler: Callable[[Job], Awaitable[None]]) -> Callable[[Job], Awaitable[None]]:
        """Return a handler of jobs about deals that waits for its turn."""

        async def handle(job: Job) -> None:
            async with self.of(int(job.facts["deal"])):
                await handler(job)

        return handle
