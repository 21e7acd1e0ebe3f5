"""People, the accounts they are reached by, and the single-use links that bind them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from signing.document import Sha256
from signing.errors import NotFound
from signing.people import Account, Person, PersonId, Role
from storage.connection import Connection
from storage.tables import account as _accounts
from storage.tables import invite
from storage.tables import person as table


class SqlPeople:
    """Fills `signing.ports.People`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, person: Person) -> None:
        """Insert a new person; the id must be new."""
        await self._connection.execute(table.insert().values(**_values(person)))

    async def save(self, person: Person) -> None:
        """Replace the stored person; raise `NotFound` when there is none."""
        query = update(table).where(table.c.id == person.id).values(**_values(person))
        if (await self._connection.execute(query)).rowcount != 1:
            raise NotFound(what="person")

    async def get(self, person: PersonId) -> Person:
        """Return the person or raise `NotFound`."""
        row = (await self._connection.execute(select(table).where(table.c.id == person))).one_or_none()
        if row is None:
            raise NotFound(what="person")
        return _person(row)

    async def all(self) -> tuple[Person, ...]:
        """Return everybody in the order they were added."""
        rows = await self._connection.execute(select(table).order_by(table.c.created_at, table.c.id))
        return tuple(_person(row) for row in rows)

    async def bind(self, account: Account) -> bool:
        """Bind an account; False when the account or the person (on that platform) is bound already."""
        query = insert(_accounts).values(**vars(account)).on_conflict_do_nothing()
        return (await self._connection.execute(query.returning(_accounts.c.person))).one_or_none() is not None

    async def unbind(self, platform: str, person: PersonId) -> None:
        """Forget the person's account on the platform."""
        bound = (_accounts.c.platform == platform, _accounts.c.person == person)
        await self._connection.execute(delete(_accounts).where(*bound))

    async def account(self, platform: str, account_id: str) -> Account | None:
        """Return who this account is bound to."""
        wanted = (_accounts.c.platform == platform, _accounts.c.account_id == account_id)
        row = (await self._connection.execute(select(_accounts).where(*wanted))).one_or_none()
        return None if row is None else _account(row)

    async def accounts_of(self, person: PersonId) -> tuple[Account, ...]:
        """Return a person's accounts by platform."""
        query = select(_accounts).where(_accounts.c.person == person).order_by(_accounts.c.platform)
        return tuple(_account(row) for row in await self._connection.execute(query))

    async def invite(self, *, secret_sha256: Sha256, purpose: str, person: PersonId, expires_at: datetime) -> None:
        """Remember a single-use link by its hash."""
        link = {"secret_sha256": secret_sha256, "purpose": purpose, "person": person, "expires_at": expires_at}
        await self._connection.execute(invite.insert().values(**link))

    async def invited(self, *, secret_sha256: Sha256, purpose: str, now: datetime) -> PersonId | None:
        """Return whose link this is while it is unused and in time; does not spend it."""
        usable = (invite.c.secret_sha256 == secret_sha256, invite.c.spent_at.is_(None), invite.c.expires_at > now)
        query = select(invite.c.person).where(*usable, invite.c.purpose == purpose)
        person = (await self._connection.execute(query)).scalar_one_or_none()
        return None if person is None else PersonId(person)

    async def open_invite(self, *, secret_sha256: Sha256, until: datetime) -> None:
        """Shorten the link's life once its page was opened (never lengthens it)."""
        longer = (invite.c.secret_sha256 == secret_sha256, invite.c.expires_at > until)
        await self._connection.execute(update(invite).where(*longer).values(expires_at=until))

    async def spend_invite(self, *, secret_sha256: Sha256, now: datetime) -> bool:
        """Use it up; only one caller ever gets True."""
        usable = (invite.c.secret_sha256 == secret_sha256, invite.c.spent_at.is_(None), invite.c.expires_at > now)
        return (await self._connection.execute(update(invite).where(*usable).values(spent_at=now))).rowcount == 1

    async def spend_invites(self, *, now: datetime) -> int:
        """Use up every link that could still be used; return how many."""
        usable = (invite.c.spent_at.is_(None), invite.c.expires_at > now)
        return (await self._connection.execute(update(invite).where(*usable).values(spent_at=now))).rowcount


def _values(person: Person) -> dict[str, Any]:
    return {**vars(person), "roles": sorted(role.value for role in person.roles), "deputies": list(person.deputies)}


def _person(row: Row[Any]) -> Person:
    roles = frozenset(Role(role) for role in row.roles)
    return Person(**{**row._asdict(), "roles": roles, "deputies": tuple(row.deputies)})


def _account(row: Row[Any]) -> Account:
    return Account(**row._asdict())
