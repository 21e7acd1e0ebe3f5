"""Who stands in: a permitted deputy signs with their own key, never with the signer's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from signing.approval import route
from signing.approval.policy import ApprovalPolicy
from signing.errors import NotAllowed
from signing.people import Person
from signing.presence import MAX_LINKS, Link


def deputies(
    signer: Person, people: Iterable[Person], *, requester: Person, policy: ApprovalPolicy
) -> tuple[Person, ...]:
    """Return who may take this request over from `signer`, by name."""
    allowed = [p for p in people if _permitted(signer, p) and p.may_sign and (p.id != requester.id or policy.self_sign)]
    return tuple(sorted(allowed, key=lambda p: (p.name.casefold(), p.id)))


def check(signer: Person, deputy: Person, *, requester: Person, policy: ApprovalPolicy) -> None:
    """Raise `NotAllowed` unless `deputy` may take a request of `requester` over from `signer`.

    Delegation never widens rights: a deputy must be a signer whom the requester could have asked directly.
    """
    if not _permitted(signer, deputy):
        raise NotAllowed(reason="not_a_deputy", person=deputy.name)
    route.check(requester, deputy, policy=policy)


def check_way(links: Sequence[Link], signer: Person, deputy: Person) -> None:
    """Raise `NotAllowed` when one more hand-over would close a circle or make too long a chain."""
    if deputy.id == signer.id or any(link.person == deputy.id for link in links):
        raise NotAllowed(reason="delegation_circle", person=deputy.name)
    if len(links) >= MAX_LINKS:
        raise NotAllowed(reason="chain_too_long", number=MAX_LINKS)


def _permitted(signer: Person, deputy: Person) -> bool:
    return deputy.id in signer.deputies and deputy.id != signer.id
