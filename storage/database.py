"""The SQLite database: one fair writing connection, a pool of reading ones, one owner process."""

from __future__ import annotations

import asyncio
import fcntl
import os
import unicodedata
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ResourceClosedError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from signing.errors import SigningError
from storage.connection import WholeStatements, to_the_end

PRAGMAS = (
    "journal_mode=WAL",
    # FULL, because WAL with NORMAL loses the last acknowledged commits in a power cut; it costs some 0.4 ms.
    "synchronous=FULL",
    "busy_timeout=10000",
    "foreign_keys=ON",
    "journal_size_limit=67108864",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
)
READERS = 32
"""Reading transactions at once, each with a thread; more of them wait. None may hold one and wait for another."""


class DatabaseInUse(SigningError):
    """Another bot already works on this database (`database`: its file name)."""


class Database:
    """Engines over one SQLite file; the file must lie on a local disk."""

    def __init__(self, *, writer: AsyncConnection, read_engine: AsyncEngine, lock: int | None) -> None:
        self.promised = asyncio.Event()
        """Set after each commit that promised a job: the queue wakes on it."""
        self.arrived = asyncio.Event()
        """Set after each commit that brought an event into the inbox."""
        self._writer = writer
        self._read_engine = read_engine
        self._lock = lock
        # asyncio.Lock is first come, first served. SQLite's own busy handler is not: it let a writer wait for seconds.
        self._turn = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None
        self._places = asyncio.Semaphore(READERS)

    @classmethod
    async def open(cls, url: str, *, exclusive: bool = True) -> Self:
        """Open an existing, migrated database; `url` such as `sqlite+aiosqlite:///var/countersign.db`.

        The bot opens it `exclusive` (a second bot gets `DatabaseInUse`); the command line opens it beside a running
        bot with `exclusive=False`. Does not migrate: see `storage.migrations.upgrade`.
        """
        path = database_path(url)
        lock = _take_lock(path) if exclusive else None
        writer = _engine(path, begin="BEGIN IMMEDIATE", query_only=False).connect()
        opened = cls(writer=writer, read_engine=_engine(path, begin="BEGIN", query_only=True), lock=lock)
        try:
            await to_the_end(writer.start())
        except BaseException:
            await opened.close()
            raise
        return opened

    async def close(self) -> None:
        """Wait for what is under way, close every connection and let another process take the database."""
        await to_the_end(self._close())

    async def _close(self) -> None:
        async with self._turn, AsyncExitStack() as places:
            # A connection that is still read from would be neither in the pool nor closed.
            for _ in range(READERS):
                await places.enter_async_context(self._places)
            await _end(self._writer)
            await self._writer.engine.dispose()
            await self._read_engine.dispose()
        _release(self._lock)
        self._lock = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WholeStatements]:
        """Open a writing transaction when its turn comes: commit on leaving, roll back on any error."""
        if self._holder is asyncio.current_task():
            raise RuntimeError("a writing transaction inside a writing transaction would wait for itself")
        async with self._turn:
            self._holder = asyncio.current_task()
            try:
                await to_the_end(self._writer.begin().start())
                yield WholeStatements(self._writer)
                await to_the_end(self._writer.commit())
            except BaseException:
                await to_the_end(self._writer.rollback())
                raise
            finally:
                self._holder = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[WholeStatements]:
        """Open a reading transaction: one snapshot, writing through it fails."""
        async with self._places:
            if self._writer.closed:
                raise ResourceClosedError("the database is closed")
            connection = self._read_engine.connect()
            try:
                await to_the_end(connection.start())
                yield WholeStatements(connection)
            finally:
                await to_the_end(_end(connection))


async def _end(connection: AsyncConnection) -> None:
    """Close a connection, which may never have started; also rolls back."""
    if connection.sync_connection is not None:
        await connection.close()


def database_path(url: str) -> Path:
    """Return the file behind a SQLite URL; raise `ValueError` for any other database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise ValueError(f"not a SQLite file: {parsed.render_as_string(hide_password=True)}")
    return Path(parsed.database)


def _engine(path: Path, *, begin: str, query_only: bool) -> AsyncEngine:
    # isolation_level None stops the driver from beginning by itself; a deferred BEGIN that later writes would get
    # SQLITE_BUSY at once, whatever the busy_timeout, so writers begin IMMEDIATE.
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        pool_size=READERS,
        pool_use_lifo=True,
        connect_args={"isolation_level": None},
    )
    pragmas = (*PRAGMAS, "query_only=ON") if query_only else PRAGMAS
    script = "; ".join(f"PRAGMA {pragma}" for pragma in pragmas)

    # Both by the driver's own calls: one trip to its thread each, where SQLAlchemy's cursor makes three a statement.
    def prepare(connection: Any, _record: object) -> None:
        connection.run_async(lambda driver: driver.executescript(script))
        connection.run_async(lambda driver: driver.create_function("folded", 1, folded, deterministic=True))

    def start(connection: Any) -> None:
        connection.connection.dbapi_connection.run_async(lambda driver: driver.execute(begin))

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", start)
    return engine


def folded(text: str | None) -> str:
    """Return a text as searches compare it: SQLite's own LIKE knows the case of Latin letters only."""
    return unicodedata.normalize("NFC", text or "").casefold().replace("ё", "е")


def _take_lock(path: Path) -> int:
    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise DatabaseInUse(database=path.name) from error
    return descriptor


def _release(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)
