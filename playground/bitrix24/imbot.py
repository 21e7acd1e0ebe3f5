"""`imbot.v2.*` of the portal: one bot of one application, its queue, messages, keyboards and files (reference 4)."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from playground.bitrix24.messenger import Bot, Message, Messenger
from playground.bitrix24.office import StoredFile
from playground.bitrix24.refusal import Refusal

Params = Mapping[str, Any]
BOT_ID = 4000
"""Bots are users too; this number is no employee's."""
TEXT_LENGTH = 20_000
FILE_BYTES = 100 << 20


class Imbot:
    """Methods by name; each gets (params, user, access token)."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self.url = ""
        self._links: dict[str, StoredFile] = {}
        self.methods: Mapping[str, Callable[[Params, int, str], Any]] = {
            "imbot.v2.bot.register": self._register,
            "imbot.v2.bot.update": self._change,
            "imbot.v2.command.register": self._command,
            "imbot.v2.event.get": self._events,
            "imbot.v2.chat.get": self._chat,
            "imbot.v2.chat.message.send": self._send,
            "imbot.v2.chat.message.update": self._update,
            "imbot.v2.chat.message.delete": self._delete,
            "imbot.v2.file.upload": self._upload,
            "imbot.v2.file.download": self._download,
        }

    def linked(self, token: str) -> StoredFile | None:
        """Return the file of a one-time link."""
        return self._links.pop(token, None)

    def _register(self, params: Params, *_: Any) -> dict[str, Any]:
        """Idempotent by code: what exists is returned and not changed."""
        fields = params.get("fields") or {}
        if not fields.get("code"):
            raise Refusal("BOT_CODE_REQUIRED")
        if not (fields.get("properties") or {}).get("name"):
            raise Refusal("BOT_PROPERTIES_REQUIRED")
        if fields.get("eventMode", "webhook") not in ("fetch", "webhook"):
            raise Refusal("BOT_INVALID_EVENT_MODE")
        if fields.get("eventMode") == "webhook" and not fields.get("webhookUrl"):
            raise Refusal("BOT_WEBHOOK_URL_REQUIRED")
        if self._messenger.bot is None or self._messenger.bot.code != fields["code"]:
            self._messenger.bot = Bot(id=BOT_ID, code=str(fields["code"]), fields=dict(fields))
        return {"bot": self._messenger.bot_row(), "users": []}

    def _change(self, params: Params, *_: Any) -> dict[str, Any]:
        self._bot(params).fields.update(params.get("fields") or {})
        return {"bot": self._messenger.bot_row()}

    def _command(self, params: Params, *_: Any) -> dict[str, Any]:
        bot, name = self._bot(params), str((params.get("fields") or {}).get("command", ""))
        if not name or name.startswith("/"):
            raise Refusal("COMMAND_REQUIRED")
        known = next((number for number, one in bot.commands.items() if one == name), None)
        number = known or len(bot.commands) + 78
        bot.commands[number] = name
        return {"command": {"id": number, "botId": bot.id, "command": f"/{name}", "common": False, "hidden": True}}

    def _events(self, params: Params, *_: Any) -> dict[str, Any]:
        """`offset` acknowledges every number below it; without one the same events come again."""
        self._bot(params)
        there = self._messenger
        if params.get("offset") is not None:
            there.acknowledged = max(there.acknowledged, int(params["offset"]))
            there.queue = [event for event in there.queue if event["eventId"] >= there.acknowledged]
        limit = int(params.get("limit") or 100)
        told = there.queue[:limit]
        following = told[-1]["eventId"] + 1 if told else there.acknowledged
        return {"events": told, "nextOffset": following, "hasMore": len(there.queue) > limit}

    def _chat(self, params: Params, *_: Any) -> dict[str, Any]:
        self._bot(params)
        number = self._messenger.number_of(str(params.get("dialogId", "")))
        found = self._messenger.chat(number)
        if not found:  # nobody has spoken yet: there is no such chat
            raise Refusal("ACCESS_DENIED", "Access denied", status=403)
        last = found[-1].id
        return {"chat": {"id": number, "dialogId": str(params["dialogId"]), "name": "", "lastMessageId": last}}

    def _send(self, params: Params, *_: Any) -> dict[str, Any]:
        self._bot(params)
        fields = params.get("fields") or {}
        text = str(fields.get("message") or "")
        if not text:
            raise Refusal("EMPTY_MESSAGE", "Message is empty")
        self._allowed(params)
        made = self._messenger.say(str(params["dialogId"]), text[:TEXT_LENGTH])
        made.keyboard = _keyboard(fields.get("keyboard"))
        made.reply_to = int(fields.get("replyId") or 0)
        return {"id": made.id, "uuidMap": []}

    def _update(self, params: Params, *_: Any) -> dict[str, Any]:
        message, fields = self._own(params), params.get("fields") or {}
        if fields.get("message"):
            message.text = str(fields["message"])[:TEXT_LENGTH]
        if "keyboard" in fields:
            message.keyboard = _keyboard(fields["keyboard"])
        message.is_locked = False
        message.changes += 1
        return {"result": True}

    def _delete(self, params: Params, *_: Any) -> bool:
        """Only its own: in a private dialog a bot administers nothing."""
        del self._messenger.messages[self._own(params).id]
        return True

    def _upload(self, params: Params, *_: Any) -> dict[str, Any]:
        self._bot(params)
        self._allowed(params)
        fields = params.get("fields") or {}
        body = _decoded(str(fields.get("content") or ""))
        made = self._messenger.say(str(params["dialogId"]), str(fields.get("message") or ""))
        stored = self._messenger.keep_file(str(fields.get("name") or "file"), body)
        made.files.append(stored)
        file = {"id": stored.id, "chatId": made.chat, "name": stored.name, "size": len(body), "type": "file"}
        return {"file": file, "messageId": made.id, "chatId": made.chat, "dialogId": str(params["dialogId"])}

    def _download(self, params: Params, *_: Any) -> dict[str, str]:
        self._bot(params)
        stored = self._messenger.file(int(params.get("fileId") or 0))
        if stored is None:
            raise Refusal("FILE_NOT_FOUND", "File not found")
        token = secrets.token_hex(16)
        self._links[token] = stored
        return {"downloadUrl": f"{self.url}/rest/download.json?token=imbot%7C{token}"}

    def _bot(self, params: Params) -> Bot:
        if not params.get("botId"):
            raise Refusal("BOT_ID_REQUIRED", "Bot ID is required")
        bot = self._messenger.bot
        if bot is None or bot.id != int(params["botId"]):
            raise Refusal("BOT_NOT_FOUND", "Bot not found")
        return bot

    def _allowed(self, params: Params) -> None:
        dialog = str(params.get("dialogId") or "")
        number = self._messenger.number_of(dialog) if dialog else 0
        is_person = dialog.isdigit() and self._messenger.is_employed(int(dialog))
        if not is_person and number not in {*self._messenger.groups, *self._messenger.lines}:
            raise Refusal("ACCESS_DENIED", "Access denied", status=403)

    def _own(self, params: Params) -> Message:
        bot, found = self._bot(params), self._messenger.messages.get(int(params.get("messageId") or 0))
        if found is None or found.author != bot.id:
            raise Refusal("ACCESS_DENIED", "Access denied", status=403)
        return found


def _keyboard(given: Any) -> list[dict[str, Any]]:
    buttons = given.get("BUTTONS", []) if isinstance(given, dict) else given
    return [dict(button) for button in buttons] if isinstance(buttons, list) else []


def _decoded(content: str) -> bytes:
    try:
        body = base64.b64decode(content, validate=True)
    except binascii.Error:
        raise Refusal("FILE_INVALID_CONTENT", "Invalid content") from None
    if not body:
        raise Refusal("FILE_EMPTY", "File is empty")
    if len(body) > FILE_BYTES:
        raise Refusal("FILE_TOO_LARGE", "File is too large")
    return body
