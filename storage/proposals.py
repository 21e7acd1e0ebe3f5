"""Proposals to widen rights; what is asked about has a column, the rest is one JSON body."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update

from signing.errors import NotFound
from signing.people import PersonId
from signing.proposal import ENDED, Line, Proposal, ProposalId, ProposalState
from storage.company_tables import proposal as table
from storage.connection import Connection
from storage.tables import signature

_ENDED = [state.value for state in ENDED]


class SqlProposals:
    """Fills `signing.proposal.ProposalRows`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, proposal: Proposal) -> None:
        """Insert a new proposal; the id must be new."""
        await self._connection.execute(table.insert().values(**_values(proposal)))

    async def get(self, proposal: ProposalId) -> Proposal:
        """Return it or raise `NotFound`."""
        row = (await self._connection.execute(select(table).where(table.c.id == proposal))).one_or_none()
        if row is None:
            raise NotFound(what="proposal")
        return _proposal(row)

    async def move(self, proposal: Proposal, *, was: ProposalState) -> bool:
        """Store it where its state still is `was`; False when somebody was faster."""
        still = (table.c.id == proposal.id, table.c.state == was.value)
        return (await self._connection.execute(update(table).where(*still).values(**_values(proposal)))).rowcount == 1

    async def waiting(self) -> tuple[Proposal, ...]:
        """Return what has not ended, oldest first."""
        query = select(table).where(table.c.state.not_in(_ENDED)).order_by(table.c.created_at, table.c.id)
        return tuple(_proposal(row) for row in await self._connection.execute(query))

    async def newest(self, *, limit: int) -> tuple[Proposal, ...]:
        """Return the newest ones first, also those that have ended."""
        query = select(table).order_by(table.c.created_at.desc(), table.c.id).limit(limit)
        return tuple(_proposal(row) for row in await self._connection.execute(query))

    async def has_signed(self) -> bool:
        """Return whether this company has signed a document yet."""
        return (await self._connection.execute(select(signature.c.request).limit(1))).first() is not None


def _values(proposal: Proposal) -> dict[str, Any]:
    lines = [{"what": line.what, "old": list(line.old), "new": list(line.new)} for line in proposal.difference]
    body = {
        "change": proposal.change, "about": proposal.about, "difference": lines, "basis": proposal.basis,
        "benefits": list(proposal.benefits), "voices": list(proposal.voices), "reason": proposal.reason,
    }  # fmt: skip
    columns = (
        "id", "kind", "subject", "proposer", "created_at", "expires_at", "effective_at", "decided_at", "ended_by",
    )  # fmt: skip
    return {**{name: getattr(proposal, name) for name in columns}, "state": proposal.state.value, "body": body}


def _proposal(row: Row[Any]) -> Proposal:
    columns, body = row._asdict(), row.body
    del columns["body"]
    lines = (Line(what=one["what"], old=tuple(one["old"]), new=tuple(one["new"])) for one in body["difference"])
    people = {name: tuple(PersonId(person) for person in body[name]) for name in ("benefits", "voices")}
    rest = {name: body[name] for name in ("change", "about", "basis", "reason")}
    return Proposal(**{**columns, **rest, **people, "state": ProposalState(row.state), "difference": tuple(lines)})
