"""`/join`: whoever proves a company address gets into the chat; the answer never tells which addresses we know."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

import segno
from aiohttp import web
from markupsafe import Markup

from bot.platforms.web.forms import check_same_site, check_token, fields, form_token, of_a_link, secret_of
from bot.platforms.web.rendering import Rendering
from bot.platforms.web.visitors import Visitors, address_of
from signing.membership import JOIN_LIFE, Membership
from signing.ports import Job, Store

PATH = "/join/{secret}"
ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s]{2,}")
"""Only a shape: whether it is one of ours is found out where nobody sees how long it takes."""
EVERYBODY = "everybody"


class JoinPages:
    """Ask for a letter; open its link; go on into the chat."""

    def __init__(
        self, *, store: Store, membership: Membership, rendering: Rendering, visitors: Visitors, crowd: Visitors,
        chat_link: Callable[[str], Awaitable[str]], letter_job: str | None,
    ) -> None:  # fmt: skip
        """`visitors` counts by address, `crowd` all together; `letter_job` is None where no mail can be sent."""
        self._store = store
        self._membership = membership
        self._rendering = rendering
        self._visitors = visitors
        self._crowd = crowd
        self._chat_link = chat_link
        self._letter_job = letter_job

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [
            web.get("/join", self._form),
            web.post("/join", self._ask),
            web.get(PATH, of_a_link(self._rendering, self._show)),
            web.post(PATH, of_a_link(self._rendering, self._open)),
        ]

    async def _form(self, request: web.Request) -> web.Response:
        if self._letter_job is None:
            return self._rendering.message(request, "join-ask-somebody")
        return self._rendering.page(request, "join.html", problem="", email="")

    async def _ask(self, request: web.Request) -> web.Response:
        """Promise to look: known or not, the answer and its time are the same."""
        check_same_site(request)
        if self._letter_job is None:
            raise web.HTTPNotFound
        self._visitors.check(address_of(request))
        self._crowd.check(EVERYBODY)
        (typed,) = await fields(request, "email")
        email = typed.strip().casefold()
        if not ADDRESS.fullmatch(email):
            return self._rendering.page(request, "join.html", problem="web-join-wrong", email=typed)
        async with self._store.begin() as tx:
            subject = sha256(email.encode()).hexdigest()
            await tx.jobs.add(Job(kind=self._letter_job, subject=subject, facts={"email": email}))
        return self._rendering.message(request, "join-asked")

    async def _show(self, request: web.Request) -> web.Response:
        """Say whose link it is. A GET spends nothing: mail programs open links by themselves."""
        person = await self._membership.joiner(secret_of(request))
        return self._page(request, "join_begin.html", person=person, language=person.language)

    async def _open(self, request: web.Request) -> web.Response:
        await check_token(request)
        person, bind = await self._membership.join(secret_of(request))
        link = await self._chat_link(bind)
        drawn = segno.make(link, error="m", micro=False).svg_inline(omitsize=True, border=2, svgclass="qr")
        qr = Markup(drawn)  # noqa: S704  # drawn by segno: numbers only
        minutes = int(JOIN_LIFE.total_seconds() // 60)
        return self._page(
            request, "join_open.html", person=person, language=person.language, link=link, qr=qr, minutes=minutes
        )

    def _page(self, request: web.Request, template: str, *, language: str | None, **facts: Any) -> web.Response:
        return self._rendering.page(request, template, language=language, token=form_token(secret_of(request)), **facts)
