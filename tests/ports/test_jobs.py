"""What every queue of jobs must do: nothing promised is lost, nothing runs twice at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from signing.ports import Clock, Job
from storage.database import Database
from storage.jobs import JobQueue
from storage.store import SqlStore
from storage.tables import job as table
from tests.ports.queueing import MovableClock, nothing_left, promise, running, until


async def test_a_promise_wakes_the_queue_and_is_kept_once(database: Database, store: SqlStore, clock: Clock) -> None:
    kept: list[Job] = []

    async def keep(job: Job) -> None:
        kept.append(job)

    async with running(JobQueue(database, clock), card=keep):
        await promise(store, Job(kind="card", subject="a", facts={"n": 1}))
        await until(nothing_left(store))
    assert [(job.subject, job.facts) for job in kept] == [("a", {"n": 1})]


async def test_a_waiting_promise_is_replaced_by_the_next(store: SqlStore, clock: Clock) -> None:
    later = clock.now() + timedelta(days=1)
    await promise(store, Job(kind="card", subject="a", facts={"n": 1}, due=later))
    await promise(store, Job(kind="card", subject="a", facts={"n": 2}), Job(kind="tell", subject="a", due=later))
    async with store.read() as tx:
        assert [(job.kind, job.facts) for job in await tx.jobs.waiting()] == [("card", {"n": 2}), ("tell", {})]


async def test_a_promise_taken_back_by_an_error_is_not_kept(store: SqlStore) -> None:
    async def fail() -> None:
        async with store.begin() as tx:
            await tx.jobs.add(Job(kind="card", subject="a"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await nothing_left(store)()


async def test_a_job_waits_until_it_is_due(database: Database, store: SqlStore, clock: MovableClock) -> None:
    kept: list[str] = []

    async def keep(job: Job) -> None:
        kept.append(job.subject)

    await promise(store, Job(kind="card", subject="later", due=clock.now() + timedelta(hours=1)))
    async with running(JobQueue(database, clock), card=keep):
        await promise(store, Job(kind="card", subject="now"))
        await until(lambda: kept == ["now"])
        clock.move(hours=1)
        await promise(store, Job(kind="other", subject="wakes the queue"))
        await until(lambda: kept == ["now", "later"])


async def test_a_job_promised_again_while_it_runs_runs_again_and_never_beside_itself(
    database: Database, store: SqlStore, clock: Clock
) -> None:
    seen: list[object] = []
    beside = Counter[str]()
    most = 0
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def keep(job: Job) -> None:
        nonlocal most
        beside[job.subject] += 1
        most = max(most, beside[job.subject])
        seen.append(job.facts["n"])
        begun.set()
        await go_on.wait()
        beside[job.subject] -= 1

    async with running(JobQueue(database, clock), card=keep):
        await promise(store, Job(kind="card", subject="a", facts={"n": 1}))
        await begun.wait()
        for number in (2, 3):
            await promise(store, Job(kind="card", subject="a", facts={"n": number}))
        go_on.set()
        await until(nothing_left(store))
    assert seen == [1, 3]
    assert most == 1


async def test_a_job_leased_by_a_process_that_died_is_run_by_the_next(
    database: Database, store: SqlStore, clock: Clock
) -> None:
    kept: list[str] = []

    async def keep(job: Job) -> None:
        kept.append(job.subject)

    await promise(store, Job(kind="sign", subject="a"))
    async with database.write() as connection:
        await connection.execute(table.update().values(owner="somebody dead", begun=1))
    async with running(JobQueue(database, clock), sign=keep):
        await until(nothing_left(store))
    assert kept == ["a"]


async def test_no_more_of_one_kind_run_at_once_than_allowed_and_other_kinds_go_on(
    database: Database, store: SqlStore, clock: Clock
) -> None:
    running_now, most = 0, 0
    go_on = asyncio.Event()
    told: list[str] = []

    async def sign(_job: Job) -> None:
        nonlocal running_now, most
        running_now += 1
        most = max(most, running_now)
        await go_on.wait()
        running_now -= 1

    async def tell(job: Job) -> None:
        told.append(job.subject)

    await promise(store, *(Job(kind="sign", subject=f"{number:03}") for number in range(100)))
    async with running(JobQueue(database, clock, limits={"sign": 2}), sign=sign, tell=tell):
        await promise(store, Job(kind="tell", subject="a"))
        await until(lambda: told == ["a"])
        go_on.set()
        await until(nothing_left(store))
    assert most == 2


async def test_a_kind_without_a_handler_waits(database: Database, store: SqlStore, clock: Clock) -> None:
    async def keep(job: Job) -> None: ...

    await promise(store, Job(kind="unknown", subject="a"), Job(kind="card", subject="a"))

    async def only_the_unknown() -> bool:
        async with store.read() as tx:
            return [job.kind for job in await tx.jobs.waiting()] == ["unknown"]

    async with running(JobQueue(database, clock), card=keep):
        await until(only_the_unknown)


async def test_a_stop_lets_jobs_end_and_keeps_the_promise_of_those_that_do_not(
    database: Database, store: SqlStore, clock: Clock
) -> None:
    begun = Counter[str]()
    stop = asyncio.Event()

    async def soon(_job: Job) -> None:
        begun["soon"] += 1
        await stop.wait()

    async def never(_job: Job) -> None:
        begun["never"] += 1
        await asyncio.Event().wait()

    await promise(store, Job(kind="soon", subject="a"), Job(kind="never", subject="a"))
    run = asyncio.create_task(
        JobQueue(database, clock).run({"soon": soon, "never": never}, stop=stop, grace=timedelta(milliseconds=200))
    )
    await until(lambda: begun.total() == 2)
    stop.set()
    await run
    async with store.read() as tx:
        assert [job.kind for job in await tx.jobs.waiting()] == ["never"]
    async with running(JobQueue(database, clock), never=soon):
        await until(nothing_left(store))


async def test_cleared_jobs_are_forgotten(store: SqlStore) -> None:
    await promise(store, Job(kind="card", subject="a"))
    async with store.begin() as tx:
        await tx.jobs.clear()
    assert await nothing_left(store)()
