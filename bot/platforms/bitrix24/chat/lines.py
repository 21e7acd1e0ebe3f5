"""Open channels: a customer's document makes a request about the chat's deal; who works on it is asked in private.

Whatever a bot says in such a chat reaches the customer, so nothing is said there: cards and codes go to the private
dialogs of our people, the signed file goes to the deal, and into the channel only when its requester says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.phrases import error, say
from bot.platforms.bitrix24.chat import line_pace, shown
from bot.platforms.bitrix24.chat.arrivals import Arrivals, refusal_head
from bot.platforms.bitrix24.chat.core import PLATFORM, ChatCore, Reader, reader_at
from bot.platforms.bitrix24.chat.outgoing import Outgoing
from bot.platforms.bitrix24.core import PLATFORM as PORTAL
from bot.platforms.bitrix24.deal import Deal, Deals
from bot.platforms.bitrix24.errors import Absent
from bot.platforms.bitrix24.timeline import plain
from signing.audit import Tag
from signing.errors import DeliveryFailed, NotAllowed, NotAllowedNow, Refused, SigningError, WorkerFailed
from signing.filing import Place
from signing.moves import SYSTEM, note
from signing.notices import Notice, tell
from signing.ports import Job
from signing.request import ReplyTo, RequestId, SigningRequest
from signing.signed_files import files_of

log = structlog.get_logger(__name__)

LINES = "bitrix24-line"
"""Notes by request: the channel it came from, and whether the customer has the signed file."""
TAKE_JOB = "bitrix24-line-take"
"""Take in one file of a customer; subject `message:file`."""
FULL_JOB = "bitrix24-line-full"
"""Say that a channel brings too many files; subject as above."""
SEND_JOB = "bitrix24-line-send"
"""Send the signed file to the customer; subject is the request."""


@dataclass(frozen=True, kw_only=True)
class FromCustomer:
    """Files that a customer sent in an open channel."""

    chat: int
    message: int
    deal: int
    files: tuple[int, ...]
    text: str


def read_line(data: Mapping[str, Any], files: list[int]) -> FromCustomer | None:
    """Return a customer's files of an open channel that belongs to a deal, None for everything else."""
    chat, message, user = data["chat"], data["message"], data["user"]
    if chat.get("entityType") != "LINES" or not user.get("connector") or not files:
        return None
    deal = _deal_of(str(chat.get("entityData2") or ""))
    if not deal:
        log.info("bitrix24_line_without_deal", chat=int(chat["id"]))
        return None
    text = str(message.get("text") or "")
    return FromCustomer(chat=int(chat["id"]), message=int(message["id"]), deal=deal, files=tuple(files), text=text)


