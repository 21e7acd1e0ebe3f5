"""A newcomer's first signature, in a browser, on the whole playground; and the next one after a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import expect

from tests.journeys import newcomer
from tests.journeys.newcomer import Playground
from tests.journeys.story import a_pdf, pdfsig


async def sign_one(place: Playground, *, content: bytes, name: str) -> bytes:
    """Play one signature; the page must not complain, and a code typed on it is spent in the authenticator."""
    async with newcomer.table(place.url) as seen:
        await expect(seen.page.locator("#starting li")).to_have_count(4)
        await expect(seen.page.locator("#starting p")).to_contain_text("Telegram is simulated")
        await newcomer.ready(seen)
        await newcomer.ask_for_signature(seen, content=content, name=name, comment="Before Friday, please")
        page = await newcomer.open_code_page(seen)
        await expect(page.locator(".name")).to_have_text(name)
        await newcomer.type_code(page, await newcomer.fresh_code(seen))
        await expect(seen.page.get_by_label("Authenticator of Ivan").locator(".code.is-spent")).to_be_visible()
        signed = await newcomer.signed_file(seen, name=name.replace(".pdf", " signed.pdf"))
        assert seen.complaints == []
    return signed


async def test_a_newcomer_signs_and_after_a_restart_signs_again(tmp_path: Path) -> None:
    for name, pdf in (("Lease 2027.pdf", a_pdf("Lease")), ("Annex 1.pdf", a_pdf("Annex"))):
        with newcomer.playground(tmp_path / "playground") as place:
            signed = await sign_one(place, content=pdf, name=name)
        assert signed.startswith(pdf)
        path = tmp_path / name
        path.write_bytes(signed)
        assert "Signature is Valid" in pdfsig(path)
        assert "Ivan Marković" in pdfsig(path)


async def test_a_newcomer_puts_a_contract_into_the_deal_and_sees_it_replaced(tmp_path: Path) -> None:
    with newcomer.playground(tmp_path / "playground") as place:
        async with newcomer.table(place.url, width=1560) as seen:
            await newcomer.ready(seen)
            deal = seen.page.frame_locator(".deal-frame")
            await expect(deal.locator(".honest")).to_have_text("Bitrix24 is simulated")
            await deal.get_by_role("button", name="Put a sample contract here").click()
            await expect(deal.locator("#files a")).to_contain_text("Contract 17-44.pdf")
            await newcomer.choose_manager(seen)
            await expect(deal.locator("#timeline")).to_contain_text("is asked to sign it", timeout=newcomer.SLOW_MS)
            page = await newcomer.open_code_page(seen)
            await newcomer.type_code(page, await newcomer.fresh_code(seen))
            await expect(deal.locator("#timeline")).to_contain_text("signed by Ivan Marković", timeout=newcomer.SLOW_MS)
            await expect(deal.locator("#files a")).to_contain_text("17-44 signed.pdf", timeout=newcomer.SLOW_MS)
            signed = await newcomer.signed_file(seen, name="Contract 17-44 signed.pdf")
            href = await deal.locator("#files a").first.evaluate("link => link.href")
            assert await (await seen.page.request.get(href)).body() == signed, "the same file lies in the deal"
            own = await newcomer.own_page(seen, "Employee")
            await expect(own.locator("#mine")).to_contain_text("Signed by Ivan Marković")
            assert seen.complaints == []
    path = tmp_path / "deal.pdf"
    path.write_bytes(signed)
    assert "Signature is Valid" in pdfsig(path)


async def test_a_contract_is_asked_for_and_signed_in_the_tab_of_its_deal(tmp_path: Path) -> None:
    """Inside the portal's frame, on a narrow column, by keyboard where a box opens."""
    with newcomer.playground(tmp_path / "playground") as place:
        async with newcomer.table(place.url, width=1560, height=1000) as seen:
            await newcomer.ready(seen)
            deal = seen.page.frame_locator(".deal-frame")
            await deal.get_by_role("button", name="Put a sample contract here").click()
            strip = deal.frame_locator("#button")
            await expect(strip.get_by_role("button", name="Ask for a signature")).to_be_visible(
                timeout=newcomer.SLOW_MS
            )
            await deal.get_by_role("button", name="Signing").click()
            part = deal.frame_locator("#part")
            folder = part.get_by_role("region", name="Documents of “Delivery, Podgorica”")
            await folder.get_by_role("button", name="Ask for a signature").press("Enter")
            await part.get_by_role("combobox", name="Signer").select_option(label="Ivan Marković, Director")
            await part.get_by_role("textbox", name="Comment for the signer").fill("Before noon")
            await part.get_by_role("button", name="Send").press("Enter")
            await expect(folder).to_contain_text("Anna Petrova asks Ivan Marković", timeout=newcomer.SLOW_MS)
            await deal.get_by_role("combobox", name="You are").select_option(label="Ivan Marković")
            waiting = part.get_by_role("region", name="Waiting for me")
            await expect(waiting).to_contain_text("Before noon", timeout=newcomer.SLOW_MS)
            await waiting.get_by_role("button", name="Sign – Contract 17-44.pdf").click()
            await part.get_by_role("button", name="Go on to the code").click()
            code = part.frame_locator("#code-window iframe")
            await expect(code.locator("#entry")).to_be_visible(timeout=newcomer.SLOW_MS)
            await newcomer.type_code(code, await newcomer.fresh_code(seen))
            await expect(folder).to_contain_text("This is the signed document", timeout=newcomer.SLOW_MS)
            async with seen.page.expect_download() as saving:
                await folder.get_by_role("button", name="Download").click()
            signed = await asyncio.to_thread((await (await saving.value).path()).read_bytes)
            assert seen.complaints == []
    path = tmp_path / "tab.pdf"
    path.write_bytes(signed)
    assert "Signature is Valid" in pdfsig(path)
