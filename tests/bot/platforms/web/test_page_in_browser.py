"""Our page and every other page of the product in a real browser: axe, a phone's width, no complaint of a script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from bot.phrases import say
from bot.platforms.web.front import ProgressStep, StartingPages
from bot.platforms.web.rendering import Rendering
from bot.web_server import WebServer, build
from signing.membership import CONSOLE
from tests.assets import signed_pdfs
from tests.bot.platforms.telegram.office import contract
from tests.bot.platforms.web.browsing import NARROW, WIDE, Eyes, browser, eyes, serious
from tests.bot.platforms.web.conftest import Site
from tests.bot.platforms.web.desk_site import DeskSite, desk_site, house, rendering
from tests.bot.platforms.web.test_in_browser import launched
from tests.bot.platforms.web.test_share import shared
from tests.fakes.activation import RIGHT, a_key

__all__ = ["desk_site", "house", "rendering"]

BOXES = {
    "reject": "desk-act-reject", "question": "page-act-question", "delegate": "page-act-delegate",
    "reassign": "page-act-reassign", "answer": "page-act-answer", "cancel": "desk-act-cancel",
    "history": "desk-act-history", "pages": "desk-act-pages", "ask": "desk-act-ask",
    "away": "page-act-away", "later": "page-act-later",
}  # fmt: skip
"""What opens over the page, and the phrase of the button that opens it."""
SIGNED = signed_pdfs.signed()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser."""
    async with browser() as started:
        yield started


async def furnish(site: DeskSite) -> None:
    """Let something of every kind lie on Ivan's desk: waiting, asked about, stopped, refused, a draft; two keys."""
    house, ivan, olga = site.house, site.house.id("Ivan"), site.house.id("Olga")
    house.activation.owned.append(a_key(ivan, olga, label="seal", is_seal=True))
    async with house.store.read() as tx:
        person = await tx.people.get(ivan)
    await house.membership.change(replace(person, deputies=(olga,)), by=CONSOLE)
    await house.asked()
    asked = await house.asked(documents=2)
    await house.decisions.ask(asked.id, by=ivan, question="Is the price final? " * 8)
    mine = [await house.drafted(by="Ivan") for _ in range(4)]
    for one in mine[1:]:
        await house.workflow.submit(one.id, by=ivan, to=olga, comment="A long comment, " * 12)
    await house.decisions.freeze(mine[1].id, reason="wrong_codes")
    await house.decisions.reject(mine[2].id, by=olga, reason="The amount is wrong")
    await house.decisions.ask(mine[3].id, by=olga, question="Which annex?")


async def enter(seen: Eyes, site: DeskSite, who: str, *, language: str = "en") -> None:
    """Sign in by the link, as a person does."""
    await seen.page.goto(f"{await site.link(who)}?lang={language}")
    await seen.page.locator("#open").press("Enter")
    await expect(seen.page.locator("#mine")).to_be_visible()
    await seen.page.goto(f"{site.url}/?lang={language}")
    await expect(seen.page.locator("#mine")).to_be_visible()


def opener(page: Page, key: str, *, language: str) -> Locator:
    """Return the first button that says a phrase."""
    return page.locator("main button").filter(has_text=say(language, key)).first


