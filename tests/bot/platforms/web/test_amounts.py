"""The amount on our page: a field beside the choice where it decides, told to whoever is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from bot.platforms.web.rendering import Rendering
from tests.bot.platforms.web.browsing import NARROW, browser, eyes
from tests.bot.platforms.web.desk_site import DeskSite, house, open_site
from tests.journeys.desk import DeskPage
from tests.signing.along import BANDS, Office, furnished
from tests.signing.conftest import House

__all__ = ["house"]


@pytest.fixture
async def office(house: House) -> Office:
    """An office whose routes are for some amounts."""
    return await furnished(house, BANDS)


@pytest.fixture
async def site(office: Office, tmp_path: Path) -> AsyncIterator[DeskSite]:
    """Its page."""
    look = Rendering(company="Rivers & Sons", public_url="http://127.0.0.1", telegram_script_url="/none.js")
    async with open_site(office.house, tmp_path, look, policy=office.policy) as opened:
        yield opened


async def row(page: DeskPage, request: str, *, where: str = "mine") -> dict[str, Any]:
    """Return a request as the page shows it now; numbers do not break in it, which nobody sees."""
    found = next(one for one in (await page.look())[where] if one["id"] == request)
    return {name: value.replace("\u00a0", " ") if isinstance(value, str) else value for name, value in found.items()}


async def test_the_amount_is_told_changed_and_decides(site: DeskSite, office: Office) -> None:
    draft = await site.house.drafted()
    anna = await site.enter("Anna")
    before = await row(anna, draft.id)
    assert (before["amount"], before["routes"], before["only_routes"]) == ("", [], True)
    assert "in EUR" in anna.state["amount_question"]
    status, told = await anna.act("amount", request=draft.id, amount="25k")
    assert (status, "This is no amount. Nothing was lost" in told["error"]) == (403, True)
    await anna.look()
    status, told = await anna.act("ask", request=draft.id, route="large")
    assert (status, "say first how much" in told["error"]) == (403, True)
    await anna.look()
    assert (await anna.act("amount", request=draft.id, amount="9.999,99 EUR"))[0] == 200
    small = await row(anna, draft.id)
    assert ([one["id"] for one in small["routes"]], small["only_routes"]) == (["small", "any"], False)
    assert (small["amount"], "Amount: 9 999.99 EUR" in small["says"]) == ("9 999.99 EUR", True)
    assert (await anna.act("amount", request=draft.id, amount="10,000.00"))[0] == 200
    status, told = await anna.act("ask", request=draft.id, route="small")
    assert (status, "not for this amount" in told["error"]) == (403, True)
    await anna.look()
    assert (await anna.act("ask", request=draft.id, route="large"))[0] == 200
    await office.settle()
    part = (await office.parts(draft))["Ivan"]
    ivan = await site.enter("Ivan")
    assert "Amount: 10 000 EUR, as Anna says" in (await row(ivan, part.id, where="waiting"))["says"]
    assert (await row(anna, draft.id))["amount"] is None


async def test_somebody_elses_draft_keeps_its_amount(site: DeskSite) -> None:
    draft = await site.house.drafted()
    ivan = await site.enter("Ivan")
    assert (await ivan.act("amount", request=draft.id, amount="5"))[0] == 403
    assert (await site.house.now(draft)).amount is None


async def test_without_bands_there_is_nothing_to_tell(house: House, tmp_path: Path) -> None:
    draft = await house.drafted()
    look = Rendering(company="Rivers & Sons", public_url="http://127.0.0.1", telegram_script_url="/none.js")
    async with open_site(house, tmp_path, look) as plain:
        anna = await plain.enter("Anna")
        assert (await row(anna, draft.id))["amount"] is None


async def test_the_field_stands_in_the_box_and_offers_what_fits(site: DeskSite, tmp_path: Path) -> None:
    draft = await site.house.drafted()
    async with browser() as chromium, eyes(chromium, tmp_path, size=NARROW) as seen:
        page = seen.page
        await page.goto(await site.link("Anna"))
        await page.locator("#open").press("Enter")
        await page.get_by_role("button", name="Ask for a signature").click()
        amount = page.get_by_role("textbox", name="How much is it about? Write the amount in EUR")
        await expect(page.locator("#ask [name=signer] option")).to_have_count(0)
        await amount.fill("a lot")
        await amount.press("Tab")
        await expect(page.locator("#ask .problem")).to_contain_text("This is no amount")
        await amount.fill("25 000")
        await amount.press("Tab")
        await expect(page.locator("#ask [name=signer] option")).to_have_text(["🧭 large"])
        assert await seen.faults("ask", within="dialog[open]") == []
        await seen.picture("ask")
        await page.locator("#ask [value=send]").click()
        await expect(page.locator("#mine")).to_contain_text("Route “large”", timeout=8000)
        await expect(page.locator("#mine")).to_contain_text("Amount: 25")
    assert (await site.house.now(draft)).state.value == "circulating"
    assert [line for line in seen.complaints if "403" not in line] == []
