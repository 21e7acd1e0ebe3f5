"""When people are there: absences with a deputy, hand-overs of a request, quiet hours; plain values and their port."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from signing.people import PersonId

MAX_LINKS = 3
"""Hand-overs of one request in a row, at most: A → B → C → D."""
_WEEKEND = 5
"""`weekday()` of Saturday."""


@dataclass(frozen=True, kw_only=True)
class Absence:
    """A person is away for some days; whoever stands in signs with their own key."""

    person: PersonId
    first_day: date
    last_day: date
    """The last day away: the person is back on the day after."""
    since: datetime
    until: datetime
    """The end, not included: midnight after `last_day` in the person's zone."""
    deputy: PersonId | None = None
    ground: str = ""
    """On what ground the deputy acts, such as a power of attorney with its number; may be empty."""
    by: PersonId
    """Who wrote it down: the person, an administrator or the console."""

    def is_on(self, now: datetime) -> bool:
        """Return whether the person is away at this moment."""
        return self.since <= now < self.until

    def overlaps(self, other: Absence) -> bool:
        """Return whether there is a moment in both."""
        return self.since < other.until and other.since < self.until


@dataclass(frozen=True, kw_only=True)
class Link:
    """One hand-over of a request: `person` was asked, the next one (or the signer) acts."""

    person: PersonId
    is_absence: bool = False
    """It goes back when the person returns; what was handed over by hand stays."""
    ground: str = ""


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """When somebody is left in peace: from the evening to the morning, and at weekends."""

    begin: time = time(20, 0)
    end: time = time(8, 0)
    weekends: bool = True

    @property
    def is_off(self) -> bool:
        """Whether no hour is quiet; then weekends count no more either."""
        return self.begin == self.end

    def is_quiet(self, at: datetime, *, zone: str) -> bool:
        """Return whether `at` lies in them, by the clocks of `zone`."""
        if self.is_off:
            return False
        local = at.astimezone(ZoneInfo(zone))
        if self.weekends and local.weekday() >= _WEEKEND:
            return True
        clock = local.time()
        if self.begin < self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def loud(self, at: datetime, *, zone: str) -> datetime:
        """Return the first moment from `at` on that is not quiet."""
        if not self.is_quiet(at, zone=zone):
            return at
        return next(found for found in self._mornings(at, zone=zone) if found > at)

    def morning(self, at: datetime, *, zone: str) -> datetime:
        """Return the end of the quiet hours (08:00 where there are none) of the first day on which it is not past."""
        return next(found for found in self._mornings(at, zone=zone) if found >= at)

    def _mornings(self, at: datetime, *, zone: str) -> list[datetime]:
        """Return the moments of the next days at which quiet hours end; wall clock, so that summer time moves none."""
        ends = QuietHours().end if self.is_off else self.end
        today = at.astimezone(ZoneInfo(zone)).date()
        days = [today + timedelta(days=ahead) for ahead in range(8)]
        found = [datetime.combine(day, ends, tzinfo=ZoneInfo(zone)).astimezone(at.tzinfo) for day in days]
        return [moment for moment in found if not self.is_quiet(moment, zone=zone)]


_HOURS = re.compile(r"([01]?[0-9]|2[0-3])(?::([0-5][0-9]))?\s*[-–]\s*([01]?[0-9]|2[0-3])(?::([0-5][0-9]))?")


def read_quiet_hours(text: str, *, weekends: bool = True) -> QuietHours | None:
    """Return the hours that a person wrote, such as `20:00-08:00`, `22-7` or `off`; None when they are none."""
    if text.strip().lower() == "off":
        return QuietHours(begin=time(), end=time(), weekends=False)
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    begin, begin_minute, end, end_minute = (int(part or 0) for part in found.groups())
    return QuietHours(begin=time(begin, begin_minute), end=time(end, end_minute), weekends=weekends)


class Absences(Protocol):
    """Who is away or will be, at most one absence a person; and when people are left in peace."""

    async def put(self, absence: Absence) -> None:
        """Write it down; an earlier one of the person is replaced."""

    async def of(self, person: PersonId) -> Absence | None: ...
    async def all(self) -> tuple[Absence, ...]: ...
    async def end(self, person: PersonId) -> None:
        """Forget the person's absence."""

    async def quiet_hours(self, person: PersonId) -> QuietHours | None:
        """Return the person's own quiet hours; None: the company's count."""

    async def keep_quiet_hours(self, person: PersonId, hours: QuietHours | None) -> None: ...


def days_of(first: date, last: date, *, zone: str) -> tuple[datetime, datetime]:
    """Return the moments at which these days begin and end in `zone`; the end is not included."""
    local = ZoneInfo(zone)
    begin = datetime.combine(first, time(), tzinfo=local)
    return begin, datetime.combine(last + timedelta(days=1), time(), tzinfo=local)
