"""How fast Telegram lets a bot speak: token buckets for the bot, for each chat and for each group."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

_MANY_CHATS = 10_000


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Messages a second and how many may go at once; Telegram names 30/s, 1/s a chat and 20/min a group."""

    bot_per_s: float = 25.0
    bot_burst: int = 25
    chat_per_s: float = 1.0
    chat_burst: int = 3
    group_per_s: float = 20 / 60
    group_burst: int = 3


class Bucket:
    """A token bucket that remembers one number: when the next token is free of debt."""

    def __init__(self, *, per_s: float, burst: int) -> None:
        self._interval_s = 1 / per_s
        self._grace_s = (burst - 1) / per_s
        self._next = 0.0

    def take(self, now: float) -> float:
        """Take a token and return how many seconds to wait before using it."""
        self._next = max(self._next, now - self._grace_s)
        wait_s = max(0.0, self._next - now)
        self._next += self._interval_s
        return wait_s

    def is_full(self, now: float) -> bool:
        """Return whether forgetting this bucket changes nothing."""
        return self._next <= now - self._grace_s


class Pace:
    """Waits before each message as long as the slowest of its buckets wants."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._bot = Bucket(per_s=rates.bot_per_s, burst=rates.bot_burst)
        self._chats: dict[int, Bucket] = {}

    async def wait(self, chat: int) -> None:
        """Return when a message to `chat` (negative: a group) may go."""
        now = asyncio.get_running_loop().time()
        wait_s = max(self._bot.take(now), self._bucket(chat, now).take(now))
        if wait_s:
            await asyncio.sleep(wait_s)

    def _bucket(self, chat: int, now: float) -> Bucket:
        if chat not in self._chats:
            if len(self._chats) >= _MANY_CHATS:
                self._chats = {known: bucket for known, bucket in self._chats.items() if not bucket.is_full(now)}
            rates = self._rates
            per_s, burst = (rates.group_per_s, rates.group_burst) if chat < 0 else (rates.chat_per_s, rates.chat_burst)
            self._chats[chat] = Bucket(per_s=per_s, burst=burst)
        return self._chats[chat]
