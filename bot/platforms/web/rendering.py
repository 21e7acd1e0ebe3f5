"""How our pages look and how they are guarded: templates, languages, security headers, static files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot import phrases
from signing.errors import ActivationUnavailable, KeyUnavailable, SigningError, StaleRequest, WrongCode

HERE = Path(__file__).parent
TELEGRAM_SCRIPT = "https://telegram.org/js/telegram-web-app.js"
TELEGRAM_FRAMES = ("https://web.telegram.org", "https://*.telegram.org")
"""Telegram's own web clients show Mini Apps in a frame."""

_TOLD = frozenset({400, 403, 404, 405, 413, 429, 503})
"""HTTP statuses with words of their own."""

_MAY_TRY_AGAIN = (WrongCode, ActivationUnavailable, KeyUnavailable, StaleRequest)
"""Errors after which another code on the same page may do."""


class Rendering:
    """Templates with autoescape, in the reader's language, under one strict policy."""

    def __init__(
        self,
        *,
        company: str,
        public_url: str | None,
        telegram_script_url: str = TELEGRAM_SCRIPT,
        frame_ancestors: Sequence[str] = (),
        language: str = "en",
    ) -> None:
        """`frame_ancestors` are origins that may show our pages in a frame besides ourselves and Telegram."""
        self._company = company
        self._language = language
        self._script = telegram_script_url
        self._frames = ("'self'", *TELEGRAM_FRAMES, *frame_ancestors)
        self.is_https = (public_url or "").startswith("https://")
        """How people reach us."""
        self.headers: Mapping[str, str] = self._guards()
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(default=True),
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the route of styles and scripts."""
        return [web.static("/static", HERE / "static")]

    def language(self, request: web.Request, *wishes: str | None) -> str:
        """Return the language of a page: asked for in the address, the person's, the browser's, the company's."""
        accepted = [part.split(";")[0].strip() for part in request.headers.get("Accept-Language", "").split(",")]
        return phrases.language_of(request.query.get("lang"), *wishes, *accepted[:8], self._language)

    def page(
        self, request: web.Request, template: str, *, language: str | None = None, status: int = 200, **facts: Any
    ) -> web.Response:
        """Return a page; `language` is the person's when we know who reads."""
        spoken = self.language(request, language)
        words = {
            "say": partial(phrases.say, spoken), "language": spoken, "company": self._company,
            "telegram_script": self._script, "address": request.path,
        }  # fmt: skip
        text = self._templates.get_template(template).render(**words, **facts)
        return web.Response(text=text, content_type="text/html", charset="utf-8", status=status)

    async def trouble(self, request: web.Request, *, status: int, error: SigningError | None = None) -> web.Response:
        """Return a calm page about what went wrong, or JSON where a script asked; fills `web_server.Site`."""
        spoken = self.language(request)
        told = status if status in _TOLD else 500
        text = phrases.error(spoken, error) if error else phrases.say(spoken, f"web-trouble-{told}")
        if wants_json(request):
            return web.json_response({"error": text, "final": status == 403, **facts_of(error)}, status=status)
        title = phrases.say(spoken, "web-trouble-title" if error else f"web-trouble-{told}-title")
        return self.page(request, "message.html", title=title, text=text, status=status)

    def message(
        self, request: web.Request, name: str, *, language: str | None = None, status: int = 200
    ) -> web.Response:
        """Return a page that only says the phrases `web-<name>-title` and `web-<name>`."""
        spoken = self.language(request, language)
        title, text = phrases.say(spoken, f"web-{name}-title"), phrases.say(spoken, f"web-{name}")
        return self.page(request, "message.html", language=language, title=title, text=text, status=status)

    def unframed(self, page: web.Response) -> web.Response:
        """Return a page that no site may show in a frame, not even Telegram or the portal."""
        page.headers["Content-Security-Policy"] = self._policy(frames=("'none'",))
        page.headers["X-Frame-Options"] = "DENY"
        return page

    def _policy(self, *, frames: Sequence[str]) -> str:
        parts = urlsplit(self._script)
        policy = {
            "default-src": "'none'",
            "script-src": f"'self' {parts.scheme}://{parts.netloc}" if parts.netloc else "'self'",
            "style-src": "'self'",
            "img-src": "'self' blob:",
            "connect-src": "'self'",
            "frame-src": "'self'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": " ".join(frames),
        }
        return "; ".join(f"{name} {value}" for name, value in policy.items())

    def _guards(self) -> dict[str, str]:
        guards = {
            "Content-Security-Policy": self._policy(frames=self._frames),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex, nofollow",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        return guards | ({"Strict-Transport-Security": "max-age=31536000"} if self.is_https else {})


def wants_json(request: web.Request) -> bool:
    """Return whether a script of ours asks, which says so."""
    return request.headers.get("Accept") == "application/json"


def facts_of(error: SigningError | None) -> dict[str, Any]:
    """Return what a script must know about an error besides its words."""
    if error is None:
        return {}
    return {"kind": type(error).__name__, "final": not isinstance(error, _MAY_TRY_AGAIN)}
