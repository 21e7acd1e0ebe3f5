"""The company's public address in miniature: what this server does not serve itself, the product's pages answer."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable

import aiohttp
from aiohttp import web

# RFC 9110 §7.6.1: these concern one connection only; the length is set anew where bytes are decoded.
_CODE = re.compile(r"/\w+/\w+/code")
"""Where our pages send a code of an authenticator: the signing page, and that of a proposal."""
_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "upgrade", "content-encoding", "content-length"}
)


class Upstream:
    """A reverse proxy to `base_url`, so that the pages open inside the phones under the phones' own address."""

    def __init__(self, base_url: str, *, on_code: Callable[[str], None]) -> None:
        """`on_code` is called with every code that a page has sent and the product has taken."""
        self._base_url = base_url.rstrip("/")
        self._on_code = on_code
        self._session: aiohttp.ClientSession | None = None

    async def run(self, _app: web.Application) -> AsyncIterator[None]:
        """Hold the connections while the application lives."""
        async with aiohttp.ClientSession(auto_decompress=True, cookie_jar=aiohttp.DummyCookieJar()) as session:
            self._session = session
            yield

    async def hand_on(self, request: web.Request) -> web.StreamResponse:
        """Answer as the product's web server answers; 502 where it does not."""
        assert self._session is not None
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        headers |= {"X-Forwarded-For": request.remote or "", "X-Forwarded-Host": request.host}
        body = await request.read()
        try:
            async with self._session.request(
                request.method,
                self._base_url + request.path_qs,
                headers=headers,
                data=body,
                allow_redirects=False,
            ) as answer:
                if answer.ok and request.method == "POST" and _CODE.fullmatch(request.path):
                    self._on_code(str(json.loads(body).get("code", "")))
                kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP]
                return web.Response(status=answer.status, headers=_multi(kept), body=await answer.read())
        except aiohttp.ClientError:
            return web.Response(status=502, text="The product's pages do not answer yet.")


def _multi(headers: list[tuple[str, str]]) -> aiohttp.typedefs.LooseHeaders:
    return tuple(headers)
