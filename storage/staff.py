"""The staff list: e-mail address, number and department of people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from signing.errors import NotAllowed
from signing.people import PersonId
from signing.staff import StaffEntry
from storage.company_tables import staff as table
from storage.connection import Connection
from storage.tables import invite

JOINING = ("bind", "join")
"""Purposes of links by which somebody becomes known to us."""


class SqlStaff:
    """Fills `signing.staff.Staff`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, entry: StaffEntry) -> None:
        """Insert or replace; raise `NotAllowed(reason="taken")` when the address or number is somebody else's."""
        values = {
            "person": entry.person, "email": entry.email.casefold() or None, "number": entry.number or None,
            "department": entry.department,
        }  # fmt: skip
        query = insert(table).values(values).on_conflict_do_update(index_elements=["person"], set_=values)
        try:
            await self._connection.execute(query)
        except IntegrityError as error:
            raise NotAllowed(reason="taken", email=entry.email, number=entry.number) from error

    async def get(self, person: PersonId) -> StaffEntry:
        """Return the person's entry, an empty one when there is none."""
        row = (await self._connection.execute(select(table).where(table.c.person == person))).one_or_none()
        return StaffEntry(person=person) if row is None else _entry(row)

    async def all(self) -> tuple[StaffEntry, ...]:
        """Return every entry."""
        rows = await self._connection.execute(select(table).order_by(table.c.person))
        return tuple(_entry(row) for row in rows)

    async def at(self, email: str) -> PersonId | None:
        """Return whose e-mail address this is, in any case."""
        query = select(table.c.person).where(table.c.email == email.strip().casefold())
        person = (await self._connection.execute(query)).scalar_one_or_none()
        return None if person is None else PersonId(person)

    async def invited(self, *, now: datetime) -> frozenset[PersonId]:
        """Return who holds a link that still binds."""
        usable = (invite.c.purpose.in_(JOINING), invite.c.spent_at.is_(None), invite.c.expires_at > now)
        rows = await self._connection.execute(select(invite.c.person).where(*usable))
        return frozenset(PersonId(row.person) for row in rows)


def _entry(row: Row[Any]) -> StaffEntry:
    return StaffEntry(
        person=PersonId(row.person), email=row.email or "", number=row.number or "", department=row.department
    )
