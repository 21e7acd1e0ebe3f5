"""What is erased for good: the words around an old request, and who somebody was. Digests and the journal stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from signing.audit import Tag
from signing.document import Document
from signing.errors import NotAllowed
from signing.moves import keep, note
from signing.people import Person, PersonId, Role
from signing.ports import Activation, Clock, Store, Transaction
from signing.request import RequestId, SigningRequest
from signing.staff import StaffEntry

NAMELESS = "erased.pdf"


async def erase_words(tx: Transaction, request: RequestId, *, by: PersonId, now: datetime) -> None:
    """Take file names, the comment and the reason out of a final request. Does not check its age."""
    found = await tx.requests.get(request)
    await keep(tx, _wordless(found), tag=Tag.REQUEST_ERASED, actor=by, now=now, facts={"what": "words"})


class Erasure:
    """Erases a person: the id stays, because signatures and the journal name it."""

    def __init__(self, *, store: Store, activation: Activation, clock: Clock) -> None:
        self._store = store
        self._activation = activation
        self._clock = clock

    async def erase(self, person: PersonId, *, by: PersonId, requests: tuple[RequestId, ...]) -> Person:
        """Forget name, title, accounts, channels and links of a person, and the words of `requests`, all final.

        The person is locked at the key's door first. Raises `NotAllowed` while something waits for the person or was
        asked by the person (`reason="unfinished"`), and for the last administrator (`reason="only_administrator"`).
        """
        async with self._store.read() as tx:
            await _check(tx, person)
        await self._activation.lock(person)
        now = self._clock.now()
        async with self._store.begin() as tx:
            await _check(tx, person)
            for request in requests:
                await erase_words(tx, request, by=by, now=now)
            for account in await tx.people.accounts_of(person):
                await tx.people.unbind(account.platform, person)
            await tx.people.spend_invites(now=now, person=person)
            await tx.staff.put(StaffEntry(person=person))
            await tx.absences.end(person)
            await tx.absences.keep_quiet_hours(person, None)
            for other in await tx.people.all():
                if person in other.deputies:
                    left = tuple(deputy for deputy in other.deputies if deputy != person)
                    await tx.people.save(replace(other, deputies=left))
            found = await tx.people.get(person)
            nobody = Person(
                id=person, name=f"Erased person {person[:4]}", created_at=found.created_at, locked_at=now,
                roles=frozenset({Role.REQUESTER}),
            )  # fmt: skip
            await tx.people.save(nobody)
            await note(tx, Tag.PERSON_ERASED, subject=person, actor=by, now=now, requests=len(requests))
        return nobody


async def _check(tx: Transaction, person: PersonId) -> None:
    for request in await tx.requests.unfinished():
        if person in (request.requester, request.signer, *(link.person for link in request.links)):
            raise NotAllowed(reason="unfinished")
    administrators = [one.id for one in await tx.people.all() if one.is_administrator]
    if administrators == [person]:
        raise NotAllowed(reason="only_administrator")


def _wordless(request: SigningRequest) -> SigningRequest:
    documents = tuple(_nameless(document) for document in request.documents)
    return request.touched(documents=documents, comment="", reason="")


def _nameless(document: Document) -> Document:
    return replace(document, name=NAMELESS, original_name="")
