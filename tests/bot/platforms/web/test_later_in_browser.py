"""A document is put aside on our page by keyboard alone, is signed all the same, and is told when it is back."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.bot.platforms.web.browsing import NARROW, eyes
from tests.bot.platforms.web.desk_site import DeskSite, desk_site, house, rendering
from tests.bot.platforms.web.test_page_in_browser import chromium, enter, reach
from tests.fakes.activation import RIGHT

__all__ = ["chromium", "desk_site", "house", "rendering"]

PATIENT_MS = 8000
"""The page looks again every four seconds."""


async def test_later_says_until_when_and_the_document_can_still_be_signed(
    desk_site: DeskSite, chromium: Browser, tmp_path: Path
) -> None:
    request = await desk_site.house.asked()
    async with eyes(chromium, tmp_path, size=NARROW, scheme="dark") as anna, eyes(chromium, tmp_path) as ivan:
        await enter(anna, desk_site, "Anna")
        await enter(ivan, desk_site, "Ivan")
        page = ivan.page
        await reach(page, "#waiting .acts button[aria-label^='Later']")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog", name="When shall it come back?")).to_be_visible()
        await expect(page.get_by_role("button", name="In 1 hour")).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Tonight")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#waiting .later")).to_have_text("⏰ You come back to it today 19:00")
        await expect(page.get_by_role("status").first).to_have_text("Put aside")
        await ivan.picture("later")
        await expect(anna.page.locator("#mine .later")).to_have_text(
            "⏰ Ivan comes back to it today 19:00", timeout=PATIENT_MS
        )
        await anna.picture("requester")
        await reach(page, "#waiting .acts button[aria-label^='Sign']")
        await page.keyboard.press("Enter")
        await expect(page.frame_locator("#code-window iframe").locator("#entry")).to_be_visible()
        await page.keyboard.type(RIGHT)
        await expect(page.locator("#waiting .item")).to_have_count(0, timeout=PATIENT_MS)
    assert (await desk_site.house.now(request)).state.value == "signing"
    assert anna.complaints + ivan.complaints == []


async def test_what_was_put_aside_is_told_when_it_waits_again(
    desk_site: DeskSite, chromium: Browser, tmp_path: Path
) -> None:
    clock, request = desk_site.house.clock, await desk_site.house.asked()
    async with eyes(chromium, tmp_path) as seen:
        await enter(seen, desk_site, "Ivan")
        page = seen.page
        await page.get_by_role("button", name="Later – 0.pdf").click()
        await page.get_by_role("button", name="In 1 hour").click()
        await expect(page.locator("#waiting .later")).to_contain_text("You come back to it")
        clock.move(minutes=50)
        await page.get_by_role("button", name="History – 0.pdf").click()  # an hour without a click signs out
        await expect(page.locator("#history")).to_be_visible()
        await page.keyboard.press("Escape")
        clock.move(minutes=11)
        await desk_site.house.decisions.wake(request.id)
        await expect(page.locator("#said")).to_have_text("0.pdf waits for you again.", timeout=PATIENT_MS)
        await expect(page.locator("#waiting .later")).to_be_hidden()
    assert seen.complaints == []
