"""What a platform remembers about what it sent: cards, button tokens, prompts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, bindparam, delete, or_, select
from sqlalchemy.dialects.sqlite import insert

from storage.connection import Connection
from storage.tables import note as table

_LAST = chr(0x10FFFF)
# Made once: these three run with every tap, and to build a statement costs more than to run it.
_NEW = insert(table)
_PUT = _NEW.on_conflict_do_update(
    index_elements=["space", "name"], set_={"body": _NEW.excluded.body, "expires_at": _NEW.excluded.expires_at}
)
_VALID = (
    table.c.space == bindparam("in_space"),
    table.c.name == bindparam("named"),
    or_(table.c.expires_at.is_(None), table.c.expires_at > bindparam("now")),
)
_GET = select(table.c.body).where(*_VALID)
_TAKE = delete(table).where(*_VALID).returning(table.c.body)


class SqlNotes:
    """Fills `signing.ports.Notes`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, *, space: str, name: str, body: dict[str, Any], expires_at: datetime | None = None) -> None:
        """Remember `body`; an older note of that name is replaced."""
        values = {"space": space, "name": name, "body": body, "expires_at": expires_at}
        await self._connection.execute(_PUT, values)

    async def get(self, *, space: str, name: str, now: datetime) -> dict[str, Any] | None:
        """Return the note while it is in time."""
        return await self._one(_GET, space, name, now)

    async def take(self, *, space: str, name: str, now: datetime) -> dict[str, Any] | None:
        """Return and delete in one statement: only one caller ever gets it."""
        return await self._one(_TAKE, space, name, now)

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

    async def _one(self, query: Executable, space: str, name: str, now: datetime) -> dict[str, Any] | None:
        found = await self._connection.execute(query, {"in_space": space, "named": name, "now": now})
        body: dict[str, Any] | None = found.scalar_one_or_none()
        return body


def _starting(space: str, prefix: str) -> tuple[ColumnElement[bool], ...]:
    # A range of the primary key: LIKE would ignore case in SQLite and treat `_` as a wildcard.
    return (table.c.space == space, table.c.name >= prefix, table.c.name < prefix + _LAST)
