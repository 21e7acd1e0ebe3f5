"""Quiet hours by the clocks of the reader's zone, over summer time and weekends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.presence import QuietHours, days_of, read_quiet_hours

ZONES = ("UTC", "Europe/Podgorica", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")
OFF = read_quiet_hours("off") or QuietHours()


def at(text: str, zone: str = "Europe/Podgorica") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "loud"),
    [
        ("2026-11-23T10:00", "2026-11-23T10:00"),
        ("2026-11-23T20:00", "2026-11-24T08:00"),
        ("2026-11-24T07:59", "2026-11-24T08:00"),
        ("2026-11-27T19:59", "2026-11-27T19:59"),
        ("2026-11-27T20:00", "2026-11-30T08:00"),
        ("2026-11-29T12:00", "2026-11-30T08:00"),
    ],
    ids=["day", "evening", "dawn", "friday", "friday evening", "sunday"],
)
def test_the_first_loud_moment(asked: str, loud: str) -> None:
    assert QuietHours().loud(at(asked), zone="Europe/Podgorica") == at(loud)


def test_the_same_moment_is_night_here_and_day_there() -> None:
    moment = at("2026-11-23T10:00")
    assert not QuietHours().is_quiet(moment, zone="Europe/Podgorica")
    assert QuietHours().is_quiet(moment, zone="America/New_York")


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"], ids=["spring", "autumn"])
def test_the_morning_after_the_clocks_change_is_eight_by_the_wall(day: str) -> None:
    every_day = QuietHours(weekends=False)
    evening = at(f"{day}T00:30")
    loud = every_day.loud(evening, zone="Europe/Podgorica")
    assert loud == at(f"{day}T08:00")
    assert loud - evening == timedelta(hours=7, minutes=30) + timedelta(hours=-1 if day == "2026-03-29" else 1)


def test_a_day_away_is_a_day_of_23_or_25_hours_when_the_clocks_change() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 23), 24)):
        since, until = days_of(day, day, zone="Europe/Podgorica")
        assert until.astimezone(UTC) - since.astimezone(UTC) == timedelta(hours=hours)


def test_quiet_hours_within_one_day_and_none_at_all() -> None:
    siesta = QuietHours(begin=time(13), end=time(15), weekends=False)
    assert siesta.loud(at("2026-11-28T13:30"), zone="Europe/Podgorica") == at("2026-11-28T15:00")
    assert not siesta.is_quiet(at("2026-11-28T23:00"), zone="Europe/Podgorica")
    assert OFF.loud(at("2026-11-28T03:00"), zone="UTC") == at("2026-11-28T03:00")
    assert OFF.morning(at("2026-11-28T03:00"), zone="Europe/Podgorica") == at("2026-11-28T08:00")


@pytest.mark.parametrize("text", ["20:00-08:00", "20:00 – 8:00", "20-8"])
def test_hours_are_read_as_people_write_them(text: str) -> None:
    assert read_quiet_hours(text) == QuietHours()


@pytest.mark.parametrize("text", ["", "soon", "25:00-08:00", "20:00", "20:61-08:00", "20:00-08:00 x"])
def test_what_are_no_hours_is_none(text: str) -> None:
    assert read_quiet_hours(text) is None


times = st.times().map(lambda found: found.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants bounds without a zone
hours = st.builds(QuietHours, begin=times, end=times, weekends=st.booleans())


@given(hours=hours, moment=moments, zone=st.sampled_from(ZONES))
def test_a_loud_moment_is_never_quiet_nor_early_and_is_its_own(hours: QuietHours, moment: datetime, zone: str) -> None:
    loud = hours.loud(moment, zone=zone)
    assert loud >= moment
    assert not hours.is_quiet(loud, zone=zone)
    assert hours.loud(loud, zone=zone) == loud
    assert loud - moment <= timedelta(days=4)


@given(hours=hours, moment=moments, zone=st.sampled_from(ZONES))
def test_a_morning_is_loud_and_not_before(hours: QuietHours, moment: datetime, zone: str) -> None:
    morning = hours.morning(moment, zone=zone)
    assert moment <= morning <= moment + timedelta(days=4)
    assert not hours.is_quiet(morning, zone=zone)
