"""The door of our page outside other sites: `/` for whoever is signed in, and the link that signs somebody in."""

from __future__ import annotations

from aiohttp import web

from bot.platforms.web.desk.links import PageLinks
from bot.platforms.web.desk.page import DeskPage
from bot.platforms.web.desk.sessions import Sessions
from bot.platforms.web.desk.visits import Visits
from bot.platforms.web.forms import check_token, form_token, of_a_link, secret_of
from bot.platforms.web.front import PAGE
from bot.platforms.web.rendering import Rendering
from signing.errors import NotFound

PATH = "/open/{secret}"


class Door:
    """A GET only asks: messengers open links by themselves; a POST signs in, and the link is used up."""

    def __init__(
        self, *, page: DeskPage, visits: Visits, sessions: Sessions, links: PageLinks, rendering: Rendering
    ) -> None:
        self._page = page
        self._visits = visits
        self._sessions = sessions
        self._links = links
        self._rendering = rendering

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of the link."""
        return [
            web.get(PATH, of_a_link(self._rendering, self._ask, gone="page-link-gone")),
            web.post(PATH, of_a_link(self._rendering, self._enter, gone="page-link-gone")),
        ]

    async def opened(self, request: web.Request) -> web.Response | None:
        """Return the page of whoever is signed in in this browser; None for a visitor."""
        session = await self._sessions.of(request)
        if session is None:
            return None
        return self._rendering.unframed(await self._page.open(request, person=session.person, session=session))

    async def _ask(self, request: web.Request) -> web.Response:
        person = await self._links.owner(secret_of(request))
        session = await self._sessions.of(request, wakes=False)
        token = form_token(secret_of(request))
        page = self._rendering.page(
            request, "open.html", language=person.language, person=person, token=token,
            is_somebody_else=session is not None and session.person != person.id,
        )  # fmt: skip
        return self._rendering.unframed(page)

    async def _enter(self, request: web.Request) -> web.Response:
        try:
            await check_token(request)
        except web.HTTPForbidden:
            await self._visits.refuse("forged_sign_in", by="somebody")
            raise
        try:
            person = await self._links.spend(secret_of(request))
        except NotFound:
            await self._visits.refuse("used_link", by="somebody")
            raise
        answer = web.HTTPSeeOther(PAGE)
        await self._sessions.open(request, answer, person=person.id)
        raise answer
