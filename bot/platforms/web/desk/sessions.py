"""Who is signed in at our page outside other sites: a cookie that is known by its hash, bound to one person.

The cookie alone changes nothing: what changes something also carries the word and the turn of an opened page
(`visits.py`), which no other site can read. A lock ends every session of the person.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from signing.audit import Tag
from signing.errors import NotFound
from signing.moves import note
from signing.people import Person, PersonId
from signing.ports import Clock, Store, Transaction

SPACE = "desk-session"
IDLE = timedelta(hours=1)
"""Without a click so long, and the page asks for a new link; that an open page looks for news is no click."""
LIFE = timedelta(hours=12)
"""A working day; then a new link, whatever was clicked."""
NOTED = timedelta(minutes=1)
"""How exactly the last click is kept: a row a minute and session, not one a picture."""
_BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "YaBrowser/": "Yandex", "Firefox/": "Firefox", "Chrome/": "Chrome"}
_SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Session:
    """Somebody signed in, in one browser."""

    name: str
    """The hash of its cookie."""
    person: PersonId
    device: str
    opened_at: datetime
    seen_at: datetime
    until: datetime

    @classmethod
    def read(cls, name: str, body: dict[str, Any]) -> Session:
        """Rebuild a session from its note."""
        times = {key: datetime.fromisoformat(body[key]) for key in ("opened_at", "seen_at", "until")}
        return cls(name=name, person=PersonId(body["person"]), device=body["device"], **times)

    def ends_at(self) -> datetime:
        """Return when it ends without another click."""
        return min(self.seen_at + IDLE, self.until)

    def body(self) -> dict[str, Any]:
        """Return what is kept."""
        times = {key: getattr(self, key).isoformat() for key in ("opened_at", "seen_at", "until")}
        return {"person": self.person, "device": self.device, **times}


class Sessions:
    """Opens, knows and ends sessions."""

    def __init__(self, *, store: Store, clock: Clock, is_https: bool) -> None:
        """`is_https` is how people reach us: then the cookie never travels another way."""
        self._store = store
        self._clock = clock
        self._is_https = is_https
        self.cookie = "__Host-countersign" if is_https else "countersign"

    async def open(self, request: web.Request, response: web.StreamResponse, *, person: PersonId) -> None:
        """Sign somebody in whose identity was just proved; whoever was signed in in this browser is signed out."""
        now, secret = self._clock.now(), secrets.token_urlsafe(32)
        before = _hash(request.cookies.get(self.cookie, ""))
        session = Session(
            name=_hash(secret), person=person, device=device_of(request.headers.get("User-Agent", "")),
            opened_at=now, seen_at=now, until=now + LIFE,
        )  # fmt: skip
        async with self._store.begin() as tx:
            await self._end(tx, before, why="replaced")
            await _keep(tx, session)
            await note(tx, Tag.PAGE_OPENED, subject=person, actor=person, now=now, device=session.device)
        response.set_cookie(
            self.cookie, secret, max_age=int(LIFE.total_seconds()), path="/", secure=self._is_https, httponly=True,
            samesite="Lax",
        )  # fmt: skip

    async def of(self, request: web.Request, *, wakes: bool = True) -> Session | None:
        """Return who is signed in in this browser, or None; `wakes` when a person did something."""
        name, now = _hash(request.cookies.get(self.cookie, "")), self._clock.now()
        async with self._store.read() as tx:
            found = await _load(tx, name, now=now)
            if found is None:
                return None
            is_over = not await _may_sit(tx, found)
        if is_over:
            async with self._store.begin() as tx:
                await self._end(tx, name, why="locked")
            return None
        return await self._wake(found) if wakes and now - found.seen_at >= NOTED else found

    async def of_person(self, person: PersonId) -> tuple[Session, ...]:
        """Return where somebody is signed in, the last used first."""
        now = self._clock.now()
        async with self._store.read() as tx:
            found = [Session.read(name, body) for name, body in await tx.notes.all(space=SPACE, prefix="")]
        mine = (one for one in found if one.person == person and one.ends_at() > now)
        return tuple(sorted(mine, key=lambda one: one.seen_at, reverse=True))

    async def end(self, session: str, *, response: web.StreamResponse) -> None:
        """Sign out in one browser."""
        async with self._store.begin() as tx:
            await self._end(tx, session, why="signed_out")
        response.del_cookie(self.cookie, path="/", secure=self._is_https, httponly=True, samesite="Lax")

    async def end_all(self, person: PersonId) -> int:
        """Sign somebody out everywhere; return in how many browsers."""
        found = await self.of_person(person)
        async with self._store.begin() as tx:
            for one in found:
                await self._end(tx, one.name, why="everywhere")
        return len(found)

    async def _wake(self, session: Session) -> Session | None:
        """Move the idle time-out on; None when the session ended meanwhile."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await _load(tx, session.name, now=now)
            if found is not None:
                await _keep(tx, Session.read(found.name, found.body() | {"seen_at": now.isoformat()}))
        return found

    async def _end(self, tx: Transaction, name: str, *, why: str) -> None:
        body = await tx.notes.take(space=SPACE, name=name, now=self._clock.now())
        if body is not None:
            person = PersonId(body["person"])
            await note(
                tx, Tag.PAGE_CLOSED, subject=person, actor=person, now=self._clock.now(), why=why, device=body["device"]
            )


async def _load(tx: Transaction, name: str, *, now: datetime) -> Session | None:
    body = await tx.notes.get(space=SPACE, name=name, now=now)
    return Session.read(name, body) if body else None


async def _keep(tx: Transaction, session: Session) -> None:
    await tx.notes.put(space=SPACE, name=session.name, body=session.body(), expires_at=session.ends_at())


async def _may_sit(tx: Transaction, session: Session) -> bool:
    """Tell whether the person is there and was not locked since: a lock that was lifted brings no session back."""
    try:
        person: Person = await tx.people.get(session.person)
    except NotFound:
        return False
    if person.locked_at is not None:
        return False
    events = await tx.journal.of(session.person)
    return not any(event.tag is Tag.PERSON_LOCKED and event.at >= session.opened_at for event in events)


def device_of(user_agent: str) -> str:
    """Return a browser as people know it, such as “Firefox, Windows”; an unknown one is empty."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in user_agent), "")
    browser = browser or ("Safari" if "Safari/" in user_agent else "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
