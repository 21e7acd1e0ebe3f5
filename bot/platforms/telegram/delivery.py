"""What is promised to people of this platform: cards, notices, pages, verdicts and the signed files; all idempotent."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from aiogram.methods import SendDocument, SendMediaGroup, SendMessage, SendPhoto
from aiogram.types import BufferedInputFile, ForceReply, InputMediaDocument, InputMediaPhoto, ReplyParameters
from aiogram.types import LinkPreviewOptions as Preview
from aiogram.utils.formatting import Text

from bot.phrases import say
from bot.phrases.beside import told_beside
from bot.phrases.standing import signed_by
from bot.platforms.telegram import notice_text, prompts, proposal_card, shown
from bot.platforms.telegram.board import Board, Place
from bot.platforms.telegram.cards import CAPTION_LIMIT, Card
from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.core import PLATFORM, Core, Reader, reader_of
from bot.platforms.telegram.digest import Digest
from bot.platforms.telegram.file_card import receipt
from bot.platforms.telegram.requester_verbs import VERDICT_JOB
from bot.platforms.telegram.shown import Mode
from bot.platforms.telegram.signer_verbs import PAGES_JOB
from signing.approval import showing
from signing.approval.showing import Shows
from signing.audit import Tag
from signing.document import Document
from signing.errors import DeliveryFailed
from signing.moves import SYSTEM, note
from signing.notices import Kind, Notice, tell
from signing.people import PersonId
from signing.ports import Job, Signature
from signing.redelivery import WHY, give_up
from signing.request import RequestId, SigningRequest, State, written
from signing.signed_files import files_of

ALBUM = 10
PAGES = 20
"""Pages sent as pictures; the file itself has all of them."""
PAGE_WIDTH_PX = 1000
ON_CARDS = frozenset({Notice.PROPOSED, Notice.PROPOSAL_ENDED})
"""Notices that are a card here, edited in place, and a sentence on platforms without."""


class Promises:
    """Handlers of the jobs that this platform keeps."""

    def __init__(self, *, core: Core, outgoing: Outgoing, board: Board) -> None:
        self._core = core
        self._outgoing = outgoing
        self._board = board
        self._digest = Digest(core=core, outgoing=outgoing, board=board)

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return the handlers by kind of job."""
        return {
            Kind.CARD: self._card, shown.LIST_JOB: self._list, shown.AWAY_JOB: self._away,
            shown.PROPOSAL_JOB: self._proposal, Kind.TELL: self._tell, PAGES_JOB: self._pages,
            VERDICT_JOB: self._verdict, Kind.DIGEST: self._morning,
        }  # fmt: skip

    async def bury(self, job: Job) -> None:
        """Pages or a verdict that somebody asked for will not come: say so."""
        async with self._core.store.begin() as tx:
            asked = job.facts.get("person")
            if asked is None and (account := await tx.people.account(PLATFORM, str(job.facts["chat"]))):
                asked = account.person
            if asked is not None:
                await tell(tx, PersonId(asked), Notice.UNREADABLE)

    async def _card(self, job: Job) -> None:
        request, person = RequestId(job.facts["request"]), PersonId(job.facts["person"])
        try:
            await self._board.show_request(request, person)
            await self._board.show_file(request, person)
            await self._digest.refresh(person)
        except DeliveryFailed as failure:
            await self._unreachable(request, person, failure)

    async def _list(self, job: Job) -> None:
        with contextlib.suppress(DeliveryFailed):
            await self._board.show_list(PersonId(job.facts["person"]))

    async def _morning(self, job: Job) -> None:
        with contextlib.suppress(DeliveryFailed):
            await self._digest.show(job)

    async def _away(self, job: Job) -> None:
        with contextlib.suppress(DeliveryFailed):
            await self._board.show_away(PersonId(job.facts["person"]))

    async def _proposal(self, job: Job) -> None:
        with contextlib.suppress(DeliveryFailed):
            await proposal_card.show(self._core, self._board, job)

    async def show_state(self, job: Job) -> None:
        """A group sees the state and the number, nothing else."""
        async with self._core.store.read() as tx:
            request = await tx.requests.get(RequestId(job.facts["request"]))
            reader = await reader_of(tx, request.requester, self._core)
        language = reader.language if reader else self._core.language
        words = say(language, f"origin-{request.state.value}", number=written(request.id))
        origin = request.reply_to.message_id
        place = Place(
            name=f"origin:{request.id}", chat=int(request.reply_to.chat_id), person=request.requester, account=None,
            reply_to=int(origin) if origin else None,
        )  # fmt: skip
        with contextlib.suppress(DeliveryFailed):
            await self._board.put(place, Card(text=Text(words)))

    async def _tell(self, job: Job) -> None:
        facts = job.facts
        if facts["notice"] in ON_CARDS:
            card = shown.proposal_of(facts["facts"]["proposal"], PersonId(facts["person"]))
            async with self._core.store.begin() as tx:
                await shown.want(tx, card, now=self._core.clock.now(), mode=Mode())
            return
        async with self._core.store.read() as tx:
            reader = await reader_of(tx, PersonId(facts["person"]), self._core)
            if reader is None:
                return
            text = await notice_text.notice(tx, reader, facts, policy=self._core.policy)
            card = shown.name_of(RequestId(facts["request"] or ""), reader.person.id)
            stands = await shown.load(tx, card, now=self._core.clock.now())
        is_question = facts["notice"] == Notice.QUESTION
        field = ForceReply(input_field_placeholder=say(reader.language, "answer-here")) if is_question else None
        reply = _reply(stands.message)
        message = SendMessage(chat_id=reader.chat, text=text, reply_parameters=reply, reply_markup=field)
        with contextlib.suppress(DeliveryFailed):
            sent = await self._outgoing.send(message)
            if is_question:
                await self._open_thread(reader, sent.message_id, facts["request"])

    async def deliver(self, job: Job) -> None:
        """Send every signed file that was not sent yet; at most the one under way may come twice after a crash."""
        request_id, channel = RequestId(job.facts["request"]), str(job.facts["channel"])
        async with self._core.store.read() as tx:
            promised = await tx.deliveries.get(request_id, channel)
            request = await tx.requests.get(request_id)
            signatures = await tx.signatures.of(request_id)
            reader = await reader_of(tx, request.requester, self._core)
            card = await shown.load(tx, shown.name_of(request_id, request.requester), now=self._core.clock.now())
        platform, _, chat = channel.removeprefix("copy:").partition(":")
        if promised.state in ("delivered", "failed") or platform != PLATFORM:
            return
        sent = {document: message for document, message in promised.receipt.items() if document != WHY}
        reply_to = card.message if card.chat == int(chat) else None
        language = reader.language if reader else self._core.language
        try:
            for signature in signatures:
                if str(signature.document) not in sent:
                    await self._move(request_id, channel, to="sending", receipt=sent)
                    caption = await self._caption(request, signature, language)
                    message = await self._send_signed(request, signature, int(chat), reply_to=reply_to, caption=caption)
                    sent[str(signature.document)] = message
        except DeliveryFailed as failure:
            await self._give_up(request_id, channel, failure, sent=sent)
            return
        await self._move(request_id, channel, to="delivered", receipt=sent)
        if reader is not None and channel == f"{PLATFORM}:{reader.chat}":
            await self._offer(request, sent[str(signatures[-1].document)], reader.chat)

    async def _send_signed(
        self, request: SigningRequest, signature: Signature, chat: int, *, reply_to: int | None, caption: str
    ) -> int:
        if showing.of_request(request, self._core.policy) is not Shows.FILE:
            return (await self._outgoing.send(_unshown(chat, caption, reply_to=reply_to))).message_id
        made, reply = files_of(request, signature), _reply(reply_to)
        bodies = [(await self._core.documents.get(file.sha256), file.name) for file in made]
        files = [BufferedInputFile(body, filename=name) for body, name in bodies]
        if len(files) == 1:
            one = SendDocument(chat_id=chat, document=files[0], caption=caption, reply_parameters=reply)
            return (await self._outgoing.send(one)).message_id
        # A document and its signature come together or not at all.
        media = [InputMediaDocument(media=file) for file in files[:-1]]
        media.append(InputMediaDocument(media=files[-1], caption=caption))
        together = SendMediaGroup(chat_id=chat, media=media, reply_parameters=reply)  # type: ignore[arg-type]  # as below
        return (await self._outgoing.send(together))[-1].message_id

    async def _caption(self, request: SigningRequest, signature: Signature, language: str) -> str:
        async with self._core.store.read() as tx:
            signer = await signed_by(tx, request, signature.signer, language=language)
        shows = showing.of_request(request, self._core.policy)
        return receipt(language, request, signature, signer=signer, public_url=self._core.public_url, shows=shows)

    async def _offer(self, request: SigningRequest, message: int, chat: int) -> None:
        """The message with the last file becomes a card: it leads on to a client, and to a note how to check it."""
        is_file = showing.of_request(request, self._core.policy) is Shows.FILE
        async with self._core.store.begin() as tx:
            name = shown.file_of(request.id, request.requester)
            card = await shown.load(tx, name, now=self._core.clock.now())
            await shown.keep(tx, name, replace(card, chat=chat, message=message, is_photo=is_file))
            await shown.promise(tx, name)

    async def _move(self, request: RequestId, channel: str, *, to: str, receipt: dict[str, Any]) -> None:
        async with self._core.store.begin() as tx:
            await tx.deliveries.move(request, channel, to=to, receipt=receipt)
            if to == "delivered":
                now = self._core.clock.now()
                await note(tx, Tag.DELIVERY_MADE, subject=request, actor=SYSTEM, now=now, channel=channel)

    async def _give_up(
        self, request: RequestId, channel: str, failure: DeliveryFailed, *, sent: dict[str, Any]
    ) -> None:
        why, now = str(failure.facts.get("reason", "")), self._core.clock.now()
        async with self._core.store.begin() as tx:
            await give_up(tx, request, channel, why=why, sent=sent, now=now)

    async def _unreachable(self, request: RequestId, person: PersonId, failure: DeliveryFailed) -> None:
        """A signer who blocked the bot cannot be asked: the requester learns it and may choose another."""
        why = str(failure.facts.get("reason", ""))
        async with self._core.store.begin() as tx:
            found = await tx.requests.get(request)
            if found.signer == person != found.requester and found.state is State.WAITING:
                now = self._core.clock.now()
                await note(tx, Tag.DELIVERY_FAILED, subject=request, actor=SYSTEM, now=now, to=person, reason=why)
                await tell(tx, found.requester, Notice.DELIVERY_FAILED, request=request, signer=person, reason=why)

    async def _pages(self, job: Job) -> None:
        async with self._core.store.read() as tx:
            request = await tx.requests.get(RequestId(job.facts["request"]))
            reader = await reader_of(tx, PersonId(job.facts["person"]), self._core)
            card = await shown.load(tx, job.subject, now=self._core.clock.now())
        shows = showing.of_request(request, self._core.policy)
        if reader is None or shows is Shows.LINK:
            return
        with contextlib.suppress(DeliveryFailed):
            for document in request.documents:
                await self._send_pages(document, reader.chat, reply_to=card.message)
                if shows is Shows.FILE:
                    await self._send_whole(document, reader, reply_to=card.message)
                    continue
                if beside := told_beside(document, reader.language):
                    await self._outgoing.send(SendMessage(chat_id=reader.chat, text=beside))
                if document.pages > PAGES:
                    rest = say(reader.language, "pages-rest", number=document.pages - PAGES)
                    await self._outgoing.send(SendMessage(chat_id=reader.chat, text=rest))

    async def _send_pages(self, document: Document, chat: int, *, reply_to: int | None) -> None:
        numbers = range(min(document.pages, PAGES))
        pictures = await self._core.reception.pictures(document, numbers, width_px=PAGE_WIDTH_PX)
        files = [BufferedInputFile(body, filename=f"page-{page}.jpg") for page, body in enumerate(pictures, 1)]
        for start in range(0, len(files), ALBUM):
            group = files[start : start + ALBUM]
            if len(group) == 1:
                await self._outgoing.send(SendPhoto(chat_id=chat, photo=group[0], reply_parameters=_reply(reply_to)))
            else:
                media = [InputMediaPhoto(media=file) for file in group]
                await self._outgoing.send(
                    SendMediaGroup(chat_id=chat, media=media, reply_parameters=_reply(reply_to))  # type: ignore[arg-type]  # a list of one kind of media is a list of media
                )

    async def _send_whole(self, document: Document, reader: Reader, *, reply_to: int | None) -> None:
        body = await self._core.documents.get(document.sha256)
        whole = BufferedInputFile(body, filename=document.name)
        caption = told_beside(document, reader.language)[:CAPTION_LIMIT] or None
        await self._outgoing.send(
            SendDocument(chat_id=reader.chat, document=whole, caption=caption, reply_parameters=_reply(reply_to))
        )

    async def _verdict(self, job: Job) -> None:
        chat, sha256 = int(job.facts["chat"]), job.facts["sha256"]
        found = await self._core.verify(self._core.documents.path(sha256))
        async with self._core.store.read() as tx:
            account = await tx.people.account(PLATFORM, str(chat))
            reader = await reader_of(tx, account.person, self._core) if account else None
        if reader is not None:
            text = notice_text.verdict(reader, job.facts["name"], found, now=self._core.clock.now())
            with contextlib.suppress(DeliveryFailed):
                await self._outgoing.send(SendMessage(chat_id=chat, text=text))

    async def _open_thread(self, reader: Reader, message: int, request: str) -> None:
        name, now = f"{reader.chat}:{message}", self._core.clock.now()
        async with self._core.store.begin() as tx:
            await tx.notes.put(
                space=prompts.THREADS, name=name, body={"request": request}, expires_at=now + prompts.THREAD_LIFE
            )


def _reply(message: int | None) -> ReplyParameters | None:
    return ReplyParameters(message_id=message, allow_sending_without_reply=True) if message else None


def _unshown(chat: int, caption: str, *, reply_to: int | None) -> SendMessage:
    """Return the message that stands for a signed file which may not pass this chat; nobody previews its link."""
    quiet = Preview(is_disabled=True)
    return SendMessage(chat_id=chat, text=caption, reply_parameters=_reply(reply_to), link_preview_options=quiet)
