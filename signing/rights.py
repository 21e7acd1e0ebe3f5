"""What a role may do besides their own requests: the one table that command line, chat and pages ask."""

from __future__ import annotations

from enum import StrEnum

from signing.errors import NotAllowed
from signing.people import Person, Role


class Right(StrEnum):
    """What may be done in the company's name."""

    INVITE = "invite"
    """Send people the links by which they join."""
    RESEND = "resend"
    """Have signed files brought again."""
    READ_ALL = "read-all"
    """See everybody's requests, the journal, people and proposals."""
    LOCK = "lock"
    UNLOCK = "unlock"
    PROPOSE = "propose"
    """Ask for wider rights, and for keys and factors; take rights away at once."""
    APPROVE = "approve"
    """Approve what another administrator proposed."""
    OBJECT = "object"
    """Stop a proposal that would take effect by itself."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.REQUESTER: frozenset(),
    Role.SIGNER: frozenset({Right.OBJECT}),
    Role.OPERATOR: frozenset({Right.INVITE, Right.RESEND}),
    Role.AUDITOR: frozenset({Right.READ_ALL}),
    Role.ADMINISTRATOR: frozenset(Right),
}
"""An operator widens nothing, an auditor changes nothing."""

PRIVILEGED = frozenset(Role) - {Role.REQUESTER}
"""Roles that two administrators give and one takes away."""


def may(person: Person, right: Right) -> bool:
    """Return whether a role of the person has the right; who is locked keeps only the right to say stop."""
    if person.locked_at is not None and right is not Right.OBJECT:
        return False
    return any(right in RIGHTS[role] for role in person.roles)


def check(person: Person, right: Right) -> None:
    """Raise `NotAllowed(reason="no_right")` unless the person has the right."""
    if not may(person, right):
        reason = "not_an_administrator" if right in (Right.LOCK, Right.UNLOCK) else "no_right"
        raise NotAllowed(reason=reason, right=right.value)
