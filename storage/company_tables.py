"""The tables of the company's people: the staff list, and proposals to widen rights."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Named, String, Table, Text, TypedColumns, UniqueConstraint

from storage.tables import Utc, metadata


class StaffColumns(TypedColumns):
    """What a staff list says of a person; an address and a number are one person's."""

    person = Column(String(64), ForeignKey("person.id"), primary_key=True)
    email: Named[str | None] = Column(String(254))
    number: Named[str | None] = Column(String(64))
    department: Named[str] = Column(Text)


staff = Table("staff", metadata, StaffColumns, UniqueConstraint("email"), UniqueConstraint("number"))


class ProposalColumns(TypedColumns):
    """Changes that wait for a second administrator; never deleted."""

    id = Column(String(8), primary_key=True)
    kind: Named[str] = Column(String(32))
    subject: Named[str] = Column(String(128))
    state: Named[str] = Column(String(16), index=True)
    proposer: Named[str] = Column(String(64))
    created_at: Named[datetime] = Column(Utc)
    expires_at: Named[datetime] = Column(Utc)
    effective_at: Named[datetime | None] = Column(Utc)
    decided_at: Named[datetime | None] = Column(Utc)
    ended_by: Named[str | None] = Column(String(64))
    body: Named[dict[str, Any]] = Column(JSON)


proposal = Table("proposal", metadata, ProposalColumns)
