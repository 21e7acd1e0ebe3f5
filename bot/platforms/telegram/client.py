"""The way out to Telegram: one bot, one place where every message is paced, stripped and its errors become ours."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.methods import GetFile, TelegramMethod
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import ClientError, ClientSession, TCPConnector

from bot.platforms.telegram.pace import Pace, Rates
from signing.errors import DeliveryFailed, Refused, SigningError

T = TypeVar("T")

DOWNLOAD_TIMEOUT_S = 120
"""Of a whole file: 20 MB over a slow line."""
_GONE = ("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID")
_NOT_IN_PLAIN = ("protect_content", "message_effect_id")


class TooFast(SigningError):
    """Telegram asks to wait (`seconds`); nothing was sent."""

    @property
    def retry_after_s(self) -> float:
        """Seconds until a repeat is welcome; the queues read it."""
        return float(self.facts["seconds"])


class TelegramAway(SigningError):
    """Telegram does not answer, or answers with a fault of its own (`reason`); worth a repeat."""


class TelegramRefused(SigningError):
    """Telegram refuses what was sent (`reason`: its own words); a repeat would change nothing."""


class MessageGone(TelegramRefused):
    """The message to edit is not there any more."""


class _ProxiedSession(AiohttpSession):
    """aiogram reaches proxies through another package; aiohttp can do it itself."""

    def __init__(self, proxy: str, **rest: Any) -> None:
        super().__init__(**rest)
        self._address = proxy

    async def create_session(self) -> ClientSession:
        if self._session is None or self._session.closed:
            self._session = ClientSession(connector=TCPConnector(**self._connector_init), proxy=self._address)
            self._should_reset_connector = False
        return self._session


def connect(token: str, *, api_url: str | None = None, proxy: str | None = None) -> Bot:
    """Return the bot; nothing is sent yet. `api_url` is another Bot API server, such as one of your own."""
    session = _ProxiedSession(proxy) if proxy else AiohttpSession()
    if api_url:
        session.api = TelegramAPIServer.from_base(api_url)
    return Bot(token, session=session)


class Outgoing:
    """Every request to Telegram passes here."""

    def __init__(self, bot: Bot, *, plain: bool = False, rates: Rates | None = None) -> None:
        """`plain` leaves out what a Bot API 7 server or a clone of it does not know."""
        self._bot = bot
        self._plain = plain
        self._pace = Pace(rates or Rates())
        self._paused: dict[int, float] = {}

    @property
    def bot(self) -> Bot:
        """The bot behind it, for reading updates."""
        return self._bot

    async def send(self, method: TelegramMethod[T]) -> T:
        """Send a message or change one, at the pace of its chat.

        Raises `TooFast`, `TelegramAway` (worth a repeat), `DeliveryFailed(reason="blocked")`, `MessageGone`,
        `TelegramRefused` (final). No error carries the token.
        """
        chat = int(getattr(method, "chat_id", 0) or 0)
        self._check_pause(chat)
        await self._pace.wait(chat)
        try:
            return await self.ask(method)
        except TooFast as error:
            self._paused[chat] = asyncio.get_running_loop().time() + error.retry_after_s
            raise

    async def edit(self, method: TelegramMethod[Any]) -> None:
        """Change a message; that it looks so already is no error. Raises as `send` does."""
        try:
            await self.send(method)
        except TelegramRefused as refusal:
            if "message is not modified" not in str(refusal.facts.get("reason")):
                raise

    async def ask(self, method: TelegramMethod[T], *, timeout_s: int | None = None) -> T:
        """Send at once, outside the pace: answers to presses, and questions that no chat sees."""
        try:
            return await self._bot(plain(method) if self._plain else method, request_timeout=timeout_s)
        except TelegramRetryAfter as error:
            raise TooFast(seconds=error.retry_after) from None
        except TelegramForbiddenError:
            raise DeliveryFailed(reason="blocked") from None
        except TelegramBadRequest as error:
            kind = MessageGone if any(words in error.message for words in _GONE) else TelegramRefused
            raise kind(reason=error.message.removeprefix("Bad Request: ")[:200]) from None
        except (AiogramError, ClientError, OSError, TimeoutError) as error:
            # The text of a network error may hold the address, and the address holds the token.
            raise TelegramAway(reason=type(error).__name__) from None

    async def download(self, file_id: str, *, limit_bytes: int) -> bytes:
        """Return a file that somebody sent; raise `Refused("too-large")` beyond the limit, else as `send` does."""
        try:
            found = await self.ask(GetFile(file_id=file_id))
        except TelegramRefused as refusal:
            if "file is too big" in str(refusal.facts.get("reason")):
                raise Refused("too-large", limit_mb=limit_bytes >> 20) from None
            raise
        url = self._bot.session.api.file_url(self._bot.token, found.file_path or "")
        body = bytearray()
        try:
            async for chunk in self._bot.session.stream_content(url, timeout=DOWNLOAD_TIMEOUT_S):
                body += chunk
                if len(body) > limit_bytes:
                    raise Refused("too-large", limit_mb=limit_bytes >> 20)
        except (ClientError, OSError, TimeoutError) as error:
            # A 404 carries `/file/bot<token>/…` in its text.
            raise TelegramAway(reason=f"download_{type(error).__name__}") from None
        return bytes(body)

    def _check_pause(self, chat: int) -> None:
        left_s = self._paused.get(chat, 0.0) - asyncio.get_running_loop().time()
        if left_s > 0:
            raise TooFast(seconds=round(left_s + 0.05, 2))
        self._paused.pop(chat, None)


def plain(method: TelegramMethod[T]) -> TelegramMethod[T]:
    """Return the request without what a Bot API 7 server does not know."""
    known = method.__class__.model_fields
    changes: dict[str, Any] = {name: None for name in _NOT_IN_PLAIN if name in known}
    markup = getattr(method, "reply_markup", None)
    if isinstance(markup, InlineKeyboardMarkup):
        rows = [[_plain_button(button) for button in row if _is_plain(button)] for row in markup.inline_keyboard]
        changes["reply_markup"] = InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])
    return method.model_copy(update=changes)


def _is_plain(button: InlineKeyboardButton) -> bool:
    app = button.web_app
    return button.copy_text is None and (app is None or app.url.startswith("https://"))


def _plain_button(button: InlineKeyboardButton) -> InlineKeyboardButton:
    return button.model_copy(update={"style": None, "disabled": None, "icon_custom_emoji_id": None})
