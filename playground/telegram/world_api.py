"""The people's side over HTTP: `/world/…`, used by the page with the phones and by tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import BodyPartReader, web

from playground.telegram.authenticators import Authenticators
from playground.telegram.changes import EVERYBODY
from playground.telegram.faults import Fault, FaultKind, Faults
from playground.telegram.files import KeptFile, Upload
from playground.telegram.outside_view import file_rows, request_rows
from playground.telegram.people import Chat, Posted
from playground.telegram.phones import Phones
from playground.telegram.refusal import Json, Refused, bad_request, forbidden
from playground.telegram.request_log import RequestLog
from playground.telegram.web_app import launch_address
from playground.telegram.world import World

WAIT_LIMIT_S = 30
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WorldApi:
    """Acts and views of people, and the switches of the world."""

    def __init__(
        self, *, world: World, phones: Phones, authenticators: Authenticators, faults: Faults, log: RequestLog
    ) -> None:
        self._world = world
        self._authenticators = authenticators
        self._phones = phones
        self._faults = faults
        self._log = log

    def routes(self) -> list[web.RouteDef]:
        """Return the routes for the web application."""
        of_person = {
            "text": self._text,
            "files": self._files,
            "forward": self._forward,
            "press": self._press,
            "mini_app": self._mini_app,
            "block": self._block,
            "groups": self._group,
            "authenticator": self._add_account,
        }
        person = "/world/people/{person:\\d+}"
        return [
            *[web.post(f"{person}/{verb}", _refusing(act)) for verb, act in of_person.items()],
            web.get(f"{person}/chats", _refusing(self._chats)),
            web.get(f"{person}/changes", _refusing(self._changes)),
            web.get(f"{person}/authenticator", _refusing(self._list_accounts)),
            web.get("/world/stream", _refusing(self._stream)),
            web.get("/world/files", _refusing(self._list_files)),
            web.get("/world/requests", _refusing(self._list_requests)),
            web.get(person + "/chats/{chat:-?\\d+}/messages/{message:\\d+}/file", _refusing(self._file)),
            web.get("/world/faults", _refusing(self._list_faults)),
            web.post("/world/faults", _refusing(self._add_fault)),
            web.delete("/world/faults", _refusing(self._clear_faults)),
            web.get("/world/log", _refusing(self._list_log)),
        ]

    async def _text(self, request: web.Request) -> web.StreamResponse:
        person, wish = _person(request), await request.json()
        chat_id, reply_to = wish.get("chat_id", person), wish.get("reply_to", 0)
        posted = self._phones.send_text(person, chat_id, wish["text"], reply_to=reply_to)
        return web.json_response(posted.view())

    async def _files(self, request: web.Request) -> web.StreamResponse:
        person = _person(request)
        wish, uploads = await _read_parts(request)
        if not uploads:
            raise bad_request("there is no file in the request")
        posted = self._phones.send_files(
            person,
            int(wish.get("chat_id", person)),
            uploads,
            as_photo=wish.get("as") == "photo",
            caption=wish.get("caption", ""),
            reply_to=int(wish.get("reply_to", 0)),
            forwarded_from=wish.get("forwarded_from", ""),
        )
        return web.json_response([one.view() for one in posted])

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        person, wish = _person(request), await request.json()
        target = wish.get("to_chat_id", person)
        posted = self._phones.forward(person, wish["from_chat_id"], wish["message_id"], target)
        return web.json_response(posted.view())

    async def _press(self, request: web.Request) -> web.StreamResponse:
        person, wish = _person(request), await request.json()
        query = self._phones.press(person, wish.get("chat_id", person), wish["message_id"], wish["data"])
        try:
            async with asyncio.timeout(min(wish.get("wait_s", 15), WAIT_LIMIT_S)):
                answer = await asyncio.shield(query.answer)
        except TimeoutError:
            return web.json_response({"query_id": query.id, "answered": False})
        return web.json_response({"query_id": query.id, "answered": True} | answer)

    async def _mini_app(self, request: web.Request) -> web.StreamResponse:
        person, wish = _person(request), await request.json()
        data = self._phones.init_data(person, start_param=wish.get("start_param", ""))
        return web.json_response({"url": launch_address(wish["url"], data, wish.get("theme", {})), "init_data": data})

    async def _block(self, request: web.Request) -> web.StreamResponse:
        self._phones.block(_person(request), blocked=bool((await request.json())["blocked"]))
        return web.json_response({})

    async def _group(self, request: web.Request) -> web.StreamResponse:
        wish = await request.json()
        chat = self._phones.make_group(_person(request), wish["title"], wish.get("members", []))
        return web.json_response({"chat_id": chat.id})

    async def _chats(self, request: web.Request) -> web.StreamResponse:
        person = self._phones.person(_person(request))
        chats = [self._chat_view(chat) for chat in self._world.chats.values() if person.id in chat.members]
        return web.json_response({"seq": self._world.changes.last, "chats": chats})

    def _chat_view(self, chat: Chat) -> Json:
        own_button = chat.menu_button if chat.menu_button["type"] != "default" else None
        return chat.brief() | {
            "messages": [posted.view() for posted in chat.posted.values()],
            "pinned": chat.pinned,
            "members": [self._world.people[member].user() for member in chat.members if member in self._world.people],
            "blocked": chat.id in self._world.blocked,
            "commands": next(iter(self._world.commands.values()), []),
            "menu_button": own_button or self._world.default_menu_button,
        }

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        after, wait_s = int(request.query.get("after", 0)), float(request.query.get("wait_s", 0))
        try:
            async with asyncio.timeout(min(wait_s, WAIT_LIMIT_S)):
                found = await self._world.changes.wait(after, _person(request))
        except TimeoutError:
            found = []
        return web.json_response(found)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        seen = request.headers.get("Last-Event-ID") or request.query.get("after")
        # A page that outlived an earlier world has seen more than there is.
        after = min(int(seen), self._world.changes.last) if seen else self._world.changes.last
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        async for change in self._world.changes.follow(after, EVERYBODY):
            await response.write(f"id: {change['seq']}\ndata: {json.dumps(change)}\n\n".encode())
        return response

    async def _file(self, request: web.Request) -> web.StreamResponse:
        chat = self._phones.joined(_person(request), int(request.match_info["chat"]))
        posted = self._world.message_of(chat, int(request.match_info["message"]), otherwise="message not found")
        kept = self._kept(posted)
        # A page sent as a document must not run under the address of the phones.
        is_harmless = kept.mime_type == "application/pdf" or kept.mime_type in {"image/jpeg", "image/png"}
        headers = {
            "Content-Disposition": "inline" if is_harmless else "attachment",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=kept.content, content_type=kept.mime_type, headers=headers)

    def _kept(self, posted: Posted) -> KeptFile:
        if "photo" in posted.message:
            return self._world.files.by_id(posted.message["photo"][-1]["file_id"])
        if "document" not in posted.message:
            raise bad_request("there is no file in the message")
        if posted.message.get("has_protected_content"):
            raise bad_request("the file is protected and can't be saved")
        return self._world.files.by_id(posted.message["document"]["file_id"])

    async def _list_accounts(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self._authenticators.view(_person(request)))

    async def _add_account(self, request: web.Request) -> web.StreamResponse:
        person, wish = self._phones.person(_person(request)).id, await request.json()
        self._authenticators.add(person, wish["uri"], spent_step=wish.get("spent_step", 0))
        return web.json_response(self._authenticators.view(person))

    async def _list_files(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(file_rows(self._world))

    async def _list_requests(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(request_rows(self._log.requests))

    async def _list_faults(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(self._faults.view())

    async def _add_fault(self, request: web.Request) -> web.StreamResponse:
        wish = await request.json()
        self._faults.add(Fault(**wish | {"kind": FaultKind(wish["kind"])}))
        return web.json_response(self._faults.view())

    async def _clear_faults(self, _request: web.Request) -> web.StreamResponse:
        self._faults.clear()
        return web.json_response([])

    async def _list_log(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(self._log.view())


def _refusing(act: Answer) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await act(request)
        except Refused as refusal:
            return web.json_response(refusal.body(), status=refusal.code)
        except (KeyError, TypeError, ValueError) as wrong:
            return web.json_response(bad_request(f"wrong wish: {wrong}").body(), status=400)

    return answer


@web.middleware
async def own_pages_only(request: web.Request, handler: Answer) -> web.StreamResponse:
    """Refuse acts of people that another site in the same browser asks for; programs send no such header.

    Does not stop a name that a hostile site makes point to this machine: nothing here is worth it.
    """
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.path.startswith("/world/") and request.method != "GET" and site != "same-origin":
        return web.json_response(forbidden("people act on their own page only").body(), status=403)
    return await handler(request)


def _person(request: web.Request) -> int:
    return int(request.match_info["person"])


async def _read_parts(request: web.Request) -> tuple[dict[str, str], list[Upload]]:
    fields: dict[str, str] = {}
    uploads: list[Upload] = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        assert part.name
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            fields[part.name] = content.decode()
        else:
            uploads.append(Upload(part.filename, content))
    return fields, uploads
