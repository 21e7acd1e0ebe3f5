"""Who sits at the page: a visit, known by a random word in the page's memory, and its turns.

Browsers refuse the cookies of a page inside another site's frame; a visit that began with a cookie of ours, outside
other sites, counts only together with it (`sessions.py`). What changes something also spends the turn that the page was
given last, so a call that is repeated or was made by something else is refused and journalled.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.platforms.web.desk.sessions import Session, Sessions
from signing.audit import Tag
from signing.moves import note
from signing.people import PersonId
from signing.ports import Clock, Store

SESSION_HEADER = "X-Page-Session"
TURN_HEADER = "X-Page-Turn"
LIFE = timedelta(hours=2)
"""Then the page is opened anew, and the portal is asked again who that is."""
TICKET_LIFE = timedelta(minutes=1)
TICKET = "ticket-"
VISITS, TICKETS, REFUSALS = "desk-visit", "desk-ticket", "desk-refused"
QUIET = timedelta(minutes=1)
"""A flood of forged calls writes one journal row a reason, person and minute."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One opened page."""

    person: PersonId
    folder: str | None
    """What it was opened beside, such as a deal; its documents may be seen."""
    turn: str
    session: str | None = None
    """The session that it belongs to, outside other sites."""


class Visits:
    """Opens and checks visits; only hashes of their words are kept."""

    def __init__(self, *, store: Store, clock: Clock, sessions: Sessions | None = None) -> None:
        """`sessions` are asked about visits that belong to one; without them such visits do not count."""
        self._store = store
        self._clock = clock
        self._sessions = sessions

    async def open(self, *, person: PersonId, folder: str | None, session: Session | None = None) -> str:
        """Return the word of a new visit; one that belongs to a session lasts as long as that."""
        word = secrets.token_urlsafe(32)
        until = session.until if session else self._clock.now() + LIFE
        body = {
            "person": person, "folder": folder, "turn": secrets.token_urlsafe(12), "until": until.isoformat(),
            "session": session.name if session else None,
        }  # fmt: skip
        async with self._store.begin() as tx:
            await tx.notes.put(space=VISITS, name=_name(word), body=body, expires_at=until)
        return word

    async def of(self, request: web.Request, *, wakes: bool = True) -> Visit:
        """Return whose page asks; refuse (403) a word that is missing, old or unknown. `wakes`: a person clicked."""
        body = await self._body(request, wakes=wakes)
        if body is None:
            raise web.HTTPForbidden
        return _visit(body)

    async def step(self, request: web.Request) -> Visit:
        """Return whose page wants to change something, and spend its turn; refuse (403) a spent or missing one."""
        if await self._body(request) is None:
            await self.refuse("no_visit", by=await self._somebody(request))
            raise web.HTTPForbidden
        name, turn = _name(request.headers.get(SESSION_HEADER, "")), request.headers.get(TURN_HEADER, "")
        async with self._store.begin() as tx:
            body = await tx.notes.get(space=VISITS, name=name, now=self._clock.now())
            if body is not None and hmac.compare_digest(_bytes(str(body["turn"])), _bytes(turn)):
                fresh = body | {"turn": secrets.token_urlsafe(12)}
                until = datetime.fromisoformat(body["until"])  # no act makes a visit longer
                await tx.notes.put(space=VISITS, name=name, body=fresh, expires_at=until)
                return _visit(fresh)
        await self.refuse("spent_turn", by=str(body["person"]) if body else "somebody")
        raise web.HTTPForbidden

    async def refuse(self, why: str, *, by: str) -> None:
        """Write down that a call was not believed."""
        now, name = self._clock.now(), f"{why}:{by}"
        async with self._store.read() as tx:  # whoever floods us writes nothing
            if await tx.notes.get(space=REFUSALS, name=name, now=now) is not None:
                return
        async with self._store.begin() as tx:
            if await tx.notes.get(space=REFUSALS, name=name, now=now) is None:
                await tx.notes.put(space=REFUSALS, name=name, body={}, expires_at=now + QUIET)
                await note(tx, Tag.PAGE_REFUSED, subject="desk", actor=by, now=now, why=why)

    async def ticket(self, person: PersonId, *, life: timedelta = TICKET_LIFE) -> str:
        """Return a word that opens one signing page for this person, once and soon."""
        word = TICKET + secrets.token_urlsafe(32)
        until = self._clock.now() + life
        async with self._store.begin() as tx:
            await tx.notes.put(space=TICKETS, name=_name(word), body={"person": person}, expires_at=until)
        return word

    async def spend(self, ticket: str) -> PersonId:
        """Return whose ticket it is; refuse (403) one that is used, old or unknown."""
        async with self._store.begin() as tx:
            body = await tx.notes.take(space=TICKETS, name=_name(ticket), now=self._clock.now())
        if body is None:
            raise web.HTTPForbidden
        return PersonId(body["person"])

    async def _body(self, request: web.Request, *, wakes: bool = True) -> dict[str, Any] | None:
        name = _name(request.headers.get(SESSION_HEADER, ""))
        async with self._store.read() as tx:
            body = await tx.notes.get(space=VISITS, name=name, now=self._clock.now())
        if body is None or body.get("session") is None:
            return body
        session = await self._sessions.of(request, wakes=wakes) if self._sessions else None
        return body if session is not None and session.name == body["session"] else None

    async def _somebody(self, request: web.Request) -> str:
        """Return whose cookie came without the page's word: another site, or a page that is too old."""
        session = await self._sessions.of(request, wakes=False) if self._sessions else None
        return session.person if session else "somebody"


def _visit(body: dict[str, Any]) -> Visit:
    return Visit(person=PersonId(body["person"]), folder=body["folder"], turn=body["turn"], session=body.get("session"))


def _name(word: str) -> str:
    return hashlib.sha256(_bytes(word)).hexdigest()


def _bytes(word: str) -> bytes:
    """Return any header as bytes; one that is no text arrives as surrogates."""
    return word.encode("utf-8", "surrogatepass")
