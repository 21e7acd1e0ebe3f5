"""/quiet: in which hours somebody is not reminded of anything."""

from __future__ import annotations

from bot.phrases import say
from bot.platforms.telegram.core import Core, Reader
from signing.audit import Tag
from signing.moves import note
from signing.presence import QuietHours, read_quiet_hours

COMPANY = "company"
"""Behind the command: what the company has set counts again."""
EVERY_DAY = ("every day", "каждый день")
"""Behind the hours: weekends are days as any other."""


async def quiet(core: Core, reader: Reader, argument: str) -> str:
    """Show or change somebody's own quiet hours; returns what is said."""
    person = reader.person.id
    async with core.store.read() as tx:
        own = await tx.absences.quiet_hours(person)
    wanted = _read(argument)
    if wanted is None and argument.lower() != COMPANY:
        return say(reader.language, "quiet-how", hours=_words(reader, own or core.quiet))
    async with core.store.begin() as tx:
        await tx.absences.keep_quiet_hours(person, wanted)
        said = _words(reader, wanted or core.quiet)
        await note(tx, Tag.PERSON_CHANGED, subject=person, actor=person, now=core.clock.now(), quiet=argument)
    return say(reader.language, "quiet-set", hours=said)


def _read(argument: str) -> QuietHours | None:
    words = argument.strip().lower()
    for every_day in EVERY_DAY:
        if words.endswith(every_day):
            return read_quiet_hours(words.removesuffix(every_day), weekends=False)
    return read_quiet_hours(words)


def _words(reader: Reader, hours: QuietHours) -> str:
    if hours.is_off:
        return say(reader.language, "quiet-none")
    key = "quiet-hours-weekends" if hours.weekends else "quiet-hours"
    return say(reader.language, key, begin=f"{hours.begin:%H:%M}", end=f"{hours.end:%H:%M}")
