"""The door of our page: one-time links, sessions of a browser, and everything forged refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.platforms.web.desk import links, sessions
from bot.platforms.web.desk.sessions import device_of
from bot.platforms.web.front import FrontPage
from bot.platforms.web.rendering import Rendering
from bot.web_server import WebServer, build
from signing.errors import FilingUnavailable
from signing.membership import CONSOLE
from tests.bot.platforms.web.desk_site import DeskSite, desk_site, enter, house, open_site, rendering, token_of
from tests.journeys.desk import DeskPage
from tests.signing.conftest import House

__all__ = ["desk_site", "house", "rendering"]

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def signed_in(browser: ClientSession, url: str) -> bool:
    """Tell whether `/` is somebody's page."""
    async with browser.get(url) as answer:
        return "data-word" in await answer.text()


async def test_a_link_opens_the_page_of_its_person_once(desk_site: DeskSite) -> None:
    link = await desk_site.link("Anna")
    page = await enter(desk_site.browser(), desk_site.url, link)
    assert page.state["me"]["name"] == "Anna"
    async with desk_site.browser().get(link) as again:
        assert (again.status, "used or too old" in await again.text()) == (404, True)
    assert await desk_site.told("Anna") == [("page:linked", ""), ("page:opened", "")]


async def test_a_preview_of_the_link_signs_nobody_in_and_spends_nothing(desk_site: DeskSite) -> None:
    link, messenger = await desk_site.link("Anna"), desk_site.browser()
    for method in ("HEAD", "GET", "GET"):
        async with messenger.request(method, link) as preview:
            assert (preview.status, "Set-Cookie" in preview.headers) == (200, False)
    async with messenger.get(link) as preview:
        assert "Open as Anna" in await preview.text()
    assert not await signed_in(messenger, desk_site.url)
    assert (await enter(desk_site.browser(), desk_site.url, link)).state["me"]["name"] == "Anna"


async def test_a_link_lives_for_minutes_and_lies_nowhere(desk_site: DeskSite, tmp_path: Path) -> None:
    link = await desk_site.link("Anna")
    secret = link.rpartition("/")[2]
    assert len(secret) >= 22, "128 bit"
    kept = await asyncio.to_thread(lambda: [path.read_bytes() for path in tmp_path.glob("bot.sqlite3*")])
    assert all(secret.encode() not in body for body in kept)
    desk_site.house.clock.moment += links.LIFE
    async with desk_site.browser().get(link) as late:
        assert late.status == 404


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_site_cannot_spend_a_link(desk_site: DeskSite, site: str) -> None:
    link, browser = await desk_site.link("Anna"), desk_site.browser()
    async with browser.get(link) as asked:
        token = token_of(await asked.text())
    async with browser.post(link, data={"token": token}, headers={"Sec-Fetch-Site": site}) as forged:
        assert forged.status == 403
    async with browser.post(link, data={"token": "0" * 64}) as forged:
        assert forged.status == 403
    async with browser.post(link) as forged:
        assert forged.status == 403
    assert "forged_sign_in" in await desk_site.reasons()
    assert not await signed_in(browser, desk_site.url)


async def test_a_link_of_somebody_else_replaces_whoever_was_signed_in(desk_site: DeskSite) -> None:
    browser = desk_site.browser()
    anna = await desk_site.enter("Anna", browser)
    async with browser.get(await desk_site.link("Ivan")) as asked:
        assert "Somebody else is signed in" in await asked.text()
    ivan = await desk_site.enter("Ivan", browser)
    assert ivan.state["me"]["name"] == "Ivan"
    assert (await anna.get("state"))[0] == 403, "the page of before is nobody's"
    assert ("page:closed", "replaced") in await desk_site.told("Anna")


