"""The session of one opened signing page: a random word in the page's memory, bound to one record and one person."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from aiohttp import web

from signing.activation.record import LIFETIME
from signing.people import PersonId
from signing.ports import Clock, Store

HEADER = "X-Page-Session"
SPACE = "page-session"
LIFE: timedelta = LIFETIME
"""As long as the record lives; there is no cookie, so nothing outlives the page."""


class PageSessions:
    """Opens and checks sessions; only their hashes are kept."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def open(self, *, nonce: str, person: PersonId) -> str:
        """Return the secret of a new session."""
        secret = secrets.token_urlsafe(32)
        body, until = {"nonce": nonce, "person": person}, self._clock.now() + LIFE
        async with self._store.begin() as tx:
            await tx.notes.put(space=SPACE, name=_name(secret), body=body, expires_at=until)
        return secret

    async def person(self, request: web.Request, *, nonce: str) -> PersonId:
        """Return who opened this page; refuse (403) a session that is missing, old, or of another record."""
        async with self._store.read() as tx:
            name = _name(request.headers.get(HEADER, ""))
            body = await tx.notes.get(space=SPACE, name=name, now=self._clock.now())
        if body is None or body["nonce"] != nonce:
            raise web.HTTPForbidden
        return PersonId(body["person"])


def _name(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
