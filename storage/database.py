"""The SQLite database: one fair writing connection, a pool of reading ones, one owner process."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Engine, create_engine, event, make_url

from signing.errors import SigningError
from storage.connection import InLoop

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
READERS = 4


class DatabaseInUse(SigningError):
    """Another bot already works on this database (`database`: its file name)."""


class Database:
    """Engines over one SQLite file; the file must lie on a local disk."""

    def __init__(self, *, write_engine: Engine, read_engine: Engine, lock: int | None) -> None:
        self.promised = asyncio.Event()
        """Set after each commit that promised a job: the queue wakes on it."""
        self.arrived = asyncio.Event()
        """Set after each commit that brought an event into the inbox."""
        self._write_engine = write_engine
        self._read_engine = read_engine
        self._writer = write_engine.connect()
        self._lock = lock
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        # asyncio.Lock is first come, first served. SQLite's own busy handler is not: it let a writer wait for seconds.
        self._turn = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None

    @classmethod
    async def open(cls, url: str, *, exclusive: bool = True) -> Self:
        """Open an existing, migrated database; `url` such as `sqlite:///var/countersign.db`.

        The bot opens it `exclusive` (a second bot gets `DatabaseInUse`); the command line opens it beside a running
        bot with `exclusive=False`. Does not migrate: see `storage.migrations.upgrade`.
        """
        path = database_path(url)
        lock = _take_lock(path) if exclusive else None
        try:
            return cls(
                write_engine=_engine(path, begin="BEGIN IMMEDIATE", query_only=False),
                read_engine=_engine(path, begin="BEGIN", query_only=True),
                lock=lock,
            )
        except BaseException:
            _release(lock)
            raise

    async def close(self) -> None:
        """Close every connection and let another process take the database."""
        async with self._turn:
            self._thread.shutdown()
            self._writer.close()
        self._write_engine.dispose()
        self._read_engine.dispose()
        _release(self._lock)
        self._lock = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[InLoop]:
        """Open a writing transaction when its turn comes: commit on leaving, roll back on any error."""
        if self._holder is asyncio.current_task():
            raise RuntimeError("a writing transaction inside a writing transaction would wait for itself")
        async with self._turn:
            self._holder = asyncio.current_task()
            try:
                await self._apart(self._writer.begin)
                yield InLoop(self._writer)
                await self._apart(self._writer.commit)
            except BaseException:
                await self._apart(self._writer.rollback)
                raise
            finally:
                self._holder = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[InLoop]:
        """Open a reading transaction: one snapshot, writing through it fails."""
        with self._read_engine.connect() as connection:
            yield InLoop(connection)

    async def _apart(self, work: Callable[[], object]) -> None:
        """Do what may wait for a lock or for the disk in the database's own thread, to its end.

        A caller cancelled meanwhile is told afterwards: a commit is never left half-known.
        """
        doing = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            await asyncio.shield(doing)
        except asyncio.CancelledError:
            await asyncio.wait([doing])
            raise


def database_path(url: str) -> Path:
    """Return the file behind a SQLite URL; raise `ValueError` for any other database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise ValueError(f"not a SQLite file: {parsed.render_as_string(hide_password=True)}")
    return Path(parsed.database)


def _engine(path: Path, *, begin: str, query_only: bool) -> Engine:
    # isolation_level None stops the driver from beginning by itself; a deferred BEGIN that later writes would get
    # SQLITE_BUSY at once, whatever the busy_timeout, so writers begin IMMEDIATE. No limit to the readers, because a
    # full pool would stop the event loop, and with it whoever was to give a connection back.
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        pool_size=READERS,
        max_overflow=-1,
        connect_args={"isolation_level": None, "check_same_thread": False},
    )
    pragmas = (*PRAGMAS, "query_only=ON") if query_only else PRAGMAS

    def prepare(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


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
