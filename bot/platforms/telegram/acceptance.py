"""Pages that we made of a file: the requester's card shows them and asks whether they are right."""

from __future__ import annotations

from aiogram.utils.formatting import Bold

from bot.phrases import say
from bot.platforms.telegram.buttons import Press
from bot.platforms.telegram.cards import (
    GAP,
    Card,
    View,
    comment,
    documents,
    fault,
    fingerprints,
    lines,
    warnings,
)
from bot.platforms.telegram.core import Core, Reader
from bot.platforms.telegram.requester_verbs import face
from bot.platforms.telegram.signer_verbs import PAGES_JOB
from signing.acceptance import Acceptance
from signing.approval.showing import Shows
from signing.ports import Job
from signing.request import State


def render(view: View) -> Card:
    """Return the card of a draft whose pages wait for their sender's eyes."""
    pages = sum(document.pages for document in view.request.documents if document.is_looked_at)
    text = lines(
        documents(view), Bold(view.say("accept-question", number=pages)), view.say("accept-advice"), fault(view), GAP,
        warnings(view), comment(view), fingerprints(view),
    )  # fmt: skip
    look = view.button("page" if view.shows is Shows.LINK else "look-over")
    big = [look, view.button("accept-pages", style="success")]
    return Card(text=text, rows=[big, [view.button("cancel")]])


async def look_over(core: Core, press: Press, reader: Reader) -> str:
    """Send the requester every page and the whole file."""
    async with core.store.begin() as tx:
        facts = {"request": press.request, "person": reader.person.id}
        await tx.jobs.add(Job(kind=PAGES_JOB, subject=f"{press.request}:{reader.person.id}", facts=facts))
    return say(reader.language, "toast-pages")


async def accept_pages(core: Core, press: Press, reader: Reader) -> str:
    """The pages are right: ask for the signer, or ask the signer whom the file was meant for."""
    acceptance = Acceptance(store=core.store, clock=core.clock, workflow=core.workflow)
    accepted = await acceptance.accept(press.request, by=reader.person.id)
    await face(core, press)
    return say(reader.language, "toast-accepted" if accepted.state is State.DRAFT else "toast-resumed")
