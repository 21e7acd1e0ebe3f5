"""The bot's tables; what is asked about has a column of its own, the rest of an object is one JSON column."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator[datetime]):
    """A moment as ISO 8601 text of fixed width: it sorts as time does and an auditor can read it."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Return the text of an aware moment; refuse a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Return the moment, UTC aware."""
        return None if value is None else datetime.fromisoformat(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class RequestColumns(TypedColumns):
    """`version` is what compare-and-swap looks at."""

    id = Column(String(12), primary_key=True)
    version: Named[int]
    state: Named[str] = Column(String(16))
    requester: Named[str] = Column(String(64))
    signer: Named[str | None] = Column(String(64))
    created_at: Named[datetime] = Column(Utc)
    deadline: Named[datetime] = Column(Utc)
    postponed_until: Named[datetime | None] = Column(Utc)
    finished_at: Named[datetime | None] = Column(Utc)
    body: Named[dict[str, Any]] = Column(JSON)
    part_of: Named[str | None] = Column(String(12), index=True)


request = Table(
    "request",
    metadata,
    RequestColumns,
    Index(None, "signer", "state"),
    Index(None, "requester", "created_at"),
    Index("ix_request_unfinished", "id", sqlite_where=text("finished_at IS NULL")),
)


class RecordColumns(TypedColumns):
    """An activation record and how far it came."""

    nonce = Column(String(32), primary_key=True)
    signer: Named[str] = Column(String(64))
    state: Named[str] = Column(String(16))
    shown_at: Named[datetime] = Column(Utc)
    body: Named[dict[str, Any]] = Column(JSON)


record = Table("record", metadata, RecordColumns, Index(None, "signer", "state"))


class RecordEntryColumns(TypedColumns):
    """Which requests a record covers."""

    request = Column(String(12), primary_key=True)
    nonce = Column(String(32), ForeignKey("record.nonce"), primary_key=True)


record_entry = Table("record_entry", metadata, RecordEntryColumns)


class SignatureColumns(TypedColumns):
    """The exactly-once gate: inserted once, never updated."""

    request = Column(String(12), ForeignKey("request.id"), primary_key=True)
    document = Column(Integer, primary_key=True, autoincrement=False)
    signer = Column(String(64), primary_key=True)
    nonce: Named[str] = Column(String(32))
    signed_sha256: Named[str] = Column(String(64), index=True)
    size_bytes: Named[int]
    level: Named[str] = Column(String(8))
    certificate_sha256: Named[str] = Column(String(64))
    signed_at: Named[datetime] = Column(Utc)


signature = Table("signature", metadata, SignatureColumns)


class DeliveryColumns(TypedColumns):
    """One signed result for one place."""

    request = Column(String(12), ForeignKey("request.id"), primary_key=True)
    channel = Column(String(128), primary_key=True)
    state: Named[str] = Column(String(16))
    receipt: Named[dict[str, Any]] = Column(JSON)


delivery = Table("delivery", metadata, DeliveryColumns)


class PersonColumns(TypedColumns):
    """People are never deleted: the journal names them for years."""

    id = Column(String(64), primary_key=True)
    name: Named[str] = Column(Text)
    title: Named[str] = Column(Text)
    roles: Named[list[str]] = Column(JSON)
    language: Named[str | None] = Column(String(8))
    timezone: Named[str | None] = Column(String(64))
    identity_note: Named[str] = Column(Text)
    second_channel: Named[str] = Column(Text)
    deputies: Named[list[str]] = Column(JSON)
    created_at: Named[datetime] = Column(Utc)
    enrolled_at: Named[datetime | None] = Column(Utc)
    locked_at: Named[datetime | None] = Column(Utc)


person = Table("person", metadata, PersonColumns)


class AccountColumns(TypedColumns):
    """One platform account = one person, in both directions (invariant 6)."""

    platform = Column(String(32), primary_key=True)
    account_id = Column(String(64), primary_key=True)
    chat_id: Named[str] = Column(String(64))
    person: Named[str] = Column(String(64), ForeignKey("person.id"))
    language_hint: Named[str | None] = Column(String(16))


account = Table("account", metadata, AccountColumns, UniqueConstraint("platform", "person"))


class AbsenceColumns(TypedColumns):
    """Who is away, or will be: one row a person; what was stands in the journal."""

    person = Column(String(64), ForeignKey("person.id"), primary_key=True)
    first_day: Named[str] = Column(String(10))
    last_day: Named[str] = Column(String(10))
    since: Named[datetime] = Column(Utc)
    until: Named[datetime] = Column(Utc)
    deputy: Named[str | None] = Column(String(64))
    ground: Named[str] = Column(Text)
    by: Named[str] = Column(String(64))


absence = Table("absence", metadata, AbsenceColumns)


class QuietHoursColumns(TypedColumns):
    """A person's own quiet hours; without a row the company's count."""

    person = Column(String(64), ForeignKey("person.id"), primary_key=True)
    begin: Named[str] = Column(String(5))
    end: Named[str] = Column(String(5))
    weekends: Named[bool]


quiet_hours = Table("quiet_hours", metadata, QuietHoursColumns)


class InviteColumns(TypedColumns):
    """A single-use link, known by its hash only."""

    secret_sha256 = Column(String(64), primary_key=True)
    purpose: Named[str] = Column(String(16))
    person: Named[str] = Column(String(64), ForeignKey("person.id"))
    expires_at: Named[datetime] = Column(Utc)
    spent_at: Named[datetime | None] = Column(Utc)


invite = Table("invite", metadata, InviteColumns)


class JournalColumns(TypedColumns):
    """Append-only: triggers of the first migration refuse UPDATE and DELETE."""

    seq = Column(Integer, primary_key=True, autoincrement=False)
    at: Named[datetime] = Column(Utc)
    tag: Named[str] = Column(String(32))
    actor: Named[str] = Column(String(64))
    subject: Named[str] = Column(String(128), index=True)
    facts: Named[str] = Column(Text)
    previous: Named[str] = Column(String(64))
    hash: Named[str] = Column(String(64))


journal = Table("journal", metadata, JournalColumns)


class JournalHeadColumns(TypedColumns):
    """Signed statements about the journal; append-only as well."""

    seq = Column(Integer, primary_key=True, autoincrement=False)
    hash: Named[str] = Column(String(64))
    at: Named[datetime] = Column(Utc)
    previous_head: Named[str] = Column(String(64))
    signature: Named[bytes] = Column(LargeBinary)


journal_head = Table("journal_head", metadata, JournalHeadColumns)


class NoteColumns(TypedColumns):
    """What a platform remembers about what it sent."""

    space = Column(String(64), primary_key=True)
    name = Column(String(255), primary_key=True)
    body: Named[dict[str, Any]] = Column(JSON)
    expires_at: Named[datetime | None] = Column(Utc, index=True)


note = Table("note", metadata, NoteColumns)


class InboxColumns(TypedColumns):
    """What arrived; `body` is sealed, and NULL once handled."""

    id = Column(Integer, primary_key=True)
    source: Named[str] = Column(String(32))
    external_id: Named[str] = Column(String(128))
    order_key: Named[str] = Column(String(128))
    body: Named[bytes | None] = Column(LargeBinary)
    state: Named[str] = Column(String(8))
    attempts: Named[int]
    begun: Named[int]
    error: Named[str] = Column(Text)
    arrived_at: Named[datetime] = Column(Utc)
    due: Named[datetime] = Column(Utc)


inbox = Table(
    "inbox",
    metadata,
    InboxColumns,
    UniqueConstraint("source", "external_id"),
    Index("ix_inbox_waiting", "order_key", "id", sqlite_where=text("state = 'waiting'")),
)


class JobColumns(TypedColumns):
    """One row a (kind, subject); `generation` moves when it is promised again, `owner` is the lease.

    `attempts` counts failures, `begun` the beginnings that never came to an end because the process died.
    """

    kind = Column(String(32), primary_key=True)
    subject = Column(String(255), primary_key=True)
    facts: Named[dict[str, Any]] = Column(JSON)
    due: Named[datetime] = Column(Utc)
    generation: Named[int]
    attempts: Named[int]
    begun: Named[int]
    owner: Named[str | None] = Column(String(32))
    failed_at: Named[datetime | None] = Column(Utc)
    error: Named[str] = Column(Text)


job = Table(
    "job",
    metadata,
    JobColumns,
    Index("ix_job_waiting", "due", sqlite_where=text("owner IS NULL AND failed_at IS NULL")),
)
