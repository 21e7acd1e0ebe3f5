"""Plain messages: a typed code (deleted before it is verified), a reason, a question, an answer."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Awaitable, Callable

from aiogram.methods import DeleteMessage, SendMessage
from aiogram.types import Message

from bot.phrases import error, say
from bot.platforms.telegram import amounts, attaching, away_verbs, client_verbs, page_link, prompts, shown
from bot.platforms.telegram.client import Outgoing, TelegramRefused
from bot.platforms.telegram.confirmation import confirm
from bot.platforms.telegram.core import Core, Reader
from bot.platforms.telegram.prompts import THREADS, Awaited, Prompt
from bot.platforms.telegram.shown import Mode
from signing.errors import DeliveryFailed, SigningError
from signing.ports import Job
from signing.request import RequestId

DELETE_JOB = "delete-message"
"""Delete a message that held a code; subject is `chat:message`."""
CODE = re.compile(r"[0-9]{6}")
"""ASCII only: `\\d` would take digits of every alphabet."""
LIKE_A_CODE = re.compile(r"\d{3}[ -]?\d{3}")
"""What a person may well mean as a code, in any alphabet: it must never stand in a card or a file as words."""
_TAKERS: dict[Awaited, Callable[[Core, Prompt, str, Reader], Awaitable[None]]] = {
    Awaited.PLACE: attaching.search, Awaited.ADDRESS: client_verbs.take_address, Awaited.AMOUNT: amounts.take,
    Awaited.DAYS: away_verbs.take_words, Awaited.GROUND: away_verbs.take_words,
}  # fmt: skip
"""Who understands what a chat waits for."""
_WORDS = ("reason", "question", "answer", "amount")


class Words:
    """Takes text messages of private chats."""

    def __init__(self, *, core: Core, outgoing: Outgoing) -> None:
        self._core = core
        self._outgoing = outgoing

    async def take(self, message: Message, reader: Reader) -> None:
        """Understand a message by what the chat waits for."""
        text, now = message.text or "", self._core.clock.now()
        async with self._core.store.read() as tx:
            prompt = await prompts.open_in(tx, reader.chat, now=now)
            answered = message.reply_to_message.message_id if message.reply_to_message else 0
            thread = await tx.notes.get(space=THREADS, name=f"{reader.chat}:{answered}", now=now)
            prompt = prompt or await amounts.awaited(tx, self._core, reader, text)
        if LIKE_A_CODE.fullmatch(text.strip()) and (thread is not None or _is_no_place_for_codes(prompt, reader)):
            await self._wipe(message)
            awaited = "answer" if thread is not None else prompt.awaited.value if prompt else ""
            await self._say(reader, f"code-not-{awaited}" if awaited in _WORDS else "code-not-awaited")
        elif thread is not None:
            await self._answer(RequestId(thread["request"]), text, reader)
        elif prompt is None or prompt.awaited is Awaited.FILE_TO_CHECK:
            key = page_link.words(self._core, "send-a-document")
            await self._say(reader, key if prompt is None else "send-a-file-to-check")
        elif prompt.awaited is Awaited.CODE:
            await self._code(message, prompt, text, reader)
        elif (take := _TAKERS.get(prompt.awaited)) is not None:
            await take(self._core, prompt, text, reader)
        else:
            await self._decision(prompt, text, reader)

    async def delete(self, job: Job) -> None:
        """Job: delete a message until it is gone, or until Telegram forbids it (after 48 hours)."""
        with contextlib.suppress(TelegramRefused, DeliveryFailed):
            await self._outgoing.send(DeleteMessage(chat_id=job.facts["chat"], message_id=job.facts["message"]))

    async def _code(self, message: Message, prompt: Prompt, text: str, reader: Reader) -> None:
        await self._wipe(message)
        code = text.strip()
        if CODE.fullmatch(code):
            await confirm(self._core, reader, card=prompt.card, nonce=prompt.nonce, code=code, way="typing")
            return
        async with self._core.store.begin() as tx:
            fault = say(reader.language, "code-shape")
            mode = Mode(name="typing", argument=prompt.nonce, fault=fault)
            await shown.want(tx, prompt.card, now=self._core.clock.now(), mode=mode)

    async def _wipe(self, message: Message) -> None:
        """Delete the message, or promise it, before its code counts."""
        try:
            await self._outgoing.ask(DeleteMessage(chat_id=message.chat.id, message_id=message.message_id))
        except SigningError:
            facts = {"chat": message.chat.id, "message": message.message_id}
            async with self._core.store.begin() as tx:
                subject = f"{message.chat.id}:{message.message_id}"
                await tx.jobs.add(Job(kind=DELETE_JOB, subject=subject, facts=facts))

    async def _decision(self, prompt: Prompt, text: str, reader: Reader) -> None:
        request, by = RequestId(prompt.request), reader.person.id
        mode = Mode()
        try:
            if prompt.awaited is Awaited.REASON:
                await self._core.decisions.reject(request, by=by, reason=text)
            else:
                await self._core.decisions.ask(request, by=by, question=text)
        except SigningError as failure:
            mode = Mode(fault=error(reader.language, failure))
        now = self._core.clock.now()
        async with self._core.store.begin() as tx:
            await prompts.close(tx, reader.chat, now=now)
            await shown.want(tx, prompt.card, now=now, mode=mode)
        if prompt.awaited is Awaited.QUESTION and not mode.fault:
            await self._say(reader, "asked")

    async def _answer(self, request: RequestId, text: str, reader: Reader) -> None:
        try:
            await self._core.decisions.answer(request, by=reader.person.id, text=text)
        except SigningError as failure:
            await self._outgoing.send(SendMessage(chat_id=reader.chat, text=error(reader.language, failure)))
        else:
            await self._say(reader, "answered")

    async def _say(self, reader: Reader, key: str) -> None:
        with contextlib.suppress(DeliveryFailed):
            await self._outgoing.send(SendMessage(chat_id=reader.chat, text=say(reader.language, key)))


def _is_no_place_for_codes(prompt: Prompt | None, reader: Reader) -> bool:
    """Tell whether six digits can only be a code gone astray; a place or an amount may well have six digits.

    Somebody who has codes and was asked for no amount is believed to have meant a code.
    """
    if prompt is not None and not prompt.is_asked:
        return reader.person.enrolled_at is not None
    return prompt is None or prompt.awaited not in (Awaited.CODE, Awaited.PLACE, Awaited.GROUND, Awaited.AMOUNT)
