"""Everything the bot's store remembers of one request, collected for an evidence file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass

from signing.activation.mandate import is_mandate
from signing.audit import Row, SignedHead
from signing.errors import NotAllowed, NotFound
from signing.people import Person, PersonId
from signing.ports import Delivery, Signature, StoredRecord, Transaction
from signing.request import RequestId, SigningRequest
from signing.rights import Right, may

CONSOLE = "console"
"""Whoever sits at the machine: may read everything there anyway."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request with all that belongs to it."""

    request: SigningRequest
    related: tuple[RequestId, ...]
    """The request itself, and the parts of its route."""
    people: dict[str, Person]
    """Everybody whom a row names."""
    addresses: dict[str, str]
    """Such as `telegram:1001` → whose private chat it is."""
    signatures: tuple[Signature, ...]
    records: tuple[StoredRecord, ...]
    deliveries: tuple[Delivery, ...]
    told: tuple[Row, ...]
    """The journal's rows about it."""
    rows: tuple[Row, ...]
    """Every row from the first of these to the one that `head` speaks of."""
    head: SignedHead


def reads_all(person: Person) -> bool:
    """Return whether this person may look at everybody's requests."""
    return may(person, Right.READ_ALL)


async def check_reader(tx: Transaction, request: SigningRequest, by: str) -> None:
    """Raise `NotAllowed` unless `by` may have the evidence: an auditor, who asked, who signs.

    An activation record names everything that one code covered. Where that is other people's business too, only
    an auditor gets it (`reason="evidence_of_others"`).
    """
    if by == CONSOLE:
        return
    person = await tx.people.get(PersonId(by))
    if reads_all(person):
        return
    if by not in await parties(tx, request):
        raise NotAllowed(reason="not_your_request")
    related = await _related(tx, request)
    for stored in [one for each in related for one in await tx.records.of(each)]:
        others = {entry.request for entry in stored.record.entries} - set(related)
        if stored.record.signer != by and not await _all_asked_by(tx, others, by):
            raise NotAllowed(reason="evidence_of_others")


async def parties(tx: Transaction, request: SigningRequest) -> set[str]:
    """Return who asked, who is asked, also along a route, and who signed."""
    signers = {signature.signer for signature in await tx.signatures.of(request.id)}
    asked = [one.signer for one in (request, *await tx.circulations.parts_of(request.id))]
    return {request.requester, *signers, *(str(person) for person in asked if person)}


async def read_case(tx: Transaction, wanted: RequestId) -> Case:
    """Collect a request; raise `NotFound` when there is none, or no signed head covers its rows yet."""
    request = await tx.requests.get((await tx.requests.get(wanted)).lead)
    related = await _related(tx, request)
    records = {stored.record.nonce: stored for one in related for stored in await tx.records.of(one)}
    told = await tx.journal.rows_of([*related, *_mandates(records.values())])
    if not told:
        raise NotFound(what="request")
    heads = await tx.journal.heads(after=told[-1].seq - 1)
    if not heads:
        raise NotFound(what="head")
    named = _named(request, told)
    people = [person for person in await tx.people.all() if person.id in named]
    accounts = [account for person in people for account in await tx.people.accounts_of(person.id)]
    return Case(
        request=request,
        related=related,
        people={person.id: person for person in people},
        addresses={f"{account.platform}:{account.chat_id}": account.person for account in accounts},
        signatures=await tx.signatures.of(request.id),
        records=tuple(records.values()),
        deliveries=await tx.deliveries.of(request.id),
        told=told,
        rows=tuple([row async for row in _span(tx, told[0].seq, heads[0].head.seq)]),
        head=heads[0],
    )


async def _related(tx: Transaction, request: SigningRequest) -> tuple[RequestId, ...]:
    return (request.id, *(part.id for part in await tx.circulations.parts_of(request.id)))


async def _span(tx: Transaction, first: int, last: int) -> AsyncIterator[Row]:
    """Yield the rows from `first` to `last`; without gaps, so every page moves on."""
    after = first - 1
    while after < last:
        page = await tx.journal.rows(after=after, limit=min(1000, last - after))
        if not page:
            raise NotFound(what="head")
        for row in page:
            yield row
        after = page[-1].seq


async def _all_asked_by(tx: Transaction, requests: Iterable[RequestId], by: str) -> bool:
    return all([(await tx.requests.get(request)).requester == by for request in requests])


def _mandates(records: Iterable[StoredRecord]) -> set[str]:
    """Return the standing mandates that cover some of these: what the journal says of them belongs to the case."""
    return {stored.record.signer for stored in records if is_mandate(stored.record.signer)}


def _named(request: SigningRequest, rows: Collection[Row]) -> set[str]:
    facts = {value for row in rows for value in row.event.facts.values() if isinstance(value, str)}
    asked = {str(who) for who in (request.requester, request.signer, request.delegated_from) if who}
    return facts | asked | {row.event.actor for row in rows}
