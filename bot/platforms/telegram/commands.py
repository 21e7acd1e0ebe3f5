"""The commands: our page, what waits, what was asked, who is away, how we speak and when; authenticator and lock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from zoneinfo import available_timezones

from aiogram.methods import SendMessage, SetMyCommands
from aiogram.types import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.phrases import LANGUAGES, error, language_of, moment, say
from bot.platforms.telegram import away_verbs, history, page_link, prompts, shown, turning_away
from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.core import PLATFORM, Core, Reader, reader_at
from bot.platforms.telegram.office import OfficeCommands
from bot.platforms.telegram.prompts import Awaited, Prompt
from bot.platforms.telegram.returning import Returning
from bot.platforms.telegram.shown import Shown
from bot.platforms.telegram.veil import veiled
from bot.quiet_words import quiet
from signing.errors import NotAllowed, NotFound, SigningError
from signing.people import Account, Person, PersonId, Role
from signing.request import SigningRequest, written

MENU = (
    "page", "pending", "mine", "history", "away", "back", "verify", "factor", "language", "timezone", "quiet", "lock",
    "help",
)  # fmt: skip
"""What Telegram's menu offers; the phrases `command-<name>` describe it."""
LISTED = 10
ENROLLED = frozenset({Role.SIGNER, Role.ADMINISTRATOR})
"""Roles whose words count with a code: a signature, a proposal, an approval."""


