"""The append-only journal in the database, its signed heads, and the copy of the heads in a second place."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import sqlalchemy
from sqlalchemy import URL, Select, Table, create_engine, event, func, select, type_coerce
from sqlalchemy.types import NullType

from signing.audit import (
    GENESIS,
    Event,
    Fault,
    Head,
    Row,
    SignedHead,
    Tag,
    chain,
    check_chain,
    check_head_signatures,
    check_heads,
)
from storage.connection import Connection
from storage.database import Database, database_path
from storage.tables import journal as table
from storage.tables import journal_head

R = TypeVar("R")
_HASH = re.compile("[0-9a-f]{64}")
_ADD = table.insert()
_END = select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1)


class SqlJournal:
    """Fills `signing.ports.Journal`; rows are chained inside the business transaction, whose writer is alone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last: tuple[int, str] | None = None

    async def add(self, event: Event) -> None:
        """Append one event; its facts must be JSON values."""
        seq, previous = self._last or await self._end()
        facts = _written(event.facts)
        # What is hashed is what will be read back, so tuples are lists and the time is UTC.
        kept = Event(
            tag=event.tag, at=event.at.astimezone(UTC), actor=event.actor, subject=event.subject,
            facts=json.loads(facts),
        )  # fmt: skip
        row = chain(kept, seq=seq + 1, previous=previous)
        values = {"seq": row.seq, "at": kept.at, "tag": kept.tag.value, "actor": kept.actor, "subject": kept.subject}
        await self._connection.execute(_ADD, {**values, "facts": facts, "previous": row.previous, "hash": row.hash})
        self._last = (row.seq, row.hash)

    async def of(self, subject: str) -> tuple[Event, ...]:
        """Return the events about one subject, oldest first."""
        query = _raw(table).where(table.c.subject == subject)
        return tuple(_row(row).event for row in await self._connection.execute(query))

    async def rows_of(self, subjects: Collection[str]) -> tuple[Row, ...]:
        """Return the rows about these subjects with their places in the chain, oldest first."""
        query = _raw(table).where(table.c.subject.in_(subjects))
        return tuple(_row(row) for row in await self._connection.execute(query))

    async def rows(self, *, after: int = 0, limit: int = 1000) -> tuple[Row, ...]:
        """Return up to `limit` rows that follow row `after`, in order."""
        query = _raw(table).where(table.c.seq > after).limit(limit)
        return tuple(_row(row) for row in await self._connection.execute(query))

    async def counts(self, *, after: int = 0) -> tuple[int, dict[str, int]]:
        """Return the newest row's number, and how many rows of each tag follow row `after`."""
        last, _ = await self._end()
        tags = select(table.c.tag, func.count()).where(table.c.seq > after, table.c.seq <= last).group_by(table.c.tag)
        return last, {tag: int(rows) for tag, rows in await self._connection.execute(tags)}

    async def heads(self, *, after: int = 0) -> tuple[SignedHead, ...]:
        """Return the signed heads beyond row `after`, in order."""
        query = _raw(journal_head).where(journal_head.c.seq > after)
        return tuple(_head(row) for row in await self._connection.execute(query))

    async def next_head(self, *, now: datetime) -> Head | None:
        """Return the head to be signed now, or None when nothing was written since the last one."""
        seq, latest = await self._end()
        newest = _raw(journal_head).order_by(None).order_by(journal_head.c.seq.desc()).limit(1)
        row = (await self._connection.execute(newest)).one_or_none()
        if seq == 0 or (row is not None and row.seq >= seq):
            return None
        previous = GENESIS if row is None else _head(row).head.digest()
        return Head(seq=seq, hash=latest, at=now.astimezone(UTC), previous_head=previous)

    async def keep_head(self, signed: SignedHead) -> None:
        """Append a head that was signed."""
        await self._connection.execute(journal_head.insert().values(**vars(signed.head), signature=signed.signature))

    async def _end(self) -> tuple[int, str]:
        row = (await self._connection.execute(_END)).one_or_none()
        return (0, GENESIS) if row is None else (row.seq, row.hash)


async def publish_head(
    database: Database, *, sign: Callable[[bytes], Awaitable[bytes]], copy: Path | None, now: datetime
) -> Head | None:
    """Sign and keep a head when the journal has grown; bring the copy in the second place up to date.

    `copy` is a file of JSON lines that is only ever appended to; what an earlier failure left out is made good.
    """
    async with database.read() as connection:
        head = await SqlJournal(connection).next_head(now=now)
    if head is not None:
        signed = SignedHead(head=head, signature=await sign(head.canonical()))
        async with database.write() as connection:
            journal = SqlJournal(connection)
            newest = await journal.next_head(now=now)
            # Somebody else, such as a command beside the bot, may have kept one meanwhile: heads are a chain, too.
            if newest is None or newest.previous_head != head.previous_head:
                head = None
            else:
                await journal.keep_head(signed)
    if copy is not None:
        copied = await asyncio.to_thread(read_copy, copy)
        async with database.read() as connection:
            missing = await SqlJournal(connection).heads(after=max((c.head.seq for c in copied), default=0))
        await asyncio.to_thread(_append, copy, missing)
    return head


