"""What retention asks of the rows: which requests are old, and which bytes somebody still needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select

from signing.request import RequestId
from storage.connection import Connection
from storage.tables import delivery, note, request, signature

_ON_ITS_WAY = ("promised", "sending")
ERASED = "erased"
"""Notes by `what:request`: what was erased already, and when."""


class SqlRetention:
    """Questions inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def due(self, *, before: datetime, what: str, limit: int = 500) -> tuple[RequestId, ...]:
        """Return requests that became final before that moment and still have what is to be erased, oldest first."""
        done = exists().where(note.c.space == ERASED, note.c.name == what + ":" + request.c.id)
        query = select(request.c.id).where(_is_old(before), ~done).order_by(request.c.finished_at).limit(limit)
        return tuple(RequestId(name) for (name,) in await self._connection.execute(query))

    async def needed(self, *, before: datetime) -> frozenset[str]:
        """Return the digests of all bytes that belong to a request which is not old yet."""
        young = ~_is_old(before)
        bodies = await self._connection.execute(select(request.c.body).where(young))
        signed = select(signature.c.signed_sha256).join(request, request.c.id == signature.c.request).where(young)
        made = await self._connection.execute(signed)
        return frozenset(_digests(body for (body,) in bodies)) | {digest for (digest,) in made}


def _is_old(before: datetime) -> ColumnElement[bool]:
    """A signed file that is still on its way to somebody is never old."""
    on_its_way = exists().where(delivery.c.request == request.c.id, delivery.c.state.in_(_ON_ITS_WAY))
    return and_(request.c.finished_at.is_not(None), request.c.finished_at < before, ~on_its_way)


def _digests(bodies: Iterable[Any]) -> Iterator[str]:
    """Yield every digest in the bodies, wherever it stands: what is not known here must not be lost."""
    for body in bodies:
        if isinstance(body, str) and len(body) == 64:
            yield body
        elif isinstance(body, dict):
            yield from _digests(body.values())
        elif isinstance(body, list):
            yield from _digests(body)
