"""What the buttons of the requester's card do."""

from __future__ import annotations

from bot.phrases import say
from bot.platforms.telegram import shown
from bot.platforms.telegram.buttons import Press
from bot.platforms.telegram.core import Core, Reader
from bot.platforms.telegram.shown import Mode
from signing.approval import showing
from signing.approval.showing import Shows
from signing.errors import NotAllowed
from signing.people import PersonId
from signing.ports import Job

VERDICT_JOB = "verdict"
"""Tell what an already signed PDF says; subject is `chat:sha256`."""


async def submit(core: Core, press: Press, reader: Reader) -> str:
    """Ask the chosen person to sign."""
    request = await core.workflow.submit(press.request, by=reader.person.id, to=PersonId(press.argument))
    await face(core, press)
    return say(reader.language, "toast-submitted", signer=await _name(core, request.signer))


async def assign(core: Core, press: Press, reader: Reader) -> str:
    """Ask somebody else instead."""
    request = await core.decisions.reassign(press.request, by=reader.person.id, to=PersonId(press.argument))
    await face(core, press)
    return say(reader.language, "toast-submitted", signer=await _name(core, request.signer))


async def remind(core: Core, press: Press, reader: Reader) -> str:
    """Remind the signer, as often as the policy allows."""
    await core.decisions.remind(press.request, by=reader.person.id)
    return say(reader.language, "toast-reminded")


async def resume(core: Core, press: Press, reader: Reader) -> str:
    """Ask the signer again after a freeze."""
    await core.decisions.resume(press.request, by=reader.person.id)
    await face(core, press)
    return say(reader.language, "toast-resumed")


async def cancel(core: Core, press: Press, reader: Reader) -> str:
    """Take the request back, after the question."""
    await core.decisions.cancel(press.request, by=reader.person.id)
    await face(core, press)
    return say(reader.language, "toast-cancelled")


async def check(core: Core, press: Press, reader: Reader) -> str:
    """Tell what the signatures say that are in the documents already."""
    async with core.store.begin() as tx:
        request = await tx.requests.get(press.request)
        if showing.of_request(request, core.policy) is Shows.LINK:
            raise NotAllowed(reason="page_only")
        for document in request.documents:
            facts = {"chat": press.chat, "sha256": document.sha256, "name": document.name}
            await tx.jobs.add(Job(kind=VERDICT_JOB, subject=f"{press.chat}:{document.sha256}", facts=facts))
    return say(reader.language, "toast-checking")


async def turn(core: Core, press: Press, _reader: Reader) -> str:
    """Show another face of the card: the verb is its name, the argument the page."""
    await face(core, press, Mode(name=press.verb, argument=press.argument))
    return ""


async def back(core: Core, press: Press, _reader: Reader) -> str:
    """Show the first face of the card again."""
    await face(core, press)
    return ""


async def face(core: Core, press: Press, mode: Mode | None = None) -> None:
    """Ask for a face of the pressed card; the first one when none is named."""
    async with core.store.begin() as tx:
        await shown.want(tx, press.card, now=core.clock.now(), mode=mode or Mode())


async def _name(core: Core, person: PersonId | None) -> str:
    if person is None:
        return ""
    async with core.store.read() as tx:
        return (await tx.people.get(person)).name
