"""The pace: a burst, then the leak; in order, and closed for all when the portal says so."""

from __future__ import annotations

import asyncio

import pytest

from bot.platforms.bitrix24.bucket import LeakyBucket


class Time:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def now(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        """Let the time pass, and the other coroutines run."""
        await asyncio.sleep(0)
        self.now_s += max(seconds, 1e-6)  # a real wait is never shorter; less than a float's grain would be no wait


async def _entries(bucket: LeakyBucket, time: Time, count: int) -> list[float]:
    """Return after how many seconds each call came through."""
    began, seen = time.now_s, []
    for _ in range(count):
        await bucket.enter()
        seen.append(time.now_s - began)
    return seen


def _bucket(time: Time, *, threshold: int = 50, leak_per_s: float = 2.0) -> LeakyBucket:
    return LeakyBucket(threshold=threshold, leak_per_s=leak_per_s, now=time.now, sleep=time.sleep)


async def test_fifty_at_once_then_two_a_second() -> None:
    time = Time()
    seen = await _entries(_bucket(time), time, 54)
    assert seen == pytest.approx([0.0] * 50 + [0.5, 1.0, 1.5, 2.0], abs=1e-3)


async def test_the_plan_decides_how_many() -> None:
    time = Time()
    seen = await _entries(_bucket(time, threshold=3, leak_per_s=5.0), time, 5)
    assert seen == pytest.approx([0.0, 0.0, 0.0, 0.2, 0.4], abs=1e-3)


async def test_what_leaked_out_is_free_again_and_idle_hours_save_nothing_up() -> None:
    time = Time()
    bucket = _bucket(time)
    await _entries(bucket, time, 50)
    time.now_s += 10
    assert (await _entries(bucket, time, 21))[19:] == pytest.approx([0.0, 0.5], abs=1e-3)
    time.now_s += 3600
    assert (await _entries(bucket, time, 51))[49:] == pytest.approx([0.0, 0.5], abs=1e-3)


async def test_places_are_given_in_the_order_of_asking() -> None:
    time = Time()
    bucket = _bucket(time, threshold=1)
    order: list[int] = []

    async def call(number: int) -> None:
        await bucket.enter()
        order.append(number)

    await asyncio.gather(*(call(number) for number in range(12)))
    assert order == list(range(12))


async def test_a_pause_holds_everybody_and_a_shorter_one_does_not_end_it() -> None:
    time = Time()
    bucket = _bucket(time)
    bucket.pause(8.0)
    bucket.pause(1.0)
    assert await _entries(bucket, time, 3) == pytest.approx([8.0, 8.0, 8.0], abs=1e-3)


async def test_a_pause_also_holds_whoever_waits_already() -> None:
    time = Time()
    bucket = _bucket(time, threshold=1)
    await bucket.enter()
    waiting = asyncio.ensure_future(bucket.enter())
    await asyncio.sleep(0)
    bucket.pause(30.0)
    await waiting
    assert time.now_s == pytest.approx(1030.0, abs=1e-3)


async def test_whoever_gives_up_waiting_takes_no_place_and_blocks_nobody() -> None:
    time, asleep = Time(), asyncio.Event()

    async def sleep(seconds: float) -> None:
        if not asleep.is_set():
            asleep.set()
            await asyncio.Event().wait()
        await time.sleep(seconds)

    bucket = LeakyBucket(threshold=1, now=time.now, sleep=sleep)
    await bucket.enter()
    waiting = asyncio.ensure_future(bucket.enter())
    await asleep.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await _entries(bucket, time, 1) == pytest.approx([0.5], abs=1e-3)
