"""Delivery of updates to the bot's webhook: one queue after another in order, retried as Telegram retries."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import aiohttp

from playground.telegram.refusal import Json
from playground.telegram.updates import Update, Updates

RETRY_AFTER_LIMIT_S = 3600
DELIVERY_LIMIT_S = 60
Carry = Callable[[str, Json], Awaitable[object]]
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True)
class Hook:
    """What setWebhook was told."""

    url: str
    secret: str = field(default="", repr=False)
    max_connections: int = 40


class Webhook:
    """The deliveries under way to one hook; each queue is a task that ends when the queue is empty.

    `call` carries out a method that the webhook's answer asks for. `second` is how long a second of back-off takes.
    """

    def __init__(
        self, *, hook: Hook, updates: Updates, call: Carry, clock: Callable[[], datetime], second: float
    ) -> None:
        self.hook = hook
        self.last_error: tuple[datetime, str] | None = None
        self._clock = clock
        self._updates = updates
        self._call = call
        self._second = second
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DELIVERY_LIMIT_S))
        self._slots = asyncio.Semaphore(hook.max_connections)
        self._queues: dict[int, asyncio.Task[None]] = {}

    def push(self, queue: int) -> None:
        """See to it that the queue is being delivered."""
        running = self._queues.get(queue)
        if running is None or running.done():
            self._queues[queue] = asyncio.get_running_loop().create_task(self._drain(queue))

    async def close(self) -> None:
        """Stop delivering; what was not accepted stays with the updates."""
        for task in self._queues.values():
            task.cancel()
        await asyncio.gather(*self._queues.values(), return_exceptions=True)
        await self._session.close()

    async def _drain(self, queue: int) -> None:
        attempt = 0
        while update := self._updates.first_of(queue):
            async with self._slots:
                retry_after_s = await self._deliver(update)
            if retry_after_s is None:
                self._updates.confirm(update)
                attempt = 0
            else:
                await asyncio.sleep((retry_after_s or _pause_s(attempt)) * self._second)
                attempt += 1

    async def _deliver(self, update: Update) -> int | None:
        """Return None when the bot accepted the update, else the `Retry-After` it asked for, 0 without one."""
        headers = {_SECRET_HEADER: self.hook.secret} if self.hook.secret else {}
        try:
            async with self._session.post(self.hook.url, json=update.json(), headers=headers) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError) as failure:
            return self._failed(type(failure).__name__)
        if response.status // 100 != 2:
            self._failed(f"Wrong response from the webhook: {response.status} {response.reason}")
            return _retry_after_s(response.headers.get("Retry-After", ""))
        await self._carry_out(body)
        return None

    def _failed(self, why: str) -> int:
        self.last_error = (self._clock(), why)
        return 0

    async def _carry_out(self, body: bytes) -> None:
        try:
            wish = json.loads(body)
        except ValueError:
            return
        method = wish.pop("method", "") if isinstance(wish, dict) else ""
        if method and not method.startswith("get") and method not in {"setWebhook", "deleteWebhook", "close", "logOut"}:
            await self._call(method, wish)


def _pause_s(attempt: int) -> float:
    # The first retry comes at once, then 2, 4, 8… seconds up to a random minute or two.
    return 0 if attempt == 0 else min(2.0**attempt, random.uniform(60, 120))


def _retry_after_s(header: str) -> int:
    return min(int(header), RETRY_AFTER_LIMIT_S) if header.isdecimal() else 0
