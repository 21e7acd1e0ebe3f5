"""Updates per second: our intake, inbox and dispatcher against bare aiogram, which keeps nothing.

    python -m benchmarks.updates [--updates 2000]

The same updates, text messages of 200 people, and the same dispatcher with one handler that does nothing. Ours are
committed to disk (SQLite, synchronous=FULL, sealed) before they would be acknowledged, then fed in each person's
order, then marked and wiped. "A hundred a commit" is polling, "one a commit" a webhook with 32 requests at a time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Message
from rich.console import Console
from rich.table import Table

from benchmarks.office import load
from bot.clock import SystemClock
from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.intake import TelegramIntake
from storage.database import Database
from storage.inbox import Arrival, Inbox
from storage.migrations import upgrade
from storage.sealed import Sealer

PEOPLE, POLLED, REQUESTS = 200, 100, 32

Keep = Callable[[Inbox, list[Arrival]], Awaitable[None]]


class Counter:
    """A dispatcher with one handler, which counts."""

    def __init__(self) -> None:
        self.seen, self.wanted, self.done = 0, 0, asyncio.Event()
        self.dispatcher = Dispatcher()
        self.dispatcher.message.register(self._count)

    def expect(self, count: int) -> None:
        """Start anew; `done` is set after `count` updates."""
        self.seen, self.wanted = 0, count
        self.done.clear()

    async def _count(self, message: Message) -> None:
        self.seen += 1
        if self.seen == self.wanted:
            self.done.set()


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=2000)
    given = parser.parse_args()
    title = f"{given.updates} updates, {load()}"
    _show(title, asyncio.run(_measure(given.updates)))


async def _measure(count: int) -> dict[str, float]:
    bot, counter = Bot("42:" + "A" * 35), Counter()
    updates = [_update(number) for number in range(count)]
    counter.expect(count)
    for update in updates[:50]:
        await counter.dispatcher.feed_raw_update(bot, update)  # aiogram prepares itself at the first ones
    counter.expect(count)
    start = time.perf_counter()
    for update in updates:
        await counter.dispatcher.feed_raw_update(bot, update)
    figures = {"bare aiogram, nothing kept": count / (time.perf_counter() - start)}
    intake = TelegramIntake(outgoing=Outgoing(bot), dispatcher=counter.dispatcher, inbox=_Nowhere())
    for way, keep in {"a hundred a commit": _polled, "one a commit": _posted}.items():
        figures[way] = count / await _kept(updates, counter, intake, keep)
    await bot.session.close()
    return figures


async def _kept(updates: list[dict[str, Any]], counter: Counter, intake: TelegramIntake, keep: Keep) -> float:
    """Return the seconds from the first arrival until the last update was handled."""
    arrivals = [_arrival(update) for update in updates]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'inbox.sqlite3'}"
        await asyncio.to_thread(upgrade, url)
        async with await Database.open(url) as database:
            inbox, stop = Inbox(database, SystemClock(), Sealer(os.urandom(32))), asyncio.Event()
            feeding = asyncio.create_task(inbox.run(intake.feed, stop=stop))
            counter.expect(len(updates))
            start = time.perf_counter()
            await keep(inbox, arrivals)
            await counter.done.wait()
            wall = time.perf_counter() - start
            stop.set()
            await feeding
    return wall


async def _polled(inbox: Inbox, arrivals: list[Arrival]) -> None:
    for at in range(0, len(arrivals), POLLED):
        await inbox.arrived(*arrivals[at : at + POLLED])


async def _posted(inbox: Inbox, arrivals: list[Arrival]) -> None:
    gate = asyncio.Semaphore(REQUESTS)

    async def post(arrival: Arrival) -> None:
        async with gate:
            await inbox.arrived(arrival)

    await asyncio.gather(*(post(arrival) for arrival in arrivals))


class _Nowhere:
    async def arrived(self, *arrivals: Arrival) -> int:
        """Keep nothing: the measurement hands arrivals to the inbox itself."""
        return len(arrivals)


def _update(number: int) -> dict[str, Any]:
    person = {"id": 1000 + number % PEOPLE, "is_bot": False, "first_name": "Person"}
    message = {
        "message_id": number + 1, "date": 1_790_000_000, "chat": {**person, "type": "private"}, "from": person,
        "text": "Please sign this before Friday.",
    }  # fmt: skip
    return {"update_id": number + 1, "message": message}


def _arrival(update: dict[str, Any]) -> Arrival:
    sender = update["message"]["from"]["id"]
    return Arrival(
        source="telegram", external_id=str(update["update_id"]), order_key=f"telegram:{sender}",
        body=json.dumps(update).encode(),
    )  # fmt: skip


def _show(title: str, figures: dict[str, float]) -> None:
    table = Table("way", "updates/s", "× bare", title=title)
    bare = next(iter(figures.values()))
    for way, per_s in figures.items():
        table.add_row(way, f"{per_s:.0f}", f"{per_s / bare:.2f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
