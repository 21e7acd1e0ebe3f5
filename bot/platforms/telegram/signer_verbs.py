"""What the buttons of the signer's cards do: look, put aside, hand over, refuse, sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from bot.phrases import say
from bot.platforms.telegram import prompts, shown, views
from bot.platforms.telegram.buttons import Press
from bot.platforms.telegram.core import Core, Reader
from bot.platforms.telegram.list_card import Choice, ticked
from bot.platforms.telegram.prompts import Awaited, Prompt
from bot.platforms.telegram.requester_verbs import face
from bot.platforms.telegram.shown import Mode
from signing.activation.record import ActivationRecord
from signing.errors import NotAllowed
from signing.notices import Kind
from signing.people import PersonId
from signing.ports import Job
from signing.request import RequestId
from signing.second_step import covered

PAGES_JOB = "pages"
"""Send the pages and the file of a request; subject `request:person`."""
_A_MOMENT = timedelta(seconds=1)


async def pages(core: Core, press: Press, reader: Reader) -> str:
    """Send page pictures and the file; the requester sees that the signer looked."""
    await core.decisions.look(press.request, by=reader.person.id)
    async with core.store.begin() as tx:
        facts = {"request": press.request, "person": reader.person.id}
        await tx.jobs.add(Job(kind=PAGES_JOB, subject=f"{press.request}:{reader.person.id}", facts=facts))
    return say(reader.language, "toast-pages")


async def reject_for(core: Core, press: Press, reader: Reader) -> str:
    """Refuse for a ready reason."""
    await core.decisions.reject(press.request, by=reader.person.id, reason=press.argument)
    await face(core, press)
    return say(reader.language, "toast-rejected")


async def reason(core: Core, press: Press, reader: Reader) -> str:
    """The next message is the reason."""
    return await _await_words(core, press, reader, Awaited.REASON)


async def ask(core: Core, press: Press, reader: Reader) -> str:
    """The next message is a question to the requester."""
    return await _await_words(core, press, reader, Awaited.QUESTION)


async def delegate(core: Core, press: Press, reader: Reader) -> str:
    """Hand over to a permitted deputy."""
    await core.decisions.delegate(press.request, by=reader.person.id, to=PersonId(press.argument))
    await face(core, press)
    return say(reader.language, "toast-delegated")


async def postpone(core: Core, press: Press, reader: Reader) -> str:
    """Put the card aside."""
    until = datetime.fromisoformat(press.argument)
    await core.decisions.postpone(press.request, by=reader.person.id, until=until)
    await face(core, press)
    return say(reader.language, "toast-postponed")


async def sign(core: Core, press: Press, reader: Reader) -> str:
    """Open the second step of one request."""
    await core.decisions.look(press.request, by=reader.person.id)
    await _second_step(core, press, reader, [press.request])
    return ""


async def sign_many(core: Core, press: Press, reader: Reader) -> str:
    """Open the second step of everything that is ticked."""
    now = core.clock.now()
    async with core.store.read() as tx:
        waiting = await tx.requests.waiting_for(reader.person.id)
        chosen = ticked(waiting, await views.choice_of(tx, reader.person.id, now=now))
    if not chosen:
        raise NotAllowed(reason="nothing_ticked")
    await _second_step(core, press, reader, [request.id for request in chosen])
    return ""


async def use_key(core: Core, press: Press, reader: Reader) -> str:
    """Sign with another certificate: the record is written anew."""
    now = core.clock.now()
    async with core.store.read() as tx:
        card = await shown.load(tx, press.card, now=now)
        record = (await tx.records.get(card.mode.argument)).record
    await _second_step(core, press, reader, covered(record), key=press.argument)
    return ""


async def typing(core: Core, press: Press, reader: Reader) -> str:
    """The next message is the code."""
    if not core.policy.typed_code:
        raise NotAllowed(reason="typed_code")
    prompt = Prompt(awaited=Awaited.CODE, nonce=press.argument, request=press.request, card=press.card)
    async with core.store.begin() as tx:
        await prompts.open_prompt(tx, reader.chat, prompt, now=core.clock.now())
    await face(core, press, Mode(name="typing", argument=press.argument))
    return ""


async def keypad(core: Core, press: Press, _reader: Reader) -> str:
    """Show keys under the card."""
    if not core.policy.keypad:
        raise NotAllowed(reason="keypad")
    await face(core, press, Mode(name="keypad", argument=press.argument))
    return ""


async def withdraw(core: Core, press: Press, reader: Reader) -> str:
    """Leave the second step; nothing was decided."""
    await core.workflow.withdraw(press.argument, by=reader.person.id)
    async with core.store.begin() as tx:
        await prompts.close(tx, reader.chat, now=core.clock.now())
    await face(core, press)
    return ""


async def not_me(core: Core, _press: Press, reader: Reader) -> str:
    """“This was not me”: the key's owner is locked at once, whoever of the chat pressed."""
    await core.membership.lock(reader.person.id, by=reader.person.id, why="not_me")
    return say(reader.language, "toast-locked")


async def tick(core: Core, press: Press, reader: Reader) -> str:
    """Tick or untick one request of the list."""
    choice = await _choice(core, reader)
    unticked = choice.unticked ^ {RequestId(press.argument)}
    await _choose(core, press, reader, Choice(unticked=unticked, offset=choice.offset))
    return ""


async def turn_list(core: Core, press: Press, reader: Reader) -> str:
    """Show another page of the list."""
    choice = await _choice(core, reader)
    await _choose(core, press, reader, Choice(unticked=choice.unticked, offset=int(press.argument or 0)))
    return ""


async def take_out(core: Core, press: Press, reader: Reader) -> str:
    """Show one request of the list as a card of its own."""
    name = shown.name_of(RequestId(press.argument), reader.person.id)
    async with core.store.begin() as tx:
        await shown.want(tx, name, now=core.clock.now(), is_opened=True)
    await face(core, press)
    return ""


async def _choice(core: Core, reader: Reader) -> Choice:
    async with core.store.read() as tx:
        return await views.choice_of(tx, reader.person.id, now=core.clock.now())


async def _choose(core: Core, press: Press, reader: Reader, choice: Choice) -> None:
    body = {**asdict(choice), "unticked": sorted(choice.unticked)}
    async with core.store.begin() as tx:
        await tx.notes.put(space=views.CHOICES, name=reader.person.id, body=body)
        await shown.want(tx, press.card, now=core.clock.now())


async def _await_words(core: Core, press: Press, reader: Reader, awaited: Awaited) -> str:
    prompt = Prompt(awaited=awaited, request=press.request, card=press.card)
    async with core.store.begin() as tx:
        await prompts.open_prompt(tx, reader.chat, prompt, now=core.clock.now())
    await face(core, press, Mode(name=press.verb))
    return ""


async def _second_step(
    core: Core, press: Press, reader: Reader, requests: Sequence[RequestId], *, key: str | None = None
) -> None:
    record = await core.workflow.approve(requests, by=reader.person.id, key=key)
    await face(core, press, Mode(name="confirm", argument=record.nonce))
    await _face_at_expiry(core, press, record)


async def _face_at_expiry(core: Core, press: Press, record: ActivationRecord) -> None:
    """The ten minutes end on the card too."""
    is_list = press.card == shown.list_of(record.signer)
    kind = shown.LIST_JOB if is_list else Kind.CARD
    facts = {"person": record.signer, **({} if is_list else {"request": press.request})}
    due = record.expires_at + _A_MOMENT
    async with core.store.begin() as tx:
        await tx.jobs.add(Job(kind=kind, subject=f"{press.card}:{record.nonce}", facts=facts, due=due))
