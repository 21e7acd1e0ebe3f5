"""The pages by which people join and rights are widened, in a real browser: axe, a phone's width, no complaint."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.async_api import Browser, expect

from tests.bot.platforms.web.browsing import NARROW, browser, eyes
from tests.bot.platforms.web.conftest import TELEGRAM_SCRIPT, rendering
from tests.bot.platforms.web.test_approving import Room, room, start
from tests.bot.platforms.web.test_joining import KNOWN, Door, door
from tests.signing.conftest import house

__all__ = ["door", "house", "rendering", "room", "start"]


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser."""
    async with browser() as started:
        yield started


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious_where_people_join(
    door: Door, chromium: Browser, tmp_path: Path, scheme: str
) -> None:
    async with eyes(chromium, tmp_path, size=NARROW, scheme=scheme) as seen:
        page = seen.page
        await page.goto(f"{door.url}/join")
        faults = await seen.faults("join")
        await page.locator("input[type=email]").fill(KNOWN)
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_contain_text("a letter is on its way")
        faults += await seen.faults("join-asked")
        await page.goto(f"{door.url}/join/{await door.link()}")
        faults += await seen.faults("join-begin")
        await page.locator("form button").click()
        await expect(page.locator("a[href*='start=']")).to_be_visible()
        faults += await seen.faults("join-open")
    assert faults == []
    assert seen.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious_where_rights_are_approved(
    room: Room, chromium: Browser, tmp_path: Path, scheme: str
) -> None:
    async with eyes(chromium, tmp_path, size=NARROW, scheme=scheme) as seen:
        page = seen.page
        await page.route("**/telegram-web-app.js", lambda route: route.fulfill(path=TELEGRAM_SCRIPT))
        launch = urlencode({"tgWebAppData": "Boris#1", "tgWebAppThemeParams": "{}"})
        await page.goto(f"{room.url}/approve/{room.proposal.id}#{launch}")
        await expect(page.locator("body")).to_contain_text("A role for Anna")
        await page.screenshot(path=tmp_path / "approve.png")
        faults = await seen.faults("approve")
    assert faults == []
    assert seen.complaints == []
