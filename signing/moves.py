"""One move of a request: new state, journal row and promised jobs, committed together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from signing.audit import Event, Tag
from signing.notices import Notice, go_on, refresh, show_state, tell, tell_administrators, watch
from signing.people import PersonId
from signing.ports import Transaction
from signing.request import SigningRequest, State, Step

SYSTEM = PersonId("system")
"""The actor of what time or a worker did."""
CONSOLE = PersonId("console")
"""The actor at the server's own terminal."""


async def move(
    tx: Transaction,
    request: SigningRequest,
    step: Step,
    *,
    tag: Tag,
    actor: PersonId,
    now: datetime,
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> SigningRequest:
    """Take `step` by the table, store it by compare-and-swap, journal it, refresh every card it concerns.

    Raises `NotAllowedNow` when the table forbids the step and `StaleRequest` when somebody was faster.
    Does not check who `actor` is.
    """
    moved = request.after(step, now=now, **changes)
    await keep(tx, moved, tag=tag, actor=actor, now=now, facts=facts)
    # The requester has one card, of the request itself; of its parts only who is asked has one.
    owner = () if moved.part else (moved.requester,)
    await refresh(tx, moved.id, *owner, request.signer, moved.signer)
    if moved.part or State.CIRCULATING in (request.state, moved.state):
        await go_on(tx, moved.lead)
    if moved.reply_to.is_shared and moved.part is None:
        await show_state(tx, moved)
    if moved.state is State.WAITING:
        await watch(tx, moved.id)
    return moved


async def freeze(tx: Transaction, request: SigningRequest, *, reason: str, actor: PersonId, now: datetime) -> None:
    """Stop a request with a reason code; its requester and the administrators are told."""
    await move(
        tx, request, Step.FREEZE, tag=Tag.REQUEST_FROZEN, actor=actor, now=now, facts={"reason": reason}, reason=reason
    )
    await tell(tx, request.requester, Notice.FROZEN, request=request.lead, signer=request.signer, reason=reason)
    await tell_administrators(tx, Notice.FROZEN, request=request.id, signer=request.signer, reason=reason)


async def keep(
    tx: Transaction,
    request: SigningRequest,
    *,
    tag: Tag,
    actor: PersonId,
    now: datetime,
    facts: dict[str, Any] | None = None,
) -> None:
    """Store a changed request and its journal row."""
    await tx.requests.save(request)
    await note(tx, tag, subject=request.id, actor=actor, now=now, **(facts or {}))


async def note(tx: Transaction, tag: Tag, *, subject: str, actor: str, now: datetime, **facts: Any) -> None:
    """Write one journal row."""
    await tx.journal.add(Event(tag=tag, at=now, actor=actor, subject=subject, facts=facts))
