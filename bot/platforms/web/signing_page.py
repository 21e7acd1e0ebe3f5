"""The Mini App page where a code is entered beside the pages and the fingerprint that it will sign."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from aiohttp import web

from bot import phrases
from bot.platforms.web.description import Description, document_of
from bot.platforms.web.forms import check_same_site, json_object
from bot.platforms.web.rendering import Rendering
from bot.platforms.web.session import PageSessions
from signing.approval.decisions import Decisions
from signing.document import Document
from signing.errors import NotFound, NotYourTurn, RecordExpired, RecordSpent
from signing.people import Person, PersonId
from signing.ports import Clock, Store, StoredRecord
from signing.second_step import covered
from signing.workflow import SigningWorkflow

Identify = Callable[[str], Awaitable[PersonId]]
"""Return whose initData this is; checks its HMAC, its age, that it is used once, and that the account is bound."""

PATH = "/sign/{nonce:[0-9a-f]{32}}"
PICTURE_PATH = PATH + r"/documents/{entry:\d{1,2}}/pages/{page:\d{1,4}}"
PICTURE_WIDTH_PX = 1400
"""Sharp at twice the width of a phone."""
CODE_LENGTH = 64


class Pictures(Protocol):
    """Draws pages; `signing.intake.reception` does it in a worker."""

    async def pictures(self, document: Document, pages: Sequence[int], *, width_px: int = 1000) -> list[bytes]:
        """Return JPEG pictures; `pages` count from 0."""


class SigningPage:
    """Shell, session, pictures, code, cancel: each knows the record by its nonce and the person by the session."""

    def __init__(
        self,
        *,
        store: Store,
        workflow: SigningWorkflow,
        decisions: Decisions,
        pictures: Pictures,
        description: Description,
        sessions: PageSessions,
        identify: Identify,
        clock: Clock,
        rendering: Rendering,
    ) -> None:
        self._store = store
        self._workflow = workflow
        self._decisions = decisions
        self._pictures = pictures
        self._description = description
        self._sessions = sessions
        self._identify = identify
        self._clock = clock
        self._rendering = rendering

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of one record."""
        return [
            web.get(PATH, self._shell),
            web.post(PATH + "/session", self._open),
            web.get(PICTURE_PATH, self._picture),
            web.post(PATH + "/code", self._code),
            web.post(PATH + "/withdraw", self._withdraw),
        ]

    async def _shell(self, request: web.Request) -> web.Response:
        """The page without a word about the record: who opens it is known only after the session began."""
        try:
            signer = await self._signer(await self._stored(request))
        except NotFound:
            return self._rendering.message(request, "record-gone", status=404)
        in_telegram = "desk" not in request.query
        return self._rendering.page(request, "sign.html", language=signer.language, in_telegram=in_telegram)

    async def _open(self, request: web.Request) -> web.Response:
        check_same_site(request)
        person = await self._identify(str((await json_object(request)).get("init_data", "")))
        stored = await self._stored(request)
        if stored.record.signer != person:
            raise NotYourTurn(reason="somebody_else")
        language = self._rendering.language(request, (await self._signer(stored)).language)
        if stored.state == "confirmed":
            return web.json_response(_done(language, stored))
        self._check_open(stored)
        described = await self._description.of(stored.record, language=language, now=self._clock.now())
        for name in covered(stored.record):
            await self._decisions.look(name, by=person)
        session = await self._sessions.open(nonce=stored.record.nonce, person=person)
        return web.json_response({"session": session, **described})

    async def _picture(self, request: web.Request) -> web.Response:
        stored = await self._stored(request)
        await self._sessions.person(request, nonce=stored.record.nonce)
        place, page = int(request.match_info["entry"]), int(request.match_info["page"])
        if place >= len(stored.record.entries):
            raise web.HTTPNotFound
        entry = stored.record.entries[place]
        async with self._store.read() as tx:
            document = document_of(await tx.requests.get(entry.request), entry)
        if not 1 <= page <= document.pages:
            raise web.HTTPNotFound
        pictures = await self._pictures.pictures(document, [page - 1], width_px=PICTURE_WIDTH_PX)
        return web.Response(body=pictures[0], content_type="image/jpeg")

    async def _code(self, request: web.Request) -> web.Response:
        stored = await self._stored(request)
        person = await self._sessions.person(request, nonce=stored.record.nonce)
        code = str((await json_object(request)).get("code", ""))[:CODE_LENGTH]
        await self._workflow.confirm(stored.record.nonce, by=person, code=code)
        return web.json_response(_done(await self._language(request, stored), stored))

    async def _withdraw(self, request: web.Request) -> web.Response:
        stored = await self._stored(request)
        person = await self._sessions.person(request, nonce=stored.record.nonce)
        await self._workflow.withdraw(stored.record.nonce, by=person)
        return web.json_response({"done": phrases.say(await self._language(request, stored), "web-sign-withdrawn")})

    async def _stored(self, request: web.Request) -> StoredRecord:
        async with self._store.read() as tx:
            return await tx.records.get(request.match_info["nonce"])

    async def _signer(self, stored: StoredRecord) -> Person:
        async with self._store.read() as tx:
            return await tx.people.get(stored.record.signer)

    async def _language(self, request: web.Request, stored: StoredRecord) -> str:
        return self._rendering.language(request, (await self._signer(stored)).language)

    def _check_open(self, stored: StoredRecord) -> None:
        if stored.state == "spent":
            raise RecordSpent
        if stored.state != "open" or stored.record.expires_at <= self._clock.now():
            raise RecordExpired


def _done(language: str, stored: StoredRecord) -> dict[str, Any]:
    return {"done": phrases.say(language, "web-sign-done", number=len(stored.record.entries))}
