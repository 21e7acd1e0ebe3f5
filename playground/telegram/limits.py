"""How fast a bot may send, as far as Telegram tells: one message a second into a chat, twenty a minute into a group."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from playground.telegram.refusal import Refused

# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this; how long a burst may be is not told.
_WHOLE_BOT = (30.0, 30.0)
_PRIVATE = (1.0, 5.0)
_GROUP = (20 / 60, 20.0)


@dataclass
class Bucket:
    """Tokens that come back with time; one is a message."""

    rate_per_s: float
    size: float
    tokens: float
    at: datetime

    def wait_s(self, now: datetime) -> float:
        """Return how long until there is a token; 0 when there is one."""
        earned = (now - self.at).total_seconds() * self.rate_per_s
        self.tokens, self.at = min(self.size, self.tokens + earned), now
        return max(0.0, (1 - self.tokens) / self.rate_per_s)


class Limits:
    """The pace of one bot; chat 0 stands for all of them together."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._buckets: dict[int, Bucket] = {}

    def spend(self, method: str, chat_id: int | None) -> None:
        """Count one sending request. Raises `Refused` 429 when it comes too early."""
        if not method.startswith(("send", "edit", "forward", "copy")) or chat_id is None or method == "sendChatAction":
            return
        now = self._clock()
        buckets = [self._bucket(0, _WHOLE_BOT, now), self._bucket(chat_id, _PRIVATE if chat_id > 0 else _GROUP, now)]
        wait_s = max(bucket.wait_s(now) for bucket in buckets)
        if wait_s > 0:
            pause_s = max(1, math.ceil(wait_s))
            raise Refused(429, f"Too Many Requests: retry after {pause_s}", retry_after=pause_s)
        for bucket in buckets:
            bucket.tokens -= 1

    def _bucket(self, chat_id: int, pace: tuple[float, float], now: datetime) -> Bucket:
        rate_per_s, size = pace
        return self._buckets.setdefault(chat_id, Bucket(rate_per_s, size, size, now))
