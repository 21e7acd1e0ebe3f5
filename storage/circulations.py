"""The routes that requests were sent along, one row a request."""

from __future__ import annotations

from sqlalchemy import select

from signing.errors import NotFound
from signing.ports import Circulation
from signing.request import RequestId
from storage.connection import Connection
from storage.tables import circulation as table


class SqlCirculations:
    """Fills `signing.ports.Circulations`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, circulation: Circulation) -> None:
        """Insert; a request is sent along one route once."""
        await self._connection.execute(table.insert(), vars(circulation))

    async def get(self, request: RequestId) -> Circulation:
        """Return it or raise `NotFound`."""
        row = (await self._connection.execute(select(table).where(table.c.request == request))).one_or_none()
        if row is None:
            raise NotFound(what="circulation")
        return Circulation(request=RequestId(row.request), name=row.name, rule=row.rule)
