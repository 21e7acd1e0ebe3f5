"""The founding period: while a company is being set up, one administrator is enough; it ends once and for ever.

It ends by an administrator's word, or by itself with the first signature once two administrators have a second
factor. That it ended stands in the journal, which cannot be rewritten unseen: nobody comes back to it quietly.
"""

from __future__ import annotations

from datetime import datetime

from signing.audit import Tag
from signing.errors import NotAllowed
from signing.moves import SYSTEM, note
from signing.notices import Notice, tell_administrators
from signing.people import Person, PersonId
from signing.ports import Clock, Store, Transaction
from signing.proposal import LIFE, VOICES, Proposal
from signing.rights import Right, may

COMPANY = "company"
"""Subject of the journal rows about the company as a whole."""


class Founding:
    """Is the company still being set up?"""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def ended_at(self) -> datetime | None:
        """Return since when two administrators are needed; None while the company is being set up."""
        async with self._store.read() as tx:
            return await founded_at(tx)

    async def end(self, *, by: PersonId) -> None:
        """End it. Raises `NotAllowed(reason="no_proved_administrator")`: there must be somebody who can approve."""
        async with self._store.begin() as tx:
            if await founded_at(tx) is not None:
                return
            if not any(is_proved(person) for person in await tx.people.all()):
                raise NotAllowed(reason="no_proved_administrator")
            await _end(tx, by=by, why="asked", now=self._clock.now())

    async def settle(self) -> None:
        """End it when its time has come: a document is signed, and two administrators are enrolled."""
        async with self._store.read() as tx:
            is_time = await _is_time(tx)
        if is_time:
            async with self._store.begin() as tx:
                if await _is_time(tx):
                    await _end(tx, by=SYSTEM, why="first_signature", now=self._clock.now())


async def founded_at(tx: Transaction) -> datetime | None:
    """Return when the founding period ended, as the journal tells; None while it lasts."""
    rows = await tx.journal.of(COMPANY)
    return next((row.at for row in rows if row.tag is Tag.COMPANY_FOUNDED), None)


async def able(tx: Transaction, proposal: Proposal, *, now: datetime) -> tuple[Person, ...]:
    """Return who could approve it now."""
    founded, people = await founded_at(tx), await tx.people.all()
    return tuple(
        person for person in people
        if is_proved(person) and person.id not in (*proposal.voices, *proposal.benefits)
        and is_old_enough(person, founded, now)
    )  # fmt: skip


def is_proved(person: Person) -> bool:
    """Return whether the person administers and has a factor to prove it with."""
    return may(person, Right.APPROVE) and person.enrolled_at is not None


def is_old_enough(person: Person, founded: datetime | None, now: datetime) -> bool:
    """Return whether the factor may speak: one set up since the founding must be a day old; thefts show by then."""
    at = person.enrolled_at
    return at is not None and (founded is None or at <= founded or at + LIFE <= now)


async def _is_time(tx: Transaction) -> bool:
    if await founded_at(tx) is not None:
        return False
    proved = [person for person in await tx.people.all() if is_proved(person)]
    return len(proved) >= VOICES and await tx.proposals.has_signed()


async def _end(tx: Transaction, *, by: PersonId, why: str, now: datetime) -> None:
    await note(tx, Tag.COMPANY_FOUNDED, subject=COMPANY, actor=by, now=now, why=why)
    await tell_administrators(tx, Notice.FOUNDED)
