"""The exactly-once gate: one row for request × document × signer, inserted once and never updated."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.sqlite import insert

from signing.document import Sha256
from signing.ports import Signature
from signing.request import RequestId
from storage.connection import Connection
from storage.tables import signature as table


class SqlSignatures:
    """Fills `signing.ports.Signatures`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, signature: Signature) -> bool:
        """Insert; False when this document already carries this signer's signature."""
        # RETURNING, because the rowcount of ON CONFLICT DO NOTHING differs from driver to driver.
        query = insert(table).values(**vars(signature)).on_conflict_do_nothing().returning(table.c.document)
        return (await self._connection.execute(query)).one_or_none() is not None

    async def of(self, request: RequestId) -> tuple[Signature, ...]:
        """Return a request's signatures in the order of its documents."""
        query = select(table).where(table.c.request == request).order_by(table.c.document, table.c.signed_at)
        return tuple(_signature(row) for row in await self._connection.execute(query))

    async def newest_of(self, request: RequestId) -> tuple[Signature, ...]:
        """Return of each document the signature made last: every increment makes a file larger."""
        newest = {s.document: s for s in sorted(await self.of(request), key=lambda s: s.size_bytes)}
        return tuple(newest[document] for document in sorted(newest))

    async def all(self) -> tuple[Signature, ...]:
        """Return every signature, for a check against the journal."""
        return tuple(_signature(row) for row in await self._connection.execute(select(table)))

    async def by_signed(self, sha256: Sha256) -> Signature | None:
        """Return the signature that produced these bytes."""
        query = select(table).where(table.c.signed_sha256 == sha256).limit(1)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _signature(row)


def _signature(row: Row[Any]) -> Signature:
    return Signature(**row._asdict())
