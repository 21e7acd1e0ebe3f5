"""The search of our page in a real browser: by keyboard alone, on a phone and a desktop, and what axe says."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from bot.phrases import say
from signing.document import Sha256
from signing.people import Role
from tests.bot.platforms.telegram.office import contract
from tests.bot.platforms.web.browsing import NARROW, WIDE, eyes
from tests.bot.platforms.web.desk_site import DeskSite, desk_site, house, rendering
from tests.bot.platforms.web.test_desk_search import become, paper, signed
from tests.bot.platforms.web.test_page_in_browser import chromium, enter, reach

__all__ = ["chromium", "desk_site", "house", "rendering"]

LONG = "Additional agreement to the lease of a warehouse in Podgorica"


async def shelves(site: DeskSite) -> None:
    """Let there be twelve of Anna's requests, one of them signed."""
    for place in range(12):
        made = await paper(site.house, f"{LONG} {place}.pdf", sha256=Sha256(f"{place:064x}"))
        site.house.clock.move(seconds=1)
    await signed(site.house, made)


@pytest.mark.parametrize("look", [("dark", NARROW, "ru"), ("light", WIDE, "en")], ids=["phone", "desktop"])
async def test_axe_finds_nothing_serious_in_what_was_found(
    desk_site: DeskSite, chromium: Browser, tmp_path: Path, look: tuple[str, ViewportSize, str]
) -> None:
    scheme, size, language = look
    await shelves(desk_site)
    await become(desk_site.house, "Vera", Role.AUDITOR)
    async with eyes(chromium, tmp_path, size=size, scheme=scheme) as seen:
        page, faults = seen.page, []
        await enter(seen, desk_site, "Vera", language=language)
        box = page.get_by_role("searchbox", name=say(language, "page-search-label"))
        await box.fill("agreement nothing")
        await box.press("Enter")
        await expect(page.locator("#search .rows")).to_have_text(say(language, "page-found-nothing"))
        faults += await seen.faults("nothing", within="#search")
        await box.fill("agreement")
        await page.get_by_role("button", name=say(language, "page-search-go"), exact=True).click()
        await expect(page.locator("#search .item")).to_have_count(10)
        await expect(page.locator("#found-head")).to_have_text(say(language, "page-found-all", total=12))
        await seen.picture("auditor")
        faults += await seen.faults("auditor")
        await page.context.clear_cookies()
        await enter(seen, desk_site, "Anna", language=language)
        await page.locator("#search input").press("Enter")
        await expect(page.locator("#search .item")).to_have_count(10)
        await seen.picture("requester")
        await page.locator("#search").screenshot(path=tmp_path / "search.png")
        faults += await seen.faults("requester")
    assert faults == []
    assert seen.complaints == []


async def test_found_turned_and_fetched_by_keyboard_alone(
    desk_site: DeskSite, chromium: Browser, tmp_path: Path
) -> None:
    body = contract("Lease")
    upload = await (await desk_site.enter("Anna")).upload("Lease of the office.pdf", body)
    assert upload[0] == 200
    desk_site.house.clock.move(seconds=1)  # so that it is the oldest and comes last
    await shelves(desk_site)
    async with eyes(chromium, tmp_path, size=NARROW) as seen:
        page = seen.page
        await enter(seen, desk_site, "Anna")
        await reach(page, "#search input")
        await expect(page.locator("#search input")).to_have_accessible_description(say("en", "page-search-hint"))
        await page.keyboard.type("lease")
        await page.keyboard.press("Enter")
        head = page.get_by_role("status").filter(has_text="Found")
        await expect(head).to_have_text("Found: 13")
        await expect(page.locator("#search .item").first.locator(".says")).to_contain_text("Signed by Ivan")
        await reach(page, "#found-pages button")
        await page.keyboard.press("Enter")
        await expect(page.locator("#found-pages")).to_contain_text("page 2 of 2")
        await expect(head).to_be_focused()
        await expect(page.locator("#search .item")).to_have_count(3)
        async with page.expect_download() as fetching:
            await reach(page, "#search .item:last-child button[aria-label^='Download']")
            await page.keyboard.press("Enter")
        fetched = await fetching.value
        assert fetched.suggested_filename == "Lease of the office.pdf"
        await fetched.save_as(tmp_path / "fetched.pdf")
        assert (tmp_path / "fetched.pdf").read_bytes() == body
        await reach(page, "#search .item:last-child button[aria-label^='History']")
        await page.keyboard.press("Enter")
        await expect(page.locator("#history .events")).to_contain_text("Anna brought the document")
    assert seen.complaints == []
