"""Seats of a route: nobody counts twice, whoever stands in for whom."""

from __future__ import annotations

from signing.approval import routes
from signing.errors import NotAllowed
from signing.people import Person, PersonId
from signing.ports import Transaction
from signing.request import SigningRequest


async def taken(tx: Transaction, request: SigningRequest) -> frozenset[PersonId]:
    """Return who sits or will sit in another seat of the same kind; nobody, of a request that is no part of a route."""
    if request.part is None:
        return frozenset()
    route = routes.from_json((await tx.circulations.get(request.lead)).rule)
    others = [one for one in routes.seats(route) if one.act is request.part.act and one.person != request.part.seat]
    sitting = [
        part.signer
        for part in await tx.circulations.parts_of(request.lead)
        if part.id != request.id and part.needs_key == request.needs_key and part.signer is not None
    ]
    return frozenset((*(PersonId(one.person) for one in others), *sitting))


async def check(tx: Transaction, request: SigningRequest, deputy: Person) -> None:
    """Raise `NotAllowed(reason="other_seat")` for a deputy who is asked for the same in another seat of the route."""
    if deputy.id in await taken(tx, request):
        raise NotAllowed(reason="other_seat", person=deputy.name)
