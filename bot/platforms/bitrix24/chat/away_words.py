"""“away 12.12 Olga, power of attorney 12/2026” and “back”, written to the bot in the portal's messenger."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.phrases import say
from bot.phrases.days import day, fitting, read_absence
from bot.platforms.bitrix24.chat.core import ChatCore, Reader
from bot.platforms.bitrix24.timeline import plain
from signing.people import Person

AWAY, BACK = "away", "back"


async def away(core: ChatCore, reader: Reader, text: str) -> str:
    """Write down that somebody is away, in one message; returns what is said. Without days: how it is written."""
    today = core.clock.now().astimezone(ZoneInfo(reader.zone)).date()
    async with core.store.read() as tx:
        deputies = [await tx.people.get(one) for one in reader.person.deputies]
        absence = await tx.absences.of(reader.person.id)
    wish = read_absence(text, today=today)
    if wish is None:
        last = day(reader.language, absence.last_day, today=today) if absence else ""
        now = say(reader.language, "away-is-on", last=last) if absence else say(reader.language, "away-not-now")
        return "\n".join((now, _how(reader, deputies)))
    fit = fitting(wish.name, deputies) if wish.name else []
    if wish.name and len(fit) != 1:
        return _how(reader, deputies)
    deputy = fit[0] if fit else None
    await core.leaving.leave(
        reader.person.id, by=reader.person.id, first=wish.first, last=wish.last,
        deputy=deputy.id if deputy else None, ground=wish.ground,
    )  # fmt: skip
    return _done(reader, deputy, wish.first, wish.last, wish.ground, today=today)


async def back(core: ChatCore, reader: Reader) -> str:
    """End the absence; returns what is said."""
    returning = await core.leaving.come_back(reader.person.id, by=reader.person.id)
    return say(reader.language, "away-back", number=returning)


def _how(reader: Reader, deputies: list[Person]) -> str:
    names = ", ".join(plain(one.name) for one in deputies)
    key = "away-how" if names else "away-how-nobody"
    return say(reader.language, key, deputies=names)


def _done(reader: Reader, deputy: Person | None, first: date, last: date, ground: str, *, today: date) -> str:
    language = reader.language
    days = say(
        language, "away-days", first=day(language, first, today=today), last=day(language, last, today=today)
    )  # fmt: skip
    who = say(language, "away-deputy", deputy=plain(deputy.name)) if deputy else say(language, "away-nobody")
    parts = [days, who, say(language, "away-ground", ground=plain(ground)) if ground and deputy else ""]
    return "\n".join([part for part in parts if part] + [say(language, "away-ends")])
