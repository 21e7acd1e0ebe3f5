"""The page where a signer's second factor begins, and where it is recovered (invariant 7: it travels nowhere else)."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

import segno
from aiohttp import web
from markupsafe import Markup

from bot.platforms.web.forms import check_token, fields, form_token, of_a_link, secret_of
from bot.platforms.web.rendering import Rendering
from signing.errors import LockedOut, WrongCode
from signing.membership import PAGE_LIFE, Membership
from signing.people import Person
from signing.ports import Activation

PATH = "/enrol/{secret}"


class EnrolmentPages:
    """One link, one person: begin, scan, two codes, ten recovery codes."""

    def __init__(self, *, membership: Membership, activation: Activation, rendering: Rendering) -> None:
        self._membership = membership
        self._activation = activation
        self._rendering = rendering

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of the link."""
        steps = {"begin": self._begin, "finish": self._finish, "recover": self._recover}
        posts = (web.post(f"{PATH}/{name}", of_a_link(self._rendering, step)) for name, step in steps.items())
        return [web.get(PATH, of_a_link(self._rendering, self._show)), *posts]

    async def _show(self, request: web.Request) -> web.Response:
        """Say whose link it is. A GET starts and spends nothing: previews of chats fetch links too."""
        person = await self._membership.page_owner(secret_of(request))
        if await self._activation.enrolled(person.id):
            return self._page(request, person, "enrolment_recover.html")
        return self._page(request, person, "enrolment_begin.html", recovered=False)

    async def _begin(self, request: web.Request) -> web.Response:
        await check_token(request)
        person, enrolment = await self._membership.open_enrolment(secret_of(request))
        key = " ".join(enrolment.secret[at : at + 4] for at in range(0, len(enrolment.secret), 4))
        drawn = segno.make(enrolment.uri, error="m", micro=False).svg_inline(omitsize=True, border=2, svgclass="qr")
        facts = {"qr": Markup(drawn), "uri": enrolment.uri, "key": key}  # noqa: S704  # drawn by segno: numbers only
        return self._page(request, person, "enrolment_codes.html", seed=facts, problem="")

    async def _finish(self, request: web.Request) -> web.Response:
        await check_token(request)
        first, second, zone = await fields(request, "first", "second", "timezone")
        try:
            person, codes = await self._membership.finish_enrolment(
                secret_of(request), first=_digits(first), second=_digits(second),
                timezone=zone if zone in available_timezones() else None,
            )  # fmt: skip
        except (WrongCode, LockedOut):
            person = await self._membership.page_owner(secret_of(request))
            return self._page(request, person, "enrolment_codes.html", seed=None, problem="web-enrol-wrong")
        return self._page(request, person, "enrolment_done.html", codes=codes)

    async def _recover(self, request: web.Request) -> web.Response:
        await check_token(request)
        (code,) = await fields(request, "code")
        person = await self._membership.page_owner(secret_of(request))
        try:
            await self._membership.recover(secret_of(request), code.strip())
        except WrongCode:
            return self._page(request, person, "enrolment_recover.html", problem="web-recover-wrong")
        return self._page(request, person, "enrolment_begin.html", recovered=True)

    def _page(self, request: web.Request, person: Person, template: str, **facts: Any) -> web.Response:
        secret = secret_of(request)
        shown: dict[str, Any] = {
            "person": person, "base": f"/enrol/{secret}", "token": form_token(secret), "problem": "",
            "minutes": int(PAGE_LIFE.total_seconds() // 60),
        }  # fmt: skip
        return self._rendering.page(request, template, language=person.language, **(shown | facts))


def _digits(code: str) -> str:
    """Return a code without the blanks that people type between its halves; the module judges the rest."""
    return "".join(code.split())
