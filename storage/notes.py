"""What a platform remembers about what it sent: cards, button tokens, prompts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import note as table

_LAST = chr(0x10FFFF)


class SqlNotes:
    """Fills `signing.ports.Notes`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, *, space: str, name: str, body: dict[str, Any], expires_at: datetime | None = None) -> None:
        """Remember `body`; an older note of that name is replaced."""
        query = insert(table).values(space=space, name=name, body=body, expires_at=expires_at)
        newer = {"body": query.excluded.body, "expires_at": query.excluded.expires_at}
        await self._connection.execute(query.on_conflict_do_update(index_elements=["space", "name"], set_=newer))

    async def get(self, *, space: str, name: str, now: datetime) -> dict[str, Any] | None:
        """Return the note while it is in time."""
        query = select(table.c.body).where(*_valid(space, name, now))
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def take(self, *, space: str, name: str, now: datetime) -> dict[str, Any] | None:
        """Return and delete in one statement: only one caller ever gets it."""
        query = delete(table).where(*_valid(space, name, now)).returning(table.c.body)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def drop(self, *, space: str, prefix: str) -> None:
        """Forget every note of the space whose name starts with `prefix`."""
        await self._connection.execute(delete(table).where(*_starting(space, prefix)))

    async def all(self, *, space: str, prefix: str) -> tuple[tuple[str, dict[str, Any]], ...]:
        """Return (name, body) in the order of names, expired ones included until they are forgotten."""
        query = select(table.c.name, table.c.body).where(*_starting(space, prefix)).order_by(table.c.name)
        return tuple((name, body) for name, body in await self._connection.execute(query))

    async def forget_expired(self, *, now: datetime) -> None:
        """Delete what nobody can take any more."""
        await self._connection.execute(delete(table).where(table.c.expires_at <= now))


def _valid(space: str, name: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    in_time = or_(table.c.expires_at.is_(None), table.c.expires_at > now)
    return (table.c.space == space, table.c.name == name, in_time)


def _starting(space: str, prefix: str) -> tuple[ColumnElement[bool], ...]:
    # A range of the primary key: LIKE would ignore case in SQLite and treat `_` as a wildcard.
    return (table.c.space == space, table.c.name >= prefix, table.c.name < prefix + _LAST)
