"""Journeys at the intranet page inside the portal: asked, signed, refused there; and forged calls, all refused."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.journeys.desk import BUTTON, MENU, TAB, DeskPage, desk, post, word_of
from tests.journeys.sales import Sales, eventually
from tests.journeys.story import a_pdf, card_of, has, pdfsig, sign_typed, signed_file


async def _filed(page: DeskPage, *, name: str = "") -> dict[str, Any]:
    """Wait until the deal's only file has a request; return its row."""
    for _ in range(100):
        (file,) = (await page.look())["folder"]["files"]
        if file["request"] and name in file["name"]:
            return dict(file)
        await asyncio.sleep(0.1)
    raise AssertionError(page.state)


async def test_asked_and_signed_in_the_tab_of_the_deal(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("At the desk", by=employee)
    trade.put(deal, "Desk.pdf", a_pdf("Desk"), by=employee)
    async with desk(trade, employee, deal=deal.id) as anna, desk(trade, signer, deal=deal.id) as ivan:
        request = (await _filed(anna))["request"]
        assert "ask" in request["can"], request
        ivan_id = next(one["id"] for one in anna.state["signers"] if one["name"] == signer.name)
        asked = {"request": request["id"], "signer": ivan_id, "comment": "Before noon", "days": 3}
        assert (await anna.act("ask", **asked))[0] == 200
        (waiting,) = (await ivan.look())["waiting"]
        assert (waiting["comment"], waiting["can"]) == (
            "Before noon",
            ["sign", "reject", "question", "later", "download"],
        )
        assert f"{employee.name} asks {signer.name}" in waiting["says"]
        _, opened = await ivan.act("sign", request=request["id"])
        status, said = await ivan.enter(opened["address"], await signer.code())
        assert (status, "Signing" in said["done"]) == (200, True)
        file = await _filed(anna, name="Desk signed.pdf")
        assert file["is_signed"]
        (body,) = trade.portal.bodies(deal)
        assert await anna.file(request["id"]) == body, "the page gives what lies in the deal"
        told = [line["text"] for line in (await anna.get(f"requests/{request['id']}/history"))[1]]
        assert told[:2] == [f"{employee.name} brought the document", f"{employee.name} asked {signer.name}"]
        assert f"{signer.name} signed" in told
    path = trade.office.folder / "desk.pdf"
    path.write_bytes(body)
    assert "Signature is Valid" in pdfsig(path)
    async with employee.telegram() as phone:
        assert await signed_file(phone) == body, "and what came to the chat"


async def test_refused_in_the_tab_then_asked_again_and_taken_back(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Twice", by=employee)
    trade.put(deal, "Twice.pdf", a_pdf("Twice"), by=employee)
    async with desk(trade, employee, deal=deal.id) as anna, desk(trade, signer, deal=deal.id) as ivan:
        first = (await _filed(anna))["request"]["id"]
        ivan_id = next(one["id"] for one in anna.state["signers"] if one["name"] == signer.name)
        assert (await anna.act("ask", request=first, signer=ivan_id))[0] == 200
        await ivan.look()
        assert (await ivan.act("reject", request=first, reason="  "))[0] == 403, "a reason is wanted"
        await ivan.look()
        assert (await ivan.act("reject", request=first, reason="The price is last year's"))[0] == 200
        await eventually(
            lambda: any("The price is last year's" in comment.text for comment in trade.portal.comments(deal))
        )
        file = await _filed(anna)
        assert (file["can_ask"], "refused: The price is last year's" in file["request"]["says"]) == (True, True)
        status, taken = await anna.act("take", place=file["place"])
        assert (status, taken["request"] != first) == (200, True), "a request of its own"
        assert (await anna.act("cancel", request=taken["request"]))[0] == 200
    assert trade.portal.bodies(deal) == [a_pdf("Twice")]


async def test_a_signer_signs_the_own_document_at_once(trade: Sales) -> None:
    signer = trade.office.signer()
    deal = trade.deal("Myself", by=signer)
    trade.put(deal, "Myself.pdf", a_pdf("Myself"), by=signer)
    async with desk(trade, signer, deal=deal.id) as page:
        request = (await _filed(page))["request"]["id"]
        status, opened = await page.act("sign", request=request)
        assert status == 200, opened
        assert (await page.enter(opened["address"], await signer.code()))[0] == 200
        assert (await _filed(page, name="Myself signed.pdf"))["is_signed"]


async def test_uploaded_from_the_menu_signed_in_telegram(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    async with desk(trade, employee) as anna, signer.telegram() as ivan, employee.telegram() as phone:
        assert anna.state["folder"] is None
        status, refused = await anna.upload("Torn.pdf", a_pdf("Torn")[:150])
        assert (status, "This file is cut off" in refused["error"]) == (409, True), refused
        await anna.look()
        status, made = await anna.upload("Menu.pdf", a_pdf("Menu"))
        assert status == 200, made
        ivan_id = next(one["id"] for one in anna.state["signers"] if one["name"] == signer.name)
        assert (await anna.act("ask", request=made["request"], signer=ivan_id, comment="From the menu"))[0] == 200
        assert has(await card_of(ivan, "Menu.pdf"), "From the menu")
        await sign_typed(ivan, "Menu.pdf", await signer.code())
        body = await signed_file(phone)
        assert await anna.file(made["request"]) == body
        (mine,) = (one for one in (await anna.look())["mine"] if one["id"] == made["request"])
        assert f"Signed by {signer.name}" in mine["says"]


async def test_forged_widget_posts_are_refused_and_journalled(trade: Sales) -> None:
    portal, employee = trade.portal, trade.office.employee()
    deal, user = trade.deal("Forged", by=employee), trade.user(employee)
    trade.within(lambda: portal.office.barred.add((user, deal.id)))
    other = trade.within(lambda: portal.accounts.issue(user, client_id="local.other")["access_token"])
    old = trade.within(lambda: portal.accounts.issue(user)["access_token"])

    def form(**changes: str) -> tuple[str, dict[str, str]]:
        address, fields = trade.within(lambda: portal.placements.form(TAB, {"ID": str(deal.id)}, user=user))
        return address, fields | changes

    address, honest = form()
    forgeries = [
        (address, honest),  # the deal is hidden from this very person
        (address.replace("DOMAIN=127", "DOMAIN=128"), honest),
        form(member_id="0" * 32),
        form(APPLICATION_TOKEN="0" * 32),
        form(AUTH_ID=str(other)),
        form(AUTH_ID="0" * 70),
        form(AUTH_ID=""),
    ]
    async with aiohttp.ClientSession() as browser:
        for to, fields in forgeries:
            status, page = await post(browser, to, fields)
            assert (status, "data-word" in page) == (403, False), fields
        trade.within(portal.accounts.expire)
        assert (await post(browser, *form(AUTH_ID=str(old))))[0] == 403, "a stale token"
    reasons = {row["facts"]["why"] for row in trade.office.rows("page:refused")}
    assert reasons >= {"other_deal", "other_portal", "wrong_token", "other_application", "not_proved"}


async def test_forged_calls_of_the_page_are_refused_and_journalled(trade: Sales) -> None:
    anna_, boris_ = trade.office.employee(), trade.office.employee()
    deal, other = trade.deal("Calls", by=anna_), trade.deal("Other calls", by=anna_)
    for one, name in ((deal, "Calls.pdf"), (other, "Other.pdf")):
        trade.put(one, name, a_pdf(name), by=anna_)
    async with desk(trade, anna_, deal=other.id) as there:
        foreign = await _filed(there)
    async with desk(trade, anna_, deal=deal.id) as anna, desk(trade, boris_, deal=deal.id) as boris:
        request = (await _filed(anna))["request"]["id"]
        spent = anna.turn
        assert (await anna.act("ask", request=request, signer="nobody"))[0] == 404
        assert (await anna.act("cancel", request=request, turn=spent))[0] == 403, "repeated"
        assert (await anna.act("cancel", request=request, turn=""))[0] == 403, "without a turn"
        await boris.look()
        assert (await boris.act("cancel", request=request))[0] == 403, "somebody else's request"
        await boris.look()
        assert (await boris.act("take", place=foreign["place"]))[0] == 404, "a file of another deal"
        assert (await boris.get(f"requests/{foreign['request']['id']}/history"))[0] == 404
        assert (await boris.get(f"requests/{request}/history"))[0] == 200, "what lies in the deal may be seen"
        anna.word = "no such visit"
        assert (await anna.get("state"))[0] == 403
        assert (await anna.act("cancel", request=request))[0] == 403
    reasons = {row["facts"]["why"] for row in trade.office.rows("page:refused")}
    assert reasons >= {"spent_turn", "no_visit"}


async def test_strangers_and_unsaved_deals_get_a_word(trade: Sales) -> None:
    stranger = trade.within(lambda: trade.portal.office.hire("New", "Here").id)
    placements = trade.portal.placements
    async with aiohttp.ClientSession() as browser:
        status, page = await post(browser, *trade.within(lambda: placements.form(MENU, None, user=stranger)))
        assert (status, "You are not registered here yet" in page) == (403, True)
        new = {"MODE": "edit", "ENTITY_VALUE_ID": "0", "VALUE": None}
        known = trade.user(trade.office.enrolled[0])
        status, page = await post(browser, *trade.within(lambda: placements.form(BUTTON, new, user=known)))
        assert (status, "Save the deal first" in page) == (200, True)


async def test_an_employee_joins_from_the_portal_without_a_link_being_sent(trade: Sales) -> None:
    newcomer = trade.within(lambda: trade.portal.office.hire("Nina", "Newcomer").id)
    assert trade.office.countersign("bitrix24", "people", "--apply").returncode == 0
    async with aiohttp.ClientSession() as browser:
        form = trade.within(lambda: trade.portal.placements.form(MENU, None, user=newcomer))
        _, page = await post(browser, *form)
        nina = DeskPage(browser=browser, base=trade.office.pages, word=word_of(page))
        me = (await nina.look())["me"]
        assert me == {"name": "Nina Newcomer", "may_sign": False, "has_chat": False, "has_codes": False}
        _, told = await nina.act("join", to="chat")
        assert told["address"].startswith("https://t.me/")
        assert (await nina.act("join", to="codes"))[0] == 403, "no signer"
        # without a chat the signed document is fetched here
        signer = trade.office.signer()
        await nina.look()
        _, made = await nina.upload("Fetched.pdf", a_pdf("Fetched"))
        ivan_id = next(one["id"] for one in nina.state["signers"] if one["name"] == signer.name)
        assert (await nina.act("ask", request=made["request"], signer=ivan_id))[0] == 200
        async with signer.telegram() as ivan:
            await sign_typed(ivan, "Fetched.pdf", await signer.code())
        for _ in range(100):
            if (await nina.look())["mine"][0]["state"] == "signed":
                break
            await asyncio.sleep(0.1)
        assert (await nina.file(made["request"])).startswith(a_pdf("Fetched"))
    rows = [row for row in trade.office.rows("delivery:made") if row["subject"] == made["request"]]
    assert [row["facts"]["channel"].split(":")[0] for row in rows] == ["desk"]


@pytest.mark.parametrize("placement", [TAB, BUTTON])
async def test_the_page_may_stand_in_the_portals_frame_only(trade: Sales, placement: str) -> None:
    employee = trade.office.enrolled[0]
    deal = trade.deal("Framed", by=employee)
    options = {"ID": str(deal.id), "ENTITY_VALUE_ID": str(deal.id)}
    async with aiohttp.ClientSession() as browser:
        form = trade.within(lambda: trade.portal.placements.form(placement, options, user=trade.user(employee)))
        async with browser.post(form[0], data=form[1]) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert (answer.status, "X-Frame-Options" in answer.headers) == (200, False)
    ancestors = next(part for part in policy.split("; ") if part.startswith("frame-ancestors"))
    assert trade.portal.url in ancestors.split()
