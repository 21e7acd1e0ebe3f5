"""Plain messages of private dialogs: a typed code, a reason, a question, an answer, a command."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.phrases import error, say
from bot.platforms.bitrix24.chat import amounts, away_words, prompts, shown, views
from bot.platforms.bitrix24.chat.core import ChatCore, Reader
from bot.platforms.bitrix24.chat.list_card import PROGRESS
from bot.platforms.bitrix24.chat.outgoing import Outgoing
from bot.platforms.bitrix24.chat.prompts import THREADS, Awaited, Prompt
from bot.platforms.bitrix24.chat.second_step import CODE as CODE_MODE
from bot.platforms.bitrix24.chat.shown import Mode
from bot.platforms.bitrix24.errors import Bitrix24Error
from bot.quiet_words import quiet
from signing.errors import NotAllowed, SigningError, WrongCode
from signing.people import Role
from signing.ports import Transaction
from signing.request import RequestId

CODE = re.compile(r"[0-9]{6}")
"""ASCII only: `\\d` would take digits of every alphabet."""
LIKE_A_CODE = re.compile(r"\d{3}[ -]?\d{3}")
"""What a person may well mean as a code, in any alphabet: it must never stand in a card or a file as words."""
COMMANDS = ("lock", "factor")
LIST_WORDS = ("list", "pending", "список")
QUIET = "quiet"
WITH_MORE = (away_words.AWAY, QUIET)
"""Commands that may have more behind them; the others stand alone, or they are words of a sentence."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message of an employee."""

    message: int
    text: str
    reply_to: str
    """The number of the quoted message, empty when none is quoted."""


