"""Days and moments as people say, write and choose them, in messages, commands and on cards."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.phrases import language_of
from signing.people import Person

_MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    "ru": (
        "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
        "декабря",
    ),
}  # fmt: skip
_WRITTEN = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2}))|(?:(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2})?)?)")
_BETWEEN = re.compile(r"\s*(?:-|–|—|\.\.|to|по|до|until)?\s*")
EVENING = time(19, 0)
MORNING = time(9, 0)


def day(language: str, when: date | str, *, today: date | None = None) -> str:
    """Return a day in words, “12 December”; the year is said when it is another than that of `today`."""
    found = date.fromisoformat(when) if isinstance(when, str) else when
    words = f"{found.day} {_MONTHS[language_of(language)][found.month - 1]}"
    return words if today is None or found.year == today.year else f"{words} {found.year}"


def later_moments(now: datetime, *, zone: str) -> dict[str, datetime]:
    """Return the moments that Later offers: in an hour, tonight at 19:00 (while it lies ahead), Monday at 9:00.

    The phrases `button-later-<name>` say them.
    """
    local = now.astimezone(ZoneInfo(zone))
    tonight = datetime.combine(local.date(), EVENING, tzinfo=local.tzinfo)
    monday = datetime.combine(local.date() + timedelta(days=7 - local.weekday()), MORNING, tzinfo=local.tzinfo)
    offered = {"hour": now + timedelta(hours=1), "tonight": tonight, "monday": monday}
    return {name: at.astimezone(now.tzinfo) for name, at in offered.items() if at > now}


@dataclass(frozen=True, kw_only=True)
class WrittenAbsence:
    """What somebody wrote behind “away”."""

    first: date
    last: date
    name: str
    """A part of the deputy's name; may be empty."""
    ground: str


def read_absence(text: str, *, today: date) -> WrittenAbsence | None:
    """Return days, deputy and ground as people write them: `1.12-12.12 Olga, power of attorney 12/2026`."""
    found = read_days(text.strip(), today=today)
    if found is None:
        return None
    first, last, rest = found
    name, _, ground = (part.strip() for part in rest.partition(","))
    return WrittenAbsence(first=first, last=last, name=name, ground=ground)


def fitting(name: str, people: Iterable[Person]) -> list[Person]:
    """Return whom a part of a name may mean."""
    return [person for person in people if name.casefold() in person.name.casefold()]


def read_days(text: str, *, today: date) -> tuple[date, date, str] | None:
    """Return the first and the last day that a person wrote, and the words behind them; None when they are no days.

    `12.12` is until that day from today on, `1.12-12.12` from and to, `2026-12-01 2026-12-12` too. A day without a year
    is the next one of that name.
    """
    first = _WRITTEN.match(text)
    if first is None or (begin := _day(first, after=today)) is None:
        return None
    gap = _BETWEEN.match(text, first.end())
    second = _WRITTEN.match(text, gap.end() if gap else first.end())
    if second is None:
        return today, begin, text[first.end() :].strip(" ,")
    # What began a while ago has not its next turn in a year.
    begin = _day(first, after=today - timedelta(days=60)) or begin
    end = _day(second, after=begin)
    return None if end is None else (begin, end, text[second.end() :].strip(" ,"))


def _day(found: re.Match[str], *, after: date) -> date | None:
    year, month, number, own_number, own_month, own_year = found.groups()
    try:
        if year:
            return date(int(year), int(month), int(number))
        if own_year:
            return date(int(own_year) + (2000 if len(own_year) == 2 else 0), int(own_month), int(own_number))
        this = date(after.year, int(own_month), int(own_number))
        return this if this >= after else date(after.year + 1, this.month, this.day)
    except ValueError:
        return None
