"""Business processes of the loopback portal: one-shot tokens, timeouts, forms, and the page that starts them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import async_playwright, expect

from bot.platforms.bitrix24.form import read_form
from playground.bitrix24.bizproc import Process
from playground.bitrix24.faults import EventFault
from playground.bitrix24.office import Deal
from playground.bitrix24_portal import FIELD, Bitrix24Portal
from playground.telegram_server import serve
from tests.chromium import launch
from tests.journeys.sales import eventually

CODE = "sign_document"
ROBOT = {
    "CODE": CODE, "AUTH_USER_ID": 1, "USE_SUBSCRIPTION": "Y", "NAME": {"en": "Sign"},
    "PROPERTIES": {
        "signer": {"Name": "Signer", "Type": "user"},
        "route": {"Name": "Route", "Type": "select", "Options": {"Two": "Two"}},
    },
    "RETURN_PROPERTIES": {"status": {"Name": "Status", "Type": "string"}},
}  # fmt: skip


@dataclass(kw_only=True)
class Application:
    """An application with an administrator's token, and what was posted to it."""

    portal: Bitrix24Portal
    session: aiohttp.ClientSession
    url: str = ""
    token: str = ""
    posted: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(self, method: str, **params: Any) -> Any:
        """Return the result of a call, or the portal's own word for its refusal."""
        asked = {**params, "auth": self.token}
        async with self.session.post(f"{self.portal.url}/rest/{method}", json=asked) as answer:
            body = await answer.json()
        return body.get("error", body.get("result"))

    async def take(self, request: web.Request) -> web.Response:
        """The action's address."""
        self.posted.append(read_form(await request.read()))
        return web.Response(text="ok")

    async def start(self, deal: Deal, **more: Any) -> tuple[Process, dict[str, Any]]:
        """Start a process and return it with what it posted."""
        before = len(self.posted)
        process = self.portal.bizproc.start(deal, by=2, code=CODE, properties={"signer": "user_2"}, **more)
        await eventually(lambda: len(self.posted) > before)
        return process, self.posted[-1]


@pytest.fixture
async def application() -> AsyncIterator[Application]:
    """A portal with an administrator (1), an employee (2), and one action that is offered there."""
    portal = Bitrix24Portal()
    async with portal.serving(), aiohttp.ClientSession() as session:
        made = Application(portal=portal, session=session)
        app = web.Application()
        app.router.add_post("/robot", made.take)
        portal.office.hire("Vera", "Sokolova", is_admin=True)
        portal.office.hire("Anna", "Petrova")
        portal.office.fields[FIELD] = False
        made.token = str(portal.accounts.issue(1)["access_token"])
        async with serve(app, port=0) as made.url:
            assert await made("bizproc.robot.add", HANDLER=f"{made.url}/robot", **ROBOT) is True
            yield made


def _deal(application: Application) -> Deal:
    return application.portal.office.open_deal("Deal", by=2)


async def test_an_action_is_added_once_changed_listed_and_taken_away(application: Application) -> None:
    again = {**ROBOT, "HANDLER": "https://example.com"}
    assert await application("bizproc.robot.add", **again) == "ERROR_ACTIVITY_ALREADY_INSTALLED"
    assert await application("bizproc.robot.list") == [CODE]
    changed = {"HANDLER": "ftp://example.com"}
    assert await application("bizproc.robot.update", CODE=CODE, FIELDS=changed) == "ERROR_UNSUPPORTED_PROTOCOL"
    assert await application("bizproc.robot.update", CODE="other", FIELDS={}) == "ERROR_ACTIVITY_NOT_FOUND"
    assert await application("bizproc.robot.update", CODE=CODE, FIELDS={"NAME": {"en": "Seal"}}) is True
    assert await application("bizproc.robot.delete", CODE=CODE) is True
    assert await application("bizproc.robot.list") == []
    wrong = {**again, "PROPERTIES": {"signer": {"Name": "Signer", "Type": "person"}}}
    assert await application("bizproc.robot.add", **wrong) == "ERROR_ACTIVITY_VALIDATION_FAILURE"


async def test_only_administrators_with_the_permission_come_near(application: Application) -> None:
    application.token = str(application.portal.accounts.issue(2)["access_token"])
    assert await application("bizproc.robot.list") == "ACCESS_DENIED"
    assert await application("bizproc.workflow.instances") == "ACCESS_DENIED"
    application.portal.accounts.scope = "crm"
    assert await application("bizproc.robot.list") == "insufficient_scope"


