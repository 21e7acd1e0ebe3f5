from __future__ import annotations
import asyncio, html
from playwright.async_api import async_playwright
from tests.journeys.desk import desk, TAB, MENU
from tests.journeys.sales import Sales
from tests.journeys.story import a_pdf
from tests.journeys.test_route_in_deal import drafted, waiting, ROUTE

async def open_page(browser, trade, colleague, deal, lang):
    options = {"ID": str(deal)} if deal else None
    address, fields = trade.within(lambda: trade.portal.placements.form(TAB if deal else MENU, options, user=trade.user(colleague)))
    page = await (await browser.new_context(viewport={"width": 1000, "height": 900}, locale=lang)).new_page()
    inputs = "".join(f'<input name="{html.escape(k)}" value="{html.escape(v)}">' for k, v in fields.items())
    await page.set_content(f'<form id=f method=post action="{address}">{inputs}</form>')
    await page.evaluate("document.getElementById('f').submit()")
    await page.wait_for_selector("#main[aria-busy=false]", timeout=30000)
    return page

async def test_shot(trade: Sales) -> None:
    lawyer, signer = trade.office.routed
    employee = trade.office.employee()
    deal = trade.deal("By route", by=employee)
    trade.put(deal, "Supply by route.pdf", a_pdf("Supply"), by=employee)
    async with desk(trade, employee, deal=deal.id) as anna, desk(trade, lawyer) as lidia, desk(trade, signer) as ivan, async_playwright() as p:
        browser = await p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        request = await drafted(anna)
        page = await open_page(browser, trade, employee, deal.id, "en")
        await page.get_by_role("button", name="Ask").first.click()
        await page.screenshot(path="/tmp/shot1.png")
        await page.locator("#ask select[name=signer]").select_option(index=0)
        await page.locator("#ask button[value=send]").click()
        await asyncio.sleep(3)
        await page.screenshot(path="/tmp/shot2.png")
        other = await open_page(browser, trade, lawyer, None, "ru")
        await other.screenshot(path="/tmp/shot3.png")
        print(await other.locator("#waiting").inner_text())
        await other.get_by_role("button", name="Согласовать").first.click()
        await other.screenshot(path="/tmp/shot4.png")
        await other.locator("#agree button[value=send]").click()
        await asyncio.sleep(4)
        await page.screenshot(path="/tmp/shot5.png")
        print(await page.locator("#folder").inner_text())
        await browser.close()
        _, opened = await ivan.act("sign", request=await waiting(ivan, "sign"))
        assert (await ivan.enter(opened["address"], await signer.code()))[0] == 200
