"""Going away and coming back in the chat: /away, /back, the buttons of the card and what is written to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.phrases import error, say
from bot.phrases.days import fitting, read_absence
from bot.platforms.telegram import prompts, shown
from bot.platforms.telegram.away_card import OVER, SURE, WHO, WRITE_DAYS, WRITE_GROUND, Plan, with_fault
from bot.platforms.telegram.buttons import Press
from bot.platforms.telegram.core import Core, Reader
from bot.platforms.telegram.prompts import Awaited, Prompt
from bot.platforms.telegram.requester_verbs import face
from bot.platforms.telegram.shown import Mode, Shown, away_of
from signing.errors import SigningError
from signing.people import PersonId
from signing.ports import Transaction


async def away(core: Core, reader: Reader, argument: str) -> None:
    """/away: show the card at the end of the chat; days, a deputy and a ground may be written behind the command."""
    mode = Mode()
    if argument:
        mode = await _written(core, reader, argument)
    async with core.store.begin() as tx:
        await _show_anew(tx, core, reader, mode)


async def back(core: Core, reader: Reader) -> str:
    """/back: end the absence; returns what is said."""
    returning = await core.leaving.come_back(reader.person.id, by=reader.person.id)
    async with core.store.begin() as tx:
        card = await shown.load(tx, away_of(reader.person.id), now=core.clock.now())
        if card.message is not None:
            await shown.want(tx, away_of(reader.person.id), now=core.clock.now(), mode=Mode(name=OVER))
    return say(reader.language, "away-back", number=returning)


async def until(core: Core, press: Press, reader: Reader) -> str:
    """Away from today to the day of the button."""
    plan = Plan(first=_today(core, reader).isoformat(), last=press.argument)
    await face(core, press, plan.mode(WHO))
    return ""


async def other_days(core: Core, press: Press, reader: Reader) -> str:
    """The next message says which days."""
    return await _await_words(core, press, reader, Awaited.DAYS, Mode(name=WRITE_DAYS))


async def again(core: Core, press: Press, _reader: Reader) -> str:
    """Ask for the days once more."""
    await face(core, press, Mode(name="away-again"))
    return ""


async def deputy(core: Core, press: Press, _reader: Reader) -> str:
    """Somebody stands in, or nobody."""
    plan = replace(await _plan(core, press), deputy=PersonId(press.argument) if press.argument else None)
    await face(core, press, plan.mode(SURE))
    return ""


async def ground(core: Core, press: Press, reader: Reader) -> str:
    """The next message is the ground as it shall stand in the stamp."""
    plan = await _plan(core, press)
    return await _await_words(core, press, reader, Awaited.GROUND, plan.mode(WRITE_GROUND))


async def sure(core: Core, press: Press, reader: Reader) -> str:
    """Write the absence down; what is refused keeps the days on the card."""
    plan = await _plan(core, press)
    try:
        await _leave(core, reader, plan)
    except SigningError as failure:
        await face(core, press, plan.mode(WHO, fault=error(reader.language, failure)))
        return ""
    await face(core, press)
    return ""


async def come_back(core: Core, press: Press, reader: Reader) -> str:
    """“I am back” on the card."""
    returning = await core.leaving.come_back(reader.person.id, by=reader.person.id)
    await face(core, press, Mode(name=OVER))
    return say(reader.language, "away-back", number=returning)


async def take_words(core: Core, prompt: Prompt, text: str, reader: Reader) -> None:
    """The days or the ground came as a message."""
    now = core.clock.now()
    async with core.store.read() as tx:
        mode = (await shown.load(tx, prompt.card, now=now)).mode
    if prompt.awaited is Awaited.GROUND and mode.argument:
        mode, is_done = replace(Plan.read(mode.argument), ground=text.strip()).mode(SURE), True
    else:
        found = await _written(core, reader, text)
        is_done = not found.fault
        mode = found if is_done else with_fault(Mode(name=WRITE_DAYS), found.fault)
    async with core.store.begin() as tx:
        if is_done:
            await prompts.close(tx, reader.chat, now=now)
        await shown.want(tx, prompt.card, now=now, mode=mode)


async def _written(core: Core, reader: Reader, text: str) -> Mode:
    """Return the face that goes on with days, and perhaps a deputy and a ground, that somebody wrote.

    The words behind the days are a part of the deputy's name; those behind a comma are the ground.
    """
    wish = read_absence(text, today=_today(core, reader))
    if wish is None:
        return Mode(name="away-again", fault=say(reader.language, "away-dates-unread"))
    plan = Plan(first=wish.first.isoformat(), last=wish.last.isoformat(), ground=wish.ground)
    if not wish.name:
        return plan.mode(WHO)
    async with core.store.read() as tx:
        people = [await tx.people.get(one) for one in reader.person.deputies]
    fit = fitting(wish.name, people)
    if len(fit) != 1:
        return plan.mode(WHO, fault=say(reader.language, "away-other-person"))
    return replace(plan, deputy=fit[0].id).mode(SURE)


async def _leave(core: Core, reader: Reader, plan: Plan) -> None:
    person = reader.person.id
    await core.leaving.leave(
        person, by=person, first=date.fromisoformat(plan.first), last=date.fromisoformat(plan.last),
        deputy=plan.deputy, ground=plan.ground,
    )  # fmt: skip


async def _show_anew(tx: Transaction, core: Core, reader: Reader, mode: Mode) -> None:
    name = away_of(reader.person.id)
    old = await shown.load(tx, name, now=core.clock.now())
    await shown.keep(tx, name, Shown(rendering=old.rendering + 2, wanted=old.wanted + 1, mode=mode))
    await shown.promise(tx, name)


async def _plan(core: Core, press: Press) -> Plan:
    async with core.store.read() as tx:
        return Plan.read((await shown.load(tx, press.card, now=core.clock.now())).mode.argument)


async def _await_words(core: Core, press: Press, reader: Reader, awaited: Awaited, mode: Mode) -> str:
    async with core.store.begin() as tx:
        prompt = Prompt(awaited=awaited, card=press.card)
        await prompts.open_prompt(tx, reader.chat, prompt, now=core.clock.now())
    await face(core, press, mode)
    return ""


def _today(core: Core, reader: Reader) -> date:
    return core.clock.now().astimezone(ZoneInfo(reader.zone)).date()
