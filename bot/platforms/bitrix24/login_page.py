"""The small pages of logging in: one sentence, or one question with one button; no script, nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

from aiohttp import web

from bot.phrases import say

_STYLE = (
    ":root{color-scheme:light dark;font:1.1rem/1.5 system-ui,sans-serif}"
    "body{max-width:32rem;margin:15vh auto;padding:0 1.25rem}"
    "button{font:inherit;padding:.7rem 1.2rem;border:0;border-radius:.5rem;background:#1763c6;color:#fff}"
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def said(language: str, key: str, *, status: int = 200, **facts: Any) -> web.Response:
    """Return a page of one sentence."""
    return _page(language, f"<p>{escape(say(language, key, **facts))}</p>", status=status)


def question(language: str, *, name: str, account: str, secret: str, action: str) -> web.Response:
    """Return the page that asks whether whoever logged in (`account`) is the person of that name."""
    asks = say(language, "login-question", name=name, account=account)
    agree = say(language, "login-confirm", name=name)
    form = (
        f'<p>{escape(asks)}</p><form method="post" action="{escape(action)}">'
        f'<input type="hidden" name="secret" value="{escape(secret)}"><button>{escape(agree)}</button></form>'
    )
    return _page(language, form)


def _page(language: str, body: str, *, status: int = 200) -> web.Response:
    title = escape(say(language, "login-title"))
    text = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
    return web.Response(text=text, content_type="text/html", status=status, headers=_HEADERS)
