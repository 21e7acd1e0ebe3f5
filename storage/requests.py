"""Signing requests as rows: compare-and-swap on the version, and final stays final in SQL as well."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select, update

from signing.amount import Amount, Teller
from signing.document import Document, EarlierSignature, Making, Sha256
from signing.errors import NotFound, StaleRequest
from signing.people import PersonId
from signing.presence import Link
from signing.request import Act, Part, ReplyTo, RequestId, SigningRequest, State
from storage.connection import Connection
from storage.tables import request as table

# Made once: to build a statement costs more than to run it.
_ADD = table.insert()
_GET = select(table).where(table.c.id == bindparam("wanted"))
_SAVE = (
    update(table)
    .where(table.c.id == bindparam("wanted"), table.c.version == bindparam("was"))
    .where(or_(table.c.finished_at.is_(None), table.c.state == bindparam("state")))
    .values({column.name: bindparam(column.name) for column in table.c})
)


class SqlRequests:
    """Fills `signing.ports.Requests`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, request: SigningRequest) -> None:
        """Insert a new request; its id must be new."""
        await self._connection.execute(_ADD, _values(request))

    async def get(self, request: RequestId) -> SigningRequest:
        """Return it or raise `NotFound`."""
        row = (await self._connection.execute(_GET, {"wanted": request})).one_or_none()
        if row is None:
            raise NotFound(what="request")
        return request_of(row)

    async def save(self, request: SigningRequest) -> None:
        """Store by compare-and-swap on the version; raise `StaleRequest` when somebody was faster.

        A final request keeps its state whatever the caller believes (invariant 8).
        """
        values = {**_values(request), "wanted": request.id, "was": request.version - 1}
        changed = await self._connection.execute(_SAVE, values)
        if changed.rowcount != 1:
            raise StaleRequest(request=request.id)

    async def waiting_for(self, signer: PersonId) -> tuple[SigningRequest, ...]:
        """Return what waits for this signer, oldest first, postponed ones included."""
        waiting = (table.c.signer == signer, table.c.state == State.WAITING.value)
        return await self._all(select(table).where(*waiting).order_by(table.c.created_at, table.c.id))

    async def made_by(self, requester: PersonId, *, limit: int) -> tuple[SigningRequest, ...]:
        """Return the requester's newest requests first, without the parts of a route."""
        newest = (table.c.created_at.desc(), table.c.id.desc())
        whole = (table.c.requester == requester, table.c.part_of.is_(None))
        return await self._all(select(table).where(*whole).order_by(*newest).limit(limit))

    async def unfinished(self) -> tuple[SigningRequest, ...]:
        """Return every request that is not final, oldest first."""
        unfinished = select(table).where(table.c.finished_at.is_(None))
        return await self._all(unfinished.order_by(table.c.created_at, table.c.id))

    async def recent_signers(self, requester: PersonId, *, limit: int) -> tuple[PersonId, ...]:
        """Return whom the requester asked lately, not who stood in, newest first; drafts do not count."""
        chosen = func.coalesce(table.c.body["delegated_from"].as_string(), table.c.signer)
        asked = (
            table.c.requester == requester, table.c.signer.is_not(None), table.c.state != State.DRAFT.value,
            table.c.part_of.is_(None),
        )  # fmt: skip
        latest = func.max(table.c.created_at).desc()
        signers = select(chosen).where(*asked).group_by(chosen).order_by(latest, chosen)
        return tuple(PersonId(str(signer)) for (signer,) in await self._connection.execute(signers.limit(limit)))

    async def _all(self, query: Select[Any]) -> tuple[SigningRequest, ...]:
        return tuple(request_of(row) for row in await self._connection.execute(query))


def _values(request: SigningRequest) -> dict[str, Any]:
    return {
        "id": request.id,
        "version": request.version,
        "state": request.state.value,
        "requester": request.requester,
        "signer": request.signer,
        "created_at": request.created_at,
        "deadline": request.deadline,
        "postponed_until": request.postponed_until,
        "finished_at": request.finished_at,
        "part_of": request.part.of if request.part else None,
        "body": {
            "documents": [_document_body(document) for document in request.documents],
            "comment": request.comment,
            "format": request.format,
            "reply_to": vars(request.reply_to),
            "looked_at": _text(request.looked_at),
            "reminded_at": _text(request.reminded_at),
            "prompted_at": _text(request.prompted_at),
            "nudges": request.nudges,
            "delegated_from": request.delegated_from,
            "ground": request.ground,
            "links": [vars(link) for link in request.links],
            "reason": request.reason,
            "pages_accepted_at": _text(request.pages_accepted_at),
            "part": vars(request.part) if request.part else None,
            "amount": vars(request.amount) if request.amount else None,
        },
    }


def request_of(row: Row[Any]) -> SigningRequest:
    """Return a row of the table as the object it was."""
    body = row.body
    return SigningRequest(
        id=RequestId(row.id),
        version=row.version,
        state=State(row.state),
        requester=row.requester,
        signer=row.signer,
        documents=tuple(_document(document) for document in body["documents"]),
        comment=body["comment"],
        format=body.get("format", "pades"),
        reply_to=ReplyTo(**body["reply_to"]),
        created_at=row.created_at,
        deadline=row.deadline,
        looked_at=_moment(body["looked_at"]),
        postponed_until=row.postponed_until,
        reminded_at=_moment(body["reminded_at"]),
        prompted_at=_moment(body.get("prompted_at")),
        nudges=body.get("nudges", 0),
        delegated_from=body["delegated_from"],
        ground=body.get("ground", ""),
        links=_links(body),
        reason=body["reason"],
        pages_accepted_at=_moment(body.get("pages_accepted_at")),
        finished_at=row.finished_at,
        part=_part(body.get("part")),
        amount=_amount(body.get("amount")),
    )


def _part(body: dict[str, Any] | None) -> Part | None:
    return Part(**{**body, "act": Act(body["act"])}) if body else None


def _amount(body: dict[str, Any] | None) -> Amount | None:
    return Amount(**{**body, "told_by": Teller(body["told_by"])}) if body else None


def _links(body: dict[str, Any]) -> tuple[Link, ...]:
    """Return the hand-overs; rows of before there were absences know the first one only."""
    old = [{"person": body["delegated_from"]}] if body["delegated_from"] else []
    return tuple(Link(**link) for link in body.get("links", old))


def _document_body(document: Document) -> dict[str, Any]:
    return {**vars(document), "earlier": [vars(signature) for signature in document.earlier]}


def _document(body: dict[str, Any]) -> Document:
    earlier = tuple(EarlierSignature(**signature) for signature in body["earlier"])
    making = Making(body.get("making", ""))
    typed = {"sha256": Sha256(body["sha256"]), "warnings": tuple(body["warnings"]), "earlier": earlier}
    return Document(**{**body, **typed, "making": making})


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
