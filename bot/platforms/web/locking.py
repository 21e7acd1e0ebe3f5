"""“This was not me”: the link on the second channel that locks a person in an instant."""

from __future__ import annotations

from aiohttp import web

from bot.platforms.web.forms import check_token, form_token, of_a_link, secret_of
from bot.platforms.web.rendering import Rendering
from signing.errors import NotFound
from signing.membership import Membership, digest
from signing.people import Person
from signing.ports import Clock, Store

PATH = "/locked/{secret}"
PURPOSE = "lock"
"""The links are made by `Membership.invite(person, purpose="lock")`."""


class LockingPages:
    """A GET only asks: mail programs open links by themselves; a POST locks, and the link is used up."""

    def __init__(self, *, store: Store, membership: Membership, clock: Clock, rendering: Rendering) -> None:
        self._store = store
        self._membership = membership
        self._clock = clock
        self._rendering = rendering

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of the link."""
        return [
            web.get(PATH, of_a_link(self._rendering, self._ask)),
            web.post(PATH, of_a_link(self._rendering, self._lock)),
        ]

    async def _ask(self, request: web.Request) -> web.Response:
        person = await self._owner(request)
        token = form_token(secret_of(request))
        return self._rendering.page(request, "locking.html", language=person.language, person=person, token=token)

    async def _lock(self, request: web.Request) -> web.Response:
        await check_token(request)
        person = await self._owner(request)
        # First the lock, then the link: if the activation module is away the link must still work a minute later.
        await self._membership.lock(person.id, by=person.id, why="second_channel")
        async with self._store.begin() as tx:
            await tx.people.spend_invite(secret_sha256=digest(secret_of(request)), now=self._clock.now())
        return self._rendering.message(request, "locked", language=person.language)

    async def _owner(self, request: web.Request) -> Person:
        async with self._store.read() as tx:
            found = await tx.people.invited(
                secret_sha256=digest(secret_of(request)), purpose=PURPOSE, now=self._clock.now()
            )
            if found is None:
                raise NotFound(what="invite")
            return await tx.people.get(found)