class Lines:
    """Handlers of what is promised about open channels."""

    def __init__(self, *, core: ChatCore, outgoing: Outgoing, arrivals: Arrivals, deals: Deals) -> None:
        self._core = core
        self._outgoing = outgoing
        self._arrivals = arrivals
        self._deals = deals

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return the handlers by kind of job."""
        return {TAKE_JOB: self._take, FULL_JOB: self._full, SEND_JOB: self._send}

    async def keep(self, what: FromCustomer) -> None:
        """Promise to take each file in as a request of its own; what is too much is not even fetched."""
        now = self._core.clock.now()
        async with self._core.store.begin() as tx:
            for file in what.files:
                subject = f"{what.message}:{file}"
                facts = {"chat": what.chat, "message": what.message, "deal": what.deal, "file": file, "text": what.text}
                if await line_pace.admits(tx, what.chat, subject, now=now):
                    await tx.jobs.add(Job(kind=TAKE_JOB, subject=subject, facts=facts))
                elif await line_pace.is_news(tx, what.chat, now=now):
                    await tx.jobs.add(Job(kind=FULL_JOB, subject=subject, facts=facts))

    async def _responsible(self, job: Job) -> tuple[Deal, Reader] | None:
        """Return the deal and whoever of ours is responsible for it; with nobody there its files are left alone."""
        try:
            deal = await self._deals.get(int(job.facts["deal"]))
        except Absent:
            return None
        async with self._core.store.read() as tx:
            reader = await reader_at(tx, deal.assigned_to, self._core)
        if reader is None:
            log.warning("bitrix24_line_nobody", deal=deal.id)
            return None
        return deal, reader

    async def _full(self, job: Job) -> None:
        """Say once that a channel brings more than is taken."""
        found = await self._responsible(job)
        if found is not None:
            deal, reader = found
            text = say(reader.language, "portal-chat-line-full", title=plain(deal.title), limit=line_pace.FILES)
            await self._outgoing.say(reader.user, text, key=f"full:{job.subject}")
            await self._note_refusal(job, reader, "line_pace")

    async def _take(self, job: Job) -> None:
        """Ask whoever is responsible for the deal."""
        found = await self._responsible(job)
        if found is None:
            return
        deal, reader = found
        try:
            request = await self._arrivals.drafted(_origin(job, reader), reader) or await self._draft(job, deal, reader)
        except (Refused, NotAllowed, WorkerFailed) as refusal:
            await self._refuse(job, reader, refusal)
            return
        await self._file(request, deal)
        body = {"chat": int(job.facts["chat"]), "is_sent": False}
        async with self._core.store.begin() as tx:
            if await tx.notes.get(space=LINES, name=request.id, now=self._core.clock.now()) is None:
                await tx.notes.put(space=LINES, name=request.id, body=body)

    async def _draft(self, job: Job, deal: Deal, reader: Reader) -> SigningRequest:
        received = await self._arrivals.fetch(int(job.facts["file"]))
        documents = await self._core.reception.receive([received])
        told = (say(reader.language, "portal-chat-line", title=deal.title), str(job.facts["text"]))
        return await self._core.workflow.draft(
            documents,
            by=reader.person.id,
            reply_to=_origin(job, reader),
            comment="\n".join(told).strip(),
            amount=deal.amount,
        )

    async def _file(self, request: SigningRequest, deal: Deal) -> None:
        """Send the signed file to the deal too; a second step that is open is waited for by the queue."""
        place = Place(platform=PORTAL, name=f"deal:{deal.id}", title=deal.title)
        try:
            await self._core.filing.file(request.id, by=request.requester, place=place)
        except NotAllowedNow as late:
            if late.facts.get("reason") == "second_step":
                raise
            log.warning("bitrix24_line_filed_too_late", request=request.id)

    async def _refuse(self, job: Job, reader: Reader, refusal: SigningError) -> None:
        """Say why to the one who is responsible; the customer hears it from a person or not at all."""
        text = f"{refusal_head(refusal)}\n{error(reader.language, refusal)}"
        await self._outgoing.say(reader.user, text, key=f"refused:{job.subject}")
        await self._note_refusal(job, reader, str(refusal.facts.get("code", type(refusal).__name__)))

    async def _note_refusal(self, job: Job, reader: Reader, code: str) -> None:
        now = self._core.clock.now()
        async with self._core.store.begin() as tx:
            subject = f"message:bitrix24:{job.subject}"
            await note(tx, Tag.REQUEST_REFUSED, subject=subject, actor=reader.person.id, now=now, code=code)

    async def _send(self, job: Job) -> None:
        """Send the signed file to the customer, once."""
        request, line = await self._found(job)
        if line["is_sent"]:
            return
        async with self._core.store.read() as tx:
            (signature,) = await tx.signatures.newest_of(request.id)
        address = f"{self._core.public_url}/v/{request.id}"
        channel = f"{PLATFORM}:chat{line['chat']}"
        try:
            for place, file in enumerate(files_of(request, signature)):
                body, caption = await self._core.documents.get(file.sha256), "" if place else address
                key = f"line:{request.id}:{place}" if place else f"line:{request.id}"
                await self._outgoing.send_file(f"chat{line['chat']}", file.name, body, key=key, caption=caption)
        except DeliveryFailed:
            async with self._core.store.begin() as tx:
                await tell(tx, request.requester, Notice.DELIVERY_FAILED, request=request.id, reason="blocked")
            return
        now = self._core.clock.now()
        async with self._core.store.begin() as tx:
            await tx.notes.put(space=LINES, name=request.id, body={**line, "is_sent": True})
            await note(tx, Tag.DELIVERY_MADE, subject=request.id, actor=SYSTEM, now=now, channel=channel)
            await shown.want(tx, shown.name_of(request.id, request.requester), now=now)

    async def _found(self, job: Job) -> tuple[SigningRequest, dict[str, Any]]:
        request = RequestId(job.facts["request"])
        async with self._core.store.read() as tx:
            line = await tx.notes.get(space=LINES, name=request, now=self._core.clock.now())
            assert line is not None, "the promise was made for it"
            return await tx.requests.get(request), line


def _deal_of(belongs: str) -> int:
    """Return the deal of `LEAD|0|COMPANY|0|CONTACT|42|DEAL|17`, 0 for none (reference 4.6)."""
    parts = belongs.split("|")
    pairs = dict(zip(parts[::2], parts[1::2], strict=False))
    number = pairs.get("DEAL", "")
    return int(number) if number.isascii() and number.isdigit() else 0


def _origin(job: Job, reader: Reader) -> ReplyTo:
    """The private dialog of whoever is responsible: what is said about the request is said there."""
    return ReplyTo(platform=PLATFORM, chat_id=str(reader.user), message_id=f"line:{job.subject}")
