"""Logging in to the portal from a chat: their own account only, once, in time, by the authorization server's word."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest

from signing.membership import CONSOLE
from signing.people import Role
from signing.request import RequestId
from tests.bot.platforms.bitrix24.trading_house import ANNA, BORIS, House, open_house
from tests.conftest import HandClock

REQUEST = RequestId("7K3M9QXA2F4B")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """A house whose Anna is linked, and Boris is not."""
    async with open_house(tmp_path, clock) as opened:
        await opened.link("Anna", ANNA)
        yield opened


def refusals(house: House) -> list[str]:
    with closing(sqlite3.connect(house.database)) as connection:
        rows = connection.execute("SELECT json_extract(facts, '$.why') FROM journal WHERE tag = 'portal:event_refused'")
        return [why for (why,) in rows]


def told(house: House) -> list[tuple[str, str, str]]:
    """Return who is told of whose binding of which account."""
    query = """SELECT json_extract(facts, '$.person'), json_extract(facts, '$.facts.signer'),
        json_extract(facts, '$.facts.account') FROM job
        WHERE kind = 'tell' AND json_extract(facts, '$.notice') = 'account-bound'"""
    with closing(sqlite3.connect(house.database)) as connection:
        return connection.execute(query).fetchall()


async def back(house: House, *, link: str, **changed: str) -> tuple[int, str]:
    """Come back from the portal by hand, with the link's own state and whatever is changed."""
    (state,) = parse_qs(urlsplit(link).query)["state"]
    given = {"state": state, "code": house.far.accounts.code(ANNA), "domain": urlsplit(house.far.url).netloc, **changed}
    return await house.visit(f"{house.url}/bitrix24/authorized?{urlencode(given)}", ANNA)


async def test_the_own_account_lets_us_look(house: House) -> None:
    places, anna = house.platform.places, house.people["Anna"]
    assert not await places.is_open_to(anna)
    status, page = await house.log_in("Anna", ANNA)
    assert (status, "Countersign finds deals with your rights" in page) == (200, True)
    assert await places.is_open_to(anna)


async def test_a_link_counts_once_and_for_ten_minutes(house: House) -> None:
    link = await house.platform.places.way_in(house.people["Anna"], REQUEST)
    assert (await house.visit(link, ANNA))[0] == 200
    status, page = await house.visit(link, ANNA)
    assert (status, "used already" in page) == (400, True)
    late = await house.platform.places.way_in(house.people["Anna"], REQUEST)
    house.clock.move(minutes=10, seconds=1)
    assert (await house.visit(late, ANNA))[0] == 400
    assert (await house.visit(f"{house.url}/bitrix24/authorized?state=guess&code=x", ANNA))[0] == 400


async def test_somebody_elses_account_is_refused_and_journalled(house: House) -> None:
    status, page = await house.log_in("Anna", BORIS)
    assert (status, "somebody else than Anna Petrova" in page) == (403, True)
    assert not await house.connection.person_tokens.has(BORIS)
    status, page = await house.log_in("Boris", ANNA)
    assert (status, "somebody else than Boris" in page) == (403, True)
    assert not await house.connection.person_tokens.has(ANNA)
    assert refusals(house) == ["login_other_user", "login_other_user"]


async def test_another_portal_another_code_another_application_are_refused(house: House) -> None:
    places, anna = house.platform.places, house.people["Anna"]
    old = house.far.accounts.code(ANNA, life=timedelta(0))
    for changed in ({"domain": "evil.example.com"}, {"code": "guessed"}, {"code": old}, {"code": ""}):
        status, page = await back(house, link=await places.way_in(anna, REQUEST), **changed)
        assert (status, "Nothing was changed" in page) == (403, True)
    assert not await places.is_open_to(anna)
    assert refusals(house) == ["login_other_portal", "login_failed", "login_failed", "login_failed"]


async def test_the_handlers_path_of_the_page_takes_people_back_too(house: House) -> None:
    assert house.far.login.handler == f"{house.url}/bitrix24/app"
    link = await house.platform.places.way_in(house.people["Anna"], REQUEST)
    assert (await back(house, link=link))[0] == 200, "and so does the path of its own"


async def test_an_unlinked_person_is_named_and_must_agree(house: House) -> None:
    places, boris = house.platform.places, house.people["Boris"]
    there = f"{house.far.office.users[BORIS].name} {house.far.office.users[BORIS].last_name}"
    chief = await house.core.membership.add(
        name="Vera", roles={Role.ADMINISTRATOR}, note_of_identity="passport", by=CONSOLE
    )  # fmt: skip
    status, page = await house.log_in("Boris", BORIS)
    assert (status, "If you are not Boris Ilić, close this page" in page) == (200, True)
    assert f"logged in to Bitrix24 as {there}" in page
    assert told(house) == []
    assert not await places.is_open_to(boris)
    found = re.search(r'name="secret" value="([^"]+)"', page)
    assert found is not None
    async with aiohttp.ClientSession() as browser:
        for status, said in ((200, "Countersign finds deals"), (400, "used already")):
            form = {"secret": found[1]}
            async with browser.post(f"{house.url}/bitrix24/authorized", data=form) as answer:
                assert (answer.status, said in await answer.text()) == (status, True)
    assert await places.is_open_to(boris)
    async with house.store.read() as tx:
        account = await tx.people.account("bitrix24", str(BORIS))
    assert account is not None
    assert account.person == boris
    assert told(house) == [(chief.id, boris, there)], "nobody but the administrators can notice a wrong one"


async def test_an_account_that_was_linked_meanwhile_stays_with_its_person(house: House) -> None:
    _, page = await house.log_in("Boris", BORIS)
    found = re.search(r'name="secret" value="([^"]+)"', page)
    assert found is not None
    await house.link("Ivan", BORIS)
    async with aiohttp.ClientSession() as browser:
        address, form = f"{house.url}/bitrix24/authorized", {"secret": found[1]}
        async with browser.post(address, data=form) as answer:
            assert answer.status == 403
    assert not await house.connection.person_tokens.has(BORIS)


async def test_the_page_takes_no_script_and_no_frame(house: House) -> None:
    async with aiohttp.ClientSession() as browser, browser.get(f"{house.url}/bitrix24/authorized") as page:
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["Referrer-Policy"] == "no-referrer"
