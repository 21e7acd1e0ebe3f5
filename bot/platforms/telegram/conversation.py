"""Which update goes where: routers with async filters; strangers get one polite line, groups learn states only."""

from __future__ import annotations

import contextlib
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.filters import Filter
from aiogram.methods import DeleteMessage, SendMessage
from aiogram.types import CallbackQuery, Message, ReplyParameters

from bot.phrases import language_of, say
from bot.platforms.telegram.arrivals import Arrivals, Part, part_of
from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.commands import Commands
from bot.platforms.telegram.core import Core, Reader, reader_at
from bot.platforms.telegram.presses import Presses
from bot.platforms.telegram.returning import Returning
from bot.platforms.telegram.words import Words
from signing.errors import SigningError


class Private(Filter):
    """A message in a private chat."""

    async def __call__(self, message: Message) -> bool:
        """Return whether it is."""
        return message.chat.type == "private" and message.from_user is not None


class Pin(Filter):
    """Telegram's line that the bot has pinned something in a private chat; it comes to the bot as a message."""

    async def __call__(self, message: Message, bot: Bot) -> bool:
        """Return whether it is."""
        own = message.from_user is not None and message.from_user.id == bot.id
        return message.chat.type == "private" and message.pinned_message is not None and own


class JoinLink(Filter):
    """`/start` with the secret of an invite link."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        """Return the secret."""
        head, _, secret = (message.text or "").partition(" ")
        return {"secret": secret.strip()} if head == "/start" and secret.strip() else False


class Known(Filter):
    """Somebody of ours."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        """Return the reader."""
        if message.from_user is None:
            return False
        async with self._core.store.read() as tx:
            reader = await reader_at(tx, message.from_user.id, self._core)
        return {"reader": reader} if reader else False


class Command(Filter):
    """A command, with its name and argument."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        """Return name (without `@bot`) and argument."""
        text = message.text or ""
        if not text.startswith("/"):
            return False
        head, _, argument = text[1:].partition(" ")
        return {"name": head.partition("@")[0].lower(), "argument": argument}


class WithFile(Filter):
    """A message with a document or a photo."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        """Return the file as a part of a request."""
        part = part_of(message)
        return {"part": part} if part else False


class ToUs(Filter):
    """A group's message that means the bot: a mention, or an answer to one of its messages."""

    async def __call__(self, message: Message, bot: Bot) -> bool:
        """Return whether it does."""
        if message.chat.type not in ("group", "supergroup") or message.from_user is None:
            return False
        answered = message.reply_to_message
        if answered is not None and answered.from_user is not None and answered.from_user.id == bot.id:
            return True
        username = (await bot.me()).username
        return bool(username) and f"@{username}".lower() in (message.text or message.caption or "").lower()


class Conversation:
    """The dispatcher of updates; aiogram keeps no state for us."""

    def __init__(
        self, *, core: Core, outgoing: Outgoing, presses: Presses, words: Words, commands: Commands, arrivals: Arrivals
    ) -> None:
        self._core = core
        self._outgoing = outgoing
        self._arrivals = arrivals
        self._commands = commands
        self._returning = Returning(core)
        self.dispatcher = Dispatcher(disable_fsm=True)
        self.dispatcher.include_routers(self._pins(), self._private(words), self._group())
        self.dispatcher.callback_query.register(self._press_of(presses))
        self.dispatcher.my_chat_member.register(self._returning.changed)

    def _pins(self) -> Router:
        router = Router(name="pins")
        router.message.register(self._tidy, Pin())
        return router

    def _private(self, words: Words) -> Router:
        router, known = Router(name="private"), Known(self._core)
        router.message.filter(Private())
        router.message.middleware(self._returning.wrote)
        router.message.register(self._join, JoinLink())
        router.message.register(self._command, Command(), known)
        router.message.register(self._file, WithFile(), known)
        router.message.register(words.take, known)
        router.message.register(self._stranger)
        return router

    def _group(self) -> Router:
        router, known = Router(name="group"), Known(self._core)
        router.message.filter(ToUs())
        router.message.register(self._file, WithFile(), known)
        router.message.register(self._answered_file, known)
        router.message.register(self._stranger_in_group)
        return router

    def _press_of(self, presses: Presses) -> Any:
        async def press(query: CallbackQuery) -> None:
            await presses.take(query)
            await self._returning.pressed(query)

        return press

    async def _tidy(self, message: Message) -> None:
        """Our own pin needs no line in the chat that says so; one that stays harms nobody."""
        with contextlib.suppress(SigningError):
            await self._outgoing.ask(DeleteMessage(chat_id=message.chat.id, message_id=message.message_id))

    async def _join(self, message: Message, secret: str) -> None:
        await self._commands.join(message, secret)

    async def _command(self, message: Message, reader: Reader, name: str, argument: str) -> None:
        await self._commands.take(reader, name, argument)

    async def _file(self, message: Message, reader: Reader, part: Part) -> None:
        await self._arrivals.keep(part, album=message.media_group_id)

    async def _answered_file(self, message: Message, reader: Reader) -> None:
        """A mention in answer to somebody's file asks for a signature on that file."""
        part = part_of(message, holder=message.reply_to_message, caption="") if message.reply_to_message else None
        if part is not None:
            await self._arrivals.keep(part, album=None)
        else:
            await self._reply(message, say(reader.language, "group-how"))

    async def _stranger(self, message: Message) -> None:
        """One polite line; nothing else works for somebody we do not know."""
        await self._outgoing.send(SendMessage(chat_id=message.chat.id, text=say(self._language(message), "stranger")))

    async def _stranger_in_group(self, message: Message) -> None:
        await self._reply(message, say(self._language(message), "stranger-in-group"))

    async def _reply(self, message: Message, text: str) -> None:
        reply = ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True)
        await self._outgoing.send(SendMessage(chat_id=message.chat.id, text=text, reply_parameters=reply))

    def _language(self, message: Message) -> str:
        user = message.from_user
        return language_of(user.language_code if user else None, self._core.language)
