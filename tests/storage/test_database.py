"""The database: one owner, one fair writer, durable pragmas."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from signing.ports import Clock, Job
from storage.database import Database, DatabaseInUse
from storage.store import SqlStore


async def test_a_second_bot_refuses_to_start_and_the_command_line_does_not(url: str, clock: Clock) -> None:
    async with await Database.open(url):
        with pytest.raises(DatabaseInUse):
            await Database.open(url)
        async with await Database.open(url, exclusive=False) as beside, SqlStore(beside, clock).begin() as tx:
            await tx.jobs.add(Job(kind="card", subject="a"))
    async with await Database.open(url) as next_one, SqlStore(next_one, clock).read() as tx:
        assert len(await tx.jobs.waiting()) == 1


async def test_a_second_process_is_refused_as_well(url: str) -> None:
    program = (
        "import asyncio, sys; from storage.database import *\n"
        "try: asyncio.run(Database.open(sys.argv[1]))\n"
        "except DatabaseInUse: sys.exit(7)"
    )
    async with await Database.open(url):
        root = Path(__file__).parents[2]
        ended = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program, url], cwd=root, check=False)
    assert ended.returncode == 7


async def test_commits_survive_a_power_cut_by_the_settings_of_every_connection(database: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000, "trusted_schema": 0}
    for opened in (database.write, database.read):
        async with opened() as connection:
            found = {name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in wanted}
        assert found == wanted


async def test_writers_are_served_in_the_order_they_came(database: Database) -> None:
    served: list[int] = []

    async def write(number: int) -> None:
        async with database.write():
            served.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(write(number) for number in range(32)))
    assert served == list(range(32))


async def test_a_writing_transaction_inside_another_is_refused_and_does_not_hang(database: Database) -> None:
    async def nest() -> None:
        async with database.write(), database.write():
            raise AssertionError

    with pytest.raises(RuntimeError, match="inside"):
        await nest()


async def test_more_readers_than_the_pool_holds_do_not_stop_the_loop(database: Database) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(20):
            await stack.enter_async_context(database.read())


async def test_two_processes_that_read_then_write_wait_for_each_other(url: str, clock: Clock) -> None:
    async with await Database.open(url) as bot, await Database.open(url, exclusive=False) as console:

        async def add_many(database: Database, name: str) -> None:
            for number in range(30):
                async with SqlStore(database, clock).begin() as tx:
                    before = len(await tx.notes.all(space="s", prefix=""))
                    await tx.notes.put(space="s", name=f"{name}{number}", body={"before": before})

        await asyncio.gather(add_many(bot, "a"), add_many(console, "b"))
        async with SqlStore(bot, clock).read() as tx:
            notes = await tx.notes.all(space="s", prefix="")
    assert sorted(body["before"] for _, body in notes) == list(range(60))


async def test_a_commit_under_way_is_finished_when_its_task_is_cancelled(database: Database, clock: Clock) -> None:
    store = SqlStore(database, clock)
    for delay in range(12):
        async with store.begin() as tx:
            await tx.notes.drop(space="s", prefix="")

        async def write() -> None:
            async with store.begin() as tx:
                await tx.notes.put(space="s", name="a", body={})
                await tx.notes.put(space="s", name="b", body={})

        task = asyncio.create_task(write())
        for _ in range(delay):
            await asyncio.sleep(0.0002)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with store.read() as tx:
            assert len(await tx.notes.all(space="s", prefix="")) in {0, 2}
