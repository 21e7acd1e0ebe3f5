"""`/s/TOKEN`: what a client gets, the signed files and how to check and trust them; a look counts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import web

from bot import phrases
from bot.platforms.web.description import key_of_signature, keys_by_certificate
from bot.platforms.web.forms import secret_of
from bot.platforms.web.rendering import Rendering
from bot.platforms.web.visitors import Visitors, address_of
from bot.web_server import Handler
from signing.document import fingerprint
from signing.errors import NotAllowed, NotFound
from signing.ports import Activation, Clock, Documents, Signature, Store
from signing.request import SigningRequest, written
from signing.sharing import SharedLink, Sharing
from signing.signed_files import SignedFile, all_files_of, files_of, kind_of

PATH = "/s/{secret}"
FILE_PATH = "/s/{secret}/{document:\\d{1,3}}"
GONE = 410


class SharePages:
    """The page of a link, and the files behind it; whoever holds the link may have them."""

    def __init__(
        self,
        *,
        store: Store,
        activation: Activation,
        sharing: Sharing,
        documents: Documents,
        clock: Clock,
        rendering: Rendering,
        visitors: Visitors,
        timezone: str,
    ) -> None:
        self._store = store
        self._activation = activation
        self._sharing = sharing
        self._documents = documents
        self._clock = clock
        self._rendering = rendering
        self._visitors = visitors
        self._zone = ZoneInfo(timezone)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes; a HEAD, such as chats send to draw a preview, must not count as a download."""
        return [
            web.get(PATH, self._calm(self._show), allow_head=False),
            web.get(FILE_PATH, self._calm(self._download), allow_head=False),
        ]

    def _calm(self, handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            """Answer, or say why the link has ended: whoever holds it may know."""
            self._visitors.check(address_of(request))
            try:
                return await handler(request)
            except NotFound:
                return self._rendering.message(request, "share-unknown", status=404)
            except NotAllowed as ended:
                why = str(ended.facts["reason"]).removeprefix("link_").replace("_", "-")
                return self._rendering.message(request, f"share-{why}", status=GONE)

        return answer

    async def _show(self, request: web.Request) -> web.Response:
        link = await self._sharing.find(secret_of(request))
        found, signatures, signer = await self._behind(link)
        language, files = self._rendering.language(request), all_files_of(found, signatures)
        left, keys = link.most - link.downloads, await keys_by_certificate(self._activation)
        rows = [
            self._file(found, one, files) | {"key": key_of_signature(keys.get(one.certificate_sha256), language)}
            for one in signatures
        ]
        return self._rendering.page(
            request, "share.html", signer=signer, files=rows, number=found.id, number_text=written(found.id),
            ends=phrases.say(language, "web-share-ends", until=self._moment(link.expires_at), left=left),
        )  # fmt: skip

    async def _download(self, request: web.Request) -> web.Response:
        token, place = secret_of(request), int(request.match_info["document"])
        found, signatures, _ = await self._behind(await self._sharing.find(token))
        files = all_files_of(found, signatures)
        if place >= len(files):
            raise NotFound(what="document")
        wanted = files[place]
        body = await self._documents.get(wanted.sha256)  # a file that cannot be read costs no download
        await self._sharing.take(token)
        named = f"attachment; filename*=UTF-8''{quote(wanted.name, safe='')}"
        return web.Response(body=body, content_type=wanted.media_type, headers={"Content-Disposition": named})

    async def _behind(self, link: SharedLink) -> tuple[SigningRequest, Sequence[Signature], str]:
        async with self._store.read() as tx:
            found = await tx.requests.get(link.request)
            signatures = await tx.signatures.newest_of(link.request)
            names = [(await tx.people.get(one.signer)).name for one in await tx.signatures.of(link.request)]
        return found, signatures, ", ".join(dict.fromkeys(names))

    def _file(self, request: SigningRequest, one: Signature, files: Sequence[SignedFile]) -> dict[str, Any]:
        made = files_of(request, one)
        return {
            "name": made[0].name,
            "time": self._moment(one.signed_at),
            "level": kind_of(request.format, one.level),
            "fingerprint": fingerprint(made[0].sha256),
            "downloads": [{"place": files.index(file), "name": file.name} for file in made],
        }

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%d.%m.%Y %H:%M %Z}"
