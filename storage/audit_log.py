"""The append-only journal in the database, its signed heads, and the copy of the heads in a second place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from signing.audit import GENESIS, Event, Head, Row, SignedHead, Tag, chain
from storage.tables import journal as table
from storage.tables import journal_head


class SqlJournal:
    """Fills `signing.ports.Journal`; rows are chained inside the business transaction, whose writer is alone."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._last: tuple[int, str] | None = None

    async def add(self, event: Event) -> None:
        """Append one event; its facts must be JSON values."""
        seq, previous = self._last or await self._end()
        facts = json.dumps(event.facts, sort_keys=True, ensure_ascii=False, allow_nan=False)
        # What is hashed is what will be read back, so tuples are lists and the time is UTC.
        kept = Event(
            tag=event.tag, at=event.at.astimezone(UTC), actor=event.actor, subject=event.subject,
            facts=json.loads(facts),
        )  # fmt: skip
        row = chain(kept, seq=seq + 1, previous=previous)
        values = {"seq": row.seq, "at": kept.at, "tag": kept.tag.value, "actor": kept.actor, "subject": kept.subject}
        await self._connection.execute(
            table.insert().values(**values, facts=facts, previous=row.previous, hash=row.hash)
        )
        self._last = (row.seq, row.hash)

    async def of(self, subject: str) -> tuple[Event, ...]:
        """Return the events about one subject, oldest first."""
        query = select(table).where(table.c.subject == subject).order_by(table.c.seq)
        return tuple(_row(row).event for row in await self._connection.execute(query))

    async def rows(self, *, after: int = 0, limit: int = 1000) -> tuple[Row, ...]:
        """Return up to `limit` rows that follow row `after`, in order."""
        query = select(table).where(table.c.seq > after).order_by(table.c.seq).limit(limit)
        return tuple(_row(row) for row in await self._connection.execute(query))

    async def heads(self, *, after: int = 0) -> tuple[SignedHead, ...]:
        """Return the signed heads beyond row `after`, in order."""
        query = select(journal_head).where(journal_head.c.seq > after).order_by(journal_head.c.seq)
        return tuple(_head(row) for row in await self._connection.execute(query))

    async def next_head(self, *, now: datetime) -> Head | None:
        """Return the head to be signed now, or None when nothing was written since the last one."""
        seq, latest = await self._end()
        query = select(journal_head).order_by(journal_head.c.seq.desc()).limit(1)
        row = (await self._connection.execute(query)).one_or_none()
        if seq == 0 or (row is not None and row.seq >= seq):
            return None
        previous = GENESIS if row is None else _head(row).head.digest()
        return Head(seq=seq, hash=latest, at=now.astimezone(UTC), previous_head=previous)

    async def keep_head(self, signed: SignedHead) -> None:
        """Append a head that was signed."""
        await self._connection.execute(journal_head.insert().values(**vars(signed.head), signature=signed.signature))

    async def _end(self) -> tuple[int, str]:
        query = select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1)
        row = (await self._connection.execute(query)).one_or_none()
        return (0, GENESIS) if row is None else (row.seq, row.hash)


def _row(row: sqlalchemy.Row[Any]) -> Row:
    event = Event(tag=Tag(row.tag), at=row.at, actor=row.actor, subject=row.subject, facts=json.loads(row.facts))
    return Row(seq=row.seq, event=event, previous=row.previous, hash=row.hash)


def _head(row: sqlalchemy.Row[Any]) -> SignedHead:
    head = Head(seq=row.seq, hash=row.hash, at=row.at, previous_head=row.previous_head)
    return SignedHead(head=head, signature=row.signature)
