"""What every store of absences and quiet hours must do; requests of before there were any stay readable."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

from signing.people import Person, PersonId
from signing.ports import Clock, Store
from signing.presence import Absence, Link, QuietHours
from storage.database import Database
from storage.migrations import upgrade
from storage.store import SqlStore
from tests.ports.test_store_requests import ANNA, IVAN, a_request


def an_absence(clock: Clock, person: PersonId = IVAN) -> Absence:
    return Absence(
        person=person, first_day=date(2026, 12, 1), last_day=date(2026, 12, 12), since=clock.now(),
        until=clock.now() + timedelta(days=12), deputy=ANNA, ground="доверенность 12/2026", by=ANNA,
    )  # fmt: skip


async def with_people(store: Store, clock: Clock) -> None:
    async with store.begin() as tx:
        for person in (ANNA, IVAN):
            await tx.people.add(Person(id=person, name=person, created_at=clock.now()))


async def test_an_absence_comes_back_as_it_went_in_and_the_newest_counts(store: Store, clock: Clock) -> None:
    await with_people(store, clock)
    first, second = an_absence(clock), replace(an_absence(clock), deputy=None, ground="", last_day=date(2026, 12, 31))
    async with store.begin() as tx:
        await tx.absences.put(first)
        assert await tx.absences.of(IVAN) == first
        await tx.absences.put(second)
        await tx.absences.put(replace(an_absence(clock, ANNA), since=clock.now() - timedelta(days=1)))
    async with store.read() as tx:
        assert await tx.absences.of(IVAN) == second
        assert [absence.person for absence in await tx.absences.all()] == [ANNA, IVAN]


async def test_an_absence_ends_once(store: Store, clock: Clock) -> None:
    await with_people(store, clock)
    async with store.begin() as tx:
        await tx.absences.put(an_absence(clock))
        await tx.absences.end(IVAN)
        await tx.absences.end(IVAN)
        assert await tx.absences.of(IVAN) is None


async def test_quiet_hours_are_ones_own_until_they_are_the_companys_again(store: Store, clock: Clock) -> None:
    await with_people(store, clock)
    own = QuietHours(begin=time(22, 30), end=time(7), weekends=False)
    async with store.begin() as tx:
        assert await tx.absences.quiet_hours(IVAN) is None
        await tx.absences.keep_quiet_hours(IVAN, QuietHours())
        await tx.absences.keep_quiet_hours(IVAN, own)
        assert await tx.absences.quiet_hours(IVAN) == own
        assert await tx.absences.quiet_hours(ANNA) is None
        await tx.absences.keep_quiet_hours(IVAN, None)
        assert await tx.absences.quiet_hours(IVAN) is None


async def test_a_request_of_before_there_were_absences_stays_readable(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "old.sqlite3"
    url = f"sqlite:///{path}"
    upgrade(url)
    handed = a_request(clock, delegated_from=ANNA)
    async with await Database.open(url) as database, SqlStore(database, clock).begin() as tx:
        await tx.requests.add(handed)
    with closing(sqlite3.connect(path)) as connection, connection:
        (body,) = connection.execute("SELECT body FROM request").fetchone()
        new = ("ground", "links", "nudges", "prompted_at")
        old = {key: value for key, value in json.loads(body).items() if key not in new}
        connection.execute("UPDATE request SET body = ?", (json.dumps(old),))
    async with await Database.open(url) as database, SqlStore(database, clock).read() as tx:
        assert await tx.requests.get(handed.id) == replace(handed, links=(Link(person=ANNA),))
