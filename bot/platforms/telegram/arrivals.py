"""Files that people send: kept as notes until the album is quiet, then fetched, judged and drafted as one request."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass
from datetime import timedelta

from aiogram.enums import ChatAction
from aiogram.methods import SendChatAction, SendMessage
from aiogram.types import Message, ReplyParameters

from bot.phrases import error, say
from bot.platforms.telegram import prompts, turning_away
from bot.platforms.telegram.client import Outgoing, TelegramRefused
from bot.platforms.telegram.core import PLATFORM, Core, Reader, reader_at
from bot.platforms.telegram.prompts import Awaited
from bot.platforms.telegram.requester_verbs import VERDICT_JOB
from signing.audit import Tag
from signing.errors import NotAllowed, Refused, SigningError, WorkerFailed
from signing.intake.reception import Received
from signing.moves import note
from signing.notices import Notice, show_state, tell
from signing.ports import Job
from signing.request import ReplyTo, SigningRequest
from storage.documents import DiskFull

SPACE = "album"
ALBUM_JOB = "album"
QUIET = timedelta(seconds=1.5)
"""An album has no end mark: so long after its last part it is complete."""
KEPT = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of a message, not fetched yet."""

    file: str
    """Telegram's id of the file."""
    name: str
    size_bytes: int
    caption: str
    chat: int
    message: int
    account: int
    is_group: bool


def part_of(message: Message, *, holder: Message | None = None, caption: str | None = None) -> Part | None:
    """Return the file of a message, or None when it has none that we take.

    `holder` is the message that carries the file when somebody mentioned us in an answer to it.
    """
    source = holder or message
    if source.document is not None:
        file, name = source.document, source.document.file_name or "document"
        identity, size = file.file_id, file.file_size or 0
    elif source.photo:
        largest = max(source.photo, key=lambda photo: photo.width * photo.height)
        identity, size, name = largest.file_id, largest.file_size or 0, f"photo-{source.message_id}.jpg"
    else:
        return None
    said = caption if caption is not None else (message.caption or "")
    return Part(
        file=identity, name=name, size_bytes=size, caption=said, chat=message.chat.id, message=source.message_id,
        account=message.from_user.id if message.from_user else 0, is_group=message.chat.type != "private",
    )  # fmt: skip


