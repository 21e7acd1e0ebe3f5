"""What people do at the desk: upload, ask, sign, reject, take back; each spends a turn, then the core decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.folders import Folders
from bot.platforms.web.desk.fetching import PLATFORM
from bot.platforms.web.desk.visits import Visit, Visits
from bot.platforms.web.forms import json_object, request_of
from signing.acceptance import Acceptance
from signing.activation.record import MAX_ENTRIES
from signing.approval.decisions import Decisions
from signing.document import Sha256, clean_name
from signing.errors import NotAllowed, Refused
from signing.intake.reception import Received, Reception
from signing.membership import Membership
from signing.people import PersonId
from signing.ports import Activation, Clock, Documents, Store
from signing.request import ReplyTo, RequestId, State
from signing.workflow import SigningWorkflow

CHUNK_BYTES = 1 << 16

Invitation = Callable[[str], Awaitable[str]]
"""Return the link that binds the account of whoever opens our chat with it."""


class Acts:
    """Handlers of `POST /desk/…`."""

    def __init__(
        self,
        *,
        store: Store,
        visits: Visits,
        workflow: SigningWorkflow,
        decisions: Decisions,
        membership: Membership,
        reception: Reception,
        documents: Documents,
        activation: Activation,
        folders: Folders,
        clock: Clock,
        max_document_bytes: int,
        chat: str,
        invitation: Invitation,
    ) -> None:
        """`chat` is the platform of people's own chats."""
        self._store = store
        self._visits = visits
        self._workflow = workflow
        self._decisions = decisions
        self._membership = membership
        self._reception = reception
        self._documents = documents
        self._activation = activation
        self._folders = folders
        self._clock = clock
        self._most = max_document_bytes
        self._chat = chat
        self._invitation = invitation

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        acts = {
            "upload": self._upload, "take": self._take, "accept": self._accept, "ask": self._ask, "sign": self._sign,
            "agree": self._agree,
            "reject": self._reject, "cancel": self._cancel, "join": self._join,
        }  # fmt: skip
        return [web.post(f"/desk/{name}", act) for name, act in acts.items()]

    async def _upload(self, request: web.Request) -> web.Response:
        """Take a file in; its request is a draft until a signer is chosen."""
        visit = await self._visits.step(request)
        name = clean_name(request.query.get("name", ""))
        received = Received(name=name, sha256=await self._kept(request))
        documents = await self._reception.receive([received])
        made = await self._workflow.draft(documents, by=visit.person, reply_to=await self._origin(visit.person))
        return _made(visit, made.id)

    async def _origin(self, person: PersonId) -> ReplyTo:
        """Return where the answer goes: their own chat; the signed file of somebody without one is fetched here."""
        async with self._store.read() as tx:
            accounts = await tx.people.accounts_of(person)
        chat = next((account for account in accounts if account.platform == self._chat), None)
        if chat is None:
            return ReplyTo(platform=PLATFORM, chat_id=person)
        return ReplyTo(platform=chat.platform, chat_id=chat.chat_id)

    async def _kept(self, request: web.Request) -> Sha256:
        path, size = self._documents.spool(), 0
        try:
            with path.open("xb") as file:
                async for chunk in request.content.iter_chunked(CHUNK_BYTES):
                    size += len(chunk)
                    if size > self._most:
                        raise web.HTTPRequestEntityTooLarge(max_size=self._most, actual_size=size)
                    file.write(chunk)
            if not size:
                raise Refused("empty")
            return await self._documents.adopt(path)
        finally:
            path.unlink(missing_ok=True)

    async def _take(self, request: web.Request) -> web.Response:
        """Make a request about a file of the folder."""
        visit, body = await self._visits.step(request), await json_object(request)
        if visit.folder is None:
            raise web.HTTPForbidden
        return _made(visit, await self._folders.draft(visit.folder, str(body.get("place", "")), by=visit.person))

    async def _accept(self, request: web.Request) -> web.Response:
        """The pages that we made of a file are right."""
        visit, body = await self._visits.step(request), await json_object(request)
        number = request_of(body)
        acceptance = Acceptance(store=self._store, clock=self._clock, workflow=self._workflow)
        await acceptance.accept(number, by=visit.person)
        return _made(visit, number)

    async def _ask(self, request: web.Request) -> web.Response:
        """Choose the signer of a draft, or the route it takes."""
        visit, body = await self._visits.step(request), await json_object(request)
        days, number = body.get("days"), request_of(body)
        deadline = self._clock.now() + timedelta(days=days) if isinstance(days, int) and 0 < days < 1000 else None
        signer, comment = PersonId(str(body.get("signer", ""))), str(body.get("comment", ""))
        if route := str(body.get("route", "")):
            await self._workflow.circulate(number, by=visit.person, along=route, comment=comment, deadline=deadline)
        else:
            await self._workflow.submit(number, by=visit.person, to=signer, comment=comment, deadline=deadline)
        return _made(visit, number)

    async def _sign(self, request: web.Request) -> web.Response:
        """Open the second step of what waits for me, one request or a list; a draft of my own I ask myself first.

        Answers where the one code is entered, with a ticket for that one page.
        """
        visit, body = await self._visits.step(request), await json_object(request)
        numbers, key = _requests_of(body), body.get("key")
        async with self._store.read() as tx:
            found = [await tx.requests.get(number) for number in numbers]
        if sum(len(one.documents) for one in found) > MAX_ENTRIES:
            raise NotAllowed(reason="too_many_at_once", number=MAX_ENTRIES)
        if len(found) == 1 and found[0].state is State.DRAFT:
            await self._workflow.submit(numbers[0], by=visit.person, to=visit.person)
        record = await self._workflow.approve(numbers, by=visit.person, key=str(key) if key else None)
        address = f"/sign/{record.nonce}?desk=1#{await self._visits.ticket(visit.person)}"
        return web.json_response({"turn": visit.turn, "address": address})

    async def _agree(self, request: web.Request) -> web.Response:
        """Say yes where the route asks for no key."""
        visit, body = await self._visits.step(request), await json_object(request)
        await self._decisions.agree(request_of(body), by=visit.person)
        return _made(visit, request_of(body))

    async def _reject(self, request: web.Request) -> web.Response:
        visit, body = await self._visits.step(request), await json_object(request)
        reason = str(body.get("reason", "")).strip()
        if not reason:
            raise NotAllowed(reason="no_reason")
        await self._decisions.reject(request_of(body), by=visit.person, reason=reason)
        return _made(visit, request_of(body))

    async def _cancel(self, request: web.Request) -> web.Response:
        visit, body = await self._visits.step(request), await json_object(request)
        await self._decisions.cancel(request_of(body), by=visit.person)
        return _made(visit, request_of(body))

    async def _join(self, request: web.Request) -> web.Response:
        """Return their own link into the chat, or to the page where the codes are set up; who sits here was proved."""
        visit, body = await self._visits.step(request), await json_object(request)
        async with self._store.read() as tx:
            person = await tx.people.get(visit.person)
        if body.get("to") == "chat":
            secret = await self._membership.invite(person.id, by=person.id)
            return web.json_response({"turn": visit.turn, "address": await self._invitation(secret)})
        if body.get("to") != "codes" or not person.may_sign or await self._activation.enrolled(person.id):
            raise web.HTTPForbidden
        secret = await self._membership.invite(person.id, by=person.id, purpose="enrol")
        return web.json_response({"turn": visit.turn, "address": f"/enrol/{secret}"})


def _made(visit: Visit, request: RequestId) -> web.Response:
    return web.json_response({"turn": visit.turn, "request": request})


def _requests_of(body: dict[str, Any]) -> list[RequestId]:
    """Return one request or a list of them, each once, in the order ticked."""
    named = body.get("requests", [body.get("request", "")])
    if not isinstance(named, list) or not 0 < len(named) <= MAX_ENTRIES:
        raise web.HTTPBadRequest
    return list(dict.fromkeys(request_of({"request": one}) for one in named))
