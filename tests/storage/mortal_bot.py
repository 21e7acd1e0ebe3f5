"""A bot of inbox and queue only, made to be killed: `mortal_bot.py URL EFFECTS [FIRST]`.

It takes in events from number FIRST on and prints each number once it is kept; without FIRST it only works off.
Every event promises one job, every job appends its number to the file EFFECTS.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from signing.ports import Job
from storage.database import Database
from storage.inbox import Arrival, Inbox
from storage.jobs import JobQueue
from storage.sealed import Sealer
from storage.store import SqlStore


class WallClock:
    """The real time."""

    def now(self) -> datetime:
        """Return the current moment."""
        return datetime.now(UTC)


async def live(url: str, effects: Path, first: int | None) -> None:
    """Work until killed."""
    clock, never = WallClock(), asyncio.Event()
    database = await Database.open(url)
    store, inbox = SqlStore(database, clock), Inbox(database, clock, Sealer(bytes(32)))

    async def feed(arrival: Arrival) -> None:
        async with store.begin() as tx:
            await tx.jobs.add(Job(kind="tell", subject=arrival.external_id))

    async def tell(job: Job) -> None:
        with effects.open("a") as file:
            file.write(f"{job.subject}\n")

    works = [inbox.run(feed, stop=never), JobQueue(database, clock).run({"tell": tell}, stop=never)]
    if first is not None:
        works.append(take_in(inbox, first))
    await asyncio.gather(*works)


async def take_in(inbox: Inbox, first: int) -> None:
    """Take in events for three chats, one after the other."""
    number = first
    while True:
        await inbox.arrived(
            Arrival(source="telegram", external_id=str(number), order_key=str(number % 3), body=b"hello")
        )
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None))