class Commands:
    """Answers commands in private chats; each may come again without harm."""

    def __init__(self, *, core: Core, outgoing: Outgoing) -> None:
        self._core = core
        self._outgoing = outgoing
        self._returning = Returning(core)
        self._office = OfficeCommands(core=core, outgoing=outgoing)
        self._known: dict[str, Callable[[Reader, str], Awaitable[None]]] = {
            "start": self._start, "help": self._help, "pending": self._pending, "mine": self._mine,
            "verify": self._verify, "language": self._language, "timezone": self._timezone, "factor": self._factor,
            "away": self._away, "back": self._back, "quiet": self._quiet, "enrol": self._factor, "lock": self._lock,
            "unlock": self._unlock, **self._office.known, **dict.fromkeys(page_link.COMMANDS, self._page),
            "history": self._history,
        }  # fmt: skip

    async def publish(self) -> None:
        """Tell Telegram which commands there are, in every language we speak."""
        offered = [name for name in MENU if name != "page" or self._core.public_url]
        for language in LANGUAGES:
            menu = [BotCommand(command=name, description=say(language, f"command-{name}")) for name in offered]
            code = None if language == LANGUAGES[0] else language
            await self._outgoing.ask(SetMyCommands(commands=menu, language_code=code))

    async def take(self, reader: Reader, name: str, argument: str) -> None:
        """Do one command; its errors are answered in words."""
        try:
            await self._known.get(name, self._help)(reader, argument.strip())
        except SigningError as failure:
            if hasattr(failure, "retry_after_s"):
                raise
            await self._say_text(reader, error(reader.language, failure))

    async def join(self, message: Message, secret: str) -> None:
        """Bind the sender's account by the link's secret, or say what went wrong."""
        user = message.from_user
        if user is None:
            return
        language = language_of(user.language_code, self._core.language)
        account = Account(
            platform=PLATFORM, account_id=str(user.id), chat_id=str(message.chat.id), person=PersonId(""),
            language_hint=user.language_code,
        )  # fmt: skip
        try:
            person = await self._core.membership.bind(secret, account)
        except SigningError as failure:
            await self._already_joined(message, failure, language)
            return
        await self._welcome(person, account, language)

    async def _already_joined(self, message: Message, failure: SigningError, language: str) -> None:
        """A link that comes again for somebody of ours is a repeat, no fault."""
        async with self._core.store.read() as tx:
            reader = await reader_at(tx, message.from_user.id, self._core) if message.from_user else None
        if reader is not None and isinstance(failure, NotFound):
            await self._start(reader, "")
            return
        await self._outgoing.send(SendMessage(chat_id=message.chat.id, text=error(language, failure)))

    async def _welcome(self, person: Person, account: Account, language: str) -> None:
        words = say(language, "welcome", name=person.name)
        is_signer = Role.SIGNER in person.roles
        hint = say(language, "welcome-signer" if is_signer else page_link.words(self._core, "welcome-requester"))
        chat = int(account.chat_id)
        await self._outgoing.send(SendMessage(chat_id=chat, text=f"{words}\n\n{hint}"))
        if person.roles & ENROLLED and person.enrolled_at is None:
            await self._send_factor_link(person, chat, language)

    async def _start(self, reader: Reader, _argument: str) -> None:
        """Also what Telegram sends when somebody opens a chat again that was closed to us."""
        await self._say(reader, page_link.words(self._core, "start"), name=reader.person.name)
        await self._returning.started(reader)

    async def _help(self, reader: Reader, _argument: str) -> None:
        page = "yes" if self._core.public_url else "no"
        await self._say(reader, page_link.words(self._core, "help"), page=page)

    async def _page(self, reader: Reader, _argument: str) -> None:
        await page_link.send(self._core, self._outgoing, reader)

    async def _pending(self, reader: Reader, _argument: str) -> None:
        """Send the list card anew, at the end of the chat."""
        now = self._core.clock.now()
        async with self._core.store.begin() as tx:
            waiting = await tx.requests.waiting_for(reader.person.id)
            if waiting:
                name = shown.list_of(reader.person.id)
                old = await shown.load(tx, name, now=now)
                await shown.keep(tx, name, Shown(rendering=old.rendering + 2, wanted=old.wanted + 1))
                await shown.promise(tx, name)
        if not waiting:
            await self._say(reader, "list-empty")

    async def _mine(self, reader: Reader, _argument: str) -> None:
        async with self._core.store.read() as tx:
            made = await tx.requests.made_by(reader.person.id, limit=LISTED)
        if not made:
            await self._say(reader, "mine-empty")
            return
        told = [
            say(
                reader.language, "mine-line", name=_name(request, reader, self._core)[:60], number=written(request.id),
                state=say(reader.language, f"state-{request.state.value}"),
                moment=moment(reader.language, request.created_at, now=self._core.clock.now(), zone=reader.zone),
            )
            for request in made
        ]  # fmt: skip
        await self._say_text(reader, "\n\n".join([say(reader.language, "mine-head"), *told]))

    async def _history(self, reader: Reader, argument: str) -> None:
        await history.show(self._core, reader, argument)

    async def _verify(self, reader: Reader, _argument: str) -> None:
        if turning_away.is_closed(self._core):
            await self._say(reader, "verify-page", url=f"{self._core.public_url}/verify")
            return
        async with self._core.store.begin() as tx:
            prompt = Prompt(awaited=Awaited.FILE_TO_CHECK)
            await prompts.open_prompt(tx, reader.chat, prompt, now=self._core.clock.now())
        await self._say(reader, "send-a-file-to-check")

    async def _language(self, reader: Reader, argument: str) -> None:
        if argument.lower() not in LANGUAGES:
            await self._say(reader, "language-how")
            return
        await self._core.membership.change(replace(reader.person, language=argument.lower()), by=reader.person.id)
        await self._say_text(reader, say(argument.lower(), "language-set"))

    async def _timezone(self, reader: Reader, argument: str) -> None:
        zones = {zone.lower(): zone for zone in available_timezones()}
        zone = zones.get(argument.lower().replace(" ", "_"))
        if zone is None:
            await self._say(reader, "timezone-how", zone=reader.zone)
            return
        await self._core.membership.change(replace(reader.person, timezone=zone), by=reader.person.id)
        await self._say(reader, "timezone-set", zone=zone)

    async def _factor(self, reader: Reader, _argument: str) -> None:
        if not reader.person.roles & ENROLLED:
            raise NotAllowed(reason="not_a_signer", person=reader.person.name)
        await self._send_factor_link(reader.person, reader.chat, reader.language)

    async def _send_factor_link(self, person: Person, chat: int, language: str) -> None:
        """The link opens our own page; the secret of the second factor itself never travels through a chat."""
        if self._core.public_url is None:
            await self._outgoing.send(SendMessage(chat_id=chat, text=say(language, "factor-console")))
            return
        secret = await self._core.membership.invite(person.id, by=person.id, purpose="enrol")
        url = f"{self._core.public_url}/enrol/{secret}"
        button = InlineKeyboardButton(text=say(language, "button-enrol"), url=url)
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
        await self._outgoing.send(SendMessage(chat_id=chat, text=say(language, "factor-link"), reply_markup=keyboard))

    async def _away(self, reader: Reader, argument: str) -> None:
        await away_verbs.away(self._core, reader, argument)

    async def _back(self, reader: Reader, _argument: str) -> None:
        await self._say_text(reader, await away_verbs.back(self._core, reader))

    async def _quiet(self, reader: Reader, argument: str) -> None:
        core = self._core
        told = await quiet(
            argument, store=core.store, leaving=core.leaving, person=reader.person.id, company=core.quiet,
            language=reader.language,
        )  # fmt: skip
        await self._say_text(reader, told)

    async def _lock(self, reader: Reader, argument: str) -> None:
        target = await self._office.named(argument) if argument else reader.person
        await self._core.membership.lock(target.id, by=reader.person.id, why="command")
        await self._say(reader, "locked-now", name=target.name)

    async def _unlock(self, reader: Reader, argument: str) -> None:
        target = await self._office.named(argument) if argument else reader.person
        await self._core.membership.unlock(target.id, by=reader.person.id)
        await self._say(reader, "unlocked-now", name=target.name)

    async def _say(self, reader: Reader, key: str, **facts: str) -> None:
        await self._say_text(reader, say(reader.language, key, **facts))

    async def _say_text(self, reader: Reader, text: str) -> None:
        await self._outgoing.send(SendMessage(chat_id=reader.chat, text=text))


def _name(request: SigningRequest, reader: Reader, core: Core) -> str:
    return veiled(request, policy=core.policy, language=reader.language).documents[0].name
