"""Loops that fail are started again, loops that end stay ended, and all stop together."""

from __future__ import annotations

import asyncio

from bot import background
from bot.background import Background, every, until


async def test_a_loop_that_fails_is_started_again() -> None:
    tries: list[int] = []
    done = asyncio.Event()

    async def loop(stopping: asyncio.Event) -> None:
        tries.append(1)
        if len(tries) < 2:
            raise RuntimeError
        done.set()
        await stopping.wait()

    house = Background()
    house.start("loop", loop)
    await asyncio.wait_for(done.wait(), background.FIRST_PAUSE_S + 5)
    await house.stop()
    assert len(tries) == 2


async def test_a_loop_that_ends_stays_ended() -> None:
    tries: list[int] = []

    async def loop(_stopping: asyncio.Event) -> None:
        tries.append(1)

    house = Background()
    house.start("loop", loop)
    await asyncio.sleep(0.05)
    await house.stop()
    assert len(tries) == 1


async def test_what_does_not_end_in_time_is_cancelled() -> None:
    ended = asyncio.Event()

    async def stubborn(_stopping: asyncio.Event) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    house = Background()
    house.start("stubborn", stubborn)
    await asyncio.sleep(0)
    await house.stop(grace_s=0.05)
    assert ended.is_set()


async def test_every_does_the_work_at_once_and_again() -> None:
    stopping, times = asyncio.Event(), 0

    async def work() -> None:
        nonlocal times
        times += 1
        if times == 3:
            stopping.set()

    await asyncio.wait_for(every(stopping, 0.01, work), 5)
    assert times == 3


async def test_until_gives_up_the_work_when_it_is_time_to_stop() -> None:
    stopping, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    waiting = asyncio.create_task(until(stopping, work()))
    await asyncio.sleep(0.01)
    stopping.set()
    await asyncio.wait_for(waiting, 5)
    assert ended.is_set()
