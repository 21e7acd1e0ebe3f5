"""The one-time links that sign people in at our page: 128 bit, kept as a hash, minutes of life, spent once.

A chat's platform makes them for somebody it knows; messengers fetch links to show a preview, so only the press of a
button spends one (`door.py`).
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from signing.audit import Tag
from signing.errors import NotFound
from signing.membership import digest
from signing.moves import note
from signing.people import Person, PersonId
from signing.ports import Clock, Store

SPACE = "desk-link"
LIFE = timedelta(minutes=10)


class PageLinks:
    """Makes and spends links."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def make(self, person: PersonId) -> str:
        """Return the path of a fresh link, such as `/open/…`."""
        secret, now = secrets.token_urlsafe(16), self._clock.now()
        async with self._store.begin() as tx:
            await tx.notes.put(space=SPACE, name=digest(secret), body={"person": person}, expires_at=now + LIFE)
            await note(tx, Tag.PAGE_LINKED, subject=person, actor=person, now=now)
        return f"/open/{secret}"

    async def owner(self, secret: str) -> Person:
        """Return whose link it is without spending it; raise `NotFound(what="link")`."""
        now = self._clock.now()
        async with self._store.read() as tx:
            body = await tx.notes.get(space=SPACE, name=digest(secret), now=now)
            return _unlocked(await tx.people.get(PersonId(body["person"])) if body else None)

    async def spend(self, secret: str) -> Person:
        """Use the link up and return whose it was; only one caller ever gets an answer."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            body = await tx.notes.take(space=SPACE, name=digest(secret), now=now)
            found = await tx.people.get(PersonId(body["person"])) if body else None
        return _unlocked(found)


def _unlocked(person: Person | None) -> Person:
    """A locked person looks like a link that is gone."""
    if person is None or person.locked_at is not None:
        raise NotFound(what="link")
    return person
