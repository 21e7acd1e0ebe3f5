"""The first page: what this is; and what is said at every address while the rest still starts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot import phrases
from bot.platforms.web.rendering import Rendering
from signing.errors import SigningError


@dataclass(frozen=True, kw_only=True)
class ProgressStep:
    """One step of the start."""

    name: str
    """The phrase `web-start-<name>` says it, where there is one."""
    is_done: bool


Progress = Callable[[], Sequence[ProgressStep]]


PAGE = "/documents"
"""The same as `/`: behind a proxy that has a use of its own for `/` people land here."""
Opened = Callable[[web.Request], Awaitable[web.Response | None]]
"""Return the page of whoever is signed in; None for a visitor."""
Chat = Callable[[], Awaitable[str]]
"""Return the link that opens our bot's chat; may raise a `SigningError` while the chat's platform is away."""


class FrontPage:
    """`/` of a house that is open: the page of whoever is signed in, else what this is and how to get in."""

    def __init__(self, rendering: Rendering, *, opened: Opened | None = None, chat: Chat | None = None) -> None:
        self._rendering = rendering
        self._opened = opened
        self._chat = chat

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [web.get("/", self._show), web.get(PAGE, self._show), web.get("/progress", self._open)]

    async def _show(self, request: web.Request) -> web.Response:
        if self._opened is not None and (page := await self._opened(request)) is not None:
            return page
        return self._rendering.unframed(self._rendering.page(request, "front.html", chat=await self._chat_link()))

    async def _chat_link(self) -> str:
        """Return the chat's address, or nothing: the page is more than this one link."""
        if self._chat is None:
            return ""
        try:
            return await self._chat()
        except SigningError:
            return ""

    async def _open(self, _request: web.Request) -> web.Response:
        return web.json_response({"open": True, "steps": []})


class StartingPages:
    """Fills `web_server.Site` until the house is open: every address shows the progress and comes back by itself."""

    def __init__(self, *, rendering: Rendering, progress: Progress) -> None:
        self._rendering = rendering
        self._progress = progress
        self.headers = rendering.headers

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return routes that answer every address."""
        everything = web.route("*", "/{path:.*}", self._wait)
        return [web.get("/progress", self._steps), *self._rendering.routes(), everything]

    async def trouble(self, request: web.Request, *, status: int, error: SigningError | None = None) -> web.Response:
        """Return a calm page."""
        return await self._rendering.trouble(request, status=status, error=error)

    async def _wait(self, request: web.Request) -> web.Response:
        page = self._rendering.page(request, "starting.html", steps=self._said(request), status=503)
        page.headers["Retry-After"] = "2"
        return page

    async def _steps(self, request: web.Request) -> web.Response:
        return web.json_response({"open": False, "steps": self._said(request)})

    def _said(self, request: web.Request) -> list[dict[str, str | bool]]:
        language = self._rendering.language(request)
        return [{"name": _words(step.name, language), "is_done": step.is_done} for step in self._progress()]


def _words(name: str, language: str) -> str:
    key = f"web-start-{name}"
    return phrases.say(language, key) if phrases.knows(language, key) else name
