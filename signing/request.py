"""A signing request, its states, and the one table of allowed transitions."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from signing.amount import Amount
from signing.document import Document
from signing.errors import NotAllowedNow
from signing.people import PersonId
from signing.presence import Link

RequestId = NewType("RequestId", str)
"""Twelve Crockford base32 characters: request number and verification number in one (60 bit)."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class State(StrEnum):
    """Where a request stands; the last five are final."""

    DRAFT = "draft"
    """Documents are in, the requester has not submitted yet."""
    WAITING = "waiting"
    """The signer is asked."""
    CIRCULATING = "circulating"
    """On its way along a route: its parts are asked, one for each person of the step that is open."""
    FROZEN = "frozen"
    """Stopped with a reason: three wrong codes, unknown outcome, a refused self-check."""
    SIGNING = "signing"
    """The code was right; the key is at work."""
    SIGNED = "signed"
    AGREED = "agreed"
    """A part that needed no key: its person said yes."""
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What may happen to a request; the verbs of the workflow that change its state."""

    SUBMIT = "submit"
    CIRCULATE = "circulate"
    """Sent along a route; the parts are asked, the request itself waits for them."""
    CONCLUDE = "conclude"
    """The route is satisfied: everybody who had to has signed or approved."""
    AGREE = "agree"
    """Yes without a key, where the route asks for that."""
    REASSIGN = "reassign"
    """Another signer: the requester changed the mind, or the signer handed over to a deputy."""
    POSTPONE = "postpone"
    CONFIRM = "confirm"
    SEAL = "seal"
    """A standing mandate covers it: nobody is asked for a code."""
    COMPLETE = "complete"
    RELEASE = "release"
    """Nothing was signed and the signer may try again."""
    FREEZE = "freeze"
    RESUME = "resume"
    REJECT = "reject"
    CANCEL = "cancel"
    EXPIRE = "expire"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.DRAFT, Step.SUBMIT): State.WAITING,
    (State.DRAFT, Step.CANCEL): State.CANCELLED,
    (State.DRAFT, Step.EXPIRE): State.EXPIRED,
    (State.DRAFT, Step.CIRCULATE): State.CIRCULATING,
    (State.CIRCULATING, Step.CONCLUDE): State.SIGNED,
    (State.CIRCULATING, Step.REJECT): State.REJECTED,
    (State.CIRCULATING, Step.CANCEL): State.CANCELLED,
    (State.CIRCULATING, Step.EXPIRE): State.EXPIRED,
    (State.WAITING, Step.AGREE): State.AGREED,
    (State.WAITING, Step.REASSIGN): State.WAITING,
    (State.WAITING, Step.POSTPONE): State.WAITING,
    (State.WAITING, Step.CONFIRM): State.SIGNING,
    (State.WAITING, Step.SEAL): State.SIGNING,
    (State.WAITING, Step.FREEZE): State.FROZEN,
    (State.WAITING, Step.REJECT): State.REJECTED,
    (State.WAITING, Step.CANCEL): State.CANCELLED,
    (State.WAITING, Step.EXPIRE): State.EXPIRED,
    (State.FROZEN, Step.RESUME): State.WAITING,
    (State.FROZEN, Step.REASSIGN): State.WAITING,
    (State.FROZEN, Step.CANCEL): State.CANCELLED,
    (State.FROZEN, Step.EXPIRE): State.EXPIRED,
    (State.SIGNING, Step.COMPLETE): State.SIGNED,
    (State.SIGNING, Step.RELEASE): State.WAITING,
    (State.SIGNING, Step.FREEZE): State.FROZEN,
}
"""The only place that says what can happen to a request (invariant 8: no row starts at a final state)."""

FINAL = frozenset({State.SIGNED, State.AGREED, State.REJECTED, State.EXPIRED, State.CANCELLED})


class Act(StrEnum):
    """What a person of a route is asked for."""

    SIGNS = "signs"
    """With their own key and a code."""
    APPROVES = "approves"
    """No key and no code: a decision in the journal."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """What makes a request a part of another one that goes along a route."""

    of: RequestId
    """The request that was sent along the route."""
    seat: PersonId
    """Whom the route names; a deputy may sit there."""
    act: Act
    turn: int = 0
    """1, 2, 3 … as the codes of the request's signers came: their signatures are made one after the other."""


