"""The loopback portal's configurable activities: limits, owners, presses, and the page of the deal that shows them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import async_playwright, expect

from bot.platforms.bitrix24.form import read_form
from playground.bitrix24.activities import PRESSED
from playground.bitrix24.office import Deal
from playground.telegram_server import serve
from tests.chromium import launch
from tests.journeys.sales import eventually
from tests.playground.test_bitrix24_portal import Caller, call

__all__ = ["call"]

ADD, UPDATE, GET = (f"crm.activity.configurable.{verb}" for verb in ("add", "update", "get"))
FIELDS: dict[str, Any] = {
    "completed": False, "responsibleId": 2, "originatorId": "us", "originId": "7K3M-9QXA-2F4B",
    "deadline": "2027-01-09T18:00:00+01:00",
}  # fmt: skip


def _button(animation: str = "loader") -> dict[str, Any]:
    action = {"type": "restEvent", "id": "yes", "actionParams": {"number": 7}, "animationType": animation}
    return {"title": "Agree", "type": "primary", "action": action}


def _text(value: str) -> dict[str, Any]:
    return {"type": "text", "properties": {"value": value}}


LAYOUT: dict[str, Any] = {
    "icon": {"code": "document"},
    "header": {"title": "A thing to do", "tags": {"state": {"title": "open", "type": "warning"}}},
    "body": {
        "logo": {"code": "document"},
        "blocks": {
            "says": _text("Please agree"),
            "until": {
                "type": "withTitle",
                "properties": {"title": "Until", "block": {"type": "deadline", "properties": {"readonly": True}}},
            },
        },
    },
    "footer": {"buttons": {"yes": _button(), "no": _button("disable")}, "menu": {"showDeleteItem": False}},
}


def _deal(call: Caller) -> Deal:
    return call.portal.office.open_deal("Delivery", by=2)


async def _made(call: Caller, deal: Deal) -> int:
    status, body = await call(ADD, ownerTypeId=2, ownerId=deal.id, fields=FIELDS, layout=LAYOUT)
    assert status == 200, body
    return int(body["result"]["activity"]["id"])


@asynccontextmanager
async def _owner(call: Caller) -> AsyncIterator[list[dict[str, Any]]]:
    """Serve the application's handler of presses; yield what it is told."""
    told: list[dict[str, Any]] = []

    async def hear(request: web.Request) -> web.Response:
        told.append(read_form(await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/events", hear)
    async with serve(app) as url:
        await call("event.bind", event=PRESSED, handler=f"{url}/events")
        yield told


async def test_an_activity_is_made_read_listed_and_changed(call: Caller) -> None:
    deal = _deal(call)
    made = await _made(call, deal)
    there = (await call(GET, id=made))[1]["result"]["activity"]
    assert (there["ownerId"], there["layout"], there["fields"]["responsibleId"]) == (deal.id, LAYOUT, 2)
    wanted = {"ORIGINATOR_ID": "us", "ORIGIN_ID": "7K3M-9QXA-2F4B", "OWNER_ID": deal.id, "OWNER_TYPE_ID": 2}
    (row,) = (await call("crm.activity.list", filter=wanted, order={"ID": "DESC"}))[1]["result"]
    assert (row["ID"], row["COMPLETED"], row["RESPONSIBLE_ID"]) == (str(made), "N", "2")
    assert (await call("crm.activity.list", filter={"ORIGIN_ID": "other"}))[1]["result"] == []
    assert len((await call("crm.activity.list", filter={"originId": "other"}))[1]["result"]) == 1, "overlooked"
    assert (await call(UPDATE, id=made, fields={"completed": "Y"}, layout=LAYOUT))[0] == 200
    there = (await call(GET, id=made))[1]["result"]["activity"]["fields"]
    assert (there["completed"], there["originId"], there["responsibleId"]) == (True, "7K3M-9QXA-2F4B", 2)


def _with(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    layout = deepcopy(LAYOUT)
    change(layout)
    return layout


@pytest.mark.parametrize(
    ("layout", "code"),
    [
        ({}, "ERROR_EMPTY_LAYOUT"),
        (_with(lambda one: one.pop("icon")), "FIELD_IS_REQUIRED"),
        (_with(lambda one: one["header"].pop("title")), "FIELD_IS_REQUIRED"),
        (_with(lambda one: one["body"].pop("logo")), "FIELD_IS_REQUIRED"),
        (_with(lambda one: one["body"]["blocks"].clear()), "FIELD_IS_REQUIRED"),
        (_with(lambda one: one["body"]["blocks"].update({f"b{n}": _text("x") for n in range(20)})), "TOO_MANY_ITEMS"),
        (_with(lambda one: one["body"]["blocks"].update({"a b": _text("x")})), "KEY_CONTAIN_WRONG_SYMBOLS"),
        (_with(lambda one: one["footer"]["buttons"].update(third=_button())), "TOO_MANY_ITEMS"),
        (_with(lambda one: one["footer"]["buttons"]["yes"].update(type="blue")), "ENUM_FIELD"),
        (_with(lambda one: one["footer"]["buttons"]["yes"]["action"].update(animationType="x")), "ENUM_FIELD"),
        (_with(lambda one: one["footer"]["buttons"]["yes"]["action"].pop("id")), "FIELD_IS_REQUIRED"),
        (_with(lambda one: one["header"]["tags"]["state"].update(scope="web")), "FIELD_IS_REDUNDANT"),
        (_with(lambda one: one["header"]["tags"].update(b={}, c={})), "TOO_MANY_ITEMS"),
        (_with(lambda one: one.update(colour="red")), "FIELD_IS_REDUNDANT"),
    ],
)
async def test_what_a_layout_may_not_hold_is_refused(call: Caller, layout: dict[str, Any], code: str) -> None:
    deal = _deal(call)
    status, body = await call(ADD, ownerTypeId=2, ownerId=deal.id, fields=FIELDS, layout=layout)
    assert (status, body["error"]) == (400, code)
    assert call.portal.activities.of(deal.id) == []


async def test_only_the_application_that_made_it_changes_it_and_nobody_where_there_is_none(call: Caller) -> None:
    deal = _deal(call)
    made = await _made(call, deal)
    own, call.token = call.token, str(call.portal.accounts.issue(1, client_id="local.another.1")["access_token"])
    assert (await call(UPDATE, id=made, fields={}, layout=LAYOUT))[1]["error"] == "ERROR_WRONG_APPLICATION"
    call.token = own
    assert (await call(UPDATE, id=made, fields={"responsibleId": 99}, layout=LAYOUT))[1]["error"] == "WRONG_FIELD_VALUE"
    assert (await call(UPDATE, id=made, fields={"deadline": "soon"}, layout=LAYOUT))[1]["error"] == "WRONG_FIELD_VALUE"
    call.portal.office.barred.add((1, deal.id))
    assert (await call(UPDATE, id=made, fields={}, layout=LAYOUT))[1]["error"] == "ACCESS_DENIED"
    assert (await call("crm.activity.list"))[1]["result"] == []
    call.portal.office.delete(deal, by=2)
    assert (await call(GET, id=made))[1]["error"] == "NOT_FOUND"
    assert (await call(ADD, ownerTypeId=2, ownerId=deal.id, fields=FIELDS, layout=LAYOUT))[1]["error"] == "NOT_FOUND"


async def test_a_press_tells_its_owner_and_locks_until_the_update(call: Caller) -> None:
    deal = _deal(call)
    made = await _made(call, deal)
    async with _owner(call) as told:
        assert call.portal.activities.press(made, "yes", by=2)
        assert not call.portal.activities.press(made, "no", by=2), "the loader locks the whole record"
        await eventually(lambda: len(told) == 1)
        (form,) = told
        assert form["data"] == {
            "number": "7", "id": "yes", "entityTypeId": "2", "entityId": str(deal.id), "activityId": str(made),
            "userId": "2",
        }  # fmt: skip
        assert form["auth"]["user_id"] == "2"
        await call(UPDATE, id=made, fields={}, layout=LAYOUT)
        assert call.portal.activities.press(made, "no", by=2)
        assert call.portal.activities.press(made, "yes", by=2), "`disable` locks the pressed button only"
        assert not call.portal.activities.press(made, "other", by=2)
        await eventually(lambda: len(told) == 3)


async def test_a_press_in_another_applications_activity_is_not_told(call: Caller) -> None:
    made = await _made(call, _deal(call))
    call.portal.activities.standing[made].client_id = "local.another.1"
    async with _owner(call) as told:
        assert call.portal.activities.press(made, "yes", by=2)
        await call.portal.events.close()
        assert told == []


async def test_the_deals_page_shows_it_above_the_timeline_and_presses(call: Caller) -> None:
    made = await _made(call, _deal(call))
    call.portal.desk.seller = 2
    async with _owner(call) as told, async_playwright() as playwright:
        browser = await launch(playwright)
        page = await browser.new_page(viewport={"width": 390, "height": 900})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        await page.goto(call.portal.url)
        region = page.get_by_role("region", name="Activities")
        await expect(region).to_contain_text("To do · responsible: Anna Petrova")
        await region.get_by_role("button", name="Agree").first.press("Enter")
        await expect(region.get_by_role("status")).to_be_visible()
        await expect(region.get_by_role("button", name="Agree").first).to_be_disabled()
        await eventually(lambda: [form["data"]["userId"] for form in told] == ["2"])
        done = _with(lambda one: one["footer"].pop("buttons"))
        await call(UPDATE, id=made, fields={"completed": True}, layout=done)
        await expect(region).to_contain_text("Done")
        await expect(region.get_by_role("button")).to_have_count(0)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits a phone's width"
        await browser.close()
    assert complaints == []
