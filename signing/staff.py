"""The staff list: what a company knows of its people besides the bot's own facts, and by what it tells them apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from signing.people import PersonId


@dataclass(frozen=True, kw_only=True)
class StaffEntry:
    """One person in the staff list."""

    person: PersonId
    email: str = ""
    """Lower case; no two people have the same one."""
    number: str = ""
    """The company's own number of the person; no two people have the same one."""
    department: str = ""


class Staff(Protocol):
    """The staff list by person."""

    async def put(self, entry: StaffEntry) -> None:
        """Insert or replace; raise `NotAllowed(reason="taken")` when the address or number is somebody else's."""

    async def get(self, person: PersonId) -> StaffEntry:
        """Return the person's entry, an empty one when there is none."""

    async def all(self) -> tuple[StaffEntry, ...]: ...
    async def at(self, email: str) -> PersonId | None:
        """Return whose e-mail address this is, in any case."""

    async def invited(self, *, now: datetime) -> frozenset[PersonId]:
        """Return who holds a link that still binds."""
