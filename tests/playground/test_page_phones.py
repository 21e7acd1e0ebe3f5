"""The page with the phones, played in a browser: chat, authenticator, Mini App, and no error in its console."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote

import pyotp
from aiogram.utils.web_app import safe_parse_webapp_init_data
from aiohttp import web
from playwright.async_api import Locator, Page, async_playwright, expect

from playground.telegram.changes import EVERYBODY
from playground.telegram_server import serve
from tests.chromium import launch
from tests.playground.loopback import ANNA, IVAN, TOKEN, Loopback, loopback

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LINK = f"otpauth://totp/Countersign:{quote('Ivan Marković')}?secret={SECRET}&issuer=Countersign"
CODE_PAGE = f"""<!doctype html><script src="/telegram-web-app.js"></script>
<input autocomplete="one-time-code" aria-label="Code"><a href="{LINK}">Add to the authenticator</a>
<script>
  const app = Telegram.WebApp;
  app.MainButton.setText("Sign").show().onClick(() => {{
    fetch("/seen", {{method: "POST", body: app.initData}});
    app.showAlert(`Signed by ${{app.initDataUnsafe.user.first_name}}`, () => app.close());
  }});
</script>"""


@dataclass
class Table:
    """The open page and its world."""

    world: Loopback
    page: Page
    complaints: list[str]

    def phone(self, number: int) -> Locator:
        """Return the phone at this place."""
        return self.page.locator(".seat-column").nth(number)


@asynccontextmanager
async def table(**options: object) -> AsyncIterator[Table]:
    """Open the page at 1280 × 800 with Anna's and Ivan's phones; it must end without a complaint in the console."""
    roles = {ANNA.id: "Employee", IVAN.id: "Manager"}
    async with loopback(roles=roles, signers=[IVAN.id], **options) as world, async_playwright() as playwright:
        browser = await launch(playwright)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        await page.goto(world.url)
        yield Table(world, page, complaints)
        await browser.close()
        assert complaints == []


async def test_the_page_waits_for_the_start_and_says_what_is_simulated() -> None:
    async with table() as seen:
        seen.world.server.progress("software token", done=True)
        seen.world.server.progress("the bot", done=False)
        await seen.page.reload()
        await expect(seen.page.locator("#starting li.is-done")).to_have_text(["software token"])
        await expect(seen.page.locator("#starting p")).to_contain_text("Telegram is simulated")
        seen.world.server.progress("the bot", done=True)
        await expect(seen.page.locator("#starting")).to_be_hidden()
        await expect(seen.page.get_by_role("note")).to_contain_text("Telegram is simulated")
        await expect(seen.page.locator(".seat-name")).to_have_text(["EmployeeAnna Petrova", "ManagerIvan Marković"])


async def test_a_document_goes_to_the_bot_and_a_card_is_tapped() -> None:
    async with table() as seen:
        world, anna, ivan = seen.world, seen.phone(0), seen.phone(1)
        await anna.get_by_label("Attach").click()
        await anna.get_by_text("Contract 17-44.pdf").click()
        await anna.get_by_label("Comment").fill("before Friday")
        await anna.get_by_label("Comment").press("Enter")
        (update,) = await world.updates(timeout=10)
        assert update["message"]["document"]["file_name"] == "Contract 17-44.pdf"
        assert update["message"]["caption"] == "before Friday"
        sign = {"text": "✅ Sign", "callback_data": "sign", "style": "success"}
        card = await world.call(
            "sendMessage", chat_id=IVAN.id, text="<b>Contract</b> & more".replace("&", "&amp;"), parse_mode="HTML",
            reply_markup={"inline_keyboard": [[sign]]},
        )  # fmt: skip
        await expect(ivan.locator(".bubble-text b")).to_have_text("Contract")
        await ivan.get_by_role("button", name="Sign").click()
        (pressed,) = await world.updates(offset=update["update_id"] + 1, timeout=10)
        query = pressed["callback_query"]
        await world.call("answerCallbackQuery", callback_query_id=query["id"], text="Signing…")
        await expect(ivan.locator(".toast")).to_have_text("Signing…")
        await world.call("editMessageText", chat_id=IVAN.id, message_id=card["message_id"], text="Signed")
        await expect(ivan.locator(".bubble-text").last).to_have_text("Signed")
        await expect(ivan.locator(".key")).to_have_count(0)


async def test_a_forced_reply_opens_the_field_and_the_keyboard_alone_is_enough() -> None:
    async with table() as seen:
        forced = {"force_reply": True, "input_field_placeholder": "The reason"}
        asked = await seen.world.call("sendMessage", chat_id=IVAN.id, text="Why?", reply_markup=forced)
        await expect(seen.phone(1).get_by_placeholder("The reason")).to_be_focused()
        await seen.page.keyboard.type("The price is wrong")
        await seen.page.keyboard.press("Enter")
        (update,) = await seen.world.updates(timeout=10)
        assert update["message"]["text"] == "The price is wrong"
        assert update["message"]["reply_to_message"]["message_id"] == asked["message_id"]


async def test_the_authenticator_shows_codes_and_greys_a_spent_one() -> None:
    async with table() as seen:
        await seen.page.get_by_role("button", name="Add account").click()
        await seen.page.get_by_label("otpauth link or key").fill("no key")
        await seen.page.get_by_role("button", name="Add", exact=True).click()
        await expect(seen.page.get_by_role("alert")).to_contain_text("no otpauth")
        await seen.page.get_by_label("otpauth link or key").fill(LINK)
        await seen.page.get_by_role("button", name="Add", exact=True).click()
        await expect(seen.page.locator(".account-name")).to_have_text("Countersign · Ivan Marković")
        shown = await seen.page.locator(".code").text_content()
        steps = [pyotp.TOTP(SECRET).at(int(time.time()) + 30 * step) for step in (-1, 0)]
        assert (shown or "").replace(" ", "") in steps
        await seen.page.locator(".code").click()
        await expect(seen.page.locator(".code.is-spent")).to_be_visible()
        await seen.page.reload()
        await expect(seen.page.locator(".code.is-spent, .code-before.is-spent").first).to_be_visible()


async def test_a_code_that_a_page_took_is_greyed_wherever_it_was_typed() -> None:
    async def take(request: web.Request) -> web.Response:
        return web.json_response({}, status=200 if (await request.json())["code"] != "000000" else 422)

    product = web.Application()
    product.router.add_post("/sign/{nonce}/code", take)
    async with serve(product) as upstream, table(upstream=upstream) as seen:
        await seen.page.get_by_role("button", name="Add account").click()
        await seen.page.get_by_label("otpauth link or key").fill(LINK)
        await seen.page.get_by_role("button", name="Add", exact=True).click()
        await expect(seen.page.locator(".code")).to_be_visible()
        now = pyotp.TOTP(SECRET).now()
        for code in ("000000", now):
            await seen.world.http.post(f"{seen.world.url}/sign/one/code", json={"code": code})
        told = [one["code"] for one in seen.world.server.world.changes.after(0, EVERYBODY) if one["kind"] == "code"]
        assert told == [now], "a refused one is not spent"
        await expect(seen.page.locator(".code.is-spent, .code-before.is-spent").first).to_be_visible()


async def test_a_phone_that_comes_reloads_no_other_and_its_links_can_be_copied() -> None:
    loads = []

    async def show(request: web.Request) -> web.Response:
        loads.append(request.path)
        return web.Response(text="<p>here", content_type="text/html")

    product = web.Application()
    product.router.add_get("/card", show)
    async with serve(product) as upstream, table(upstream=upstream) as seen:
        url = f"{seen.world.url}/card"
        rows = [[{"text": "Read", "web_app": {"url": url}}], [{"text": "Open", "url": url}]]
        await seen.world.call("sendMessage", chat_id=IVAN.id, text="card", reply_markup={"inline_keyboard": rows})
        await expect(seen.phone(1).get_by_role("link", name="Open")).to_have_attribute("href", url)
        await seen.phone(1).get_by_role("button", name="Read").click()
        await expect(seen.phone(1).frame_locator(".sheet iframe").get_by_text("here")).to_be_visible()
        for count in (1, 2):
            await seen.page.locator(".seat", has_text="Employee").click()
            await expect(seen.page.locator(".seat-column")).to_have_count(count)
        await expect(seen.phone(1).frame_locator(".sheet iframe").get_by_text("here")).to_be_visible()
        assert loads == ["/card"]


async def test_a_mini_app_opens_in_the_phone_with_signed_data() -> None:
    seen_data: list[str] = []

    async def show(_request: web.Request) -> web.Response:
        return web.Response(text=CODE_PAGE, content_type="text/html")

    async def note(request: web.Request) -> web.Response:
        seen_data.append(await request.text())
        return web.Response()

    product = web.Application()
    product.router.add_get("/code", show)
    product.router.add_post("/seen", note)
    async with serve(product) as upstream, table(upstream=upstream) as seen:
        button = {"text": "Enter the code", "web_app": {"url": f"{seen.world.url}/code"}}
        keys = {"inline_keyboard": [[button]]}
        await seen.world.call("sendMessage", chat_id=IVAN.id, text="card", reply_markup=keys)
        ivan = seen.phone(1)
        await ivan.get_by_role("button", name="Enter the code").click()
        app = ivan.frame_locator(".sheet iframe")
        await app.get_by_text("Add to the authenticator").click()
        await expect(seen.page.locator(".account-name")).to_have_text("Countersign · Ivan Marković")
        await seen.page.locator(".code").click()
        await expect(app.get_by_label("Code")).to_have_value(pyotp.TOTP(SECRET).now())
        await ivan.get_by_role("button", name="Sign", exact=True).click()
        await expect(ivan.get_by_text("Signed by Ivan")).to_be_visible()
        await ivan.get_by_role("button", name="OK").click()
        await expect(ivan.locator(".sheet")).to_have_count(0)
        user = safe_parse_webapp_init_data(TOKEN, seen_data[0]).user
        assert user is not None
        assert user.id == IVAN.id


async def test_light_and_dark_and_the_outside_world() -> None:
    async with table() as seen:
        await seen.world.call("sendMessage", chat_id=ANNA.id, text="x")
        before = await seen.page.evaluate("getComputedStyle(document.body).color")
        await seen.page.get_by_label("Light or dark").click()
        assert await seen.page.evaluate("getComputedStyle(document.body).color") != before
        await seen.page.get_by_role("tab", name="log").click()
        await expect(seen.page.locator(".row b").first).to_have_text("sendMessage")