class Words:
    """Takes text messages."""

    def __init__(self, *, core: ChatCore, outgoing: Outgoing) -> None:
        self._core = core
        self._outgoing = outgoing
        self._known: dict[str, Callable[[Reader, str], Awaitable[str]]] = {
            away_words.AWAY: self._away, away_words.BACK: self._back, QUIET: self._quiet, "factor": self._factor,
            "page": self._page, "lock": self._lock,
        }  # fmt: skip

    async def take(self, said: Said, reader: Reader) -> None:
        """Understand a message by what the dialog waits for."""
        text, now = said.text.strip(), self._core.clock.now()
        if text.lower().removeprefix("/") in COMMANDS:  # whatever the dialog waits for: locking must never wait
            await self._command(said, text, reader)
            return
        async with self._core.store.read() as tx:
            prompt = await self._prompt(tx, reader)
            thread = await tx.notes.get(space=THREADS, name=said.reply_to, now=now)
            prompt = prompt or await amounts.awaited(tx, self._core, reader, text)
        if prompt is not None and prompt.awaited is Awaited.CODE:
            await self._code(said, prompt, text, reader)
        elif LIKE_A_CODE.fullmatch(text) and (thread is not None or not _may_be_an_amount(prompt, reader)):
            await self._wipe(said)
            told = "not-answer" if thread is not None else f"not-{prompt.awaited.value}" if prompt else "not-awaited"
            await self._say(said, reader, say(reader.language, f"portal-chat-code-{told}"))
        elif thread is not None:
            await self._answer(said, RequestId(thread["request"]), text, reader)
        elif prompt is not None and prompt.awaited is Awaited.AMOUNT:
            await amounts.take(self._core, prompt, text, reader)
        elif prompt is not None:
            await self._decide(said, prompt, text, reader)
        else:
            await self._command(said, text, reader)

    async def _prompt(self, tx: Transaction, reader: Reader) -> Prompt | None:
        """Return what the dialog waits for; a code that was entered on the page meanwhile is awaited no more."""
        prompt = await prompts.open_in(tx, reader.user, now=self._core.clock.now())
        if prompt is None or prompt.awaited is not Awaited.CODE:
            return prompt
        return prompt if (await tx.records.get(prompt.nonce)).state == "open" else None

    async def _code(self, said: Said, prompt: Prompt, text: str, reader: Reader) -> None:
        """The code goes to the activation module and nowhere else; its message is deleted first where that is let."""
        await self._wipe(said)
        mode = Mode(name=CODE_MODE, argument=prompt.nonce, fault=say(reader.language, "code-shape"))
        if CODE.fullmatch(text):
            try:
                await self._core.workflow.confirm(prompt.nonce, by=reader.person.id, code=text)
            except WrongCode as wrong:
                mode = Mode(name=CODE_MODE, argument=prompt.nonce, fault=error(reader.language, wrong))
            except SigningError as failure:
                mode = Mode(fault=error(reader.language, failure))
            else:
                mode = Mode(name=PROGRESS, argument=prompt.nonce) if prompt.request == shown.LIST else Mode()
        await self._face(prompt, reader, mode)

    async def _wipe(self, said: Said) -> None:
        """Delete the message if the portal lets us; the code must not wait for a portal that is slow."""
        try:
            await self._outgoing.delete(said.message)
        except Bitrix24Error:
            return

    async def _decide(self, said: Said, prompt: Prompt, text: str, reader: Reader) -> None:
        request, by = RequestId(prompt.request), reader.person.id
        mode = Mode()
        try:
            if prompt.awaited is Awaited.REASON:
                await self._core.decisions.reject(request, by=by, reason=text)
            else:
                await self._core.decisions.ask(request, by=by, question=text)
                mode = Mode(said=say(reader.language, "asked"))
        except SigningError as failure:
            mode = Mode(fault=error(reader.language, failure))
        await self._face(prompt, reader, mode)

    async def _face(self, prompt: Prompt, reader: Reader, mode: Mode) -> None:
        now = self._core.clock.now()
        async with self._core.store.begin() as tx:
            if mode.name != CODE_MODE:
                await prompts.close(tx, reader.user, now=now)
            await shown.want(tx, prompt.card, now=now, mode=mode)

    async def _answer(self, said: Said, request: RequestId, text: str, reader: Reader) -> None:
        try:
            await self._core.decisions.answer(request, by=reader.person.id, text=text)
        except SigningError as failure:
            await self._say(said, reader, error(reader.language, failure))
        else:
            await self._say(said, reader, say(reader.language, "answered"))

    async def _command(self, said: Said, text: str, reader: Reader) -> None:
        """Words that are understood everywhere: set up the authenticator, open our page, lock at once; else help."""
        word, _, rest = text.removeprefix("/").partition(" ")
        word = word.lower() if not rest or word.lower() in WITH_MORE else ""
        if word in LIST_WORDS:
            await self._list(reader)
            return
        try:
            told = await self._known.get(word, self._help)(reader, rest.strip())
        except SigningError as failure:
            told = error(reader.language, failure)
        await self._say(said, reader, told)

    async def _list(self, reader: Reader) -> None:
        """Everything that waits for the person, as a fresh message at the end of the dialog."""
        now, name = self._core.clock.now(), shown.list_of(reader.person.id)
        async with self._core.store.begin() as tx:
            card = await shown.load(tx, name, now=now)
            await shown.keep(tx, name, replace(card, message=None), live_until=None)
            await tx.notes.drop(space=views.CHOICES, prefix=reader.person.id)
            await shown.want(tx, name, now=now, mode=Mode())

    async def _help(self, reader: Reader, _more: str) -> str:
        return say(reader.language, "portal-chat-help")

    async def _away(self, reader: Reader, days: str) -> str:
        return await away_words.away(self._core, reader, days)

    async def _back(self, reader: Reader, _more: str) -> str:
        return await away_words.back(self._core, reader)

    async def _lock(self, reader: Reader, _more: str) -> str:
        await self._core.membership.lock(reader.person.id, by=reader.person.id, why="command")
        return say(reader.language, "locked-now", name=reader.person.name)

    async def _quiet(self, reader: Reader, argument: str) -> str:
        core = self._core
        return await quiet(
            argument, store=core.store, leaving=core.leaving, person=reader.person.id, company=core.quiet,
            language=reader.language,
        )  # fmt: skip

    async def _factor(self, reader: Reader, _more: str) -> str:
        """The link opens our own page; the secret of the second factor itself never travels through a chat."""
        if Role.SIGNER not in reader.person.roles:
            raise NotAllowed(reason="not_a_signer", person=reader.person.name)
        secret = await self._core.membership.invite(reader.person.id, by=reader.person.id, purpose="enrol")
        return f"{say(reader.language, 'factor-link')}\n{self._core.public_url}/enrol/{secret}"

    async def _page(self, reader: Reader, _more: str) -> str:
        if reader.person.locked_at is not None:
            raise NotAllowed(reason="locked")
        path = await self._core.page_link(reader.person.id)
        return f"{say(reader.language, 'page-link')}\n{self._core.public_url}{path}"

    async def _say(self, said: Said, reader: Reader, text: str) -> None:
        await self._outgoing.say(reader.user, text, key=f"answer:{said.message}")


def _may_be_an_amount(prompt: Prompt | None, reader: Reader) -> bool:
    """Tell whether six digits are an amount; somebody who has codes and was asked for none meant a code."""
    if prompt is None or prompt.awaited is not Awaited.AMOUNT:
        return False
    return prompt.is_asked or reader.person.enrolled_at is None