async def test_a_process_posts_text_only_and_its_token_counts_once(application: Application) -> None:
    process, form = await application.start(_deal(application), timeout_s=600)
    assert (form["workflow_id"], form["code"], form["document_id"]["2"]) == (process.id, CODE, f"DEAL_{process.deal}")
    assert (form["timeout_duration"], form["properties"]) == ("600", {"signer": "user_2"})
    assert form["event_token"].startswith(f"{process.id}|A")
    assert form["auth"]["user_id"] == "1", "whose rights the action has, not who started the process"
    (row,) = await application("bizproc.workflow.instances", select=["ID", "STARTED_BY"], filter={"ID": process.id})
    assert row == {"ID": process.id, "STARTED_BY": "2"}
    token = form["event_token"]
    assert await application("bizproc.activity.log", event_token=token, log_message="seen") is True
    returned = {"status": "signed", "unknown": "x"}
    assert await application("bizproc.event.send", event_token=token, return_values=returned) is True
    assert process.values == {"status": "signed"}, "only what the action said it returns"
    assert await application("bizproc.event.send", event_token=token, return_values={}) == "ACCESS_DENIED"
    assert await application("bizproc.activity.log", event_token=token, log_message="late") == "ACCESS_DENIED"
    assert await application("bizproc.workflow.instances", filter={"ID": process.id}) == []


async def test_a_token_that_the_portal_never_gave_is_refused(application: Application) -> None:
    process, form = await application.start(_deal(application))
    other, _ = await application.start(_deal(application))
    body, _, seal = form["event_token"].rpartition(".")
    forged = (
        application.portal.bizproc.forged_token(process.id), f"{body}.{'0' * len(seal)}", body, "", "x|y|z.é",
        form["event_token"].replace(process.id, other.id),
    )  # fmt: skip
    for token in forged:
        assert await application("bizproc.event.send", event_token=token, return_values={}) == "ACCESS_DENIED"
    assert process.waits
    assert other.waits


async def test_a_process_that_gave_up_goes_on_without_values(application: Application) -> None:
    process, form = await application.start(_deal(application), timeout_s=1)
    await eventually(lambda: not process.waits)
    assert (process.state, process.values, process.branch) == ("timed out", {}, "not signed")
    late = {"status": "signed"}
    assert (
        await application("bizproc.event.send", event_token=form["event_token"], return_values=late) == "ACCESS_DENIED"
    )
    application.portal.faults.add_event(EventFault.DROP)
    before = len(application.posted)
    application.portal.bizproc.start(_deal(application), by=2, code=CODE, properties={})
    await application.start(_deal(application))
    assert len(application.posted) == before + 1, "a post that was lost never comes again"


async def test_the_deals_page_starts_a_process_and_shows_what_it_returned(application: Application) -> None:
    deal = _deal(application)
    application.portal.desk.seller = 2
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        page = await browser.new_page(viewport={"width": 460, "height": 900})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        await page.goto(application.portal.url)
        await page.get_by_label("Signer").select_option("Vera Sokolova")
        await page.get_by_role("button", name="Start the process").click()
        await expect(page.get_by_text("Waits for the signature")).to_be_visible()
        form = application.posted[-1]
        assert form["properties"] == {"field": FIELD, "signer": "user_1"}
        sent = {
            "event_token": form["event_token"],
            "return_values": {"status": "signed"},
            "log_message": "Signed by Vera",
        }
        assert await application("bizproc.event.send", **sent) is True
        await expect(page.get_by_text("Signed by Vera")).to_be_visible()
        await expect(page.get_by_text("the deal moves to the stage Signed")).to_be_visible()
        await expect(page.locator(".stages .is-now")).to_have_text("Signed")
        assert deal.stage == "UC_SIGNED"
        assert await page.get_by_label("Signer").input_value() == "1", "what was chosen stays chosen"
        await page.get_by_label("Route").select_option("Two")
        await expect(page.get_by_label("Signer")).to_be_disabled()
        await page.get_by_role("button", name="Start the process").click()
        await expect(page.get_by_text("Waits for the signature")).to_be_visible()
        assert application.posted[-1]["properties"] == {"field": FIELD, "signer": "", "route": "Two"}
        await browser.close()
    assert complaints == []