class Arrivals:
    """From received messages to drafts."""

    def __init__(self, *, core: Core, outgoing: Outgoing) -> None:
        self._core = core
        self._outgoing = outgoing

    async def keep(self, part: Part, *, album: str | None) -> None:
        """Remember a file and promise to look at it: at once, or when its album has been quiet."""
        now = self._core.clock.now()
        subject = f"{part.chat}:{album or part.message}"
        due = now + QUIET if album else None
        async with self._core.store.begin() as tx:
            name = f"{subject}:{part.message:012d}"
            await tx.notes.put(space=SPACE, name=name, body=asdict(part), expires_at=now + KEPT)
            await tx.jobs.add(Job(kind=ALBUM_JOB, subject=subject, facts={"subject": subject}, due=due))

    async def receive(self, job: Job) -> None:
        """Job: fetch what was kept, make one request of it, or say why not. Repeats find the request that exists."""
        prefix = f"{job.facts['subject']}:"
        async with self._core.store.read() as tx:
            parts = [Part(**body) for _, body in await tx.notes.all(space=SPACE, prefix=prefix)]
            reader = await reader_at(tx, parts[0].account, self._core) if parts else None
        if reader is not None and turning_away.is_closed(self._core):
            await turning_away.turn_away(self._core, parts, reader)
        elif reader is not None:
            try:
                await self._take(parts, reader)
            except (Refused, NotAllowed, WorkerFailed, DiskFull, TelegramRefused) as refusal:
                # Each of them would come again: better a word now than silence for days.
                await self._refuse(parts, reader, refusal)
        async with self._core.store.begin() as tx:
            await tx.notes.drop(space=SPACE, prefix=prefix)

    async def bury(self, job: Job) -> None:
        """The files could not be fetched for days: whoever sent them is told by their names."""
        prefix = f"{job.facts['subject']}:"
        async with self._core.store.begin() as tx:
            for _, body in await tx.notes.all(space=SPACE, prefix=prefix):
                part = Part(**body)
                if (reader := await reader_at(tx, part.account, self._core)) is not None:
                    await tell(tx, reader.person.id, Notice.NOT_TAKEN_IN, file=part.name[:80])
            await tx.notes.drop(space=SPACE, prefix=prefix)

    async def _take(self, parts: list[Part], reader: Reader) -> None:
        if await self._drafted(parts[0], reader) is not None:
            return None
        await self._show_work(parts[0])
        received = [await self._fetch(part) for part in parts]
        if not parts[0].is_group and await self._is_to_check(received, reader):
            return await self._promise_verdict(received, reader)
        documents = await self._core.reception.receive(received)
        captions = [part.caption.strip() for part in parts if part.caption.strip()]
        place = _reply_to(parts[0])
        drafted = await self._core.workflow.draft(
            documents, by=reader.person.id, reply_to=place, comment="\n".join(captions)
        )
        if place.is_group:
            async with self._core.store.begin() as tx:
                await show_state(tx, drafted)
        return None

    async def _drafted(self, part: Part, reader: Reader) -> SigningRequest | None:
        """Return the request that an earlier try of this job has made."""
        async with self._core.store.read() as tx:
            made = await tx.requests.made_by(reader.person.id, limit=50)
        return next((request for request in made if request.reply_to == _reply_to(part)), None)

    async def _fetch(self, part: Part) -> Received:
        limit = self._core.max_document_bytes
        if part.size_bytes > limit:
            raise Refused("too-large", limit_mb=limit >> 20, name=part.name)
        try:
            body = await self._outgoing.download(part.file, limit_bytes=limit)
        except Refused as refusal:
            refusal.facts.setdefault("name", part.name)
            raise
        if not body:
            raise Refused("empty", name=part.name)
        return Received(name=part.name, sha256=await self._core.documents.put(body))

    async def _is_to_check(self, received: list[Received], reader: Reader) -> bool:
        """A file is checked instead of signed when that was asked for, or when we have signed it ourselves."""
        async with self._core.store.read() as tx:
            prompt = await prompts.open_in(tx, reader.chat, now=self._core.clock.now())
            asked = prompt is not None and prompt.awaited is Awaited.FILE_TO_CHECK
            return asked or (len(received) == 1 and await tx.signatures.by_signed(received[0].sha256) is not None)

    async def _promise_verdict(self, received: list[Received], reader: Reader) -> None:
        async with self._core.store.begin() as tx:
            await prompts.close(tx, reader.chat, now=self._core.clock.now())
            for file in received:
                facts = {"chat": reader.chat, "sha256": file.sha256, "name": file.name}
                await tx.jobs.add(Job(kind=VERDICT_JOB, subject=f"{reader.chat}:{file.sha256}", facts=facts))

    async def _refuse(self, parts: list[Part], reader: Reader, refusal: SigningError) -> None:
        """Say why, to the person only: a group learns no name and no reason."""
        first, now = parts[0], self._core.clock.now()
        reply = None if first.is_group else ReplyParameters(message_id=first.message, allow_sending_without_reply=True)
        words = error(reader.language, refusal)
        head = f"✖ {str(refusal.facts.get('name', first.name))[:80]}\n"
        await self._outgoing.send(SendMessage(chat_id=reader.chat, text=head + words, reply_parameters=reply))
        if first.is_group:
            await self._outgoing.send(SendMessage(chat_id=first.chat, text=say(reader.language, "origin-refused")))
        code = str(refusal.facts.get("code", type(refusal).__name__))
        async with self._core.store.begin() as tx:
            subject = f"message:{first.chat}:{first.message}"
            await note(tx, Tag.REQUEST_REFUSED, subject=subject, actor=reader.person.id, now=now, code=code)

    async def _show_work(self, part: Part) -> None:
        with contextlib.suppress(SigningError):
            await self._outgoing.ask(SendChatAction(chat_id=part.chat, action=ChatAction.TYPING))


def _reply_to(part: Part) -> ReplyTo:
    return ReplyTo(platform=PLATFORM, chat_id=str(part.chat), message_id=str(part.message), is_group=part.is_group)
