"""What people are told besides their cards: the names of notices; the words are in `bot/phrases`."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from signing.people import PersonId
from signing.ports import Job, Transaction
from signing.request import RequestId


class Notice(StrEnum):
    """One sentence to one person; the phrase `notice-<name>` says it."""

    LOOKED = "looked"
    QUESTION = "question"
    ANSWER = "answer"
    REMINDER = "reminder"
    DELEGATED = "delegated"
    DELAYED = "delayed"
    """The signature is on its way but a part is away (`reason`)."""
    REJECTED = "rejected"
    FROZEN = "frozen"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNKNOWN_OUTCOME = "unknown-outcome"
    LOCKED_OUT = "locked-out"
    LOCKED = "locked"
    DELIVERY_FAILED = "delivery-failed"
    ENROLLED = "enrolled"


class Kind(StrEnum):
    """The kinds of jobs that the core promises; the platforms and the workflow keep them."""

    CARD = "card"
    """Bring one person's card of one request up to date; subject `request:person`."""
    ORIGIN = "origin"
    """Bring the state card in a group up to date; subject is the request."""
    TELL = "tell"
    """Tell one person one notice."""
    SIGN = "sign"
    DELIVER = "deliver"
    """Bring the signed files of a request to one channel; subject `request|channel`."""
    KEY_USED = "key-used"
    """Tell a key's owner on the second channel; subject `request:person`."""
    WAKE = "wake"
    """A postponed card comes back; subject is the request."""
    EXPIRE = "expire"


async def refresh(tx: Transaction, request: RequestId, *people: PersonId | None) -> None:
    """Promise fresh cards of `request` to these people."""
    for person in dict.fromkeys(people):
        if person is not None:
            facts = {"request": request, "person": person}
            await tx.jobs.add(Job(kind=Kind.CARD, subject=f"{request}:{person}", facts=facts))


async def tell(
    tx: Transaction, person: PersonId, notice: Notice, *, request: RequestId | None = None, **facts: Any
) -> None:
    """Promise one notice to one person; the same notice about the same thing waits only once."""
    subject = f"{request or '-'}:{person}:{notice}"
    body = {"person": person, "notice": notice.value, "request": request, "facts": facts}
    await tx.jobs.add(Job(kind=Kind.TELL, subject=subject, facts=body))


async def tell_administrators(
    tx: Transaction, notice: Notice, *, request: RequestId | None = None, **facts: Any
) -> None:
    """Promise one notice to every administrator who is not locked."""
    for person in await tx.people.all():
        if person.is_administrator:
            await tell(tx, person.id, notice, request=request, **facts)
