"""Journeys at our page in a real browser: from the bot's link to signed files; and as the only way past Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from playground.telegram.person import TelegramPerson
from tests.bot.platforms.web.browsing import NARROW, Eyes, browser, eyes
from tests.bot.platforms.web.test_page_in_browser import reach
from tests.journeys.company import Colleague, Company
from tests.journeys.desk import JSON
from tests.journeys.story import a_pdf, files, has, labels, pdfsig
from tests.wire import Wire

SLOW_MS = 60_000
CANARY = "Canary"


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser."""
    async with browser() as started:
        yield started


@pytest.fixture
def closed(office: Company) -> Iterator[Wire]:
    """The same company under the policy that no document passes Telegram; every byte to Telegram is heard."""
    wire = Wire()
    office.stop()
    try:
        url = office.loop.run(wire.tap(office.url))
        office.start(COUNTERSIGN_TELEGRAM_SHOWS="link", COUNTERSIGN_TELEGRAM_API_URL=url)
        yield wire
    finally:
        office.stop()
        office.loop.run(wire.close())
        office.start()


async def link_of(phone: TelegramPerson) -> str:
    """Ask the bot for a link."""
    before = {message["message_id"] for message in await phone.messages()}
    await phone.send_text("/page")
    told = await phone.wait_for(lambda m: m["message_id"] not in before and has(m, "works once", button="Open my page"))
    return str(told["reply_markup"]["inline_keyboard"][0][0]["url"])


async def enter(seen: Eyes, phone: TelegramPerson) -> Page:
    """Open the link and press the button, by keyboard."""
    await seen.page.goto(await link_of(phone))
    await reach(seen.page, "#open")
    await seen.page.keyboard.press("Enter")
    await expect(seen.page.locator("#mine")).to_be_visible(timeout=SLOW_MS)
    return seen.page


async def ask(page: Page, paths: list[Path], *, to: Colleague, comment: str) -> None:
    """Bring files and ask one signer for all of them."""
    await page.locator("#file").set_input_files(paths)
    await expect(page.locator("#ask [data-about]")).to_contain_text(paths[-1].name, timeout=SLOW_MS)
    person = page.locator("#ask [name=signer] option").filter(has_text=to.name)
    await page.locator("#ask [name=signer]").select_option(await person.get_attribute("value"))
    await reach(page, "#ask [name=comment]")
    await page.keyboard.type(comment)
    await reach(page, "#ask [value=send]")
    await page.keyboard.press("Enter")
    await expect(page.locator("#mine")).to_contain_text(f"asks {to.name}", timeout=SLOW_MS)


def brought(folder: Path, *names: str) -> list[Path]:
    """Write documents that say their own names."""
    paths = [folder / f"{name}.pdf" for name in names]
    for path in paths:
        path.write_bytes(a_pdf(path.stem))
    return paths


async def test_uploaded_asked_signed_as_a_list_and_downloaded(
    office: Company, chromium: Browser, tmp_path: Path
) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as phone, signer.telegram() as pad, eyes(chromium, tmp_path) as anna:
        hers = await enter(anna, phone)
        await ask(hers, brought(tmp_path, "Lease", "Annex", "Order"), to=signer, comment="Before noon")
        await pad.wait_for(lambda m: has(m, "Order.pdf", button="Sign"))
        async with eyes(chromium, tmp_path, size=NARROW) as ivan:
            his = await enter(ivan, pad)
            await expect(his.locator("#waiting .item")).to_have_count(3)
            await put_aside(his, "Order.pdf")
            await pad.wait_for(lambda m: has(m, "You come back to it", button="Sign"))
            await phone.wait_for(lambda m: has(m, "comes back to it"))
            await reach(his, "#ticked input")
            await his.keyboard.press("Space")
            await reach(his, "#ticked button")
            await his.keyboard.press("Enter")
            code = his.frame_locator("#code-window iframe")
            await expect(code.locator(".document")).to_have_count(3, timeout=SLOW_MS)
            await his.keyboard.type(await signer.code())
            await expect(his.locator("#waiting .item")).to_have_count(0, timeout=SLOW_MS)
        signed = hers.locator("#mine .item.is-signed")
        await expect(signed).to_have_count(3, timeout=SLOW_MS)
        async with hers.expect_download() as saving:
            await reach(hers, "#mine .acts button[aria-label='Download – Lease.pdf']")
            await hers.keyboard.press("Enter")
        await (await saving.value).save_as(tmp_path / "signed.pdf")
        assert (await saving.value).suggested_filename == "Lease signed.pdf"
        await hers.locator("#search input").fill(f"lease signed {signer.name}")
        await hers.keyboard.press("Enter")
        await expect(hers.locator("#search .item-name")).to_have_text(["Lease.pdf"], timeout=SLOW_MS)
        number = await signed.first.locator("a").get_attribute("href")
        await hers.goto(f"{office.pages}{number}")
        await expect(hers.locator("h1")).to_have_text("Signed")
        assert len(await wait_for_files(phone, 3)) == 3, "and they are in the chat, as ever"
    assert "Signature is Valid" in await asyncio.to_thread(pdfsig, tmp_path / "signed.pdf")
    assert anna.complaints + ivan.complaints == []
    opened = [row for row in office.rows("page:opened") if row["facts"]["device"] == "Chrome, Linux"]
    assert len({row["actor"] for row in opened}) >= 2


