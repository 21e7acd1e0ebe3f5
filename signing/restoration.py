"""An installation comes back from a backup: what was open then is void, and the people concerned are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signing.audit import Tag
from signing.membership import CONSOLE
from signing.moves import freeze, note
from signing.notices import Notice, refresh, tell_administrators
from signing.ports import Transaction
from signing.proposal import ProposalState
from signing.proposals import end
from signing.request import State
from signing.second_step import covered

INSTALLATION = "installation"
"""What the journal's rows about backups are about."""


@dataclass(frozen=True, kw_only=True)
class Voided:
    """What does not count any more."""

    approvals: int
    """Second steps that stood open."""
    confirmed: int
    """Requests whose code was right and whose signature is not here: frozen, for a person to decide."""
    links: int
    """Invitations and links to the enrolment page."""


async def void_what_was_open(tx: Transaction, *, made_at: str, now: datetime, **facts: Any) -> Voided:
    """Void every open approval and proposal, journal the restore (with `facts`) and tell the administrators.

    Whatever waits goes on waiting: it asks for a fresh tap and a fresh code.
    """
    approvals = 0
    for person in await tx.people.all():
        for stored in await tx.records.open_for(person.id):
            approvals += await tx.records.move(stored.record.nonce, to="dropped")
            for asked in covered(stored.record):
                await refresh(tx, asked, person.id)
    for proposal in await tx.proposals.waiting():
        await end(tx, proposal, ProposalState.STALE, by=CONSOLE, reason="restored", now=now)
    signing = [request for request in await tx.requests.unfinished() if request.state is State.SIGNING]
    for request in signing:
        await freeze(tx, request, reason="restored", actor=CONSOLE, now=now)
    voided = Voided(
        approvals=approvals, confirmed=len(signing), links=await tx.people.spend_invites(now=now)
    )  # fmt: skip
    told = {**facts, **vars(voided), "made_at": made_at}
    await note(tx, Tag.INSTALLATION_RESTORED, subject=INSTALLATION, actor=CONSOLE, now=now, **told)
    await tell_administrators(tx, Notice.RESTORED, made_at=f"{datetime.fromisoformat(made_at):%Y-%m-%d %H:%M} UTC")
    return voided
