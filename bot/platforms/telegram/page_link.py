"""The link to our own page: made when somebody asks, spent by a press there, good for minutes."""

from __future__ import annotations

import contextlib

from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from bot.phrases import say
from bot.platforms.telegram.buttons import Press
from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.core import Core, Reader, reader_of
from signing.approval import showing
from signing.approval.showing import Shows
from signing.errors import DeliveryFailed, NotAllowed
from signing.people import PersonId
from signing.ports import Job, Transaction

COMMANDS = ("page", "desk")
"""Both open the same page; the menu offers the first one."""
PAGE_JOB = "page-link"
"""Send somebody a link; its secret is made when it is sent, so that it lies nowhere meanwhile."""


async def send(core: Core, outgoing: Outgoing, reader: Reader, *, text: str = "page-link") -> None:
    """Send a fresh link; raise `NotAllowed` for somebody locked. Without a public address there is no page."""
    if core.public_url is None or core.page_link is None:
        await outgoing.send(SendMessage(chat_id=reader.chat, text=say(reader.language, "page-link-none")))
        return
    if reader.person.locked_at is not None:
        raise NotAllowed(reason="locked")
    url = core.public_url + await core.page_link(reader.person.id)
    button = InlineKeyboardButton(text=say(reader.language, "button-my-page"), url=url)
    message = SendMessage(
        chat_id=reader.chat, text=say(reader.language, text),
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )  # fmt: skip
    await outgoing.send(message)


async def open_page(core: Core, _press: Press, reader: Reader) -> str:
    """The button of a card: promise a link."""
    async with core.store.begin() as tx:
        await promise(tx, reader.person.id)
    return say(reader.language, "toast-page")


async def promise(tx: Transaction, person: PersonId, *, text: str = "page-link") -> None:
    """Promise somebody a link, with the words of a phrase."""
    await tx.jobs.add(Job(kind=PAGE_JOB, subject=person, facts={"person": person, "text": text}))


class PageLinkSender:
    """Keeps the promise of a link."""

    def __init__(self, *, core: Core, outgoing: Outgoing) -> None:
        self._core = core
        self._outgoing = outgoing

    async def send(self, job: Job) -> None:
        """Job: a repeat sends another link; each works once."""
        async with self._core.store.read() as tx:
            reader = await reader_of(tx, PersonId(job.facts["person"]), self._core)
        if reader is not None:
            with contextlib.suppress(DeliveryFailed, NotAllowed):
                await send(self._core, self._outgoing, reader, text=job.facts["text"])


def words(core: Core, key: str) -> str:
    """Return the phrase that fits: where documents must not pass the chat nobody is asked to send one."""
    return f"{key}-page" if showing.of_arrival(core.policy) is Shows.LINK else key
