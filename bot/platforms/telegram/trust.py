"""The note about our signatures that a requester forwards with a document: words, and the root certificate."""

from __future__ import annotations

import contextlib

from aiogram.methods import SendDocument, SendMessage
from aiogram.types import BufferedInputFile, LinkPreviewOptions

from bot.evidence.trust_note import TrustNote
from bot.phrases import say
from bot.platforms.telegram.buttons import Press
from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.core import Core, Reader, reader_of
from bot.platforms.telegram.requester_verbs import face
from signing.errors import DeliveryFailed
from signing.people import PersonId
from signing.ports import Job

NOTE_JOB = "trust-note"
"""Send somebody the note; subject is the person."""


async def how(core: Core, press: Press, reader: Reader) -> str:
    """Promise the note."""
    person = reader.person.id
    async with core.store.begin() as tx:
        await tx.jobs.add(Job(kind=NOTE_JOB, subject=person, facts={"person": person}))
    await face(core, press)
    return say(reader.language, "toast-note")


class NotePost:
    """Job handler."""

    def __init__(self, *, core: Core, outgoing: Outgoing) -> None:
        self._core = core
        self._outgoing = outgoing

    async def send(self, job: Job) -> None:
        """Send what to do with it, the note by itself, and the root certificates."""
        async with self._core.store.read() as tx:
            reader = await reader_of(tx, PersonId(job.facts["person"]), self._core)
        if reader is None:
            return
        core, chat = self._core, reader.chat
        note = TrustNote(reader.language, company=core.company, anchors=core.anchors, public_url=core.public_url)
        with contextlib.suppress(DeliveryFailed):
            await self._outgoing.send(SendMessage(chat_id=chat, text=say(reader.language, "trust-forward")))
            plain = LinkPreviewOptions(is_disabled=True)
            await self._outgoing.send(SendMessage(chat_id=chat, text=note.text(), link_preview_options=plain))
            for place, anchor in enumerate(core.anchors, 1):
                file = BufferedInputFile(anchor.der, filename=f"root-{place}.cer")
                await self._outgoing.send(SendDocument(chat_id=chat, document=file, caption=anchor.grouped))
