"""/history: the card with its pages, and the evidence files that its buttons send."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from aiogram.methods import SendDocument, SendMessage
from aiogram.types import FSInputFile

from bot.evidence.words import EvidenceWords
from bot.phrases import error, say
from bot.platforms.telegram import history_card, shown
from bot.platforms.telegram.board import Board, Place
from bot.platforms.telegram.buttons import Press
from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.core import Core, Reader, reader_of
from bot.platforms.telegram.shown import Mode, Shown
from signing.errors import DeliveryFailed, NotAllowed
from signing.people import PersonId
from signing.ports import Job
from signing.request import RequestId, written

EVIDENCE_JOB = "evidence"
"""Make an evidence file and send it; subject `request:person`."""
MOST_BYTES = 49 << 20
"""What a bot may send (Bot API, sendDocument: 50 MB)."""


async def show(core: Core, reader: Reader, words: str) -> None:
    """Command: send the history card anew, at the end of the chat."""
    name, now = shown.history_of(reader.person.id), core.clock.now()
    async with core.store.begin() as tx:
        old = await shown.load(tx, name, now=now)
        mode = history_card.mode_of(" ".join(words.split()))
        await shown.keep(tx, name, Shown(rendering=old.rendering + 2, wanted=old.wanted + 1, mode=mode))
        await shown.promise(tx, name)


async def leaf(core: Core, press: Press, _reader: Reader) -> str:
    """Show another page."""
    async with core.store.begin() as tx:
        mode = Mode(name=history_card.LEAF, argument=press.argument)
        await shown.want(tx, press.card, now=core.clock.now(), mode=mode)
    return ""


async def evidence(core: Core, press: Press, reader: Reader) -> str:
    """Promise the evidence file of one request."""
    facts = {"request": press.argument, "person": reader.person.id}
    async with core.store.begin() as tx:
        await tx.jobs.add(Job(kind=EVIDENCE_JOB, subject=f"{press.argument}:{reader.person.id}", facts=facts))
    return say(reader.language, "toast-evidence")


class HistoryPost:
    """Job handlers."""

    def __init__(self, *, core: Core, outgoing: Outgoing, board: Board) -> None:
        self._core = core
        self._outgoing = outgoing
        self._board = board

    async def show(self, job: Job) -> None:
        """Bring somebody's history card up to date."""
        person = PersonId(job.facts["person"])
        view = await history_card.gather(self._core, person)
        if view is None:
            return
        reader = view.reader
        place = Place(name=shown.history_of(person), chat=reader.chat, person=person, account=reader.account)
        await self._board.put(place, history_card.render(view))

    async def send(self, job: Job) -> None:
        """Make the evidence file and send it, or say why not; what the module cannot do now is tried again."""
        request, person = RequestId(job.facts["request"]), PersonId(job.facts["person"])
        async with self._core.store.read() as tx:
            reader = await reader_of(tx, person, self._core)
            found = await tx.requests.get(request)
        if reader is None:
            return
        number = written(request)
        if not history_card.passes(found, self._core.policy):
            await self._say(reader, say(reader.language, "evidence-not-here", number=number))
            return
        with tempfile.TemporaryDirectory() as folder, contextlib.suppress(DeliveryFailed):
            file = Path(folder) / f"evidence-{number}.zip"
            words = EvidenceWords(reader.language)
            try:
                await self._core.evidence.make(request, by=person, target=file, words=words)
            except NotAllowed as refusal:
                await self._say(reader, error(reader.language, refusal))
                return
            if file.stat().st_size > MOST_BYTES:
                await self._say(reader, say(reader.language, "evidence-too-large", number=number))
                return
            caption = say(reader.language, "evidence-caption", number=number)
            await self._outgoing.send(
                SendDocument(chat_id=reader.chat, document=FSInputFile(file, filename=file.name), caption=caption)
            )

    async def _say(self, reader: Reader, text: str) -> None:
        await self._outgoing.send(SendMessage(chat_id=reader.chat, text=text))
