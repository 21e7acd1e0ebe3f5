"""Requests found again at the desk by what people remember: the same search, with the same rights, as /history."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot import phrases
from bot.evidence.looking import search_of
from bot.platforms.web.desk.rows import Rows
from bot.platforms.web.desk.view import is_party
from bot.platforms.web.desk.visits import Visit, Visits
from bot.platforms.web.forms import FIELD_LENGTH
from bot.platforms.web.rendering import Rendering
from signing.approval.policy import ApprovalPolicy
from signing.approval.progress import progress_of
from signing.evidence.case import reads_all
from signing.history import History, Page
from signing.people import Person
from signing.ports import Clock, Store

SIZE = 10
"""Requests on a page of results."""
PAGE_DIGITS = 6


class SearchDesk:
    """Nothing is changed by looking, so no turn is spent; what an auditor looks for, the journal tells."""

    def __init__(
        self, *, store: Store, visits: Visits, history: History, policy: ApprovalPolicy, clock: Clock, timezone: str,
        rendering: Rendering,
    ) -> None:  # fmt: skip
        """`timezone` counts for people who have not told their own."""
        self._store = store
        self._visits = visits
        self._history = history
        self._policy = policy
        self._clock = clock
        self._timezone = timezone
        self._rendering = rendering

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the route."""
        return [web.get("/desk/search", self._look)]

    async def _look(self, request: web.Request) -> web.Response:
        visit = await self._visits.of(request)
        words, page = request.query.get("words", "")[:FIELD_LENGTH], _number(request.query.get("page", "0"))
        async with self._store.read() as tx:
            me = await tx.people.get(visit.person)
        search = search_of(words, zone=me.timezone or self._timezone)
        found = await self._history.look(search, by=me.id, page=page, size=SIZE, words=words)
        language = self._rendering.language(request, me.language)
        return web.json_response(await self._told(found, me, visit, language))

    async def _told(self, found: Page, me: Person, visit: Visit, language: str) -> dict[str, Any]:
        async with self._store.read() as tx:
            people = {person.id: person for person in await tx.people.all()}
            progress = {one.id: await progress_of(tx, one) for one in found.requests}
            open_ones = [one.id for one in found.requests if await is_party(tx, visit, one)]
        rows = Rows(
            people, me, talks={}, progress=progress, policy=self._policy, language=language,
            zone=me.timezone or self._timezone, clock=self._clock,
        )  # fmt: skip
        everybody, at = "-all" if reads_all(me) else "", found.number
        place = phrases.say(language, "page-found-place", number=at + 1, last=found.last + 1) if found.last else ""
        return {
            "head": phrases.say(language, f"page-found{everybody}", total=found.total),
            "rows": [rows.found(one, is_open=one.id in open_ones) for one in found.requests],
            "place": place, "newer": at - 1 if at else None, "older": at + 1 if at < found.last else None,
        }  # fmt: skip


def _number(text: str) -> int:
    """Return which page is asked for; refuse (400) what is no number."""
    if not (text.isascii() and text.isdigit() and len(text) <= PAGE_DIGITS):
        raise web.HTTPBadRequest
    return int(text)
