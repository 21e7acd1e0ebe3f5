"""Somebody is back: unblocked the bot, or writes and presses again; what had waited for that person comes now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import CallbackQuery, ChatMemberUpdated, TelegramObject

from bot.platforms.telegram.core import PLATFORM, Core, Reader, reader_at

_OUTSIDE = frozenset({"kicked", "left"})


class Returning:
    """Tells the core of every sign that a private chat is open."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def started(self, reader: Reader) -> None:
        """The person opened the chat: `/start`, or Telegram says that we are no longer blocked."""
        await self._core.redelivery.returned(reader.person.id, chat=f"{PLATFORM}:{reader.chat}")

    async def changed(self, update: ChatMemberUpdated) -> None:
        """Take `my_chat_member`: in a private chat it says that somebody blocked us, or does no longer."""
        is_back = update.old_chat_member.status in _OUTSIDE and update.new_chat_member.status not in _OUTSIDE
        reader = await self._reader(update.from_user.id) if update.chat.type == "private" and is_back else None
        if reader is not None:
            await self.started(reader)

    async def wrote(
        self, handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:  # fmt: skip
        """Middleware of private messages: answer first, then bring what waited."""
        answered = await handler(event, data)
        if isinstance(reader := data.get("reader"), Reader):
            await self._core.redelivery.heard(reader.person.id, chat=f"{PLATFORM}:{reader.chat}")
        return answered

    async def pressed(self, query: CallbackQuery) -> None:
        """After a press in a private chat."""
        if query.message is None or query.message.chat.type != "private":
            return
        if (reader := await self._reader(query.from_user.id)) is not None:
            await self._core.redelivery.heard(reader.person.id, chat=f"{PLATFORM}:{reader.chat}")

    async def _reader(self, account: int) -> Reader | None:
        async with self._core.store.read() as tx:
            return await reader_at(tx, account, self._core)