@dataclass(frozen=True, kw_only=True)
class ReplyTo:
    """Where the requester spoke, so that the answer goes there."""

    platform: str
    chat_id: str
    message_id: str | None = None
    is_group: bool = False
    keeps_file: bool = False
    """The document lies there, such as in the field of a deal: the signed one takes its place."""

    @property
    def is_shared(self) -> bool:
        """Whether others than the requester see what stands there."""
        return self.is_group or self.keeps_file


@dataclass(frozen=True, kw_only=True)
class SigningRequest:
    """One request for a signature; changed only by `after` and stored by compare-and-swap on `version`."""

    id: RequestId
    version: int
    state: State
    requester: PersonId
    signer: PersonId | None
    """Who is asked now; None while a draft has no choice yet, and for one that goes along a route."""
    documents: tuple[Document, ...]
    comment: str = ""
    format: str = "pades"
    """A name of `signing.formats.FORMATS`: a signature inside the document, or in a file of its own."""
    reply_to: ReplyTo
    created_at: datetime
    deadline: datetime
    looked_at: datetime | None = None
    """When the signer first opened the pages or the second step."""
    postponed_until: datetime | None = None
    reminded_at: datetime | None = None
    prompted_at: datetime | None = None
    """When this signer was asked, or the reminders went their last step; the next one counts from here."""
    nudges: int = 0
    """How many steps the reminders have gone."""
    delegated_from: PersonId | None = None
    """For whom the signer acts: whoever was asked first, when that person handed over or is away."""
    ground: str = ""
    """On what ground, such as a power of attorney with its number; may be empty."""
    links: tuple[Link, ...] = ()
    """Every hand-over from the one who was asked first to the signer, see `approval/absence.py`."""
    reason: str = ""
    """Why it was rejected or frozen: a code (`wrong_codes`, `unknown_outcome` …) or the signer's own words."""
    finished_at: datetime | None = None
    part: Part | None = None
    """Set when one person is asked here for a request that goes along a route."""
    amount: Amount | None = None
    """How much it is about, where that was told."""

    @property
    def lead(self) -> RequestId:
        """The request that people speak of: of a part, the one that was sent along the route."""
        return self.part.of if self.part else self.id

    @property
    def needs_key(self) -> bool:
        """Whether who is asked signs; False when a yes without a key is asked for."""
        return self.part is None or self.part.act is Act.SIGNS

    pages_accepted_at: datetime | None = None
    """When the requester said that the pages that we made of the files are right."""

    @property
    def awaits_acceptance(self) -> bool:
        """Whether the requester has not yet looked at pages that we made: nobody is asked before."""
        return self.pages_accepted_at is None and any(document.is_looked_at for document in self.documents)

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    def after(self, step: Step, *, now: datetime, **changes: object) -> SigningRequest:
        """Return the request after `step`, version moved on; raise `NotAllowedNow` when the table forbids it.

        Nobody is asked about pages that we made before the requester has accepted them (`reason`), and no standing
        mandate stands in for a person of a route.
        """
        if step in (Step.SUBMIT, Step.CIRCULATE) and self.awaits_acceptance:
            raise NotAllowedNow(state=self.state.value, wanted=step.value, reason="pages_not_accepted")
        target = TRANSITIONS.get((self.state, step))
        if target is None or (step is Step.SEAL and self.part is not None):
            raise NotAllowedNow(state=self.state.value, wanted=step.value)
        finished = {"finished_at": now} if target in FINAL else {}
        return replace(self, state=target, version=self.version + 1, **finished, **changes)  # type: ignore[arg-type]  # fields are checked by dataclasses.replace

    def touched(self, **changes: object) -> SigningRequest:
        """Return the request with plain facts changed (looked, reminded) and the version moved on."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]  # as above


def new_request_id() -> RequestId:
    """Return an unguessable number: it is printed in the stamp and opens `/v/NUMBER`."""
    return RequestId("".join(secrets.choice(_ALPHABET) for _ in range(12)))


def written(request: str) -> str:
    """Return the number as people read it: `7K3M-9QXA-2F4B`."""
    return "-".join(request[at : at + 4] for at in range(0, len(request), 4))


def read_number(text: str) -> RequestId | None:
    """Return the number typed or linked by a person, or None when it is none (Crockford: O is 0, I and L are 1)."""
    plain = text.upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))
    return RequestId(plain) if len(plain) == 12 and set(plain) <= set(_ALPHABET) else None
