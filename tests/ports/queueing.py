"""What the suites of the queue share: promising, running beside the test, waiting for a thing to come about."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from signing.ports import Clock, Job
from storage.jobs import Handler, JobQueue
from storage.store import SqlStore


class MovableClock(Clock, Protocol):
    """A clock told by hand."""

    def move(self, **by: float) -> object: ...


async def promise(store: SqlStore, *jobs: Job) -> None:
    """Promise the jobs in one transaction."""
    async with store.begin() as tx:
        for job in jobs:
            await tx.jobs.add(job)


@asynccontextmanager
async def running(queue: JobQueue, **handlers: Handler) -> AsyncIterator[None]:
    """Run the queue beside the test."""
    stop = asyncio.Event()
    run = asyncio.create_task(queue.run(handlers, stop=stop))
    try:
        yield
    finally:
        stop.set()
        await run


async def until(is_so: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until a thing has come about."""
    async with asyncio.timeout(20):
        while True:
            answer = is_so()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.005)


def nothing_left(store: SqlStore) -> Callable[[], Awaitable[bool]]:
    """Whether every promise is kept."""

    async def check() -> bool:
        async with store.read() as tx:
            return await tx.jobs.waiting() == ()

    return check