def read_copy(copy: Path) -> tuple[SignedHead, ...]:
    """Return the heads of the second place; raise `ValueError` when a line is not one of ours.

    A line that was cut off by a crash is passed over: its whole is written again below it.
    """
    if not copy.exists():
        return ()
    lines = copy.read_text("utf-8").split("\n")
    return tuple(_from_line(line) for line, below in pairwise(lines) if not below.startswith(line))


def verify_journal(url: str, *, public_key_der: bytes, copied: Sequence[SignedHead] = ()) -> list[Fault]:
    """Return everything that is wrong with the journal of a database, which nothing else needs to have open.

    Checks the chain of the rows, the heads in the database and those `copied` elsewhere, and the signatures of
    both with the journal's public key (trusted by the caller, not taken from the database).
    """
    rows, heads, faults = _everything(url)
    chain_faults, last = check_chain(rows)
    hashes, last_seq = {row.seq: row.hash for row in rows}, last.seq if last else 0
    faults += chain_faults
    for signed in (heads, copied):
        faults += check_heads([each.head for each in signed], hashes=hashes, last_seq=last_seq)
        faults += check_head_signatures(signed, public_key_der=public_key_der)
    return sorted(set(faults), key=lambda fault: (fault.seq, fault.kind))


def verify_chain(url: str) -> list[Fault]:
    """Return what is wrong with the rows of a journal by themselves, where its key is out of reach."""
    rows, _, faults = _everything(url)
    return faults + check_chain(rows)[0]


def _everything(url: str) -> tuple[list[Row], list[SignedHead], list[Fault]]:
    """Return every row, every head, and where there is nonsense."""
    read_only = {"mode": "ro", "uri": "true"}
    engine = create_engine(URL.create("sqlite", database=f"file:{quote(str(database_path(url)))}", query=read_only))
    event.listen(engine, "connect", _keep_broken_text)
    try:
        with engine.connect() as connection:
            rows, bad_rows = _read(connection, table, _row)
            heads, bad_heads = _read(connection, journal_head, _head)
    finally:
        engine.dispose()
    faults = [Fault(seq=seq, kind="edited") for seq in bad_rows]
    return rows, heads, faults + [Fault(seq=seq, kind="head_mismatch") for seq in bad_heads]


def _keep_broken_text(connection: Any, _record: object) -> None:
    """Let bytes that are no UTF-8 be read and told; the driver would raise for the whole table."""
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")


def _read(connection: sqlalchemy.Connection, source: Table, parse: Callable[[Any], R]) -> tuple[list[R], list[int]]:
    """Return what can be read, in order, and where there is nonsense."""
    parsed: list[R] = []
    bad: list[int] = []
    for row in connection.execute(_raw(source)):
        try:
            parsed.append(parse(row))
        except (ValueError, TypeError, RecursionError):
            bad.append(row.seq)
    return parsed, bad


def _raw(source: Table) -> Select[*tuple[Any, ...]]:
    """Select what is stored as it is stored, so that nonsense in a tampered column can be told and not only raised."""
    return select(*(type_coerce(column, NullType()).label(column.name) for column in source.c)).order_by(source.c.seq)


def _row(row: Any) -> Row:
    """Rebuild a row; raise `ValueError` or `TypeError` unless every column is exactly what we would write."""
    facts = json.loads(row.facts)
    at = datetime.fromisoformat(row.at)
    told = Event(tag=Tag(row.tag), at=at, actor=row.actor, subject=row.subject, facts=facts)
    _demand(_moment(at) == row.at and _written(facts) == row.facts)
    for text in (row.actor, row.subject, row.facts):
        str.encode(text)  # refuses what is no text and what is no UTF-8
    _demand(_is_hash(row.previous) and _is_hash(row.hash))
    return Row(seq=row.seq, event=told, previous=row.previous, hash=row.hash)


def _head(row: Any) -> SignedHead:
    """As `_row`, for a head."""
    head = Head(seq=row.seq, hash=row.hash, at=datetime.fromisoformat(row.at), previous_head=row.previous_head)
    _demand(_moment(head.at) == row.at and isinstance(row.signature, bytes))
    _demand(_is_hash(row.previous_head) and _is_hash(row.hash))
    return SignedHead(head=head, signature=row.signature)


def _written(facts: dict[str, Any]) -> str:
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, allow_nan=False)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _is_hash(text: str) -> bool:
    return _HASH.fullmatch(text) is not None


def _demand(as_written: bool) -> None:
    if not as_written:
        raise ValueError("not as written")


def _append(copy: Path, heads: Sequence[SignedHead]) -> None:
    with copy.open("a+", encoding="utf-8") as file:
        file.seek(0)
        is_cut_off = not file.read().endswith("\n") and file.tell() > 0
        file.write("\n" if is_cut_off else "")
        for signed in heads:
            body = {**vars(signed.head), "at": _moment(signed.head.at), "signature": signed.signature.hex()}
            file.write(json.dumps(body, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _from_line(line: str) -> SignedHead:
    try:
        body = json.loads(line)
        signature = bytes.fromhex(body.pop("signature"))
        return SignedHead(head=Head(**{**body, "at": datetime.fromisoformat(body["at"])}), signature=signature)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a journal head") from error
