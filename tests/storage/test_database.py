"""The database: one owner, one fair writer, durable pragmas."""

from __future__ import annotations

import asyncio
import gc
import itertools
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, ResourceClosedError

from signing.ports import Clock, Job
from storage.database import READERS, Database, DatabaseInUse
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


async def test_one_task_may_hold_many_readings(database: Database) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(20):
            await stack.enter_async_context(database.read())


async def test_more_readers_than_there_are_places_wait_their_turn(database: Database) -> None:
    together = 0

    async def look() -> int:
        nonlocal together
        async with database.read() as connection:
            together += 1
            await connection.execute(text("SELECT 1"))
            seen = together
            together -= 1
        return seen

    seen = await asyncio.gather(*(look() for _ in range(4 * READERS)))
    assert 1 < max(seen) <= READERS


async def test_the_loop_runs_on_while_another_process_holds_the_database(url: str, database: Database) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(open_and_commit(database))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        other.execute("ROLLBACK")
        await waiting


async def open_and_commit(database: Database) -> None:
    """Write nothing."""
    async with database.write():
        pass


async def test_closing_waits_for_what_is_under_way_and_nothing_opens_afterwards(url: str) -> None:
    database = await Database.open(url)
    async with database.read() as connection:
        closing_it = asyncio.create_task(database.close())
        await asyncio.sleep(0.05)
        assert not closing_it.done()
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    await closing_it
    await database.close()
    for opened in (database.write, database.read):
        with pytest.raises(ResourceClosedError):
            await opened().__aenter__()


async def test_a_file_that_is_no_database_is_refused_and_let_go(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"no database" * 1000)
    for _ in range(2):
        with pytest.raises(DatabaseError, match="not a database"):
            await Database.open(f"sqlite+aiosqlite:///{path}")
    gc.collect()


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


async def cut_short(work: Callable[[], Coroutine[Any, Any, None]], *, times: int) -> AsyncIterator[asyncio.Task[None]]:
    """Start `work` again and again and cancel it a little later each time, until it is too late to cancel it."""
    for step in itertools.count():
        task = asyncio.create_task(work())
        await asyncio.wait([task], timeout=step * 0.0001)
        if task.done():
            return
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([task])
        assert task.cancelled()
        yield task


@pytest.mark.parametrize("times", [1, 3])
async def test_a_writer_cancelled_at_any_moment_leaves_all_or_nothing(
    database: Database, clock: Clock, times: int
) -> None:
    store, left = SqlStore(database, clock), set()

    async def write() -> None:
        async with store.begin() as tx:
            for name in "abc":
                await tx.notes.put(space="s", name=name, body={})

    async for _ in cut_short(write, times=times):
        async with store.begin() as tx:
            left.add(len(await tx.notes.all(space="s", prefix="")))
            await tx.notes.drop(space="s", prefix="")
    assert left <= {0, 3}
    assert 0 in left


async def test_a_reader_cancelled_at_any_moment_gives_its_place_and_connection_back(url: str) -> None:
    async with await Database.open(url) as database:

        async def look() -> None:
            async with database.read() as connection:
                await connection.execute(text("SELECT 1"))
                await connection.execute(text("SELECT 2"))

        cut = [task async for task in cut_short(look, times=2)]
        await asyncio.gather(*(look() for _ in range(READERS)))
    assert cut
    gc.collect()  # a connection left open would warn


async def test_a_database_whose_opening_is_cancelled_is_let_go(url: str) -> None:
    async def come_and_go() -> None:
        async with await Database.open(url):
            pass

    async for _ in cut_short(come_and_go, times=1):
        await come_and_go()
    gc.collect()
