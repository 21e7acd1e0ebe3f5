"""One moment of two SQLite files, taken beside their running owners: the bot's database and the module's store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

BUSY_S = 30.0
"""The running bot may hold the writing lock for a moment; it lets go sooner."""


def snapshot(*, database: Path, store: Path, into: Path) -> None:
    """Copy both files into the folder `into`, as they stood at one moment between two transactions of the bot.

    A signature that the journal tells is in the ledger, and one in the ledger was confirmed in the journal: so the
    bot's writer stands still while both snapshots are opened, and only so long.
    """
    with ExitStack() as stack:
        with _writer_stands_still(database):
            copies = [
                (stack.enter_context(_opened(path)), into / name)
                for path, name in ((store, "store.sqlite3"), (database, "database.sqlite3"))
            ]
        for source, target in copies:
            with closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
            target.chmod(0o600)


def end_of_journal(database: Path) -> tuple[int, str]:
    """Return the last row (number, hash) of a copied database."""
    return _end(database, "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")


def end_of_ledger(store: Path) -> tuple[int, str]:
    """Return the last row (number, hash) of a copied store."""
    return _end(store, "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1")


def is_sound(path: Path) -> bool:
    """Return whether SQLite finds nothing wrong with a copied file."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


def _end(path: Path, query: str) -> tuple[int, str]:
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute(query).fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "")


@contextmanager
def _writer_stands_still(database: Path) -> Iterator[None]:
    with closing(sqlite3.connect(database, timeout=BUSY_S, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            writer.execute("ROLLBACK")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection that has begun to read: later commits do not show in it."""
    with closing(sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection
