"""The portal's leaky bucket, kept on our side: so many calls at once, then as many as leak out (reference 2.2)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

THRESHOLD = 50
LEAK_PER_S = 2.0
"""Of every plan but Enterprise, for each portal and address of ours."""


def threshold_of(leak_per_s: float) -> int:
    """Return how many calls a plan takes at once: 50, and 250 where it lets five a second out, as Enterprise does."""
    return THRESHOLD if leak_per_s < 5 else 250


class LeakyBucket:
    """Lets calls through in the order they come, never faster than the portal allows."""

    def __init__(
        self,
        *,
        threshold: int = THRESHOLD,
        leak_per_s: float = LEAK_PER_S,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._threshold = threshold
        self._leak_per_s = leak_per_s
        self._now = now
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._level = 0.0
        self._at = now()
        self._closed_until = 0.0

    async def enter(self) -> None:
        """Wait for a place; places are given in order."""
        async with self._turn:
            while (wait_s := self._wait_s()) > 0:
                await self._sleep(wait_s)
            self._level += 1

    def pause(self, seconds: float) -> None:
        """Let nobody through for a while: the portal says that it is too much, whoever fills the bucket with us."""
        self._closed_until = max(self._closed_until, self._now() + seconds)

    def _wait_s(self) -> float:
        now = self._now()
        self._level = max(0.0, self._level - (now - self._at) * self._leak_per_s)
        self._at = now
        over = self._level + 1 - self._threshold
        return max(self._closed_until - now, over / self._leak_per_s, 0.0)
