"""Which event goes where; only private dialogs are answered, strangers get one polite line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.phrases import language_of, say
from bot.platforms.bitrix24.chat.arrivals import Arrivals
from bot.platforms.bitrix24.chat.buttons import Pressed
from bot.platforms.bitrix24.chat.core import PLATFORM, ChatCore, Reader, reader_at
from bot.platforms.bitrix24.chat.lines import Lines, read_line
from bot.platforms.bitrix24.chat.outgoing import Outgoing, heard
from bot.platforms.bitrix24.chat.presses import Presses
from bot.platforms.bitrix24.chat.registration import PRESS
from bot.platforms.bitrix24.chat.words import Said, Words
from signing.errors import DeliveryFailed
from storage.inbox import Arrival

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A message of somebody who may be one of ours."""

    said: Said
    user: int
    files: list[int]
    language: str


class Conversation:
    """Feeds kept events on."""

    def __init__(
        self, *, core: ChatCore, outgoing: Outgoing, presses: Presses, words: Words, arrivals: Arrivals, lines: Lines
    ) -> None:
        self._core = core
        self._outgoing = outgoing
        self._presses = presses
        self._words = words
        self._arrivals = arrivals
        self._lines = lines

    async def feed(self, arrival: Arrival) -> None:
        """Feed one event on. One that is no event of a bot is dropped: it would never become one."""
        try:
            event = json.loads(arrival.body)
            is_message = event["type"] == "ONIMBOTV2MESSAGEADD"
            said = _message(event["data"]) if is_message else None
            line = read_line(event["data"], _files(_params(event["data"]))) if is_message else None
            pressed = _press(event["data"]) if event["type"] == "ONIMBOTV2COMMANDADD" else None
        except (KeyError, TypeError, ValueError, AttributeError):
            log.warning("bitrix24_event_malformed", event_id=arrival.external_id)
            return
        try:
            if said is not None:
                await self._hear(said, key=f"event:{arrival.external_id}")
            if line is not None:
                await self._lines.keep(line)
            if pressed is not None:
                await self._press(pressed, key=f"event:{arrival.external_id}")
        except DeliveryFailed:
            log.info("bitrix24_dialog_closed", event_id=arrival.external_id)

    async def _hear(self, what: Heard, *, key: str) -> None:
        async with self._core.store.begin() as tx:
            await heard(tx, what.user, what.said.message, clock=self._core.clock)
            reader = await reader_at(tx, what.user, self._core)
        if reader is None:
            language = language_of(what.language, self._core.language)
            await self._outgoing.say(what.user, say(language, "portal-chat-stranger"), key=key)
        elif what.files:
            await self._arrivals.keep(what.user, what.said.message, what.files, what.said.text)
        else:
            await self._words.take(what.said, reader)
        if reader is not None:
            await self._is_back(reader)

    async def _press(self, pressed: Pressed, *, key: str) -> None:
        await self._presses.take(pressed, key=key)
        async with self._core.store.read() as tx:
            reader = await reader_at(tx, pressed.user, self._core)
        if reader is not None:
            await self._is_back(reader)

    async def _is_back(self, reader: Reader) -> None:
        """Answered first, then what waited while the dialog was closed to us is brought."""
        await self._core.redelivery.heard(reader.person.id, chat=f"{PLATFORM}:{reader.user}")


def arrival_of(bot: int, event: Mapping[str, Any]) -> Arrival:
    """Return an event as the inbox keeps it. Order: everything of one person, presses and messages alike."""
    data = event.get("data")
    user = data.get("user") if isinstance(data, dict) else None
    person = user.get("id", 0) if isinstance(user, dict) else 0
    return Arrival(
        source=PLATFORM, external_id=f"{bot}:{event['eventId']}", order_key=f"{PLATFORM}:{person}",
        body=json.dumps(event).encode(),
    )  # fmt: skip


def _message(data: Mapping[str, Any]) -> Heard | None:
    """Return what a person said in a private dialog; nothing else is ours to hear."""
    message, user, params = data["message"], data["user"], _params(data)
    author = int(user["id"])
    if user.get("bot") or message.get("isSystem") or not _is_private(data["chat"], author):
        return None
    said = Said(
        message=int(message["id"]), text=str(message.get("text") or ""), reply_to=str(params.get("REPLY_ID") or "")
    )
    return Heard(said=said, user=author, files=_files(params), language=str(data.get("language") or ""))


def _press(data: Mapping[str, Any]) -> Pressed | None:
    """Return a press: the message is our own one that carries the keyboard, the presser is the user."""
    command = data["command"]
    if str(command["command"]).removeprefix("/") != PRESS or command.get("context") != "keyboard":
        return None
    token = str(command.get("params") or "")
    return Pressed(data=token, user=int(data["user"]["id"]), message=int(data["message"]["id"]))


def _params(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the message's parameters; none come as an empty list."""
    return data["message"].get("params") or {}


def _is_private(chat: Mapping[str, Any], user: int) -> bool:
    """Tell whether only the bot and this person are there: the dialog is named after the person then."""
    dialog = str(chat.get("dialogId") or "")
    return dialog == str(user) if dialog else chat.get("messageType") == "P"


def _files(params: Mapping[str, Any]) -> list[int]:
    """Return the file numbers; they come as strings (reference 4.3)."""
    found = params.get("FILE_ID") or params.get("fileId")
    return [int(number) for number in found] if isinstance(found, list) else []
