"""What the buttons of the cards do: each is one call of the workflow and a fresh face of the card."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.phrases import say
from bot.platforms.bitrix24.chat import along, amounts, prompts, shown, views
from bot.platforms.bitrix24.chat.buttons import Press
from bot.platforms.bitrix24.chat.core import ChatCore, Reader
from bot.platforms.bitrix24.chat.lines import SEND_JOB
from bot.platforms.bitrix24.chat.list_card import ticked
from bot.platforms.bitrix24.chat.prompts import Awaited, Prompt
from bot.platforms.bitrix24.chat.second_step import CODE
from bot.platforms.bitrix24.chat.shown import Mode
from signing.acceptance import Acceptance
from signing.errors import NotAllowed, NotYourTurn
from signing.people import PersonId
from signing.ports import Job, Transaction
from signing.request import RequestId
from signing.second_step import covered

FILES_JOB = "bitrix24-chat-files"
"""Send the documents of a request; subject `request:person`."""
_A_MOMENT = timedelta(seconds=1)

Verb = Callable[[ChatCore, Press, Reader], Awaitable[Mode]]
"""Does what a button says and returns the card's next mode."""


async def submit(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Ask the chosen person to sign."""
    await core.workflow.submit(press.request, by=reader.person.id, to=PersonId(press.argument))
    return Mode()


async def accept_pages(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """The pages that we made are right."""
    acceptance = Acceptance(store=core.store, clock=core.clock, workflow=core.workflow)
    await acceptance.accept(press.request, by=reader.person.id)
    return Mode()


async def assign(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Ask somebody else instead."""
    await core.decisions.reassign(press.request, by=reader.person.id, to=PersonId(press.argument))
    return Mode()


async def remind(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Remind the signer, as often as the policy allows."""
    await core.decisions.remind(press.request, by=reader.person.id)
    return Mode(said=say(reader.language, "toast-reminded"))


async def resume(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Ask the signer again after a freeze."""
    await core.decisions.resume(press.request, by=reader.person.id)
    return Mode()


async def cancel(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Take the request back, after the question."""
    await core.decisions.cancel(press.request, by=reader.person.id)
    return Mode()


async def turn(_core: ChatCore, press: Press, _reader: Reader) -> Mode:
    """Show another face of the card: the verb is its name, the argument the page."""
    return Mode(name=press.verb, argument=press.argument)


async def back(_core: ChatCore, _press: Press, _reader: Reader) -> Mode:
    """Show the first face of the card again."""
    return Mode()


async def files(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Send the documents; the requester sees that the signer looked."""
    await core.decisions.look(press.request, by=reader.person.id)
    facts = {"request": press.request, "person": reader.person.id}
    async with core.store.begin() as tx:
        await tx.jobs.add(Job(kind=FILES_JOB, subject=f"{press.request}:{reader.person.id}", facts=facts))
    return Mode(said=say(reader.language, "toast-pages"))


async def reject_for(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Refuse for a ready reason."""
    await core.decisions.reject(press.request, by=reader.person.id, reason=press.argument)
    return Mode()


async def delegate(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Hand over to a permitted deputy."""
    await core.decisions.delegate(press.request, by=reader.person.id, to=PersonId(press.argument))
    return Mode()


async def postpone(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Put the card aside."""
    until = datetime.fromisoformat(press.argument)
    await core.decisions.postpone(press.request, by=reader.person.id, until=until)
    return Mode()


async def await_reason(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """The next message is the reason."""
    return await _await_words(core, press, reader, Awaited.REASON)


async def await_question(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """The next message is a question to the requester."""
    return await _await_words(core, press, reader, Awaited.QUESTION)


async def sign(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Open the second step: the code is entered on our page; where that is allowed, the next message may be it."""
    await core.decisions.look(press.request, by=reader.person.id)
    return await _second_step(core, press, reader, [press.request])


async def sign_many(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Open the second step of everything that is ticked on the list."""
    async with core.store.read() as tx:
        waiting = await tx.requests.waiting_for(reader.person.id)
        chosen = ticked(waiting, await views.choice_of(tx, reader.person.id, now=core.clock.now()))
    if not chosen:
        raise NotAllowed(reason="nothing_ticked")
    return await _second_step(core, press, reader, [request.id for request in chosen])


async def use_key(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Sign with another certificate: the record is written anew."""
    async with core.store.read() as tx:
        card = await shown.load(tx, press.card, now=core.clock.now())
        record = (await tx.records.get(card.mode.argument)).record
    return await _second_step(core, press, reader, covered(record), key=press.argument)


async def certificate_back(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Keep the certificate; the code is awaited again."""
    async with core.store.begin() as tx:
        await _await_code(tx, core, press, reader, press.argument)
    return Mode(name=CODE, argument=press.argument)


async def tick(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Tick or untick one request of the list."""
    async with core.store.begin() as tx:
        choice = await views.choice_of(tx, reader.person.id, now=core.clock.now())
        unticked = choice.unticked ^ {RequestId(press.argument)}
        await views.keep_choice(tx, reader.person.id, replace(choice, unticked=unticked))
    return Mode()


async def turn_list(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Show another page of the list."""
    async with core.store.begin() as tx:
        choice = await views.choice_of(tx, reader.person.id, now=core.clock.now())
        await views.keep_choice(tx, reader.person.id, replace(choice, offset=int(press.argument or 0)))
    return Mode()


async def to_customer(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Send the signed file into the open channel: only its requester says so, and only after the question."""
    async with core.store.begin() as tx:
        request = await tx.requests.get(press.request)
        if request.requester != reader.person.id:
            raise NotYourTurn(reason="not_the_requester")
        await tx.jobs.add(Job(kind=SEND_JOB, subject=request.id, facts={"request": request.id}))
    return Mode(said=say(reader.language, "portal-chat-line-sending"))


async def withdraw(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Leave the second step; nothing was decided."""
    await core.workflow.withdraw(press.argument, by=reader.person.id)
    return Mode()


async def not_me(core: ChatCore, _press: Press, reader: Reader) -> Mode:
    """“This was not me”: the key's owner is locked at once."""
    await core.membership.lock(reader.person.id, by=reader.person.id, why="not_me")
    return Mode(said=say(reader.language, "toast-locked"))


async def _second_step(
    core: ChatCore, press: Press, reader: Reader, requests: Sequence[RequestId], *, key: str | None = None
) -> Mode:
    record = await core.workflow.approve(requests, by=reader.person.id, key=key)
    facts = {"request": press.request, "person": reader.person.id}
    due = record.expires_at + _A_MOMENT
    async with core.store.begin() as tx:
        await _await_code(tx, core, press, reader, record.nonce)
        # the ten minutes end on the card too
        await tx.jobs.add(Job(kind=shown.CARD_JOB, subject=f"{press.card}:{record.nonce}", facts=facts, due=due))
    return Mode(name=CODE, argument=record.nonce)


async def _await_code(tx: Transaction, core: ChatCore, press: Press, reader: Reader, nonce: str) -> None:
    if core.policy.typed_code:
        prompt = Prompt(awaited=Awaited.CODE, nonce=nonce, request=press.request, card=press.card)
        await prompts.open_prompt(tx, reader.user, prompt, now=core.clock.now())


async def _await_words(core: ChatCore, press: Press, reader: Reader, awaited: Awaited) -> Mode:
    prompt = Prompt(awaited=awaited, request=press.request, card=press.card)
    async with core.store.begin() as tx:
        await prompts.open_prompt(tx, reader.user, prompt, now=core.clock.now())
    return Mode(name=press.verb)


VERBS: dict[str, Verb] = {
    "submit": submit,
    "accept-pages": accept_pages,
    "circulate": along.circulate,
    "amount": amounts.ask,
    "agree": turn,
    "agree-sure": along.agree,
    "assign": assign,
    "remind": remind,
    "resume": resume,
    "cancel-sure": cancel,
    "back": back,
    "draft": turn,
    "reassign": turn,
    "cancel": turn,
    "reject": turn,
    "deputy": turn,
    "later": turn,
    "pages": files,
    "reject-for": reject_for,
    "reason": await_reason,
    "ask": await_question,
    "delegate": delegate,
    "postpone": postpone,
    "sign": sign,
    "sign-many": sign_many,
    "certificate": turn,
    "certificate-back": certificate_back,
    "use-key": use_key,
    "tick": tick,
    "turn": turn_list,
    "rest": back,
    "to-customer": turn,
    "to-customer-sure": to_customer,
    "withdraw": withdraw,
    "not-me": not_me,
}
"""Every verb a button may carry."""
