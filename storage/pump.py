"""One loop for everything that waits in rows: start what is due, sleep until more is due, wait for the last ones."""

from __future__ import annotations

import asyncio
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from signing.errors import SigningError
from signing.ports import Clock

CAP = timedelta(seconds=5)
"""Longest sleep, so that a timer of days is looked at again and what the command line wrote is found: no event of this
process tells of it. Looking costs about a millisecond."""

BEGINNINGS = 50
"""How often in a row the process may die under one job or event before that one is held guilty."""


class Pump:
    """Owns the tasks it starts; each occupies a named place (a kind of job, the order key of an event)."""

    def __init__(self, clock: Clock, wake: asyncio.Event) -> None:
        self._clock = clock
        self._wake = wake
        self._running: dict[asyncio.Task[None], str] = {}
        self._broken: BaseException | None = None

    def occupied(self) -> Counter[str]:
        """Return how many tasks run at each place."""
        return Counter(self._running.values())

    def start(self, work: Coroutine[Any, Any, None], *, place: str) -> None:
        """Run `work` beside the loop; its end wakes the loop."""
        task = asyncio.create_task(work)
        self._running[task] = place
        task.add_done_callback(self._ended)

    async def run(
        self,
        start_due: Callable[[], Awaitable[bool]],
        next_due: Callable[[], Awaitable[datetime | None]],
        *,
        stop: asyncio.Event,
        grace: timedelta,
    ) -> None:
        """Call `start_due` until it finds nothing, sleep until `next_due`; after `stop` wait `grace`, then cancel.

        Works end their own errors in rows; when one could not (a full disk), its error ends the loop too.
        """
        self._broken = None
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set() and self._broken is None:
                # Cleared before looking: what comes meanwhile sets it again and is not slept through.
                self._wake.clear()
                if not await start_due():
                    await self._sleep(await next_due(), stopping)
        finally:
            stopping.cancel()
            await self._drain(grace)
        if self._broken is not None:
            raise self._broken

    async def _sleep(self, due: datetime | None, stopping: asyncio.Task[bool]) -> None:
        pause = CAP if due is None else min(CAP, max(due - self._clock.now(), timedelta(0)))
        waking = asyncio.create_task(self._wake.wait())
        await asyncio.wait({waking, stopping}, timeout=pause.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
        waking.cancel()

    async def _drain(self, grace: timedelta) -> None:
        if self._running:
            await asyncio.wait(set(self._running), timeout=grace.total_seconds())
        late = set(self._running)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        if not task.cancelled() and task.exception() is not None:
            self._broken = task.exception()
        self._wake.set()


def pause_after(attempt: int, *, shortest: timedelta, longest: timedelta) -> timedelta:
    """Return the exponential back-off after attempt 1, 2, 3 …"""
    return min(shortest * float(2 ** min(attempt - 1, 20)), longest)


def shown(error: Exception) -> str:
    """Return what may be logged: a stranger's message can hold a token, so only its type and place are told."""
    if isinstance(error, SigningError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return f"{type(error).__name__} at {' < '.join(f'{frame.name}:{frame.lineno}' for frame in reversed(frames))}"
