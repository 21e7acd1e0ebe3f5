"""Files that must not pass this chat: not fetched, their messages deleted, the way to our page shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.platforms.telegram import page_link
from bot.platforms.telegram.core import Core, Reader
from bot.platforms.telegram.words import DELETE_JOB
from signing.approval import showing
from signing.approval.showing import Shows
from signing.audit import Tag
from signing.moves import note
from signing.ports import Job

if TYPE_CHECKING:
    from bot.platforms.telegram.arrivals import Part


def is_closed(core: Core) -> bool:
    """Tell whether documents may not be sent to this chat at all."""
    return showing.of_arrival(core.policy) is Shows.LINK


async def turn_away(core: Core, parts: Sequence[Part], reader: Reader) -> None:
    """Promise to delete the messages and to send the way to our page, in one transaction.

    Telegram has carried them already: deleting shortens how long they lie there, it undoes nothing. In a group only
    an administrator may delete; a bot that is none leaves them, and says so privately.
    """
    now = core.clock.now()
    async with core.store.begin() as tx:
        for part in parts:
            facts = {"chat": part.chat, "message": part.message}
            await tx.jobs.add(Job(kind=DELETE_JOB, subject=f"{part.chat}:{part.message}", facts=facts))
        text = "closed-to-files-group" if parts[0].is_group else "closed-to-files"
        await page_link.promise(tx, reader.person.id, text=text)
        subject = f"message:{parts[0].chat}:{parts[0].message}"
        await note(tx, Tag.REQUEST_REFUSED, subject=subject, actor=reader.person.id, now=now, code="chat-closed")
