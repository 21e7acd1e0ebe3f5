"""The loop under inbox and queue: it sleeps without missing a wake, and it does not hide what breaks."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from signing.errors import NotFound, SigningError
from signing.ports import Clock
from storage.pump import Pump, pause_after, shown


async def nothing_due() -> datetime | None:
    """No timer at all."""
    return None


async def test_a_work_that_could_not_end_in_rows_ends_the_loop_with_its_error(clock: Clock) -> None:
    pump = Pump(clock, asyncio.Event())

    async def break_down() -> None:
        raise OSError("disk full")

    async def start_once() -> bool:
        pump.start(break_down(), place="a")
        return False

    with pytest.raises(OSError, match="disk full"):
        await pump.run(start_once, nothing_due, stop=asyncio.Event(), grace=timedelta(0))


async def test_a_wake_between_looking_and_sleeping_is_not_slept_through(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.pump.CAP", timedelta(hours=1))
    wake, stop = asyncio.Event(), asyncio.Event()
    looks = 0

    async def look() -> bool:
        nonlocal looks
        looks += 1
        if looks == 1:
            wake.set()
        else:
            stop.set()
        return False

    async with asyncio.timeout(10):
        await Pump(clock, wake).run(look, nothing_due, stop=stop, grace=timedelta(0))
    assert looks == 2


@pytest.mark.parametrize(("attempt", "pause_s"), [(1, 2), (2, 4), (3, 8), (9, 512), (10, 600), (10_000, 600)])
def test_pauses_double_up_to_the_longest(attempt: int, pause_s: int) -> None:
    assert pause_after(attempt, shortest=timedelta(seconds=2), longest=timedelta(minutes=10)) == timedelta(
        seconds=pause_s
    )


def test_only_our_own_errors_are_shown_with_their_facts() -> None:
    errors: list[Exception] = [NotFound(what="request"), SigningError(), ValueError("token 123:SECRET")]
    assert [shown(error) for error in errors] == ["NotFound(what=request)", "SigningError()", "ValueError at "]
