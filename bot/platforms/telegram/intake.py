"""Updates come in: kept in the inbox before Telegram hears that we have them, then fed on in each person's order."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from typing import Any, Protocol

from aiogram import Bot, Dispatcher
from aiogram.methods import DeleteWebhook, SetWebhook, TelegramMethod
from aiohttp import web
from pydantic import ValidationError

from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.core import PLATFORM
from signing.errors import DeliveryFailed
from storage.inbox import Arrival

log = logging.getLogger(__name__)

ALLOWED = ("message", "callback_query", "my_chat_member")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header
MAX_BODY_BYTES = 1 << 20
POLL_S = 25


class Inbox(Protocol):
    """Where events are kept before they are acknowledged (`storage.inbox.Inbox`)."""

    async def arrived(self, *arrivals: Arrival) -> int: ...


class TelegramIntake:
    """Both ways in, and the way on."""

    def __init__(self, *, outgoing: Outgoing, dispatcher: Dispatcher, inbox: Inbox, secret: str = "") -> None:
        """`secret` is the webhook's; without one every webhook request is refused."""
        self._outgoing = outgoing
        self._bot: Bot = outgoing.bot
        self._dispatcher = dispatcher
        self._inbox = inbox
        self._secret = secret.encode()

    async def poll(self, stop: asyncio.Event) -> None:
        """Fetch updates until `stop` is set; the offset moves only over what the inbox has committed."""
        await self._outgoing.ask(DeleteWebhook(drop_pending_updates=False))
        offset: int | None = None
        while not stop.is_set():
            updates = await self._fetch(offset, stop)
            arrivals = [_arrival(update) for update in updates]
            if arrivals:
                await self._inbox.arrived(*arrivals)
                offset = max(int(arrival.external_id) for arrival in arrivals) + 1

    async def announce_webhook(self, url: str) -> None:
        """Tell Telegram our address; what waits there already is not dropped."""
        method = SetWebhook(
            url=url, secret_token=self._secret.decode(), allowed_updates=list(ALLOWED), drop_pending_updates=False
        )
        await self._outgoing.ask(method)

    async def webhook(self, request: web.Request) -> web.Response:
        """Take one update: 401 without the secret, 413 and 400 for bodies that are none, 200 once it is kept."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        # Bytes: compare_digest raises on text that is not ASCII, and a stranger chooses the header.
        if not self._secret or not hmac.compare_digest(given, self._secret):
            return web.Response(status=401)
        body = await request.content.read(MAX_BODY_BYTES + 1)
        while len(body) <= MAX_BODY_BYTES and (more := await request.content.read(MAX_BODY_BYTES + 1 - len(body))):
            body += more
        if len(body) > MAX_BODY_BYTES:
            return web.Response(status=413)
        try:
            arrival = _arrival(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return web.Response(status=400)
        await self._inbox.arrived(arrival)
        return web.Response(status=200)

    async def feed(self, event: Arrival) -> None:
        """Feed one kept update on. One that is no update is dropped: it would never become one."""
        try:
            await self._dispatcher.feed_raw_update(self._bot, json.loads(event.body))
        except ValidationError:
            log.warning("update %s is malformed and was dropped", event.external_id)
        except DeliveryFailed:
            log.info("update %s could not be answered: the chat is closed to us", event.external_id)

    async def _fetch(self, offset: int | None, stop: asyncio.Event) -> list[dict[str, Any]]:
        """Ask for updates as raw JSON: one that aiogram cannot read must not stop the others."""
        asking = asyncio.create_task(self._raw_updates(offset))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not asking.done():
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            return []
        return asking.result()

    async def _raw_updates(self, offset: int | None) -> list[dict[str, Any]]:
        return await self._outgoing.ask(
            RawUpdates(offset=offset, timeout=POLL_S, allowed_updates=list(ALLOWED)), timeout_s=POLL_S + 10
        )


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates whose answer stays JSON."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


def _arrival(update: dict[str, Any]) -> Arrival:
    """Return an update as an event. Order: everything of one person, presses and messages alike, as it arrived."""
    number = update["update_id"]
    if type(number) is not int:
        raise TypeError("update_id")
    holder: dict[str, Any] = next((update[kind] for kind in ALLOWED if update.get(kind)), {})
    sender = holder.get("from") or holder.get("chat") or {}
    return Arrival(
        source=PLATFORM, external_id=str(number), order_key=f"{PLATFORM}:{sender.get('id', 0)}",
        body=json.dumps(update).encode(),
    )  # fmt: skip
