"""What a store needs of a database: to execute statements inside a transaction that somebody else ends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncConnection

R = TypeVar("R")
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Connection(Protocol):
    """One transaction's connection; SQLAlchemy's `AsyncConnection` to another database fits as well."""

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None, /
    ) -> CursorResult[*tuple[Any, ...]]:
        """Execute one statement; a sequence of parameter sets executes it once for each."""


class WholeStatements:
    """Executes each statement to its end, also when the task that asked for it is cancelled meanwhile.

    SQLAlchemy gives up a connection whose statement was cancelled, while the driver's thread still executes it.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None, /
    ) -> CursorResult[*tuple[Any, ...]]:
        """Execute one statement; its rows are fetched already."""
        return await to_the_end(self._connection.execute(statement, parameters))


async def to_the_end(work: Coroutine[Any, Any, R]) -> R:
    """Return what `work` returns; a caller cancelled meanwhile, however often, is told when it is over."""
    doing = asyncio.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not doing.done():
        try:
            await asyncio.wait([doing])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled from (None if doing.cancelled() else doing.exception())
    return doing.result()
