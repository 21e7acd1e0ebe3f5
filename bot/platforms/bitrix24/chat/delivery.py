"""What is promised to people of the portal's messenger: cards, notices, documents and the signed files; idempotent."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.phrases import say
from bot.phrases.beside import told_beside
from bot.platforms.bitrix24.chat import notice_text, prompts, shown
from bot.platforms.bitrix24.chat.board import Board
from bot.platforms.bitrix24.chat.core import ChatCore, reader_of
from bot.platforms.bitrix24.chat.outgoing import Outgoing
from bot.platforms.bitrix24.chat.verbs import FILES_JOB
from bot.platforms.bitrix24.timeline import plain
from signing.activation.mandate import is_mandate
from signing.approval.progress import names_of_deciders
from signing.audit import Tag
from signing.document import fingerprint
from signing.errors import DeliveryFailed
from signing.moves import SYSTEM, note
from signing.notices import Kind, Notice, tell
from signing.people import PersonId
from signing.ports import Job, Signature
from signing.redelivery import WHY, give_up
from signing.request import RequestId, SigningRequest, State, written
from signing.signed_files import files_of, kind_of


class Promises:
    """Handlers of the jobs that this platform keeps."""

    def __init__(self, *, core: ChatCore, outgoing: Outgoing, board: Board) -> None:
        self._core = core
        self._outgoing = outgoing
        self._board = board

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return the handlers by kind of job."""
        return {Kind.CARD: self._card, Kind.TELL: self._tell, FILES_JOB: self._files}

    async def bury(self, job: Job) -> None:
        """Documents that somebody asked for will not come: say so."""
        async with self._core.store.begin() as tx:
            await tell(tx, PersonId(job.facts["person"]), Notice.UNREADABLE)

    async def _card(self, job: Job) -> None:
        request, person = RequestId(job.facts["request"]), PersonId(job.facts["person"])
        if request == shown.LIST:
            with contextlib.suppress(DeliveryFailed):
                await self._board.show_list(person)
            return
        try:
            await self._board.show(request, person)
        except DeliveryFailed as failure:
            await self._unreachable(request, person, failure)
        else:
            await self._with_list(person)

    async def _with_list(self, person: PersonId) -> None:
        """What changed on a card has changed on the list as well, where one stands."""
        now, name = self._core.clock.now(), shown.list_of(person)
        async with self._core.store.read() as tx:  # most people never asked for one: no writer is kept waiting
            if (await shown.load(tx, name, now=now)).message is None:
                return
        async with self._core.store.begin() as tx:
            facts = {"request": shown.LIST, "person": person}
            await tx.jobs.add(Job(kind=shown.CARD_JOB, subject=name, facts=facts))

    async def _tell(self, job: Job) -> None:
        facts = job.facts
        async with self._core.store.read() as tx:
            reader = await reader_of(tx, PersonId(facts["person"]), self._core)
            if reader is None:
                return
            text = await notice_text.notice(tx, reader, facts)
            card = shown.name_of(RequestId(facts["request"] or ""), reader.person.id)
            stands = await shown.load(tx, card, now=self._core.clock.now())
        with contextlib.suppress(DeliveryFailed):
            sent = await self._outgoing.say(reader.user, text, key=f"tell:{job.subject}", reply_to=stands.message)
            if facts["notice"] == Notice.QUESTION:
                await self._open_thread(sent, facts["request"])

    async def _files(self, job: Job) -> None:
        """Send the documents themselves: the messenger shows their pages."""
        async with self._core.store.read() as tx:
            request = await tx.requests.get(RequestId(job.facts["request"]))
            reader = await reader_of(tx, PersonId(job.facts["person"]), self._core)
        if reader is None:
            return
        with contextlib.suppress(DeliveryFailed):
            for document in request.documents:
                body = await self._core.documents.get(document.sha256)
                key = f"document:{request.id}:{document.position}"
                caption = say(reader.language, "fingerprint", value=fingerprint(document.sha256))
                if beside := told_beside(document, reader.language):
                    caption = f"{caption}\n{plain(beside)}"
                await self._outgoing.send_file(reader.user, document.name, body, key=key, caption=caption)

    async def deliver(self, job: Job) -> None:
        """Send every signed file that was not sent yet."""
        request_id, channel = RequestId(job.facts["request"]), str(job.facts["channel"])
        async with self._core.store.read() as tx:
            promised = await tx.deliveries.get(request_id, channel)
            request = await tx.requests.get(request_id)
            signatures = await tx.signatures.newest_of(request_id)
            reader = await reader_of(tx, request.requester, self._core)
        if promised.state in ("delivered", "failed"):
            return
        user = int(channel.rpartition(":")[2])
        sent = {document: message for document, message in promised.receipt.items() if document != WHY}
        language = reader.language if reader else self._core.language
        try:
            for signature in signatures:
                if str(signature.document) not in sent:
                    await self._move(request_id, channel, to="sending", receipt=sent)
                    sent[str(signature.document)] = await self._send_signed(request, signature, user, language)
        except DeliveryFailed as failure:
            await self._give_up(request_id, channel, failure, sent=sent)
            return
        await self._move(request_id, channel, to="delivered", receipt=sent)

    async def _send_signed(self, request: SigningRequest, signature: Signature, user: int, language: str) -> int:
        async with self._core.store.read() as tx:
            signers = ", ".join(await names_of_deciders(tx, request))
        main, *beside = files_of(request, signature)
        level = say(language, f"level-{kind_of(request.format, signature.level)}")
        kind = "receipt-sealed" if is_mandate(signature.signer) else "receipt"
        told = (
            say(language, kind, signer=plain(signers), level=level),
            say(language, "fingerprint", value=fingerprint(main.sha256)),
            say(language, "number", number=written(request.id)),
            f"{self._core.public_url}/v/{request.id}",
        )
        key = f"signed:{request.id}:{signature.document}"
        for file in beside:
            body = await self._core.documents.get(file.sha256)
            await self._outgoing.send_file(user, file.name, body, key=f"{key}:beside", caption="")
        body = await self._core.documents.get(main.sha256)
        return await self._outgoing.send_file(user, main.name, body, key=key, caption="\n".join(told))

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
        """A signer whose dialog is closed cannot be asked here; with no other chat the requester learns it."""
        why, now = str(failure.facts.get("reason", "")), self._core.clock.now()
        async with self._core.store.begin() as tx:
            found, accounts = await tx.requests.get(request), await tx.people.accounts_of(person)
            if found.signer == person != found.requester and found.state is State.WAITING and len(accounts) == 1:
                await note(tx, Tag.DELIVERY_FAILED, subject=request, actor=SYSTEM, now=now, to=person, reason=why)
                await tell(tx, found.requester, Notice.DELIVERY_FAILED, request=found.lead, signer=person, reason=why)

    async def _open_thread(self, message: int, request: str) -> None:
        expires_at = self._core.clock.now() + prompts.THREAD_LIFE
        async with self._core.store.begin() as tx:
            await tx.notes.put(
                space=prompts.THREADS, name=str(message), body={"request": request}, expires_at=expires_at
            )
