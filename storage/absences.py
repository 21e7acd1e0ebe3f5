"""Who is away, and whose hours are quiet."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.dialects.sqlite import insert

from signing.people import PersonId
from signing.presence import Absence, QuietHours
from storage.connection import Connection
from storage.tables import absence as table
from storage.tables import quiet_hours as hours_table

_ALL = select(table).order_by(table.c.since, table.c.person)
"""Made once: it runs with every submit, and to build a statement costs more than to run it."""


class SqlAbsences:
    """Fills `signing.ports.Absences`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, absence: Absence) -> None:
        """Write it down; an earlier one of the person is replaced."""
        days = {"first_day": absence.first_day.isoformat(), "last_day": absence.last_day.isoformat()}
        query = insert(table).values(**{**vars(absence), **days})
        rest = {column.name: query.excluded[column.name] for column in table.c if not column.primary_key}
        await self._connection.execute(query.on_conflict_do_update(index_elements=["person"], set_=rest))

    async def of(self, person: PersonId) -> Absence | None:
        """Return the person's absence."""
        row = (await self._connection.execute(select(table).where(table.c.person == person))).one_or_none()
        return None if row is None else _absence(row)

    async def all(self) -> tuple[Absence, ...]:
        """Return every absence, the earliest first."""
        return tuple(_absence(row) for row in await self._connection.execute(_ALL))

    async def end(self, person: PersonId) -> None:
        """Forget the person's absence."""
        await self._connection.execute(delete(table).where(table.c.person == person))

    async def quiet_hours(self, person: PersonId) -> QuietHours | None:
        """Return the person's own quiet hours."""
        query = select(hours_table).where(hours_table.c.person == person)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return QuietHours(begin=time.fromisoformat(row.begin), end=time.fromisoformat(row.end), weekends=row.weekends)

    async def keep_quiet_hours(self, person: PersonId, hours: QuietHours | None) -> None:
        """Replace them; None: the company's count again."""
        await self._connection.execute(delete(hours_table).where(hours_table.c.person == person))
        if hours is not None:
            told = {"begin": f"{hours.begin:%H:%M}", "end": f"{hours.end:%H:%M}", "weekends": hours.weekends}
            await self._connection.execute(hours_table.insert().values(person=person, **told))


def _absence(row: Row[Any]) -> Absence:
    days = {name: date.fromisoformat(getattr(row, name)) for name in ("first_day", "last_day")}
    return Absence(**{**row._asdict(), **days})
