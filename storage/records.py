"""Activation records as the bot remembers them: shown, confirmed, spent or dropped."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update

from signing.activation.record import ActivationRecord
from signing.errors import NotFound
from signing.people import PersonId
from signing.ports import StoredRecord
from signing.request import RequestId
from storage.connection import Connection
from storage.tables import record as table
from storage.tables import record_entry

OPEN, CONFIRMED = "open", "confirmed"


class SqlRecords:
    """Fills `signing.ports.Records`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, record: ActivationRecord) -> None:
        """Remember a record that is about to be shown; its nonce must be new."""
        body = record.to_json()
        row = {"nonce": record.nonce, "signer": record.signer, "shown_at": record.shown_at}
        await self._connection.execute(table.insert().values(**row, state=OPEN, body=body))
        covered = dict.fromkeys(entry.request for entry in record.entries)
        rows = [{"request": request, "nonce": record.nonce} for request in covered]
        await self._connection.execute(record_entry.insert(), rows)

    async def get(self, nonce: str) -> StoredRecord:
        """Return it or raise `NotFound`."""
        row = (await self._connection.execute(select(table).where(table.c.nonce == nonce))).one_or_none()
        if row is None:
            raise NotFound(what="record")
        return _stored(row)

    async def move(self, nonce: str, *, to: str) -> bool:
        """Move an open record on; False when it was not open any more."""
        is_open = (table.c.nonce == nonce, table.c.state == OPEN)
        return (await self._connection.execute(update(table).where(*is_open).values(state=to))).rowcount == 1

    async def open_for(self, signer: PersonId) -> tuple[StoredRecord, ...]:
        """Return this signer's open records, oldest first; does not check their expiry."""
        is_open = (table.c.signer == signer, table.c.state == OPEN)
        rows = await self._connection.execute(select(table).where(*is_open).order_by(table.c.shown_at, table.c.nonce))
        return tuple(_stored(row) for row in rows)

    async def of(self, request: RequestId) -> tuple[StoredRecord, ...]:
        """Return every record that covers the request, oldest first."""
        covers = select(table).join(record_entry, record_entry.c.nonce == table.c.nonce)
        query = covers.where(record_entry.c.request == request).order_by(table.c.shown_at, table.c.nonce)
        return tuple(_stored(row) for row in await self._connection.execute(query))

    async def confirmed_for(self, request: RequestId) -> StoredRecord | None:
        """Return the newest confirmed record that covers the request."""
        covers = (record_entry.c.request == request, table.c.state == CONFIRMED)
        newest = (table.c.shown_at.desc(), table.c.nonce.desc())
        query = select(table).join(record_entry, record_entry.c.nonce == table.c.nonce).where(*covers)
        row = (await self._connection.execute(query.order_by(*newest).limit(1))).one_or_none()
        return None if row is None else _stored(row)


def _stored(row: Row[Any]) -> StoredRecord:
    return StoredRecord(record=ActivationRecord.from_json(row.body), state=row.state)