async def put_aside(page: Page, name: str) -> None:
    """Put a document aside for an hour, by keyboard."""
    await reach(page, f"#waiting .acts button[aria-label='Later – {name}']")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="In 1 hour").press("Enter")
    await expect(page.locator("#waiting .later").filter(has_text="You come back to it")).to_have_count(1)


async def wait_for_files(phone: TelegramPerson, count: int) -> list[dict[str, Any]]:
    """Return the files that came to a chat, when there are so many."""
    for _ in range(300):
        if len(found := await files(phone)) >= count:
            return found
        await asyncio.sleep(0.1)
    return await files(phone)


async def test_where_no_document_passes_telegram_the_page_does_it_all(
    closed: Wire, office: Company, chromium: Browser, tmp_path: Path
) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as phone, signer.telegram() as pad, eyes(chromium, tmp_path) as anna:
        await phone.send_document(a_pdf("Forwarded"), "Forwarded.pdf")
        await phone.wait_for(lambda m: has(m, "do not pass Telegram", button="Open my page"))
        hers = await enter(anna, phone)
        await ask(hers, brought(tmp_path, CANARY), to=signer, comment=f"{CANARY} comment")
        card = await pad.wait_for(lambda m: has(m, "on our page only", button="Sign"))
        await pad.press(card, "Sign")
        step = await pad.wait_for(lambda m: has(m, "Step 2", button="secure page"))
        assert not [label for label in labels(step) if "Type it" in label or "Keypad" in label]
        await mini_app(office, pad, step, await signer.code())
        signed = hers.locator("#mine .item.is-signed")
        await expect(signed).to_have_count(1, timeout=SLOW_MS)
        async with hers.expect_download() as saving:
            await signed.get_by_role("button", name="Download").click()
        await (await saving.value).save_as(tmp_path / "signed.pdf")
        await phone.wait_for(lambda m: has(m, "waits on our page", button="Open my page"))
        assert await files(phone) == []
    assert "Signature is Valid" in await asyncio.to_thread(pdfsig, tmp_path / "signed.pdf")
    assert closed.heard(CANARY, CANARY.lower(), "Forwarded", b"%PDF-", b"\xff\xd8\xff", a_pdf(CANARY)) == []
    assert closed.heard("Document of request"), "and the wire does hear"
    assert anna.complaints == []


async def mini_app(office: Company, pad: TelegramPerson, step: dict[str, Any], code: str) -> None:
    """Open the secure page as the phone does: with launch data that Telegram signed; look at a page, enter the code."""
    launch = await pad.open_mini_app(step, "secure page")
    nonce = str(launch["url"]).partition("#")[0].rpartition("/")[2]
    base = f"{office.pages}/sign/{nonce}"
    async with aiohttp.ClientSession(headers=JSON) as app:
        async with app.post(f"{base}/session", json={"init_data": launch["init_data"]}) as answer:
            opened = await answer.json()
            assert answer.status == 200, opened
        assert opened["documents"][0]["name"] == f"{CANARY}.pdf", "our own page names it"
        word = {"X-Page-Session": opened["session"]}
        async with app.get(f"{base}/documents/0/pages/1", headers=word) as answer:
            assert (await answer.read()).startswith(b"\xff\xd8\xff")
        async with app.post(f"{base}/code", json={"code": code}, headers=word) as answer:
            assert answer.status == 200, await answer.json()
