"""Tokens of our people: sealed at rest, each for its own person, renewed once for many, stored before use."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from bot.platforms.bitrix24.errors import AccessLost, NotExecuted
from bot.platforms.bitrix24.oauth import Introspection
from bot.platforms.bitrix24.tokens import TokenPair
from storage.sealed import Unsealable
from tests.bot.platforms.bitrix24.trading_house import ADMINISTRATOR, ANNA, BORIS, House, open_house
from tests.conftest import HandClock


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """A house that keeps a pair of Anna's."""
    async with open_house(tmp_path, clock) as opened:
        await keep(opened, ANNA)
        yield opened


async def keep(house: House, user: int) -> tuple[str, str]:
    issued = house.far.accounts.issue(user)
    access, refresh = str(issued["access_token"]), str(issued["refresh_token"])
    await house.connection.person_tokens.keep(user, access, refresh)
    return access, refresh


async def whose(house: House, user: int) -> int:
    """Return who the portal takes us for."""
    found = await house.connection.person_tokens.portal(user).read("profile")
    return int(found["ID"])


def at_rest(house: House) -> bytes:
    return b"".join(path.read_bytes() for path in house.database.parent.glob("countersign.sqlite3*"))


async def test_each_person_is_called_with_the_own_rights(house: House) -> None:
    await keep(house, BORIS)
    assert [await whose(house, ANNA), await whose(house, BORIS)] == [ANNA, BORIS]


async def test_nobody_without_a_kept_pair_is_called_at_all(house: House) -> None:
    calls = len(house.far.rest.calls)
    with pytest.raises(AccessLost):
        await whose(house, BORIS)
    assert len(house.far.rest.calls) == calls


async def test_nothing_at_rest_can_be_read_or_moved_to_another_person(house: House) -> None:
    access, refresh = await keep(house, ANNA)
    assert access.encode() not in at_rest(house)
    assert refresh.encode() not in at_rest(house)
    with closing(sqlite3.connect(house.database)) as connection, connection:
        connection.execute(f"UPDATE note SET name = '{BORIS}' WHERE space = 'bitrix24-person'")
    with pytest.raises(Unsealable):
        await whose(house, BORIS)


async def test_many_who_find_the_token_old_make_one_refresh_and_the_new_pair_is_kept(house: House) -> None:
    house.far.accounts.expire()
    assert await asyncio.gather(*(whose(house, ANNA) for _ in range(6))) == [ANNA] * 6
    assert house.far.accounts.refreshes == 1
    house.far.accounts.expire()
    assert await whose(house, ANNA) == ANNA, "the rotated refresh token was stored"
    assert house.far.accounts.refreshes == 2


async def test_only_the_lost_pair_is_forgotten(house: House) -> None:
    tokens = house.connection.person_tokens
    lost = await tokens.access(ANNA)
    newer, _ = await keep(house, ANNA)
    await tokens.forget(ANNA, lost)
    assert await tokens.access(ANNA) == newer
    await tokens.forget(ANNA, newer)
    assert not await tokens.has(ANNA)


async def test_a_page_that_is_opened_in_the_portal_lets_us_look(house: House) -> None:
    await house.link("Boris", BORIS)
    assert not await house.platform.places.is_open_to(house.people["Boris"])
    address, form = house.far.placements.form("DEFAULT", None, user=BORIS)
    async with aiohttp.ClientSession() as browser, browser.post(address, data=form) as page:
        assert (page.status, house.desk.opened) == (200, [house.people["Boris"]])
    assert await whose(house, BORIS) == BORIS


async def test_a_page_of_a_stranger_keeps_nothing(house: House) -> None:
    address, form = house.far.placements.form("DEFAULT", None, user=BORIS)
    async with aiohttp.ClientSession() as browser, browser.post(address, data=form) as page:
        assert page.status == 403
    assert not await house.connection.person_tokens.has(BORIS)


async def test_a_refresh_token_of_somebody_else_gives_nobody_other_rights(house: House) -> None:
    """The form of a page is posted by a browser: its refresh token may be anybody's."""
    await house.link("Boris", BORIS)
    address, form = house.far.placements.form("DEFAULT", None, user=BORIS)
    foreign = str(house.far.accounts.issue(ADMINISTRATOR)["refresh_token"])
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(address, data={**form, "REFRESH_ID": foreign}) as page,
    ):
        assert page.status == 200
    house.far.accounts.expire()
    with pytest.raises(AccessLost):
        await whose(house, BORIS)


async def lost_on_the_way(house: House) -> str:
    """A pair is renewed, and the authorization server breaks off before it says whose it is; return its refresh."""

    async def at_once(_seconds: float) -> None:
        """Wait for nothing."""

    house.connection.portal._sleep = at_once
    house.far.accounts.expire()
    oauth = house.connection.oauth
    asked, made = oauth.introspect, oauth.refresh
    renewed: list[str] = []

    async def away(access_token: str) -> Introspection:
        assert access_token
        raise NotExecuted(method="app.info")

    async def noted(refresh_token: str) -> TokenPair:
        pair = await made(refresh_token)
        renewed.append(pair.refresh)
        return pair

    oauth.introspect, oauth.refresh = away, noted  # type: ignore[method-assign]  # breaks between two calls
    with pytest.raises(NotExecuted):
        await whose(house, ANNA)
    oauth.introspect, oauth.refresh = asked, made  # type: ignore[method-assign]  # as it was
    return renewed[0]


async def test_a_renewed_pair_outlasts_an_answer_that_never_came(house: House) -> None:
    held = await lost_on_the_way(house)
    assert held.encode() not in at_rest(house)
    assert await whose(house, ANNA) == ANNA
    assert house.far.accounts.refreshes == 1, "vouched for at the next use, not renewed again"
    house.far.accounts.expire()
    assert await whose(house, ANNA) == ANNA


async def test_a_pair_that_was_held_for_long_is_renewed_before_it_is_asked_about(house: House) -> None:
    await lost_on_the_way(house)
    house.far.accounts.expire()
    house.clock.move(days=365)
    assert await whose(house, ANNA) == ANNA
    assert house.far.accounts.refreshes == 2


async def test_a_held_pair_of_somebody_else_is_not_used(house: House) -> None:
    tokens = house.connection.person_tokens
    issued = house.far.accounts.issue(ANNA), house.far.accounts.issue(BORIS)
    await tokens.keep(ANNA, str(issued[0]["access_token"]), str(issued[1]["refresh_token"]))
    await lost_on_the_way(house)
    for _ in range(2):
        with pytest.raises(AccessLost):
            await whose(house, ANNA)
