"""Forms behind a secret link: their token, their fields, and what is said when the link is used up."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from aiohttp import web

from bot.platforms.web.rendering import Rendering
from bot.web_server import Handler
from signing.errors import NotFound
from signing.request import RequestId, read_number

FIELD_LENGTH = 200
"""Characters of a form field that are read; none of ours needs more."""


def secret_of(request: web.Request) -> str:
    """Return the secret of the link a page was opened by."""
    return request.match_info["secret"]


def form_token(secret: str) -> str:
    """Return the token of the forms behind a link: only who holds the link can make it, and it is no link itself."""
    return hmac.new(secret.encode(), b"countersign form", hashlib.sha256).hexdigest()


async def check_token(request: web.Request) -> None:
    """Refuse (403) a form that was not sent by the page of this link.

    `Origin` cannot be asked: under `Referrer-Policy: no-referrer` browsers send `null` with a form (Fetch, 3.2).
    """
    check_same_site(request)
    (token,) = await fields(request, "token")
    if not hmac.compare_digest(token.encode(), form_token(secret_of(request)).encode()):
        raise web.HTTPForbidden


def check_same_site(request: web.Request) -> None:
    """Refuse (403) what another site sent; browsers too old to tell are caught by the form's token."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise web.HTTPForbidden


async def fields(request: web.Request, *names: str) -> list[str]:
    """Return form fields as short texts; what is missing or is no text is empty."""
    form = await request.post()
    values = (form.get(name, "") for name in names)
    return [value[:FIELD_LENGTH] if isinstance(value, str) else "" for value in values]


async def json_object(request: web.Request) -> dict[str, Any]:
    """Return the JSON object a page of ours sent; refuse (400) everything else."""
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return body


def request_of(body: dict[str, Any]) -> RequestId:
    """Return the request that a page's call is about; refuse (400) what is no number."""
    number = read_number(str(body.get("request", "")))
    if number is None:
        raise web.HTTPBadRequest
    return number


def of_a_link(rendering: Rendering, handler: Handler, *, gone: str = "link-gone") -> Handler:
    """Return `handler` with a calm page for a link that is used, old or unknown: the three look the same."""

    async def answer(request: web.Request) -> web.StreamResponse:
        """Answer, or say that the link is gone."""
        try:
            return await handler(request)
        except NotFound:
            return rendering.message(request, gone, status=404)

    return answer
