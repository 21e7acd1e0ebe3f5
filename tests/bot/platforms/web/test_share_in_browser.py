"""The client's page in a real browser: on a phone, in the dark, in Russian, by keyboard; the file comes as it is."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import ViewportSize

from tests.bot.platforms.web.conftest import Site
from tests.bot.platforms.web.test_in_browser import DESK, PHONE, Window, chromium, window
from tests.bot.platforms.web.test_share import BODY, shared

__all__ = ["chromium", "window"]

NARROW = ViewportSize(width=320, height=640)


@pytest.mark.parametrize("size", [PHONE, NARROW, DESK], ids=["phone", "narrow", "desk"])
@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_client_reads_the_page(site: Site, window: Window, size: ViewportSize, language: str) -> None:
    _, token = await shared(site)
    await window.page.set_viewport_size(size)
    await window.page.goto(f"{site.url}/s/{token}?lang={language}")
    assert await window.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    button = window.page.locator("a.button")
    box = await button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= max(size["height"], 800), "the download is near the top"
    await window.page.screenshot(path=window.folder / f"share-{language}-{size['width']}.png", full_page=True)
    assert window.complaints == []


async def test_the_file_comes_by_keyboard_alone(site: Site, window: Window) -> None:
    _, token = await shared(site)
    await window.page.goto(f"{site.url}/s/{token}")
    await window.page.keyboard.press("Tab")
    assert await window.page.evaluate("document.activeElement.matches('a.button')")
    await window.picture("share-focus")
    async with window.page.expect_download() as coming:
        await window.page.keyboard.press("Enter")
    download = await coming.value
    assert download.suggested_filename == "0 signed.pdf"
    assert await asyncio.to_thread((await download.path()).read_bytes) == BODY
    await window.page.reload()
    assert "one more download" in await window.page.locator("main").inner_text()
    assert window.complaints == []


async def test_a_link_that_was_taken_back_says_so_calmly(site: Site, window: Window) -> None:
    request, token = await shared(site)
    await site.sharing.revoke(request.id, by=site.house.id("Anna"))
    await window.page.goto(f"{site.url}/s/{token}")
    assert "taken back" in await window.page.locator("h1").inner_text()
    await window.picture("share-revoked")
