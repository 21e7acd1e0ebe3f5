"""/quiet in every chat: in which hours somebody is not reminded of anything."""

from __future__ import annotations

from bot.phrases import say
from signing.approval.leaving import Leaving
from signing.people import PersonId
from signing.ports import Store
from signing.presence import QuietHours, read_quiet_hours

COMPANY = "company"
"""Behind the command: what the company has set counts again."""
EVERY_DAY = ("every day", "каждый день")
"""Behind the hours: weekends are days as any other."""


async def quiet(
    argument: str, *, store: Store, leaving: Leaving, person: PersonId, company: QuietHours, language: str
) -> str:
    """Show or change somebody's own quiet hours; returns what is said. `company`: the hours of who has none."""
    async with store.read() as tx:
        own = await tx.absences.quiet_hours(person)
    wanted = _read(argument)
    if wanted is None and argument.lower() != COMPANY:
        return say(language, "quiet-how", hours=_words(own or company, language))
    await leaving.keep_quiet(person, hours=wanted, words=argument)
    return say(language, "quiet-set", hours=_words(wanted or company, language))


def _read(argument: str) -> QuietHours | None:
    words = argument.strip().lower()
    for every_day in EVERY_DAY:
        if words.endswith(every_day):
            return read_quiet_hours(words.removesuffix(every_day), weekends=False)
    return read_quiet_hours(words)


def _words(hours: QuietHours, language: str) -> str:
    if hours.is_off:
        return say(language, "quiet-none")
    key = "quiet-hours-weekends" if hours.weekends else "quiet-hours"
    return say(language, key, begin=f"{hours.begin:%H:%M}", end=f"{hours.end:%H:%M}")
