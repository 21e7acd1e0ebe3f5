"""The morning's list: one message a signer, pinned, edited while things get done, unpinned when nothing waits."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from aiogram.methods import PinChatMessage, TelegramMethod, UnpinChatMessage
from aiogram.utils.formatting import Bold, Text

from bot.phrases import moment, say
from bot.platforms.telegram import shown
from bot.platforms.telegram.board import Board, Place
from bot.platforms.telegram.cards import GAP, Card, lines
from bot.platforms.telegram.client import Outgoing, TelegramRefused
from bot.platforms.telegram.core import Core, Reader, reader_of
from bot.platforms.telegram.shown import Mode, Shown
from bot.platforms.telegram.veil import veiled
from signing.people import Person, PersonId
from signing.ports import Job
from signing.request import SigningRequest

LISTED = 15
PINNED = "pinned"


class Digest:
    """Shows what waits; the day of the message and whether it is pinned stand in the note of its card."""

    def __init__(self, *, core: Core, outgoing: Outgoing, board: Board) -> None:
        self._core = core
        self._outgoing = outgoing
        self._board = board

    async def show(self, job: Job) -> None:
        """Job: a new message in the morning; a repeat on the same day brings the one that stands up to date."""
        person, day = PersonId(job.facts["person"]), str(job.facts["day"])
        name = shown.digest_of(person)
        async with self._core.store.read() as tx:
            reader = await reader_of(tx, person, self._core)
            old = await shown.load(tx, name, now=self._core.clock.now())
            waiting = await tx.requests.waiting_for(person)
        if reader is None or not (waiting or old.message):
            return
        if old.mode.name != day:
            if old.message is not None and old.mode.argument == PINNED:
                await self._ask(UnpinChatMessage(chat_id=old.chat, message_id=old.message))
            async with self._core.store.begin() as tx:
                await shown.keep(tx, name, Shown(rendering=old.rendering + 1, mode=Mode(name=day)))
        await self._bring(reader, waiting)

    async def refresh(self, person: PersonId) -> None:
        """Bring the message of the morning up to date, where there is one."""
        async with self._core.store.read() as tx:
            card = await shown.load(tx, shown.digest_of(person), now=self._core.clock.now())
            if card.message is None:
                return
            reader = await reader_of(tx, person, self._core)
            waiting = await tx.requests.waiting_for(person)
        if reader is not None:
            await self._bring(reader, waiting)

    async def _bring(self, reader: Reader, waiting: Sequence[SigningRequest]) -> None:
        name, now = shown.digest_of(reader.person.id), self._core.clock.now()
        async with self._core.store.read() as tx:
            people = {person.id: person for person in await tx.people.all()}
        place = Place(name=name, chat=reader.chat, person=reader.person.id, account=reader.account)
        await self._board.put(place, self._card(reader, waiting, people))
        async with self._core.store.read() as tx:
            card = await shown.load(tx, name, now=now)
        if card.message is None or (card.mode.argument == PINNED) == bool(waiting):
            return
        chat, message = card.chat, card.message
        pin = PinChatMessage(chat_id=chat, message_id=message, disable_notification=True)
        await self._ask(pin if waiting else UnpinChatMessage(chat_id=chat, message_id=message))
        async with self._core.store.begin() as tx:
            current = await shown.load(tx, name, now=now)
            mode = replace(current.mode, argument=PINNED if waiting else "")
            await shown.keep(tx, name, replace(current, mode=mode))

    async def _ask(self, method: TelegramMethod[bool]) -> None:
        """Pin or unpin; a message that is not there any more needs neither."""
        with contextlib.suppress(TelegramRefused):
            await self._outgoing.send(method)

    def _card(self, reader: Reader, waiting: Sequence[SigningRequest], people: Mapping[PersonId, Person]) -> Card:
        language = reader.language
        if not waiting:
            return Card(text=lines(say(language, "digest-empty")))
        told = [self._line(reader, number, one, people) for number, one in enumerate(waiting[:LISTED], 1)]
        rest = len(waiting) - len(told)
        text = lines(
            Bold(say(language, "digest-head", number=len(waiting))), GAP, *told,
            say(language, "digest-more", number=rest) if rest else "", GAP, say(language, "digest-hint"),
        )  # fmt: skip
        return Card(text=text)

    def _line(
        self, reader: Reader, number: int, request: SigningRequest, people: Mapping[PersonId, Person]
    ) -> Text:  # fmt: skip
        language, now = reader.language, self._core.clock.now()
        shown_as = veiled(request, policy=self._core.policy, language=language)
        more = len(request.documents) - 1
        name = shown_as.documents[0].name[:60] + (f" +{more}" if more else "")
        until = moment(language, request.deadline, now=now, zone=reader.zone)
        parts = [say(language, "digest-line", requester=people[request.requester].name, moment=until)]
        if request.delegated_from is not None:
            parts.append(say(language, "digest-for", person=people[request.delegated_from].name))
        return Text(f"{number}. ", Bold(name), f"\n    {' · '.join(parts)}")
