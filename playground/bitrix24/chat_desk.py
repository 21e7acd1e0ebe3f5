"""The page of the portal's messenger: whoever one is at the moment, the private dialog with the bot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from playground.bitrix24.messenger import Line, Message, Messenger
from playground.bitrix24.office import Office

PAGE = Path(__file__).with_name("page")
SAMPLES = Path(__file__).parents[1] / "page" / "samples"
LIMIT_BYTES = 20 << 20


class ChatDesk:
    """The messenger for people."""

    def __init__(self, office: Office, messenger: Messenger) -> None:
        self._office = office
        self._messenger = messenger

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [
            web.get("/chat", self._page),
            web.get("/chat/people", self._people),
            web.get("/chat/{user:\\d+}", self._dialog),
            web.post("/chat/{user:\\d+}/say", self._say),
            web.post("/chat/{user:\\d+}/file", self._put),
            web.post("/chat/{user:\\d+}/sample", self._sample),
            web.post("/chat/{user:\\d+}/press/{message:\\d+}/{place:\\d+}", self._press),
            web.get("/chat/files/{file:\\d+}", self._file),
        ]

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "chat.html")

    async def _people(self, _request: web.Request) -> web.Response:
        rows = [
            {"id": user.id, "name": f"{user.name} {user.last_name}", "title": user.position}
            for user in self._office.users.values()
        ]
        lines = self._messenger.lines.values()
        customers = [{"id": line.customer, "name": "A customer", "title": "by an open channel"} for line in lines]
        return web.json_response([*rows, *customers])

    async def _dialog(self, request: web.Request) -> web.Response:
        user = self._user(request)
        line = self._line(user)
        there = self._messenger.chat(line.chat) if line else self._messenger.dialog(user)
        told = [self._message(message, user) for message in there]
        return web.json_response({"has_bot": self._messenger.bot is not None, "messages": told})

    async def _say(self, request: web.Request) -> web.Response:
        text = (await request.text())[:20_000].strip()
        user = self._user(request)
        if text and (line := self._line(user)) is not None:
            self._messenger.customer_writes(line, text)
        elif text:
            self._messenger.write(user, text)
        return web.json_response({})

    async def _put(self, request: web.Request) -> web.Response:
        body = await request.content.read(LIMIT_BYTES + 1)
        while not request.content.at_eof() and len(body) <= LIMIT_BYTES:
            body += await request.content.read(LIMIT_BYTES)
        if len(body) > LIMIT_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=LIMIT_BYTES, actual_size=len(body))
        self._send(self._user(request), request.query.get("name", "file"), body)
        return web.json_response({})

    async def _sample(self, request: web.Request) -> web.Response:
        sample = next(path for path in sorted(SAMPLES.iterdir()) if path.suffix == ".pdf")
        self._send(self._user(request), sample.name, sample.read_bytes())
        return web.json_response({})

    async def _press(self, request: web.Request) -> web.Response:
        message = self._messenger.messages.get(int(request.match_info["message"]))
        place, user = int(request.match_info["place"]), self._user(request)
        if message is None or message.is_locked or place >= len(message.keyboard):
            raise web.HTTPConflict
        self._messenger.press_at(user, message, place)
        return web.json_response({})

    async def _file(self, request: web.Request) -> web.Response:
        stored = self._messenger.file(int(request.match_info["file"]))
        if stored is None:
            raise web.HTTPNotFound
        named = f"inline; filename*=utf-8''{quote(stored.name, safe='')}"
        return web.Response(body=stored.body, content_type="application/pdf", headers={"Content-Disposition": named})

    def _user(self, request: web.Request) -> int:
        user = int(request.match_info["user"])
        if user not in self._office.users and self._line(user) is None:
            raise web.HTTPNotFound
        return user

    def _line(self, user: int) -> Line | None:
        """Return the open channel of a customer, None for an employee."""
        return next((line for line in self._messenger.lines.values() if line.customer == user), None)

    def _send(self, user: int, name: str, body: bytes) -> None:
        if (line := self._line(user)) is not None:
            self._messenger.customer_sends(line, name, body)
        else:
            self._messenger.send_file(user, name, body)

    def _message(self, message: Message, user: int) -> Mapping[str, Any]:
        files = [{"name": f.name, "bytes": len(f.body), "url": f"/chat/files/{f.id}"} for f in message.files]
        keys = [
            {"label": key.get("TEXT"), "link": key.get("LINK"), "colour": key.get("BG_COLOR_TOKEN", "base")}
            for key in message.keyboard
        ]
        quoted = self._messenger.messages.get(message.reply_to)
        quote_text = (quoted.text or (quoted.files[0].name if quoted.files else "")) if quoted else ""
        return {
            "id": message.id, "is_own": message.author == user, "text": message.text, "at": message.at.isoformat(),
            "files": files, "keys": keys, "is_locked": message.is_locked, "quote": quote_text[:120],
        }  # fmt: skip
