"""How far a request has come on its route, read from the states of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signing.amount import Teller
from signing.approval import routes
from signing.approval.policy import ApprovalPolicy
from signing.approval.routes import Answer, Next, Route, Seat
from signing.approval.templates import Template
from signing.errors import NotFound
from signing.people import Person, PersonId
from signing.ports import Transaction
from signing.request import Act, SigningRequest, State

_YES = {Act.SIGNS: State.SIGNED, Act.APPROVES: State.AGREED}
"""What counts as a yes: who must sign has not said it by an approval."""

_LATELY = 20
"""So many of somebody's newest requests are looked through for a draft."""


def next_of(route: Route, parts: Sequence[SigningRequest]) -> Next:
    """Return what follows from the parts' states."""
    return routes.advance(route, answers_of(parts))


def answers_of(parts: Sequence[SigningRequest]) -> dict[Seat, Answer]:
    """Return the answers that are in; a deputy's counts for the seat."""
    answers = {}
    for part in parts:
        seat = seat_of(part)
        if part.state is State.REJECTED:
            answers[seat] = Answer.NO
        elif part.state is _YES[seat.act]:
            answers[seat] = Answer.YES
    return answers


def seat_of(part: SigningRequest) -> Seat:
    """Return the seat that a part stands for."""
    assert part.part is not None, "a part"
    return Seat(part.part.seat, part.part.act)


def turn_of(part: SigningRequest) -> int:
    """Return when its code came, among the signers of the same request."""
    return part.part.turn if part.part else 0


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a request has come on its route."""

    name: str
    """As the policy file calls the route."""
    route: Route
    parts: tuple[SigningRequest, ...]

    @property
    def step(self) -> int:
        """Which step is open; 1 for the first."""
        return routes.step_of(self.route, answers_of(self.parts))

    @property
    def stopped(self) -> tuple[SigningRequest, ...]:
        """The parts that wait until somebody lets them go on."""
        return tuple(part for part in self.parts if part.state is State.FROZEN)

    def deciders(self, request: SigningRequest) -> tuple[PersonId, ...]:
        """Return who signed, in the order of their signatures; of a refused request who refused it."""
        if request.state is State.REJECTED:
            refused = [part for part in self.parts if part.state is State.REJECTED and part.reason == request.reason]
            return tuple(part.signer for part in refused[-1:] if part.signer)
        signed = [part for part in self.parts if part.state is State.SIGNED]
        return tuple(part.signer for part in sorted(signed, key=turn_of) if part.signer)

    def part_at(self, seat: Seat) -> SigningRequest | None:
        """Return the part of a seat that was asked."""
        return next((part for part in self.parts if seat_of(part) == seat), None)


async def progress_of(tx: Transaction, request: SigningRequest) -> Progress | None:
    """Return how far the request, or the one it is a part of, has come; None when it goes along no route."""
    if request.part is None and request.signer is not None:
        return None
    try:
        circulation = await tx.circulations.get(request.lead)
    except NotFound:
        return None
    parts = await tx.circulations.parts_of(request.lead)
    return Progress(name=circulation.name, route=routes.from_json(circulation.rule), parts=parts)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the requester of a draft may choose."""

    routes: tuple[Template, ...] = ()
    is_free: bool = True
    """It may go to one person instead."""
    wants_amount: bool = False
    """Which routes fit depends on the amount, and nobody has told it."""
    takes_amount: bool = False
    """The requester may tell it, or tell another one."""


def offered(request: SigningRequest, requester: Person, policy: ApprovalPolicy) -> Offer:
    """Return what may be chosen for a request; nothing when it is no draft any more.

    A signature in a file of its own is for one person, so that only a required route takes such a draft.
    """
    if request.state is not State.DRAFT:
        return Offer()
    book, names = policy.routes, [document.name for document in request.documents]
    told = book.counted(request.amount)
    fitting, always = (
        [template for template in found if template.takes(request.format)]
        for found in (book.fitting(requester, names, amount=told), book.fitting(requester, names))
    )
    depends = any(template.has_bounds for template in always)
    return Offer(
        routes=tuple(template for template in fitting if told or not template.has_bounds),
        is_free=not book.is_required(requester, names, amount=told), wants_amount=depends and told is None,
        takes_amount=depends and not (told and told.told_by is Teller.DEAL),
    )  # fmt: skip


async def wanting_amount(tx: Transaction, requester: PersonId, policy: ApprovalPolicy) -> SigningRequest | None:
    """Return the newest draft of a requester whose amount is wanted."""
    person = await tx.people.get(requester)
    made = await tx.requests.made_by(requester, limit=_LATELY)
    asking = (request for request in made if not request.awaits_acceptance)
    return next((request for request in asking if offered(request, person, policy).wants_amount), None)


async def names_of_deciders(tx: Transaction, request: SigningRequest) -> list[str]:
    """Return the names of those who signed or refused; of one asked person, that one's."""
    progress = await progress_of(tx, request)
    people = progress.deciders(request) if progress and request.part is None else (request.signer,)
    return [(await tx.people.get(person)).name for person in people if person is not None]
