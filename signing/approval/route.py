"""How a signer is chosen: who may be asked by whom, in the order a requester wants to see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from signing.approval.policy import ApprovalPolicy
from signing.errors import LockedPerson, NotAllowed
from signing.people import Person, PersonId
from signing.request import SigningRequest


def choices(
    requester: Person, people: Iterable[Person], *, recent: Sequence[PersonId], policy: ApprovalPolicy
) -> tuple[Person, ...]:
    """Return everybody `requester` may ask: recent signers first, then by name, the requester last."""
    allowed = [person for person in people if _may_be_asked(requester, person, policy)]
    rank = {person: place for place, person in enumerate(recent)}
    return tuple(
        sorted(allowed, key=lambda p: (p.id == requester.id, rank.get(p.id, len(rank)), p.name.casefold(), p.id))
    )


def check(requester: Person, signer: Person, *, policy: ApprovalPolicy) -> None:
    """Raise `NotAllowed` (or `LockedPerson`) unless `signer` may be asked by `requester`."""
    if signer.locked_at is not None:
        raise LockedPerson(person=signer.name)
    if not signer.may_sign:
        raise NotAllowed(reason="not_a_signer", person=signer.name)
    if signer.id == requester.id and not policy.self_sign:
        raise NotAllowed(reason="self_sign")


def check_free(requester: Person, request: SigningRequest, *, policy: ApprovalPolicy) -> None:
    """Raise `NotAllowed(reason="route_required")` when such a document goes along a route."""
    names = [document.name for document in request.documents]
    if policy.routes.is_required(requester, names, amount=request.amount):
        raise NotAllowed(reason="route_required")


def check_pace(requester: PersonId, made: Sequence[SigningRequest], *, now: datetime, policy: ApprovalPolicy) -> None:
    """Raise `NotAllowed(reason="too_many_requests")` when `requester` has made too many; `made` is newest first."""
    for hours, most in ((1, policy.requests_per_hour), (24, policy.requests_per_day)):
        since = now - timedelta(hours=hours)
        if sum(request.created_at > since for request in made) >= most:
            raise NotAllowed(reason="too_many_requests", person=requester, number=most, hours=hours)


def check_room(
    requester: PersonId, signer: Person, waiting: Iterable[SigningRequest], *, policy: ApprovalPolicy
) -> None:
    """Raise `NotAllowed(reason="signer_busy")` when too much of this requester waits for `signer` already."""
    if sum(request.requester == requester for request in waiting) >= policy.waiting_per_signer:
        raise NotAllowed(reason="signer_busy", person=signer.name, number=policy.waiting_per_signer)


def _may_be_asked(requester: Person, person: Person, policy: ApprovalPolicy) -> bool:
    return person.may_sign and (person.id != requester.id or policy.self_sign)
