"""Calls: what is repeated, what never is, and what a token may never be seen in."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.platforms.bitrix24.errors import (
    AccessLost,
    Bitrix24Error,
    Denied,
    Parked,
    Refused,
    UnknownOutcome,
)
from playground.bitrix24.faults import FaultKind
from tests.bot.platforms.bitrix24.conftest import Desk


def _executed(desk: Desk, method: str) -> int:
    return len(desk.far.calls(method))


async def test_a_call_answers_with_its_result(desk: Desk) -> None:
    assert (await desk.portal.read("profile"))["NAME"] == "Vera"
    assert await desk.portal.write("event.bind", event="ONCRMDEALADD", handler="http://127.0.0.1:1/x") is True


@pytest.mark.parametrize("kind", [FaultKind.LIMIT, FaultKind.SERVER_ERROR, FaultKind.DROP_RESPONSE, FaultKind.AWAY])
async def test_a_read_is_repeated_until_it_is_answered(desk: Desk, kind: FaultKind) -> None:
    desk.far.faults.add(kind, method="profile", times=3)
    assert (await desk.portal.read("profile"))["NAME"] == "Vera"
    assert len(desk.pauses) == 3
    assert desk.pauses == sorted(desk.pauses), "ever longer pauses"


async def test_a_read_gives_up_after_some_tries(desk: Desk) -> None:
    desk.far.faults.add(FaultKind.SERVER_ERROR, method="profile", times=99)
    with pytest.raises(UnknownOutcome):
        await desk.portal.read("profile")
    assert len(desk.far.rest.calls) == 5


async def test_a_write_that_was_refused_before_it_ran_is_repeated(desk: Desk) -> None:
    desk.far.faults.add(FaultKind.LIMIT, method="event.bind", times=2)
    assert await desk.portal.write("event.bind", event="ONCRMDEALADD", handler="http://127.0.0.1:1/x")
    assert _executed(desk, "event.bind") == 1


@pytest.mark.parametrize("kind", [FaultKind.DROP_RESPONSE, FaultKind.SERVER_ERROR, FaultKind.AWAY])
async def test_a_write_of_unknown_outcome_is_never_repeated(desk: Desk, kind: FaultKind) -> None:
    desk.far.faults.add(kind, method="event.bind")
    with pytest.raises(UnknownOutcome):
        await desk.portal.write("event.bind", event="ONCRMDEALADD", handler="http://127.0.0.1:1/x")
    assert _executed(desk, "event.bind") == (1 if kind is FaultKind.DROP_RESPONSE else 0)


async def test_an_error_counts_whatever_the_status_says(desk: Desk) -> None:
    desk.far.faults.add(FaultKind.ERROR_WITH_200, method="profile")
    with pytest.raises(Refused, match="ERROR_CORE"):
        await desk.portal.read("profile")


async def test_a_method_without_time_left_rests_and_the_others_go_on(desk: Desk) -> None:
    desk.far.faults.add(FaultKind.OPERATING, method="profile")
    with pytest.raises(Parked):
        await desk.portal.read("profile")
    with pytest.raises(Parked):
        await desk.portal.read("profile")
    assert len(desk.far.rest.calls) == 1, "the second one was not even sent"
    assert await desk.portal.read("event.get") == []


async def test_many_who_meet_an_old_token_renew_it_once_and_keep_it_first(desk: Desk) -> None:
    desk.far.accounts.expire()
    answers = await asyncio.gather(*(desk.portal.read("profile") for _ in range(8)))
    assert {answer["NAME"] for answer in answers} == {"Vera"}
    assert desk.far.accounts.refreshes == 1
    assert len(desk.kept.saved) == 1


async def test_a_pair_that_another_process_renewed_is_taken_from_the_store(desk: Desk) -> None:
    stale = await desk.tokens.access()
    fresh = await desk.oauth.refresh(desk.kept.pair.refresh)  # type: ignore[union-attr]  # the fixture puts one there
    desk.kept.pair = fresh
    assert await desk.tokens.renew(stale) == fresh.access
    assert desk.far.accounts.refreshes == 1


async def test_a_refresh_token_that_is_void_means_to_install_again(desk: Desk) -> None:
    desk.far.accounts.expire()
    await desk.oauth.refresh(desk.kept.pair.refresh)  # type: ignore[union-attr]  # the fixture puts one there
    with pytest.raises(AccessLost):
        await desk.portal.read("profile")


async def test_before_the_application_is_installed_nothing_is_sent(desk: Desk) -> None:
    desk.kept.pair = None
    with pytest.raises(AccessLost):
        await desk.portal.read("profile")
    assert not desk.far.rest.calls


async def test_lists_are_read_to_their_end(desk: Desk) -> None:
    for number in range(120):
        desk.far.office.hire(f"Name{number}", "Test")
    rows = [row async for row in desk.portal.pages("user.get", "")]
    assert len(rows) == len({row["ID"] for row in rows}) == 122
    assert _executed(desk, "user.get") == 3


async def test_a_token_follows_no_redirect_to_another_host(desk: Desk) -> None:
    desk.far.rest.moved_to = "http://127.0.0.1:1"
    with pytest.raises(Denied, match="PORTAL_MOVED"):
        await desk.portal.read("profile")
    assert not desk.far.rest.calls


async def test_calls_never_come_faster_than_the_portal_allows(desk: Desk) -> None:
    desk.far.rest.is_limited = False  # its clock is the real one
    await asyncio.gather(*(desk.portal.read("profile") for _ in range(70)))
    assert sum(desk.pauses) == pytest.approx(10.0), "fifty at once, then two a second"
    assert _executed(desk, "profile") == 70


async def test_whoever_may_not_is_told_so(desk: Desk) -> None:
    deal = desk.far.office.open_deal("Closed", by=2)
    desk.far.office.barred.add((1, deal.id))
    with pytest.raises(Denied):
        await desk.portal.read("crm.item.get", entityTypeId=2, id=deal.id, useOriginalUfNames="Y")
    assert await desk.portal.is_administrator(str(desk.far.accounts.issue(1)["access_token"]))
    assert not await desk.portal.is_administrator(str(desk.far.accounts.issue(2)["access_token"]))


async def test_no_token_stands_in_an_error_or_in_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert desk.kept.pair is not None
    secrets = (desk.kept.pair.access, desk.kept.pair.refresh, "playground-loopback-client-secret")
    errors: list[Bitrix24Error] = []
    for kind in (FaultKind.DROP_RESPONSE, FaultKind.SERVER_ERROR, FaultKind.AWAY, FaultKind.ERROR_WITH_200):
        desk.far.faults.add(kind, method="profile", times=9)
        with pytest.raises(Bitrix24Error) as caught:
            await desk.portal.write("profile")
        errors.append(caught.value)
        desk.far.faults.clear()
    desk.far.accounts.expire()
    await desk.portal.read("profile")
    ours = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]  # the far side's log
    said = "".join(map(str, errors)) + "".join(map(repr, errors)) + repr(desk.kept.pair) + "".join(ours)
    assert len(errors) == 4
    assert not [secret for secret in secrets if secret in said]
