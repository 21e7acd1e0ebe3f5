"""What every queue must do with jobs that fail: come back later, come back when told, die loudly and be kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from signing.errors import KeyUnavailable
from signing.ports import Clock, Job
from storage.database import Database
from storage.jobs import JobQueue
from storage.pump import BEGINNINGS
from storage.store import SqlStore
from storage.tables import job as table
from tests.ports.queueing import MovableClock, nothing_left, promise, running, until


async def test_an_error_brings_the_job_back_later_and_each_time_later(
    database: Database, store: SqlStore, clock: MovableClock
) -> None:
    pauses: list[timedelta] = []

    async def fail(_job: Job) -> None:
        raise KeyUnavailable(reason="away")

    async def next_due() -> datetime:
        async with store.read() as tx:
            (job,) = await tx.jobs.waiting()
        assert job.due is not None
        return job.due

    async def is_put_off() -> bool:
        return await next_due() > clock.now()

    queue = JobQueue(database, clock, attempts={"sign": 4})
    await promise(store, Job(kind="sign", subject="a"))
    async with running(queue, sign=fail):
        for _ in range(3):
            before = clock.now()

            await until(is_put_off)
            due = await next_due()
            pauses.append(due - before)
            clock.move(seconds=pauses[-1].total_seconds())
            database.promised.set()
        await until(nothing_left(store))
    assert [pause.total_seconds() for pause in pauses] == [2, 4, 8]


async def test_after_its_attempts_a_job_is_dead_told_and_kept(
    database: Database, store: SqlStore, clock: Clock
) -> None:
    told: list[tuple[str, str]] = []

    async def fail(_job: Job) -> None:
        raise KeyUnavailable(reason="away")

    async def tell(job: Job, error: Exception) -> None:
        told.append((job.subject, str(error)))

    queue = JobQueue(database, clock, attempts={"sign": 3}, on_dead=tell, shortest=timedelta(0))
    await promise(store, Job(kind="sign", subject="a"))
    async with running(queue, sign=fail):
        await until(nothing_left(store))
    assert told == [("a", "KeyUnavailable(reason=away)")]
    async with store.read() as tx:
        ((dead, error),) = await tx.jobs.failed()
    assert (dead.subject, error) == ("a", "KeyUnavailable(reason=away)")


async def test_a_dead_job_lives_again_when_it_is_promised_again(
    database: Database, store: SqlStore, clock: Clock
) -> None:
    is_mended = False

    async def keep(_job: Job) -> None:
        if not is_mended:
            raise KeyUnavailable(reason="away")

    queue = JobQueue(database, clock, attempts={"sign": 1})
    await promise(store, Job(kind="sign", subject="a"))
    async with running(queue, sign=keep):
        await until(nothing_left(store))
        is_mended = True
        await promise(store, Job(kind="sign", subject="a"))
        await until(nothing_left(store))
    async with store.read() as tx:
        assert await tx.jobs.failed() == ()


async def test_a_job_that_cannot_be_buried_comes_back(database: Database, store: SqlStore, clock: Clock) -> None:
    burials = 0

    async def fail(_job: Job) -> None:
        raise KeyUnavailable(reason="away")

    async def bury(_job: Job, _error: Exception) -> None:
        nonlocal burials
        burials += 1
        if burials < 3:
            raise LookupError

    queue = JobQueue(database, clock, attempts={"sign": 1}, on_dead=bury, shortest=timedelta(0))
    await promise(store, Job(kind="sign", subject="a"))
    async with running(queue, sign=fail):
        await until(nothing_left(store))
    assert burials == 3


async def test_a_job_under_which_the_process_died_too_often_is_dead(
    database: Database, store: SqlStore, clock: Clock
) -> None:
    told: list[str] = []

    async def kill(_job: Job) -> None:
        raise AssertionError

    async def tell(_job: Job, error: Exception) -> None:
        told.append(str(error))

    await promise(store, Job(kind="sign", subject="a"))
    async with database.write() as connection:
        await connection.execute(table.update().values(begun=BEGINNINGS))
    async with running(JobQueue(database, clock, on_dead=tell), sign=kill):
        await until(nothing_left(store))
    assert told == ["WorkerFailed(reason=abandoned)"]


class SlowDown(Exception):
    """The other side says when to come back."""

    retry_after_s = 30


async def test_an_error_that_says_when_to_come_back_is_obeyed_and_is_no_attempt(
    database: Database, store: SqlStore, clock: MovableClock
) -> None:
    tries = 0

    async def slow(_job: Job) -> None:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise SlowDown

    async def put_off() -> bool:
        async with store.read() as tx:
            waiting = await tx.jobs.waiting()
        return not waiting or waiting[0].due == clock.now() + timedelta(seconds=30)

    queue = JobQueue(database, clock, attempts={"tell": 1})
    await promise(store, Job(kind="tell", subject="a"))
    async with running(queue, tell=slow):
        for _ in range(3):
            await until(put_off)
            clock.move(seconds=30)
            database.promised.set()
        await until(nothing_left(store))
    assert tries == 4
    async with store.read() as tx:
        assert await tx.jobs.failed() == ()


async def test_a_strangers_message_is_neither_logged_nor_kept(
    database: Database, store: SqlStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_job: Job) -> None:
        raise OSError("https://api.telegram.org/bot123:SECRET/sendMessage")

    await promise(store, Job(kind="tell", subject="a"))
    async with running(JobQueue(database, clock, attempts={"tell": 1}), tell=fail):
        await until(nothing_left(store))
    async with store.read() as tx:
        ((_, error),) = await tx.jobs.failed()
    assert error.startswith("OSError at fail:")
    assert "SECRET" not in error + caplog.text
