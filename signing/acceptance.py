"""Pages that we made of somebody's file: the requester looks at them first, and nobody is asked before that.

The rule itself stands in `SigningRequest.after`; here is the way through it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from signing.audit import Tag
from signing.errors import NotAllowedNow, NotYourTurn
from signing.moves import keep
from signing.notices import refresh
from signing.people import PersonId
from signing.ports import Transaction
from signing.request import RequestId, SigningRequest, State

SPACE = "acceptance"
"""Notes by request: whom it was meant for when it came, such as by the settings or by a business process."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Who is to be asked as soon as the pages are accepted."""

    signer: PersonId
    deadline: datetime | None


async def wish(tx: Transaction, request: RequestId, *, to: PersonId, deadline: datetime | None = None) -> None:
    """Remember whom a draft is meant for; `accept` returns it."""
    body = {"signer": to, "deadline": deadline.isoformat() if deadline else None}
    await tx.notes.put(space=SPACE, name=request, body=body)


async def accept(tx: Transaction, request: RequestId, *, by: PersonId, now: datetime) -> Wish | None:
    """Write down that the requester finds the pages right; return whom the request was meant for.

    A repeat changes nothing. Raises `NotYourTurn`, and `NotAllowedNow` when it is a draft no more.
    """
    found = await tx.requests.get(request)
    if found.requester != by:
        raise NotYourTurn(reason="not_the_requester")
    if found.state is not State.DRAFT:
        raise NotAllowedNow(state=found.state.value, wanted="accept")
    if found.awaits_acceptance:
        await _keep(tx, found, now=now)
    meant = await tx.notes.get(space=SPACE, name=request, now=now)
    await tx.notes.drop(space=SPACE, prefix=request)
    if meant is None:
        return None
    until = datetime.fromisoformat(meant["deadline"]) if meant["deadline"] else None
    return Wish(signer=PersonId(meant["signer"]), deadline=until)


async def _keep(tx: Transaction, found: SigningRequest, *, now: datetime) -> None:
    pairs = [[document.original_sha256, document.sha256] for document in found.documents if document.original_sha256]
    accepted = found.touched(pages_accepted_at=now)
    await keep(tx, accepted, tag=Tag.REQUEST_PAGES_ACCEPTED, actor=found.requester, now=now, facts={"made": pairs})
    await refresh(tx, found.id, found.requester)
