"""Many reads in one call: the same answers as alone, each with its own failure."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms.bitrix24.batch import Call, bodies, commands
from bot.platforms.bitrix24.errors import Absent, Bitrix24Error, Parked, Refused, UnknownOutcome
from bot.platforms.bitrix24.form import read_form, write_query
from playground.bitrix24.batch import MOST
from playground.bitrix24.faults import FaultKind
from playground.bitrix24.php import build_query
from tests.bot.platforms.bitrix24.conftest import Desk

PROFILE = Call(method="profile", params={})


def _sent(desk: Desk) -> list[str]:
    """Return what went over the wire."""
    return [call.method for call in desk.far.rest.calls if not call.is_inner]


async def test_each_call_of_a_batch_has_its_own_outcome(desk: Desk) -> None:
    deal = desk.far.office.open_deal("Поставка & монтаж", by=2)

    def item(number: int) -> Call:
        return Call(method="crm.item.get", params={"entityTypeId": 2, "id": number, "useOriginalUfNames": "Y"})

    wanted = [PROFILE, item(deal.id), item(999), Call(method="no.such.method", params={})]
    profile, found, absent, unknown = await desk.portal.batch(wanted)
    assert isinstance(profile, dict)
    assert profile["result"]["NAME"] == "Vera"
    assert isinstance(found, dict)
    assert found["result"]["item"]["title"] == "Поставка & монтаж"
    assert isinstance(absent, Absent)
    assert isinstance(unknown, Refused)
    assert unknown.code == "ERROR_METHOD_NOT_FOUND"
    assert _sent(desk) == ["batch"]


async def test_a_batch_of_failures_only_and_one_of_answers_only(desk: Desk) -> None:
    (failed,) = await desk.portal.batch([Call(method="no.such.method", params={})])
    (good,) = await desk.portal.batch([PROFILE])
    assert isinstance(failed, Bitrix24Error)
    assert isinstance(good, dict)


async def test_a_method_without_time_left_rests_also_when_a_batch_says_so(desk: Desk) -> None:
    desk.far.faults.add(FaultKind.OPERATING, method="profile")
    (outcome,) = await desk.portal.batch([PROFILE])
    assert isinstance(outcome, Parked)
    for asking in (desk.portal.read("profile"), desk.portal.batch([PROFILE])):
        with pytest.raises(Parked):
            await asking
    assert _sent(desk) == ["batch"]


async def test_a_long_list_costs_two_calls_and_loses_no_row(desk: Desk) -> None:
    for number in range(480):
        desk.far.office.hire(f"Name{number}", "Test")
    rows = [row["ID"] async for row in desk.portal.pages("user.get", "", FILTER={"ACTIVE": True})]
    assert rows == [str(number) for number in range(1, 483)]
    assert _sent(desk) == ["user.get", "batch"]


async def test_a_list_of_thousands_comes_ten_pages_at_once(desk: Desk) -> None:
    for number in range(1100):
        desk.far.office.hire(f"Name{number}", "Test")
    rows = [row["ID"] async for row in desk.portal.pages("user.get", "")]
    assert len(rows) == len(set(rows)) == 1102
    assert _sent(desk) == ["user.get", "batch", "batch", "batch"]


async def test_a_page_that_failed_in_the_batch_is_asked_for_alone(desk: Desk) -> None:
    for number in range(200):
        desk.far.office.hire(f"Name{number}", "Test")
    listed = desk.portal.pages("user.get", "")
    rows = [await anext(listed)]
    desk.far.faults.add(FaultKind.LIMIT, method="user.get", times=2)
    rows += [row async for row in listed]
    assert [row["ID"] for row in rows] == [str(number) for number in range(1, 203)]
    assert _sent(desk) == ["user.get", "batch", "user.get", "user.get"]


async def test_a_batch_that_was_refused_or_lost_is_repeated_like_any_read(desk: Desk) -> None:
    for kind in (FaultKind.LIMIT, FaultKind.DROP_RESPONSE, FaultKind.SERVER_ERROR, FaultKind.EXPIRED):
        desk.far.faults.add(kind, method="batch")
    (outcome,) = await desk.portal.batch([PROFILE])
    assert isinstance(outcome, dict)


async def test_words_that_mean_something_in_a_batch_are_sent_alone(desk: Desk) -> None:
    for number in range(160):
        desk.far.office.hire(f"Name{number}", "Test")
    rows = [row async for row in desk.portal.pages("user.get", "", FILTER={"NAME": "$result[c0][0][NAME]"})]
    assert len(rows) == 162
    assert _sent(desk) == ["user.get"] * 4


async def test_more_than_fifty_are_refused_by_the_portal(desk: Desk) -> None:
    with pytest.raises(Refused, match="ERROR_BATCH_LENGTH_EXCEEDED"):
        await desk.portal.batch([PROFILE] * (MOST + 1))


@pytest.mark.parametrize(
    "result",
    [
        [], None, "x", {"result": [], "result_error": []}, {"result": {"c1": 1}}, {"result": [1], "result_error": [1]},
    ],
)  # fmt: skip
def test_what_a_batch_does_not_tell_is_unknown(result: object) -> None:
    assert bodies(1, result) == [None]


async def test_an_unknown_inner_outcome_is_told_as_such(desk: Desk) -> None:
    assert isinstance(desk.portal._outcome(PROFILE, None), UnknownOutcome)


def test_a_call_is_written_as_php_reads_it() -> None:
    params: dict[str, Any] = {
        "filter": {">=updatedTime": "2026-11-25T20:00:00+00:00", "@id": [1, 2], "is": True, "not": False},
        "select": ["id", "title & co", "Ц"], "start": 50,
    }  # fmt: skip
    assert read_form(write_query(params).encode()) == read_form(build_query(params))
    assert write_query({"a": None}) == "a="
    assert commands([Call(method="crm.item.list", params={"start": 0})]) == {"c0": "crm.item.list?start=0"}