@pytest.mark.parametrize("look", [("light", NARROW, "ru"), ("dark", WIDE, "en")], ids=["phone", "desktop"])
async def test_axe_finds_nothing_serious_on_our_page(
    desk_site: DeskSite, chromium: Browser, tmp_path: Path, look: tuple[str, ViewportSize, str]
) -> None:
    scheme, size, language = look
    await furnish(desk_site)
    async with eyes(chromium, tmp_path, size=size, scheme=scheme) as seen:
        page, faults = seen.page, []
        await page.goto(f"{desk_site.url}/?lang={language}")
        faults += await seen.faults("front")
        await page.goto(f"{await desk_site.link('Anna')}?lang={language}")
        faults += await seen.faults("open")
        await enter(seen, desk_site, "Ivan", language=language)
        await expect(page.locator(".item")).to_have_count(6)
        await page.locator("#ticked input").check()
        await seen.picture("desk")
        faults += await seen.faults("desk")
        for name, key in BOXES.items():
            await opener(page, key, language=language).click()
            await expect(page.locator("dialog[open]")).to_be_visible()
            faults += await seen.faults(name, within="dialog[open]")
            await page.screenshot(path=tmp_path / f"{name}.png")
            await page.keyboard.press("Escape")
        await page.locator("#ticked button").click()
        await expect(page.locator("#key-choice option")).to_have_count(2)
        faults += await seen.faults("key", within="dialog[open]")
        await page.locator("#key [value=send]").click()
        await expect(page.frame_locator("#code-window iframe").locator("#entry")).to_be_visible()
        await page.screenshot(path=tmp_path / "code.png")
        faults += [f"code: {one}" for one in await serious(page.frames[-1])]
    assert faults == []
    assert seen.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious_on_any_other_page(
    site: Site, rendering: Rendering, chromium: Browser, tmp_path: Path, scheme: str
) -> None:
    request, token = await shared(site)
    ivan, invite = site.house.id("Ivan"), site.house.membership.invite
    lock, recover = [await invite(ivan, by=CONSOLE, purpose=why) for why in ("lock", "enrol")]
    paths = {
        "verify": "/verify", "number": f"/v/{request.id}", "unknown": "/v/none", "lock": f"/locked/{lock}",
        "recover": f"/enrol/{recover}", "gone": "/enrol/none", "nothing": "/nothing", "share": f"/s/{token}",
    }  # fmt: skip
    async with eyes(chromium, tmp_path, size=NARROW, scheme=scheme) as seen:
        page, faults = seen.page, []
        for name, path in paths.items():
            await page.goto(f"{site.url}{path}")
            faults += await seen.faults(name)
        faults += await judged(seen, site)
        faults += await enrolled(seen, site)
        await page.goto(launched(site, await site.record(documents=2), dark=scheme == "dark"))
        await expect(page.locator(".document")).to_have_count(2)
        faults += await seen.faults("sign")
        await page.locator(".document").first.click()
        await expect(page.locator("#sheets .page").first).to_be_visible()
        faults += await seen.faults("sign-pages")
        faults += await starting(seen, rendering)
    assert faults == []


async def judged(seen: Eyes, site: Site) -> list[str]:
    """Check a signed file."""
    (seen.folder / "signed.pdf").write_bytes(SIGNED)
    await seen.page.goto(f"{site.url}/verify")
    await seen.page.locator("#drop input").set_input_files(seen.folder / "signed.pdf")
    await expect(seen.page.locator("#verdict")).to_be_visible()
    await seen.page.locator("summary").click()
    return await seen.faults("verdict")


async def enrolled(seen: Eyes, site: Site) -> list[str]:
    """Set up an authenticator."""
    petr = await site.house.membership.add(name="Petr Petrović", roles=[], note_of_identity="seen", by=CONSOLE)
    secret, page = await site.house.membership.invite(petr.id, by=CONSOLE, purpose="enrol"), seen.page
    await page.goto(f"{site.url}/enrol/{secret}")
    faults = await seen.faults("enrol-begin")
    await page.locator("#begin").click()
    await expect(page.locator(".qr")).to_be_visible()
    faults += await seen.faults("enrol-codes")
    await page.locator("#first").fill("111111")
    await page.locator("#second").fill("222222")
    await page.locator("#finish").click()
    await expect(page.locator("#recovery li")).to_have_count(10)
    return faults + await seen.faults("enrol-done")


async def starting(seen: Eyes, rendering: Rendering) -> list[str]:
    """Look at a house that is not open yet."""
    server, steps = WebServer(host="127.0.0.1", port=0), [ProgressStep(name="database", is_done=True)]
    await server.show(build(pages=StartingPages(rendering=rendering, progress=lambda: steps)))
    await seen.page.goto(f"http://127.0.0.1:{server.port}/")
    faults = await seen.faults("starting")
    await server.close()
    return faults


