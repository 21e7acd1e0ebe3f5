"""What a store needs of a database: to execute statements inside a transaction that somebody else ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy
from sqlalchemy import CursorResult, Executable

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Connection(Protocol):
    """One transaction's connection; SQLAlchemy's `AsyncConnection` to another database fits as well."""

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None, /
    ) -> CursorResult[*tuple[Any, ...]]:
        """Execute one statement; a sequence of parameter sets executes it once for each."""


class InLoop:
    """Executes on the event loop's own thread.

    A statement on a cached SQLite page takes microseconds and a thread hop takes a hundred of them; what can take
    long, to wait for the lock and for the disk, is in BEGIN and COMMIT, and these are `storage.database`'s.
    """

    def __init__(self, connection: sqlalchemy.Connection) -> None:
        self._connection = connection

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None, /
    ) -> CursorResult[*tuple[Any, ...]]:
        """Execute one statement; never suspends, so a cancelled task cannot leave it half done."""
        return self._connection.execute(statement, parameters)
