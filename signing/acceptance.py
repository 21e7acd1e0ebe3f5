"""Pages that we made of somebody's file: the requester looks at them first, and nobody is asked before that.

The rule itself stands in `SigningRequest.after`; here is the way through it.
"""

from __future__ import annotations

from datetime import datetime

from signing.audit import Tag
from signing.errors import NotAllowedNow, NotYourTurn
from signing.moves import keep
from signing.notices import refresh
from signing.people import PersonId
from signing.ports import Clock, Store, Transaction
from signing.request import RequestId, SigningRequest, State
from signing.workflow import SigningWorkflow

SPACE = "acceptance"
"""Notes by request: whom it was meant for when it came, such as by the settings or by a business process."""


async def wish(
    tx: Transaction,
    request: RequestId,
    *,
    to: PersonId | None = None,
    along: str | None = None,
    deadline: datetime | None = None,
    form: str | None = None,
) -> None:
    """Remember whom a draft is meant for, or which route, and what else the workflow is to be told."""
    body = {"signer": to, "along": along, "deadline": deadline.isoformat() if deadline else None, "form": form}
    await tx.notes.put(space=SPACE, name=request, body=body)


class Acceptance:
    """Takes the requester's word that the pages are right."""

    def __init__(self, *, store: Store, clock: Clock, workflow: SigningWorkflow) -> None:
        self._store = store
        self._clock = clock
        self._workflow = workflow

    async def accept(self, request: RequestId, *, by: PersonId) -> SigningRequest:
        """Write down that the requester finds the pages right; whom the file was meant for is asked at once.

        A repeat changes nothing. Raises `NotYourTurn`, `NotAllowedNow` when it is a draft no more, and what
        `submit` and `circulate` of the workflow raise: the pages are accepted then, and the requester chooses.
        """
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.requester != by:
                raise NotYourTurn(reason="not_the_requester")
            if found.state is not State.DRAFT:
                raise NotAllowedNow(state=found.state.value, wanted="accept")
            if found.awaits_acceptance:
                found = await _keep(tx, found, now=now)
            meant = await tx.notes.get(space=SPACE, name=request, now=now)
            await tx.notes.drop(space=SPACE, prefix=request)
        if meant is None:
            return found
        until = datetime.fromisoformat(meant["deadline"]) if meant["deadline"] else None
        if along := meant.get("along"):
            return await self._workflow.circulate(request, by=by, along=along, deadline=until)
        signer = PersonId(meant["signer"])
        return await self._workflow.submit(request, by=by, to=signer, deadline=until, form=meant["form"])


async def _keep(tx: Transaction, found: SigningRequest, *, now: datetime) -> SigningRequest:
    pairs = [[document.original_sha256, document.sha256] for document in found.documents if document.is_looked_at]
    accepted = found.touched(pages_accepted_at=now)
    await keep(tx, accepted, tag=Tag.REQUEST_PAGES_ACCEPTED, actor=found.requester, now=now, facts={"made": pairs})
    await refresh(tx, found.id, found.requester)
    return accepted
