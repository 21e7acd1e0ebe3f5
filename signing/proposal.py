"""A proposal to widen somebody's rights: what would change, who is behind it, and how far it came."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NewType, Protocol

from signing.errors import NotAllowedNow
from signing.people import PersonId

ProposalId = NewType("ProposalId", str)
"""Eight hexadecimal digits: short enough to be typed at a console."""

LIFE = timedelta(hours=24)
"""So long a proposal may be approved; so long one waits that nobody else can approve."""
VOICES = 2
"""So many different administrators, each proved by a code, widen rights."""


class ProposalState(StrEnum):
    """How far a proposal came."""

    OPEN = "open"
    APPROVED = "approved"
    """Two administrators want it, or its delay is over: it takes effect as soon as somebody can bring it about."""
    APPLYING = "applying"
    """It was begun; what it does may be repeated without harm."""
    APPLIED = "applied"
    OBJECTED = "objected"
    EXPIRED = "expired"
    STALE = "stale"
    """What it is about changed meanwhile, or it cannot be done any more."""


ENDED = frozenset({ProposalState.APPLIED, ProposalState.OBJECTED, ProposalState.EXPIRED, ProposalState.STALE})
NEXT: dict[ProposalState, frozenset[ProposalState]] = {
    ProposalState.OPEN: frozenset(
        {ProposalState.APPROVED, ProposalState.OBJECTED, ProposalState.EXPIRED, ProposalState.STALE}
    ),
    ProposalState.APPROVED: frozenset(
        {ProposalState.APPLYING, ProposalState.OBJECTED, ProposalState.EXPIRED, ProposalState.STALE}
    ),
    ProposalState.APPLYING: frozenset({ProposalState.APPLIED, ProposalState.STALE}),
    **{state: frozenset() for state in ENDED},
}
"""The only place that says what can happen to a proposal."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a difference, old → new; codes such as `signer` have words of their own at the edge."""

    what: str
    """The phrase `change-<what>` names it."""
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a change means today."""

    about: str
    """Whom or what it concerns, as people call it."""
    difference: tuple[Line, ...]
    basis: str
    """A digest of what the change rests on: another one later, and the proposal is void."""
    benefits: frozenset[PersonId] = frozenset()
    """Who would gain by it: none of them may approve it."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One change that waits for a second administrator, or for a day to pass."""

    id: ProposalId
    kind: str
    """A name in the register of kinds, such as `role`."""
    subject: str
    """The person or key it is about."""
    change: dict[str, Any]
    """What shall become of it; JSON values, no secret."""
    about: str
    difference: tuple[Line, ...]
    basis: str
    benefits: tuple[PersonId, ...]
    proposer: PersonId
    """An administrator who was proved by a code, or `console`."""
    voices: tuple[PersonId, ...]
    """Administrators behind it, each proved by a code; the console alone is none."""
    state: ProposalState = ProposalState.OPEN
    created_at: datetime
    expires_at: datetime
    effective_at: datetime | None = None
    """When it takes effect by itself unless somebody objects: nobody else can approve it."""
    decided_at: datetime | None = None
    ended_by: PersonId | None = None
    reason: str = ""

    def to(self, state: ProposalState, **changes: Any) -> Proposal:
        """Return the proposal in another state; raise `NotAllowedNow` when the table forbids it."""
        if state not in NEXT[self.state]:
            raise NotAllowedNow(reason="proposal_over", state=self.state.value)
        return replace(self, state=state, **changes)

    def digest(self) -> str:
        """Return what a code is spent for: this change of this subject, on this ground, and no other."""
        body = {
            "id": self.id, "kind": self.kind, "subject": self.subject, "change": self.change, "basis": self.basis,
        }  # fmt: skip
        return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    @property
    def is_waiting(self) -> bool:
        return self.state not in ENDED


class ProposalRows(Protocol):
    """Proposals by id."""

    async def add(self, proposal: Proposal) -> None: ...
    async def get(self, proposal: ProposalId) -> Proposal:
        """Return it or raise `NotFound`."""

    async def move(self, proposal: Proposal, *, was: ProposalState) -> bool:
        """Store it where its state still is `was`; False when somebody was faster."""

    async def waiting(self) -> tuple[Proposal, ...]:
        """Return what has not ended, oldest first."""

    async def newest(self, *, limit: int) -> tuple[Proposal, ...]: ...
    async def has_signed(self) -> bool:
        """Return whether this company has signed a document yet."""


def new_proposal_id() -> ProposalId:
    """Return a fresh id."""
    return ProposalId(secrets.token_hex(4))


def basis_of(**facts: Any) -> str:
    """Return the digest of what a change rests on."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()
