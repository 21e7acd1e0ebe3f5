"""`/trust`: the root certificates and the journal's key with their fingerprints, and how a stranger uses them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from aiohttp import web

from bot.platforms.web.rendering import Rendering
from signing.errors import SigningError
from signing.evidence.pem import write_pem
from signing.ports import Activation
from signing.trust import anchors_of, grouped

_CERTIFICATE = "application/pkix-cert"
"""RFC 2585, 4.1: a DER certificate; systems offer to look at it."""


class TrustPages:
    """Open to everybody: nothing here is a secret."""

    def __init__(self, *, activation: Activation, rendering: Rendering, roots_der: Sequence[bytes]) -> None:
        self._activation = activation
        self._rendering = rendering
        self._anchors = anchors_of(roots_der)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [
            web.get("/trust", self._show),
            web.get(r"/trust/root-{place:\d{1,3}}.cer", self._root),
            web.get("/trust/journal.pem", self._journal),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        der = await self._journal_key()
        key = grouped(hashlib.sha256(der).hexdigest()) if der else ""
        return self._rendering.page(request, "trust.html", anchors=self._anchors, journal=key)

    async def _root(self, request: web.Request) -> web.Response:
        place = int(request.match_info["place"])
        if not 1 <= place <= len(self._anchors):
            raise web.HTTPNotFound
        return _download(self._anchors[place - 1].der, f"root-{place}.cer", _CERTIFICATE)

    async def _journal(self, _request: web.Request) -> web.Response:
        der = await self._journal_key()
        if der is None:
            raise web.HTTPServiceUnavailable
        return _download(write_pem("PUBLIC KEY", [der]), "journal.pem", "application/x-pem-file")

    async def _journal_key(self) -> bytes | None:
        """Return the key; the page answers also while the activation module is away."""
        try:
            return await self._activation.journal_public_key()
        except SigningError:
            return None


def _download(body: bytes, name: str, media_type: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type=media_type, headers=headers)
