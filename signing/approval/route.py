"""How a signer is chosen: who may be asked by whom, in the order a requester wants to see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from signing.approval.policy import ApprovalPolicy
from signing.errors import LockedPerson, NotAllowed
from signing.people import Person, PersonId


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


def _may_be_asked(requester: Person, person: Person, policy: ApprovalPolicy) -> bool:
    return person.may_sign and (person.id != requester.id or policy.self_sign)
