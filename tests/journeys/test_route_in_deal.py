"""A document of a deal goes along a route: chosen on the intranet page, or named by a business process."""

from __future__ import annotations

import asyncio

from tests.journeys.desk import DeskPage, desk
from tests.journeys.processes import FIELD, deal_with, log_of, says, start, user_of
from tests.journeys.sales import Sales, eventually
from tests.journeys.story import a_pdf, pdfsig, sign_typed

ROUTE = "Approved, then signed"
BY_PROCESS = "Both, in order"


async def waiting(page: DeskPage, verb: str) -> str:
    """Wait until something can be done on the page; return what it is about."""
    for _ in range(200):
        for row in (await page.look())["waiting"]:
            if verb in row["can"]:
                return str(row["id"])
        await asyncio.sleep(0.1)
    raise AssertionError(page.state)


async def drafted(page: DeskPage) -> str:
    """Wait until the deal's file has a request, and check what may be chosen for it."""
    for _ in range(200):
        (file,) = (await page.look())["folder"]["files"]
        if file["request"]:
            assert file["request"]["only_routes"]
            assert [route["id"] for route in file["request"]["routes"]] == [ROUTE]
            return str(file["request"]["id"])
        await asyncio.sleep(0.1)
    raise AssertionError(page.state)


async def test_a_deals_document_along_a_route(trade: Sales) -> None:
    lawyer, signer, _ = trade.office.routed
    employee = trade.office.employee()
    deal = trade.deal("By route", by=employee)
    trade.put(deal, "Supply by route.pdf", a_pdf("Supply"), by=employee)
    async with (
        desk(trade, employee, deal=deal.id) as anna, desk(trade, lawyer) as lidia, desk(trade, signer) as ivan
    ):  # fmt: skip
        request = await drafted(anna)
        ivan_id = next(one["id"] for one in anna.state["signers"] if one["name"] == signer.name)
        status, refused = await anna.act("ask", request=request, signer=ivan_id)
        assert (status, "go along a route" in refused["error"]) == (403, True), refused
        await anna.look()
        assert (await anna.act("ask", request=request, route=ROUTE))[0] == 200
        part = await waiting(lidia, "agree")
        assert (await lidia.act("agree", request=part))[0] == 200
        _, opened = await ivan.act("sign", request=await waiting(ivan, "sign"))
        assert (await ivan.enter(opened["address"], await signer.code()))[0] == 200
        (file,) = await signed_row(anna)
        assert f"Signed by {signer.name}" in file["request"]["says"]
        told = [line["text"] for line in (await anna.get(f"requests/{request}/history"))[1]]
        assert [line for line in told if line.split()[-1] in ("route", "approved", "signed")] == [
            f"{employee.name} sent it along a route", f"{lawyer.name} approved", f"{signer.name} signed",
        ]  # fmt: skip
    await eventually(lambda: any(signer.name in comment.text for comment in trade.portal.comments(deal)))
    (body,) = trade.portal.bodies(deal)
    path = trade.office.folder / "by-route.pdf"
    path.write_bytes(body)
    assert pdfsig(path).count("Signature is Valid") == 1


async def offered(page: DeskPage, *routes: str) -> str:
    """Wait until these routes may be chosen for the deal's file; return the number of its request."""
    for _ in range(300):
        (file,) = (await page.look())["folder"]["files"]
        if file["request"] and [route["id"] for route in file["request"]["routes"]] == list(routes):
            return str(file["request"]["id"])
        await asyncio.sleep(0.1)
    raise AssertionError(page.state)


async def test_the_amount_of_the_deal_decides(trade: Sales) -> None:
    signer, employee = trade.office.routed[1], trade.office.employee()
    user, deal = trade.user(employee), trade.deal("By amount", by=employee)
    trade.within(lambda: trade.portal.office.price(deal, 25_000, by=user))
    trade.put(deal, "Supply by amount.pdf", a_pdf("Amount"), by=employee)
    async with desk(trade, employee, deal=deal.id) as anna, desk(trade, signer) as ivan:
        request = await offered(anna, "Large supplies")
        (file,) = anna.state["folder"]["files"]
        assert "Amount: 25 000 EUR, as the deal says" in file["request"]["says"].replace("\u00a0", " ")
        status, refused = await anna.act("ask", request=request, route="Small supplies")
        assert (status, "not for this amount" in refused["error"]) == (403, True), refused
        trade.within(lambda: trade.portal.office.price(deal, 9_000, by=user))
        assert await offered(anna, "Small supplies") == request
        assert (await anna.act("ask", request=request, route="Small supplies"))[0] == 200
        part = await waiting(ivan, "sign")
        (asked,) = [row for row in ivan.state["waiting"] if row["id"] == part]
        assert "Amount: 9 000 EUR, as the deal says" in asked["says"].replace("\u00a0", " ")
        assert (await anna.act("cancel", request=request))[0] == 200, anna.state
    (sent,) = [row for row in trade.office.rows("request:circulated") if row["subject"] == request]
    assert sent["facts"]["amount"] == "9000.00 EUR"


async def signed_row(page: DeskPage) -> list[dict[str, dict[str, str]]]:
    """Wait until the deal's file is the signed one."""
    for _ in range(300):
        files: list[dict[str, dict[str, str]]] = (await page.look())["folder"]["files"]
        if files and files[0]["is_signed"]:
            return files
        await asyncio.sleep(0.1)
    raise AssertionError(page.state)


async def test_a_process_waits_for_a_whole_route_and_cannot_go_around_one(trade: Sales) -> None:
    second, _, first = trade.office.routed
    employee, name = trade.office.employee(), "Terms by process.pdf"
    deal, required = deal_with(trade, name, by=employee), deal_with(trade, "Terms by route.pdf", by=employee)
    alone = start(trade, required, by=employee, signer=user_of(trade, first))
    process = start(trade, deal, by=employee, route=BY_PROCESS, comment="Before Friday")
    async with first.telegram() as ivan, second.telegram() as lidia:
        await sign_typed(ivan, name, await first.code())
        await eventually(lambda: says(trade, deal, name, f"on its way along the route “{BY_PROCESS}”"))
        await sign_typed(lidia, name, await second.code())
        await eventually(lambda: not process.waits, seconds=120)
    values, who = process.values, f"{first.name}, {second.name}"
    assert (values["status"], values["signer"], values["reason"], process.branch) == ("signed", who, "", "signed")
    assert (values["signed_file"], values["signed_file_id"]) == ("Terms by process signed.pdf", deal.files[FIELD][0])
    assert f"Signed along the route “{BY_PROCESS}” by {who}." in log_of(process)
    assert says(trade, deal, name, f"signed by {who}")
    (body,) = trade.portal.bodies(deal, FIELD)
    path = trade.office.folder / "by-process.pdf"
    path.write_bytes(body)
    assert pdfsig(path).count("Signature is Valid") == 2
    assert alone.values["status"] == "error"
    assert "“Terms by route.pdf” go along a route, not to one person" in alone.values["reason"]
    assert trade.portal.bodies(required, FIELD) == [a_pdf("Terms by route.pdf")]
