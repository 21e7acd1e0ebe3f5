"""The signed files go to a client as a letter that says how to check them; what was promised is a delivery."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from bot.phrases import language_of, say
from bot.phrases.standing import signed_by
from bot.platforms.email.delivery import Smtp, letter, send
from signing.audit import Tag
from signing.document import fingerprint
from signing.errors import DeliveryFailed
from signing.moves import SYSTEM, note
from signing.notices import Notice, refresh, tell
from signing.people import Person
from signing.ports import Clock, Delivery, Documents, Job, Signature, Store
from signing.request import RequestId, SigningRequest, written
from signing.sharing import MAIL, Sharing
from signing.signed_files import all_files_of, files_of


@dataclass(frozen=True, kw_only=True)
class _Matter:
    """What a letter is about."""

    request: SigningRequest
    requester: Person
    signer: str
    signatures: tuple[Signature, ...]
    language: str


class ClientMail:
    """Fills `bot.duties.Platform` for the channels `email:ADDRESS`."""

    name: str = MAIL.removesuffix(":")
    patient: tuple[str, ...] = ()

    def __init__(
        self, *, store: Store, documents: Documents, sharing: Sharing, clock: Clock, smtp: Smtp, company: str,
        public_url: str | None, language: str,
    ) -> None:  # fmt: skip
        self._store = store
        self._documents = documents
        self._sharing = sharing
        self._clock = clock
        self._smtp = smtp
        self._company = company
        self._public_url = public_url
        self._language = language

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Nothing but deliveries."""
        return {}

    def burials(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """A delivery that died is told to its requester by the duties."""
        return {}

    async def show_state(self, job: Job) -> None:
        """Nobody asks for a signature by e-mail, so there is no place to show how one stands."""

    async def deliver(self, job: Job) -> None:
        """Send the letter that was promised. Of two tries of which one was not heard, both have one Message-ID."""
        request_id, channel = RequestId(job.facts["request"]), str(job.facts["channel"])
        async with self._store.read() as tx:
            promised = await tx.deliveries.get(request_id, channel)
            request = await tx.requests.get(request_id)
            signatures = await tx.signatures.newest_of(request_id)
            requester = await tx.people.get(request.requester)
            hints = [account.language_hint for account in await tx.people.accounts_of(requester.id)]
            language = language_of(requester.language, *hints, self._language)
            signer = await signed_by(tx, request, signatures[0].signer, language=language)
        if promised.state in ("delivered", "failed"):
            return
        matter = _Matter(request=request, requester=requester, signer=signer, signatures=signatures, language=language)
        async with self._store.begin() as tx:
            await tx.deliveries.move(request_id, channel, to="sending")
        try:
            message = await self._letter(matter, channel.removeprefix(MAIL))
            await asyncio.to_thread(send, self._smtp, message)
        except DeliveryFailed as failure:
            await self._end(request, promised, why=str(failure.facts.get("reason", "")))
        else:
            await self._end(request, promised, why="")

    async def _letter(self, matter: _Matter, address: str) -> EmailMessage:
        request, language = matter.request, matter.language
        names = ", ".join(document.name for document in request.documents)
        marks = "; ".join(fingerprint(files_of(request, signature)[0].sha256) for signature in matter.signatures)
        facts = {
            "company": self._company, "documents": names, "signer": matter.signer, "requester": matter.requester.name,
            "number": written(request.id), "fingerprint": marks,
        }  # fmt: skip
        ways = {"verify": f"{self._public_url}/verify", "page": f"{self._public_url}/v/{request.id}"}
        check = say(language, "letter-check-online", **ways) if self._public_url else ""
        parts = (say(language, "letter", **facts), say(language, "letter-check"), check)
        text = "\n\n".join(part for part in parts if part)
        subject = say(language, "letter-subject", **facts)
        message = letter(self._smtp, address, subject=subject, text=text, matter=f"{request.id}|{address}")
        for file in all_files_of(request, matter.signatures):
            body, subtype = await self._documents.get(file.sha256), file.media_type.partition("/")[2]
            message.add_attachment(body, maintype="application", subtype=subtype, filename=file.name)
        return message

    async def _end(self, request: SigningRequest, promised: Delivery, *, why: str) -> None:
        now, channel = self._clock.now(), promised.channel
        async with self._store.begin() as tx:
            receipt = {"reason": why} if why else {"at": now.isoformat()}
            await tx.deliveries.move(request.id, channel, to="failed" if why else "delivered", receipt=receipt)
            tag = Tag.DELIVERY_FAILED if why else Tag.DELIVERY_MADE
            await note(tx, tag, subject=request.id, actor=SYSTEM, now=now, channel=channel, **receipt)
            await refresh(tx, request.id, request.requester)
            if why:
                await tell(tx, request.requester, Notice.DELIVERY_FAILED, request=request.id, reason=why)
            else:
                await self._sharing.mailed(tx, request, channel)
