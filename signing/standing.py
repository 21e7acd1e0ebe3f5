"""How far somebody has come on the way in: not invited, invited, bound, enrolled; or locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from signing.activation.mandate import is_mandate
from signing.people import Account, Person
from signing.ports import Transaction
from signing.staff import StaffEntry


class Standing(StrEnum):
    """The steps of joining, in order."""

    NOT_INVITED = "not-invited"
    INVITED = "invited"
    """A link is on its way and was not used yet."""
    BOUND = "bound"
    """An account is bound: enough for a requester."""
    ENROLLED = "enrolled"
    LOCKED = "locked"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One of our people, as lists show them."""

    person: Person
    staff: StaffEntry
    accounts: tuple[Account, ...]
    standing: Standing


async def members(tx: Transaction, *, now: datetime) -> tuple[Member, ...]:
    """Return everybody with how far they have come, in the order they were added."""
    entries = {entry.person: entry for entry in await tx.staff.all()}
    invited, found = await tx.staff.invited(now=now), []
    for person in await tx.people.all():
        if is_mandate(person.id):
            continue
        accounts = await tx.people.accounts_of(person.id)
        standing = standing_of(person, is_bound=bool(accounts), is_invited=person.id in invited)
        entry = entries.get(person.id) or StaffEntry(person=person.id)
        found.append(Member(person=person, staff=entry, accounts=accounts, standing=standing))
    return tuple(found)


def standing_of(person: Person, *, is_bound: bool, is_invited: bool) -> Standing:
    """Return the furthest step; a lock covers them all."""
    if person.locked_at is not None:
        return Standing.LOCKED
    if is_bound:
        return Standing.ENROLLED if person.enrolled_at is not None else Standing.BOUND
    return Standing.INVITED if is_invited else Standing.NOT_INVITED
