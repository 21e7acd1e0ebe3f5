"""Files that employees send to the bot: kept as a promise, then fetched, judged and drafted as one request."""

from __future__ import annotations

from bot.phrases import error
from bot.platforms.bitrix24 import files
from bot.platforms.bitrix24.chat.core import PLATFORM, ChatCore, Reader, reader_at
from bot.platforms.bitrix24.chat.outgoing import Outgoing
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import DownloadRefused
from bot.platforms.bitrix24.errors import Refused as PortalRefused
from bot.platforms.bitrix24.timeline import plain
from signing.audit import Tag
from signing.errors import NotAllowed, Refused, SigningError, WorkerFailed
from signing.intake.reception import Received
from signing.moves import note
from signing.notices import Notice, tell
from signing.ports import Job
from signing.request import ReplyTo, SigningRequest
from storage.documents import DiskFull

TAKE_JOB = "bitrix24-chat-take"
"""Take in the files of one message; subject is the message."""


class Arrivals:
    """From received messages to drafts."""

    def __init__(self, *, core: ChatCore, portal: Portal, outgoing: Outgoing) -> None:
        self._core = core
        self._portal = portal
        self._outgoing = outgoing

    async def keep(self, user: int, message: int, numbers: list[int], text: str) -> None:
        """Promise to take the files of a message in; an event that comes again promises the same."""
        facts = {"user": user, "message": message, "files": numbers, "text": text}
        async with self._core.store.begin() as tx:
            await tx.jobs.add(Job(kind=TAKE_JOB, subject=str(message), facts=facts))

    async def take(self, job: Job) -> None:
        """Job: make one request of a message's files, or say why not. Repeats find the request that exists."""
        async with self._core.store.read() as tx:
            reader = await reader_at(tx, int(job.facts["user"]), self._core)
        if reader is None or await self.drafted(_origin(job), reader) is not None:
            return
        try:
            received = [await self.fetch(int(number)) for number in job.facts["files"]]
            documents = await self._core.reception.receive(received)
            await self._core.workflow.draft(
                documents, by=reader.person.id, reply_to=_origin(job), comment=str(job.facts["text"])
            )
        except (Refused, NotAllowed, WorkerFailed, DiskFull) as refusal:
            # Each of them would come again: better a word now than silence for days.
            await self._refuse(job, reader, refusal)

    async def bury(self, job: Job) -> None:
        """The files could not be fetched for days: whoever sent them is told."""
        async with self._core.store.begin() as tx:
            if (reader := await reader_at(tx, int(job.facts["user"]), self._core)) is not None:
                await tell(tx, reader.person.id, Notice.NOT_TAKEN_IN, file=f"№ {job.facts['files'][0]}")

    async def drafted(self, origin: ReplyTo, reader: Reader) -> SigningRequest | None:
        """Return the request that an earlier try has made of what came from there."""
        async with self._core.store.read() as tx:
            made = await tx.requests.made_by(reader.person.id, limit=50)
        return next((request for request in made if request.reply_to == origin), None)

    async def fetch(self, number: int) -> Received:
        """Fetch one file by a link that opens once: each try asks for a new one."""
        target, limit = self._core.documents.spool(), self._core.max_document_bytes
        try:
            link = await self._outgoing.link_of(number)
            found = await files.download(self._portal, {"id": number, "urlMachine": link}, target, limit_bytes=limit)
        except DownloadRefused as refusal:
            target.unlink(missing_ok=True)
            if refusal.code == files.TOO_LARGE:
                raise Refused("too-large", limit_mb=limit >> 20, name=f"№ {number}") from None
            raise
        except PortalRefused:  # deleted meanwhile, or never ours to read
            raise Refused("empty", name=f"№ {number}") from None
        return Received(name=found.name, sha256=await self._core.documents.adopt(target))

    async def _refuse(self, job: Job, reader: Reader, refusal: SigningError) -> None:
        text = f"{refusal_head(refusal)}\n{error(reader.language, refusal)}"
        await self._outgoing.say(reader.user, text, key=f"refused:{job.subject}", reply_to=int(job.facts["message"]))
        code, now = str(refusal.facts.get("code", type(refusal).__name__)), self._core.clock.now()
        async with self._core.store.begin() as tx:
            subject = f"message:bitrix24:{job.subject}"
            await note(tx, Tag.REQUEST_REFUSED, subject=subject, actor=reader.person.id, now=now, code=code)


def refusal_head(refusal: SigningError) -> str:
    """Return the first line of a refusal: which file it is about."""
    return f"✖ {plain(str(refusal.facts.get('name', ''))[:80])}".rstrip()


def _origin(job: Job) -> ReplyTo:
    return ReplyTo(platform=PLATFORM, chat_id=str(job.facts["user"]), message_id=str(job.facts["message"]))
