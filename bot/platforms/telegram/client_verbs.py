"""What the buttons under a signed file do: a link for a client, a letter to a client, both only for its requester."""

from __future__ import annotations

import contextlib

from aiogram.methods import SendMessage
from aiogram.types import LinkPreviewOptions, ReplyParameters

from bot.phrases import error, moment, say
from bot.platforms.telegram import prompts, shown
from bot.platforms.telegram.buttons import Press
from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.core import Core, Reader, reader_of
from bot.platforms.telegram.file_card import ADDRESS, SURE
from bot.platforms.telegram.prompts import Awaited, Prompt
from bot.platforms.telegram.requester_verbs import face
from bot.platforms.telegram.shown import Mode
from signing.approval import showing
from signing.approval.showing import Shows
from signing.errors import DeliveryFailed, NotAllowed
from signing.people import PersonId
from signing.ports import Job
from signing.request import RequestId
from signing.sharing import SharedLink, new_link_id, read_address

LINK_JOB = "client-link"
"""Make a link and tell it to its requester; subject `request:link`."""


async def share(core: Core, press: Press, reader: Reader) -> str:
    """Promise a link: its token is made when it is told, so that it lies nowhere meanwhile."""
    await _check_may_pass(core, press.request)
    link = new_link_id()
    facts = {"request": press.request, "person": reader.person.id, "link": link}
    async with core.store.begin() as tx:
        await tx.jobs.add(Job(kind=LINK_JOB, subject=f"{press.request}:{link}", facts=facts))
    await face(core, press)
    return say(reader.language, "toast-link")


async def _check_may_pass(core: Core, request: RequestId) -> None:
    """A link to the file is as good as the file: where nothing of it may pass this chat, no link does."""
    async with core.store.read() as tx:
        found = await tx.requests.get(request)
    if showing.of_request(found, core.policy) is Shows.LINK:
        raise NotAllowed(reason="page_only")


async def unshare(core: Core, press: Press, reader: Reader) -> str:
    """End every link of the request."""
    await core.sharing.revoke(press.request, by=reader.person.id)
    await face(core, press)
    return say(reader.language, "toast-unshared")


async def mail(core: Core, press: Press, reader: Reader) -> str:
    """The next message is the client's address."""
    prompt = Prompt(awaited=Awaited.ADDRESS, request=press.request, card=press.card)
    async with core.store.begin() as tx:
        await prompts.open_prompt(tx, reader.chat, prompt, now=core.clock.now())
    await face(core, press, Mode(name=ADDRESS))
    return ""


async def mail_sure(core: Core, press: Press, reader: Reader) -> str:
    """Send it to the address that was shown."""
    address = await core.sharing.mail(press.request, press.argument, by=reader.person.id)
    await face(core, press)
    return say(reader.language, "toast-mailed", address=address)


async def take_address(core: Core, prompt: Prompt, text: str, reader: Reader) -> None:
    """Show the address before anything is sent to it; what is no address is asked for once more."""
    now, mode = core.clock.now(), Mode(name=ADDRESS)
    async with core.store.begin() as tx:
        try:
            mode = Mode(name=SURE, argument=read_address(text))
            await prompts.close(tx, reader.chat, now=now)
        except NotAllowed as failure:
            mode = Mode(name=ADDRESS, fault=error(reader.language, failure))
        await shown.want(tx, prompt.card, now=now, mode=mode)


class ClientLinks:
    """Tells links to their requesters."""

    def __init__(self, *, core: Core, outgoing: Outgoing) -> None:
        self._core = core
        self._outgoing = outgoing

    async def send(self, job: Job) -> None:
        """Job: a repeat gives the link another token, so only the newest message opens something."""
        request, person = RequestId(job.facts["request"]), PersonId(job.facts["person"])
        try:
            await _check_may_pass(self._core, request)
            link, token = await self._core.sharing.share(request, by=person, link=job.facts["link"])
        except NotAllowed as refusal:
            await self._refuse(request, person, refusal)
            return
        await self._tell(request, person, link, token)

    async def _refuse(self, request: RequestId, person: PersonId, refusal: NotAllowed) -> None:
        """Say on the message with the file why there is no link."""
        async with self._core.store.begin() as tx:
            reader = await reader_of(tx, person, self._core)
            mode = Mode(fault=error(reader.language if reader else self._core.language, refusal))
            await shown.want(tx, shown.file_of(request, person), now=self._core.clock.now(), mode=mode)

    async def _tell(self, request: RequestId, person: PersonId, link: SharedLink, token: str) -> None:
        now = self._core.clock.now()
        async with self._core.store.read() as tx:
            reader = await reader_of(tx, person, self._core)
            found = await tx.requests.get(request)
            card = await shown.load(tx, shown.file_of(request, person), now=now)
        if reader is None:
            return
        text = say(
            reader.language, "client-link", document=", ".join(document.name for document in found.documents),
            moment=moment(reader.language, link.expires_at, now=now, zone=reader.zone), downloads=link.most,
            url=f"{self._core.public_url}/s/{token}",
        )  # fmt: skip
        reply = ReplyParameters(message_id=card.message, allow_sending_without_reply=True) if card.message else None
        message = SendMessage(
            chat_id=reader.chat, text=text, reply_parameters=reply,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )  # fmt: skip
        with contextlib.suppress(DeliveryFailed):
            await self._outgoing.send(message)
