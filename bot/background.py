"""The one owner of tasks: every loop that runs beside the event handlers starts and ends here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)

FIRST_PAUSE_S = 1.0
"""After a loop failed; doubled up to `LONGEST_PAUSE_S`."""
LONGEST_PAUSE_S = 60.0


class Background:
    """Named loops that are restarted when they fail and stopped together, last started first."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, name: str, loop: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        """Run `loop(stopping)` until it returns, again when it fails; it must end soon after `stopping` is set."""
        self._tasks.append(asyncio.create_task(self._keep(name, loop), name=name))

    async def stop(self, *, grace_s: float = 10.0) -> None:
        """Ask every loop to end; cancel what has not after `grace_s` seconds."""
        self.stopping.set()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=grace_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, name: str, loop: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        pause = FIRST_PAUSE_S
        while not self.stopping.is_set():
            try:
                await loop(self.stopping)
                return
            except Exception as error:  # a loop must outlive any fault; the fault is logged by its kind
                log.error("loop_failed", loop=name, error=type(error).__name__, pause_s=pause)
                await _pause(self.stopping, pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)


async def every(stopping: asyncio.Event, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work` at once and then every `seconds` until `stopping` is set."""
    while not stopping.is_set():
        await work()
        await _pause(stopping, seconds)


async def until(stopping: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do `work`, which knows nothing of `stopping`, until it ends or `stopping` is set; then it is cancelled."""
    working, waiting = asyncio.ensure_future(work), asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        for task in (working, waiting):
            task.cancel()
        await asyncio.gather(working, waiting, return_exceptions=True)


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
