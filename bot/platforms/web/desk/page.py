"""The page itself: its shell with the visit's word, what it shows, pictures and files."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from bot.platforms.web.desk.sessions import Session
from bot.platforms.web.desk.view import View
from bot.platforms.web.desk.visits import Visit, Visits
from bot.platforms.web.rendering import Rendering
from bot.platforms.web.signing_page import PICTURE_WIDTH_PX, Pictures
from signing.document import Document
from signing.people import PersonId
from signing.ports import Documents, Store
from signing.request import RequestId, SigningRequest
from signing.signed_files import SignedFile, all_files_of

REQUEST = r"/desk/requests/{request:[0-9A-Z]{12}}"
DOCUMENT = REQUEST + r"/documents/{document:\d{1,2}}"


class DeskPage:
    """What is read at the desk; `acts.py` has what is done there."""

    def __init__(
        self,
        *,
        store: Store,
        visits: Visits,
        view: View,
        pictures: Pictures,
        documents: Documents,
        rendering: Rendering,
    ) -> None:
        self._store = store
        self._visits = visits
        self._view = view
        self._pictures = pictures
        self._documents = documents
        self._rendering = rendering

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [
            web.get("/desk", self._shell),
            web.get("/desk/state", self._state),
            web.get(f"{REQUEST}/history", self._history),
            web.get(DOCUMENT + r"/pages/{page:\d{1,4}}", self._picture),
            web.get(f"{DOCUMENT}/file", self._file),
        ]

    async def open(
        self, request: web.Request, *, person: PersonId, folder: str | None = None, compact: bool = False,
        session: Session | None = None,
    ) -> web.Response:  # fmt: skip
        """Return the page for somebody whose identity was just proved; `compact` where only a strip is seen."""
        async with self._store.read() as tx:
            found = await tx.people.get(person)
        word = await self._visits.open(person=person, folder=folder, session=session)
        return self._page(request, word=word, compact=compact, language=found.language)

    def message(self, request: web.Request, name: str, *, status: int = 200) -> web.Response:
        """Return a page that says the phrases `web-<name>-title` and `web-<name>`."""
        return self._rendering.message(request, name, status=status)

    async def refuse(self, why: str, *, by: str) -> None:
        """Write down that somebody was not let in."""
        await self._visits.refuse(why, by=by)

    async def _shell(self, request: web.Request) -> web.Response:
        """The page in a window of its own: its word stands behind the # of the address, which no server sees."""
        return self._page(request, word="", compact=False, language=None)

    def _page(self, request: web.Request, *, word: str, compact: bool, language: str | None) -> web.Response:
        return self._rendering.page(request, "desk.html", word=word, compact=compact, language=language)

    async def _state(self, request: web.Request) -> web.Response:
        visit = await self._visits.of(request, wakes=False)
        return web.json_response(await self._view.of(visit, language=await self._language(request, visit)))

    async def _history(self, request: web.Request) -> web.Response:
        visit = await self._visits.of(request)
        found = await self._request(request, visit)
        language = await self._language(request, visit)
        return web.json_response(await self._view.history(found.id, visit, language=language))

    async def _picture(self, request: web.Request) -> web.Response:
        document, page = await self._document(request), int(request.match_info["page"])
        if not 1 <= page <= document.pages:
            raise web.HTTPNotFound
        (picture,) = await self._pictures.pictures(document, [page - 1], width_px=PICTURE_WIDTH_PX)
        return web.Response(body=picture, content_type="image/jpeg")

    async def _file(self, request: web.Request) -> web.Response:
        """The signed file when there is one, else what was shown; `?beside=1` is the signature of its own."""
        document = await self._document(request)
        async with self._store.read() as tx:
            found = await tx.requests.get(RequestId(request.match_info["request"]))
            signatures = await tx.signatures.newest_of(found.id)
        made = all_files_of(found, [one for one in signatures if one.document == document.position])
        wanted = (
            made[-1 if "beside" in request.query else 0]
            if made
            else SignedFile(name=document.name, sha256=document.sha256)
        )
        return web.Response(
            body=await self._documents.get(wanted.sha256), content_type=wanted.media_type,
            headers={"Content-Disposition": f"attachment; filename*=utf-8''{quote(wanted.name, safe='')}"},
        )  # fmt: skip

    async def _document(self, request: web.Request) -> Document:
        found = await self._request(request, await self._visits.of(request))
        place = int(request.match_info["document"])
        if place >= len(found.documents):
            raise web.HTTPNotFound
        return found.documents[place]

    async def _request(self, request: web.Request, visit: Visit) -> SigningRequest:
        """Return the request that is asked for; somebody else's looks as if it were not there."""
        async with self._store.read() as tx:
            found = await tx.requests.get(RequestId(request.match_info["request"]))
            if not await self._view.may_see(tx, visit, found):
                raise web.HTTPNotFound
        return found

    async def _language(self, request: web.Request, visit: Visit) -> str:
        async with self._store.read() as tx:
            return self._rendering.language(request, (await tx.people.get(visit.person)).language)
