"""Who looks at which requests: their own ones, or everybody's for an auditor, which the journal tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from signing.audit import Tag
from signing.evidence.case import CONSOLE, reads_all
from signing.lookup import Search
from signing.moves import note
from signing.people import PersonId
from signing.ports import Clock, Store
from signing.request import SigningRequest, read_number

PAGE = 5
"""Requests on a page of a chat."""

_SHORT = re.compile(r"\b([0-9a-f]{4}) ([0-9a-f]{4}) (?:…|\.\.\.) ([0-9a-f]{4}) ([0-9a-f]{4})\b")
"""A fingerprint as cards show it."""
_HEX = re.compile(r"(?=.*\d)[0-9a-f]{6,64}")
_DAY = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?|(?:(\d{1,2})\.)?(\d{1,2})\.(\d{4})")
_SPAN = ".."


@dataclass(frozen=True, kw_only=True)
class Page:
    """What was found, newest first."""

    requests: tuple[SigningRequest, ...]
    total: int
    number: int
    """Counts from 0."""
    size: int

    @property
    def last(self) -> int:
        """Number of the last page."""
        return max(0, (self.total - 1) // self.size)


class History:
    """Looks requests up, with the rights of whoever asks."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def look(self, search: Search, *, by: str, page: int = 0, size: int = PAGE, words: str = "") -> Page:
        """Return a page of what fits and `by` may see; a page beyond the end is the last one.

        An auditor or administrator sees everybody's requests. Where one of them is not their own, the journal tells
        who looked and for what (`words`). The console sees all: whoever sits there can read the database anyway.
        """
        async with self._store.begin() as tx:
            person = None if by == CONSOLE else await tx.people.get(PersonId(by))
            everybody = person is None or reads_all(person)
            visible_to = None if everybody else PersonId(by)
            at = max(page, 0)
            found, total = await tx.history.find(search, visible_to=visible_to, offset=at * size, limit=size)
            if not found and total:
                at = (total - 1) // size
                found, total = await tx.history.find(search, visible_to=visible_to, offset=at * size, limit=size)
            if everybody and person is not None and total:
                _, own = await tx.history.find(search, visible_to=PersonId(by), offset=0, limit=1)
                if own < total:
                    now, said = self._clock.now(), words[:200]
                    await note(tx, Tag.HISTORY_SEARCHED, subject=by, actor=by, now=now, words=said, found=total)
        return Page(requests=found, total=total, number=at, size=size)


def read_search(text: str, *, states: Mapping[str, str], zone: str) -> Search:
    """Return what somebody typed as a search; every text is one.

    Understood: numbers of requests, fingerprints (whole, as cards show them, or six first digits and more), days and
    months (`2026-11-05`, `05.11.2026`, `2026-11`), spans of them (`2026-10..2026-11-05`), the names of states in
    `states` (name → state, lower case). Everything else are words.
    """
    lowered = " ".join(text.lower().split())
    found = Search()
    short = _SHORT.search(lowered)
    if short:
        found = replace(found, begins=short[1] + short[2], ends=short[3] + short[4])
        lowered = f"{lowered[: short.start()]} {lowered[short.end() :]}"
    for name in sorted(states, key=len, reverse=True):
        if re.search(rf"(?:^|\s){re.escape(name)}(?:$|\s)", lowered):
            found = replace(found, states=(*found.states, states[name]))
            lowered = re.sub(rf"(?:^|\s){re.escape(name)}(?:$|\s)", " ", lowered, count=1)
    for word in lowered.split():
        found = _with(found, word, zone)
    return found


def _with(found: Search, word: str, zone: str) -> Search:
    number, span = read_number(word), _span(word, zone)
    # Twelve letters alone may as well be a word of somebody's name.
    if number is not None and not word.isalpha():
        return replace(found, numbers=(*found.numbers, number))
    if span is not None:
        return replace(found, since=span[0] or found.since, until=span[1] or found.until)
    if _HEX.fullmatch(word):
        return replace(found, begins=word)
    return replace(found, words=(*found.words, word))


def _span(word: str, zone: str) -> tuple[datetime | None, datetime | None] | None:
    first, dots, last = word.partition(_SPAN)
    begin, end = _day(first, zone), _day(last if dots else first, zone)
    if (begin is None and end is None) or (first and begin is None) or (dots and last and end is None):
        return None
    return begin[0] if begin else None, end[1] if end else None


def _day(text: str, zone: str) -> tuple[datetime, datetime] | None:
    """Return when a day or a month begins in the reader's zone, and when the next one does."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    try:
        begin = datetime(int(year), int(month), int(day or 1), tzinfo=ZoneInfo(zone))
    except ValueError:
        return None
    following = begin + timedelta(days=1 if day else 32)
    end = following if day else following.replace(day=1)
    return begin.astimezone(UTC), end.astimezone(UTC)
