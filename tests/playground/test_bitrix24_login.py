"""The loopback portal's login for applications, and its lists with filters, behave as the reference says."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from playground.bitrix24.login import COOKIE
from playground.bitrix24_portal import CLIENT_ID, CLIENT_SECRET, Bitrix24Portal

HANDLER = "https://sign.example.com/bitrix24/authorized"


@dataclass(kw_only=True)
class Browser:
    """A browser in which nobody or somebody is logged in, and an application beside it."""

    portal: Bitrix24Portal
    session: aiohttp.ClientSession

    async def authorize(self, *, user: str = "", client: str = CLIENT_ID) -> tuple[int, dict[str, list[str]]]:
        """Return status and what came back to the handler."""
        url, asked = f"{self.portal.url}/oauth/authorize/", {"client_id": client, "state": "s-1"}
        cookies = {COOKIE: user} if user else {}
        async with self.session.get(url, params=asked, cookies=cookies, allow_redirects=False) as answer:
            return answer.status, parse_qs(urlsplit(answer.headers.get("Location", "")).query)

    async def exchange(self, code: str, *, secret: str = CLIENT_SECRET) -> tuple[int, dict[str, Any]]:
        """Return what the authorization server answers."""
        given = {"grant_type": "authorization_code", "client_id": CLIENT_ID, "client_secret": secret, "code": code}
        async with self.session.get(f"{self.portal.oauth_url}/oauth/token/", params=given) as answer:
            return answer.status, await answer.json()

    async def listed(self, token: str, **params: Any) -> list[int]:
        """Return the numbers of what a list holds."""
        asked = {"entityTypeId": 2, "useOriginalUfNames": "Y", "auth": token, **params}
        async with self.session.post(f"{self.portal.url}/rest/crm.item.list", json=asked) as answer:
            body = await answer.json()
        return [row["id"] for row in body["result"]["items"]] if "result" in body else [-1]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A portal with two employees."""
    portal = Bitrix24Portal()
    portal.login.handler = HANDLER
    async with portal.serving(), aiohttp.ClientSession() as session:
        portal.office.hire("Vera", "Sokolova", is_admin=True)
        portal.office.hire("Anna", "Petrova")
        yield Browser(portal=portal, session=session)


async def test_a_login_comes_back_with_a_code_that_counts_once(browser: Browser) -> None:
    status, given = await browser.authorize(user="2")
    assert (status, given["state"], given["domain"]) == (302, ["s-1"], [urlsplit(browser.portal.url).netloc])
    status, pair = await browser.exchange(given["code"][0])
    assert (status, pair["user_id"], pair["domain"]) == (200, 2, urlsplit(browser.portal.oauth_url).netloc)
    assert (await browser.exchange(given["code"][0]))[1] == {"error": "invalid_grant"}


async def test_what_is_wrong_ends_on_a_page_of_the_portal(browser: Browser) -> None:
    assert (await browser.authorize())[1] == {}
    assert await browser.authorize(user="2", client="local.other") == (404, {})


async def test_a_browser_in_which_nobody_sits_is_asked_who_and_comes_back(browser: Browser) -> None:
    url, asked = f"{browser.portal.url}/oauth/authorize/", {"client_id": CLIENT_ID, "state": "s-2"}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        async with session.get(url, params=asked) as page:
            (link,) = re.findall(r'href="([^"]+)">Anna Petrova', await page.text())
        async with session.get(f"{browser.portal.url}{unescape(link)}", allow_redirects=False) as answer:
            back = answer.headers["Location"]
        async with session.get(f"{browser.portal.url}{back}", allow_redirects=False) as answer:
            given = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert given["state"] == ["s-2"]
    assert (await browser.exchange(given["code"][0]))[1]["user_id"] == 2


async def test_a_code_is_worth_nothing_late_or_without_the_secret(browser: Browser) -> None:
    late = browser.portal.accounts.code(2, life=timedelta(0))
    assert (await browser.exchange(late))[0] == 400
    assert (await browser.exchange(browser.portal.accounts.code(2), secret="guess"))[0] == 401


async def test_lists_are_filtered_ordered_and_keep_rights(browser: Browser) -> None:
    office = browser.portal.office
    foods = office.customer("Adriatic Foods")
    one, two = office.open_deal("Windows", by=2, company=foods.id), office.open_deal("windows, again", by=2)
    token = str(browser.portal.accounts.issue(2)["access_token"])
    assert await browser.listed(token, filter={"%title": "WINDOWS"}, order={"id": "DESC"}) == [two.id, one.id]
    assert await browser.listed(token, filter={"id": str(one.id)}) == [one.id]
    assert await browser.listed(token, filter={"@companyId": [foods.id]}) == [one.id]
    assert await browser.listed(token, filter={"!id": one.id, ">id": 0}) == [two.id]
    assert await browser.listed(token, filter={"nothing": 1}) == [-1], "an unknown field is refused"
    assert await browser.listed(token, entityTypeId=4, filter={"%title": "foods"}) == [foods.id]
    office.barred.add((2, two.id))
    assert await browser.listed(token, filter={"%title": "windows"}) == [one.id]