async def test_several_are_signed_with_one_code_by_keyboard_alone(
    desk_site: DeskSite, chromium: Browser, tmp_path: Path
) -> None:
    made = [await desk_site.house.asked() for _ in range(3)]
    async with eyes(chromium, tmp_path, size=NARROW) as seen:
        page = seen.page
        await page.goto(await desk_site.link("Ivan"))
        await reach(page, "#open")
        await page.keyboard.press("Enter")
        await expect(page.locator("#waiting .item")).to_have_count(3)
        for place in (0, 2):
            await reach(page, f"#waiting .item:nth-child({place + 1}) .tick")
            await page.keyboard.press("Space")
        await reach(page, "#ticked button")
        await expect(page.locator("#ticked button")).to_have_text("Sign 2 requests with one code")
        await page.keyboard.press("Enter")
        frame = page.frame_locator("#code-window iframe")
        await expect(frame.locator(".document")).to_have_count(2)
        await page.keyboard.type(RIGHT)
        await expect(frame.locator("#said-title")).to_contain_text("Signing 2 documents")
        await expect(page.locator("#waiting .item")).to_have_count(1, timeout=8000)
        await expect(page.locator("#ticked")).to_be_hidden()
    states = [(await desk_site.house.now(one)).state.value for one in made]
    assert sorted(states) == ["signing", "signing", "waiting"]
    assert seen.complaints == []


async def test_two_files_are_dropped_asked_and_asked_back_by_keyboard(
    desk_site: DeskSite, chromium: Browser, tmp_path: Path
) -> None:
    for name in ("First.pdf", "Second.pdf"):
        (tmp_path / name).write_bytes(contract(name))
    async with eyes(chromium, tmp_path) as anna, eyes(chromium, tmp_path) as ivan:
        await enter(anna, desk_site, "Anna")
        await anna.page.locator("#file").set_input_files([tmp_path / "First.pdf", tmp_path / "Second.pdf"])
        await expect(anna.page.locator("#ask [data-about]")).to_contain_text("First.pdf")
        await anna.page.get_by_role("combobox", name="Signer").select_option(label="Ivan")
        await reach(anna.page, "#ask [value=send]")
        await anna.page.keyboard.press("Enter")
        await expect(anna.page.locator("#mine")).to_contain_text("Anna asks Ivan")
        await enter(ivan, desk_site, "Ivan")
        await reach(ivan.page, "#waiting .acts button[aria-label^='Ask a question']")
        await ivan.page.keyboard.press("Enter")
        await ivan.page.keyboard.type("Which annex?")
        await reach(ivan.page, "#words-box [value=send]")
        await ivan.page.keyboard.press("Enter")
        await expect(ivan.page.locator("#waiting .talk").first).to_contain_text("Ivan asks: Which annex?")
        await expect(anna.page.locator("#mine")).to_contain_text("Which annex?", timeout=8000)
        await anna.page.get_by_role("button", name="Answer").press("Enter")
        await anna.page.keyboard.type("The second")
        await reach(anna.page, "#words-box [value=send]")
        await anna.page.keyboard.press("Enter")
        await expect(ivan.page.locator("#waiting")).to_contain_text("Anna answers: The second", timeout=8000)
        await anna.page.get_by_role("button", name="Sign out", exact=True).press("Enter")
        await expect(anna.page.locator("#said")).to_contain_text("You are signed out here")
        assert await anna.page.locator(".item").count() == 0, "and nothing is left on the screen"
    assert anna.complaints + ivan.complaints == []


async def test_a_file_that_is_refused_stops_none_of_the_others(
    desk_site: DeskSite, chromium: Browser, tmp_path: Path
) -> None:
    bodies = {"Empty.pdf": b"", "First.pdf": contract("First"), "Fake.pdf": b"no PDF", "Last.pdf": contract("Last")}
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
    async with eyes(chromium, tmp_path) as anna:
        await enter(anna, desk_site, "Anna")
        await anna.page.locator("#file").set_input_files([tmp_path / name for name in bodies])
        about = anna.page.locator("#ask [data-about]")
        await expect(about).to_contain_text("First.pdf")
        await expect(about).to_contain_text("Last.pdf")
        said = anna.page.locator("#said")
        await expect(said).to_contain_text("Empty.pdf: This file is empty.")
        await expect(said).to_contain_text("Fake.pdf: This file is called PDF but is something else.")
    assert await desk_site.reasons() == [], "no call of the page came with a spent turn"


async def reach(page: Page, selector: str) -> None:
    """Go to an element by the Tab key alone; it shows that it has the focus."""
    for _ in range(120):
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", selector
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab")
