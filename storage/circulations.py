"""The routes that requests were sent along, one row a request."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Named, String, Table, Text, TypedColumns, select

from signing.circulations import Circulation
from signing.errors import NotFound
from signing.request import RequestId, SigningRequest
from storage.connection import Connection
from storage.requests import request_of
from storage.tables import metadata
from storage.tables import request as requests


class CirculationColumns(TypedColumns):
    """The route of a request, as it was when the request was sent along it."""

    request = Column(String(12), ForeignKey("request.id"), primary_key=True)
    name: Named[str] = Column(Text)
    rule: Named[dict[str, Any]] = Column(JSON)


table = Table("circulation", metadata, CirculationColumns)


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

    async def parts_of(self, lead: RequestId) -> tuple[SigningRequest, ...]:
        """Return the parts of a request that goes along a route, oldest first."""
        oldest = (requests.c.created_at, requests.c.id)
        parts = select(requests).where(requests.c.part_of == lead).order_by(*oldest)
        return tuple(request_of(row) for row in await self._connection.execute(parts))