async def test_a_cookie_is_for_our_server_alone(house: House, tmp_path: Path, rendering: Rendering) -> None:
    async with open_site(house, tmp_path, rendering) as site:
        link, browser = await site.link("Anna"), site.browser()
        async with browser.get(link) as asked:
            token = token_of(await asked.text())
        async with browser.post(link, data={"token": token}, allow_redirects=False) as landed:
            assert (landed.status, landed.headers["Location"]) == (303, "/documents")
            cookie = landed.headers["Set-Cookie"]
    name, *marks = cookie.split("; ")
    assert name.startswith("__Host-countersign=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(marks)
    assert not any(mark.startswith("Domain") for mark in marks)


async def test_nobody_may_show_the_page_in_a_frame(desk_site: DeskSite) -> None:
    link = await desk_site.link("Anna")
    anna = (await desk_site.enter("Anna")).browser
    for browser, path in (
        (anna, desk_site.url),
        (anna, f"{desk_site.url}/documents"),
        (desk_site.browser(), desk_site.url),
        (anna, link),
    ):
        async with browser.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.endswith("frame-ancestors 'none'")
            assert "unsafe" not in policy
            assert answer.headers["X-Frame-Options"] == "DENY"


async def test_an_idle_session_ends_and_looking_for_news_is_no_click(desk_site: DeskSite) -> None:
    page = await desk_site.enter("Anna")
    for _ in range(4):
        desk_site.house.clock.moment += sessions.IDLE / 4
        status, _ = await page.get("state")
    assert status == 403
    assert not await signed_in(page.browser, desk_site.url)


async def test_clicks_keep_a_session_for_a_day_and_no_longer(desk_site: DeskSite) -> None:
    browser = desk_site.browser()
    page = await desk_site.enter("Anna", browser)
    step, slept = sessions.IDLE / 2, timedelta(0)
    while slept + step < sessions.LIFE:
        desk_site.house.clock.moment += step
        slept += step
        assert await signed_in(browser, desk_site.url)
    assert (await page.get("state"))[0] == 200
    desk_site.house.clock.moment += step
    assert (await page.get("state"))[0] == 403
    assert not await signed_in(browser, desk_site.url)


async def test_a_lock_ends_every_session_for_good(desk_site: DeskSite) -> None:
    first, second, unspent = await desk_site.enter("Ivan"), await desk_site.enter("Ivan"), await desk_site.link("Ivan")
    await desk_site.house.membership.lock(desk_site.house.id("Ivan"), by=CONSOLE)
    assert (await first.get("state"))[0] == 403
    async with desk_site.browser().get(unspent) as answer:
        assert answer.status == 404, "an unused link does not count either"
    desk_site.house.clock.move(minutes=2)
    await desk_site.house.membership.unlock(desk_site.house.id("Ivan"), by=CONSOLE)
    assert (await first.get("state"))[0] == 403, "nor when the lock is lifted"
    assert not await signed_in(second.browser, desk_site.url), "also where nobody clicked meanwhile"
    assert ("page:closed", "locked") in await desk_site.told("Ivan")


async def test_a_page_without_its_cookie_and_a_cookie_without_its_page_change_nothing(desk_site: DeskSite) -> None:
    anna, ivan = await desk_site.enter("Anna"), await desk_site.enter("Ivan")
    request = await desk_site.house.asked()
    await anna.look()
    bare = DeskPage(browser=desk_site.browser(), base=desk_site.url, word=anna.word, turn=anna.turn)
    assert (await bare.act("cancel", request=request.id))[0] == 403, "a word that was stolen"
    foreign = DeskPage(browser=ivan.browser, base=desk_site.url, word=anna.word, turn=anna.turn)
    assert (await foreign.act("cancel", request=request.id))[0] == 403, "somebody else's cookie"
    forged = DeskPage(browser=anna.browser, base=desk_site.url, word="", turn=anna.turn)
    assert (await forged.act("cancel", request=request.id))[0] == 403, "another site has the cookie only"
    assert (await anna.act("cancel", request=request.id, turn="guessed"))[0] == 403
    assert (await desk_site.house.now(request)).state.value == "waiting"
    assert set(await desk_site.reasons()) == {"no_visit", "spent_turn"}
    async with desk_site.house.store.read() as tx:
        actors = {event.actor for event in await tx.journal.of("desk")}
    assert desk_site.house.id("Anna") in actors, "whose cookie came is written down"


async def test_signing_out_here_and_everywhere(desk_site: DeskSite) -> None:
    here, there = await desk_site.enter("Anna"), await desk_site.enter("Anna")
    state = await here.look()
    assert [one["is_this"] for one in state["sessions"]].count(True) == 1
    assert len(state["sessions"]) == 2
    assert (await here.act("sign-out", everywhere=False))[0] == 200
    assert not await signed_in(here.browser, desk_site.url)
    assert await signed_in(there.browser, desk_site.url)
    again = await desk_site.enter("Anna")
    assert (await again.act("sign-out", everywhere=True))[0] == 200
    assert not await signed_in(there.browser, desk_site.url)
    assert not await signed_in(again.browser, desk_site.url)
    assert [why for tag, why in await desk_site.told("Anna") if tag == "page:closed"] == [
        "signed_out", "everywhere", "everywhere",
    ]  # fmt: skip


async def test_a_visitor_reads_what_this_is_and_how_to_get_in(desk_site: DeskSite) -> None:
    async with desk_site.browser().get(f"{desk_site.url}/?lang=en") as answer:
        page = await answer.text()
    for told in ("Rivers &amp; Sons", "@rivers_bot", "/page", "Check a signed document"):
        assert told in page


async def test_a_visitor_is_not_turned_away_while_telegram_is(rendering: Rendering, desk_site: DeskSite) -> None:
    async def away() -> str:
        raise FilingUnavailable(reason="away")

    class Alone:
        headers, trouble = rendering.headers, rendering.trouble
        routes = FrontPage(rendering, chat=away).routes

    server = WebServer(host="127.0.0.1", port=0)
    await server.show(build(pages=Alone()))
    async with desk_site.browser().get(f"http://127.0.0.1:{server.port}/") as answer:
        assert (answer.status, "/page" in await answer.text()) == (200, True)
    await server.close()


def test_browsers_are_called_as_people_call_them() -> None:
    assert device_of(FIREFOX) == "Firefox, Windows"
    assert device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1") == (
        "Safari, iPhone"
    )
    assert device_of("curl/8") == ""
