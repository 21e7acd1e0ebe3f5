"""Finds requests by what people remember: a name, a person, a fingerprint, a number, a date, a state."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from signing.lookup import Search
from signing.people import PersonId
from signing.request import SigningRequest
from storage.connection import Connection
from storage.database import folded
from storage.requests import request_of
from storage.tables import person, request, signature

Condition = ColumnElement[bool]


class SqlHistory:
    """Fills `signing.ports.Histories`.

    Looks into every request that dates, state and rights leave over: some thousand a year are a matter of moments,
    and no second copy of the names has to be kept true.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find(
        self, search: Search, *, visible_to: PersonId | None, offset: int, limit: int
    ) -> tuple[tuple[SigningRequest, ...], int]:
        """Return a page of what fits, newest first, and how many fit altogether."""
        fits = and_(True, *_conditions(search, visible_to))
        newest = (request.c.created_at.desc(), request.c.id.desc())
        query = select(request).where(fits).order_by(*newest).offset(offset).limit(limit)
        page = tuple(request_of(row) for row in await self._connection.execute(query))
        total = (await self._connection.execute(select(func.count()).select_from(request).where(fits))).scalar_one()
        return page, int(total)


def _conditions(search: Search, visible_to: PersonId | None) -> list[Condition]:
    found: list[Condition] = []
    if visible_to is not None:
        found.append(_concerns(select(person.c.id).where(person.c.id == visible_to)))
    if search.numbers:
        found.append(request.c.id.in_(search.numbers))
    if search.states:
        found.append(request.c.state.in_(search.states))
    if search.since is not None:
        found.append(request.c.created_at >= search.since)
    if search.until is not None:
        found.append(request.c.created_at < search.until)
    if search.begins or search.ends:
        found.append(_has_digest(search.begins, search.ends))
    return found + [_named(word) for word in search.words]


def _concerns(people: object) -> Condition:
    """Return whether somebody of these asked, is asked, or signed."""
    signed = exists().where(signature.c.request == request.c.id, signature.c.signer.in_(people))  # type: ignore[arg-type]  # a select
    return or_(request.c.requester.in_(people), request.c.signer.in_(people), signed)  # type: ignore[arg-type]  # as above


def _named(word: str) -> Condition:
    wanted = folded(word)
    documents = func.json_each(request.c.body, "$.documents").table_valued("value")
    name = func.folded(func.json_extract(documents.c.value, "$.name"))
    in_name = exists().where(func.instr(name, wanted) > 0)
    people = select(person.c.id).where(func.instr(func.folded(person.c.name), wanted) > 0)
    return or_(in_name, _concerns(people))


def _has_digest(begins: str, ends: str) -> Condition:
    # Only hex digits come here, so nothing in the pattern means more than itself.
    pattern = f"{begins}%{ends}"
    documents = func.json_each(request.c.body, "$.documents").table_valued("value")
    digests = [func.json_extract(documents.c.value, f"$.{name}") for name in ("sha256", "original_sha256")]
    shown = exists().where(or_(*(digest.like(pattern) for digest in digests)))
    signed = exists().where(signature.c.request == request.c.id, signature.c.signed_sha256.like(pattern))
    return or_(shown, signed)
