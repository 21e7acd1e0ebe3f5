"""The pages in a real browser: people scan, type and tap; nothing breaks the policy and no script errs."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from bot.platforms.web.front import FrontPage, ProgressStep, StartingPages
from bot.platforms.web.rendering import Rendering
from bot.web_server import WebServer, build
from signing.activation.record import ActivationRecord
from signing.membership import CONSOLE
from signing.request import State
from tests.assets import signed_pdfs
from tests.bot.platforms.web.conftest import Site, sign
from tests.chromium import launch
from tests.fakes.activation import RIGHT

SIGNED = signed_pdfs.signed()
PHONE = ViewportSize(width=390, height=844)
SMALL = ViewportSize(width=348, height=640)
"""What Telegram leaves of a small phone."""
DESK = ViewportSize(width=1280, height=800)


@dataclass
class Window:
    """A window of the browser, and every complaint that it made."""

    page: Page
    folder: Path
    is_dark: bool
    complaints: list[str] = field(default_factory=list)

    async def picture(self, name: str) -> None:
        """Keep a screenshot to be looked at."""
        await self.page.wait_for_timeout(350)
        await self.page.screenshot(path=self.folder / f"{name}.png")


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


@pytest.fixture(params=["light", "dark"])
async def window(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> AsyncIterator[Window]:
    context = await chromium.new_context(
        viewport=PHONE, color_scheme=request.param, timezone_id="Asia/Tbilisi", locale="en-GB",
        permissions=["clipboard-read", "clipboard-write"],
    )  # fmt: skip
    shown = Window(await context.new_page(), tmp_path, request.param == "dark")
    shown.page.on("pageerror", lambda error: shown.complaints.append(str(error)))
    shown.page.on("console", lambda line: shown.complaints.append(line.text) if line.type == "error" else None)
    yield shown
    await context.close()


def launched(site: Site, record: ActivationRecord, *, dark: bool) -> str:
    """Return the address that the chat would open, for Ivan."""
    site.known["ivan"] = site.house.id("Ivan")
    theme = '{"bg_color":"#17212b"}' if dark else '{"bg_color":"#ffffff"}'
    return f"{site.url}/sign/{record.nonce}#" + urlencode({"tgWebAppData": "ivan", "tgWebAppThemeParams": theme})


async def test_a_signer_sees_the_document_and_types_the_code_on_one_screen(site: Site, window: Window) -> None:
    record = await site.record()
    page = window.page
    await page.goto(launched(site, record, dark=window.is_dark))
    await expect(page.locator(".fingerprint")).to_contain_text("0000 0000")
    await expect(page.locator(".preview img[src]")).to_be_visible()
    for needed in (".preview", ".fingerprint", "#keypad [data-key='0']"):
        assert await page.locator(needed).is_visible()
        box = await page.locator(needed).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"]
    await window.picture("sign")
    await page.set_viewport_size(SMALL)
    await window.picture("sign-small")
    for digit in "111111":
        await page.locator(f"#keypad [data-key='{digit}']").click()
    await expect(page.locator("#problem")).not_to_be_empty()
    await window.picture("sign-wrong")
    await page.wait_for_timeout(500)
    await page.keyboard.type(RIGHT)
    await expect(page.locator("#said-title")).to_contain_text("Signing")
    await window.picture("sign-done")
    async with site.house.store.read() as tx:
        assert (await tx.requests.get(record.entries[0].request)).state is State.SIGNING
    assert [said for said in window.complaints if "422" not in said] == []


async def test_pages_open_over_the_screen_and_zoom(site: Site, window: Window) -> None:
    await window.page.goto(launched(site, await site.record(), dark=window.is_dark))
    await window.page.locator(".document").click()
    await expect(window.page.locator("#sheets .page.is-drawn")).to_have_count(1)
    await window.picture("pages")
    await window.page.locator("#sheets .page").click()
    await expect(window.page.locator("#sheets")).to_have_class(re.compile("is-zoomed"))
    await window.picture("pages-zoomed")
    await window.page.keyboard.press("Escape")
    await expect(window.page.locator("#keypad")).to_be_visible()
    assert window.complaints == []


async def test_a_pasted_code_signs_a_list(site: Site, window: Window) -> None:
    record = await site.record(documents=5)
    page = window.page
    await page.set_viewport_size(DESK)
    await page.goto(launched(site, record, dark=window.is_dark))
    await expect(page.locator(".document")).to_have_count(5)
    await window.picture("sign-list")
    await page.evaluate("navigator.clipboard.writeText(' 123 456 ')")
    await page.locator("#code").focus()
    await page.keyboard.press("Control+V")
    await expect(page.locator("#said-title")).to_contain_text("5 documents")
    assert window.complaints == []


async def test_outside_of_the_chat_the_page_only_says_where_to_go(site: Site, window: Window) -> None:
    record = await site.record()
    await window.page.goto(f"{site.url}/sign/{record.nonce}")
    await expect(window.page.locator("#said-title")).to_contain_text("button in the chat")
    await expect(window.page.locator("#main")).to_be_hidden()
    assert window.complaints == []


async def test_a_person_enrols(site: Site, window: Window) -> None:
    petr = await site.house.membership.add(name="Petr Petrović", roles=[], note_of_identity="seen", by=CONSOLE)
    secret = await site.house.membership.invite(petr.id, by=CONSOLE, purpose="enrol")
    page = window.page
    await page.goto(f"{site.url}/enrol/{secret}")
    await window.picture("enrol-begin")
    await page.locator("#begin").click()
    await expect(page.locator(".qr")).to_be_visible()
    assert (await page.locator("#authenticator").get_attribute("href") or "").startswith("otpauth://totp/")
    assert await page.locator("#key").inner_text() == "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"
    await page.locator("#copy-key").click()
    assert await page.evaluate("navigator.clipboard.readText()") == "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    await page.screenshot(path=window.folder / "enrol-codes.png", full_page=True)
    await page.locator("#first").fill("111111")
    await expect(page.locator("#wait")).to_contain_text(re.compile(r"appears in \d+ s|Now enter"))
    await page.locator("#second").fill("111111")
    await page.locator("#finish").click()
    await expect(page.locator("#problem")).to_contain_text("clock")
    await expect(page.locator(".qr")).to_be_visible()
    await page.locator("#first").fill("111111")
    await page.locator("#second").fill("222222")
    await page.locator("#finish").click()
    await expect(page.locator("#recovery li")).to_have_count(10)
    await window.picture("enrol-done")
    async with site.house.store.read() as tx:
        person = await tx.people.get(petr.id)
    assert (person.enrolled_at, person.timezone) == (site.house.clock.now(), "Asia/Tbilisi")
    assert window.complaints == []


NAMELESS = """() => [...document.querySelectorAll('button, a, input:not([type=hidden]), summary')].filter(one =>
    one.checkVisibility() &&
    !(one.innerText || one.getAttribute('aria-label') || one.labels?.[0]?.innerText || '').trim()
).map(one => one.outerHTML)"""


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_every_page_fits_a_phone_and_names_its_controls(site: Site, window: Window, language: str) -> None:
    request, _signature = await sign(site)
    page, ivan = window.page, site.house.id("Ivan")
    lock, enrol = [await site.house.membership.invite(ivan, by=CONSOLE, purpose=why) for why in ("lock", "enrol")]
    paths = {
        "front": "/", "verify": "/verify", "number": f"/v/{request.id}", "unknown": "/v/none",
        "lock": f"/locked/{lock}", "recover": f"/enrol/{enrol}", "gone": "/enrol/none", "nothing": "/nothing",
    }  # fmt: skip
    for name, path in paths.items():
        await page.goto(f"{site.url}{path}?lang={language}")
        assert await page.locator("html").get_attribute("lang") == language
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert await page.evaluate(NAMELESS) == [], name
        await page.screenshot(path=window.folder / f"page-{name}.png")
    assert [said for said in window.complaints if "404" not in said] == []


async def test_a_file_dropped_in_the_browser_is_judged(site: Site, window: Window) -> None:
    (window.folder / "signed.pdf").write_bytes(SIGNED)
    await window.page.goto(f"{site.url}/verify")
    await window.page.locator("#drop input").set_input_files(window.folder / "signed.pdf")
    await expect(window.page.locator("#verdict")).to_contain_text("we cannot say who signed")
    await window.page.screenshot(path=window.folder / "verdict.png", full_page=True)
    await window.page.locator("summary").click()
    async with window.page.expect_download() as download:
        await window.page.locator("a[download]").click()
    report = json.loads((await (await download.value).path()).read_text())
    assert report["signatures"][0]["signer"] == signed_pdfs.SIGNER
    assert window.complaints == []


async def test_the_start_shows_its_steps_and_opens_the_asked_page(window: Window, rendering: Rendering) -> None:
    steps = [ProgressStep(name="database", is_done=True), ProgressStep(name="telegram", is_done=False)]
    server = WebServer(host="127.0.0.1", port=0)
    await server.show(build(pages=StartingPages(rendering=rendering, progress=lambda: steps)))
    await window.page.goto(f"http://127.0.0.1:{server.port}/nothing")
    await expect(window.page.locator(".is-done")).to_have_text("The database")
    await window.picture("starting")
    await server.show(build(pages=OpenHouse(rendering)))
    await expect(window.page.locator("h1")).to_have_text("Nothing here")
    await server.close()


class OpenHouse:
    """The smallest house that is open."""

    def __init__(self, rendering: Rendering) -> None:
        self.headers = rendering.headers
        self.trouble = rendering.trouble
        self.routes = FrontPage(rendering).routes
