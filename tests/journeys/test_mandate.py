"""Journey of a standing mandate: an administrator grants it with a code, processes are served, people step in after."""

from __future__ import annotations

import re
from typing import Any

import aiohttp

from playground.bitrix24.bizproc import Process
from tests.journeys.company import Colleague
from tests.journeys.found import SEAL
from tests.journeys.processes import FIELD, deal_with, log_of, reject, says, start, user_of
from tests.journeys.sales import Sales, eventually
from tests.journeys.story import a_pdf, has, pdfsig


async def granted(trade: Sales, administrator: Colleague) -> str:
    """The administrator grants two leaves of at most 500 EUR; return the mandate's number."""
    done = trade.office.countersign(
        "mandates", "grant", "--type", "leave", "--count", "2", "--until", "2027-06-30", "--value", "500",
        "--currency", "EUR", "--key", "seal", "--by", administrator.name, typed=f"{await administrator.code()}\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    found = re.search(r"Granted: mandate ([0-9A-Z]{12})", done.stdout)
    assert found is not None
    return found.group(1)


def leave(trade: Sales, name: str, *, by: Colleague, value: str = "100 EUR", **filled: Any) -> tuple[Any, Process]:
    """A process of a fresh deal wants a leave to be sealed."""
    deal = deal_with(trade, name, by=by)
    return deal, start(trade, deal, by=by, document_type="leave", value=value, **filled)


async def test_a_process_has_its_documents_sealed_until_the_mandate_is_used_up(trade: Sales) -> None:
    administrator, signer, employee = trade.office.administrator, trade.office.signer(), trade.office.employee()
    assert administrator is not None
    mandate = await granted(trade, administrator)
    async with administrator.telegram() as vera:
        await vera.wait_for(lambda m: has(m, "granted mandate", mandate, "2 documents", "leave"))

    deal, process = leave(trade, "Leave.pdf", by=employee)
    await eventually(lambda: not process.waits, seconds=120)
    values = process.values
    assert (values["status"], values["automatic"], values["not_automatic"]) == ("signed", "Y", "")
    assert values["signer"] == f"{SEAL} (automatic seal)"
    assert "No person signed it" in log_of(process)
    (body,) = trade.portal.bodies(deal, FIELD)
    assert body.startswith(a_pdf("Leave.pdf"))
    await eventually(lambda: says(trade, deal, "sealed automatically", mandate, "No person signed it"))
    path = trade.office.folder / "leave.pdf"
    path.write_bytes(body)
    told = pdfsig(path)
    assert "Signature is Valid" in told
    assert SEAL in told
    await verified(trade, str(path), values["verification_url"], mandate)
    async with employee.telegram() as anna, administrator.telegram() as vera:
        await anna.wait_for(lambda m: has(m, "Sealed automatically by", "No person signed it"), timeout_s=60)
        await vera.wait_for(lambda m: has(m, "Leave.pdf", "under your mandate"), timeout_s=60)

    await falls_to_a_person(trade, signer, employee)

    _, last = leave(trade, "Second.pdf", by=employee)
    await eventually(lambda: last.values.get("automatic") == "Y", seconds=120)
    _, over = leave(trade, "Third.pdf", by=employee)
    await eventually(lambda: not over.waits)
    assert (over.values["status"], over.values["not_automatic"]) == ("error", "count")
    checked = trade.office.countersign("journal", "verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    sealed = [row for row in trade.office.rows("request:sealed") if row["actor"] == f"mandate:{mandate}"]
    assert [row["facts"]["value"] for row in sealed] == [100_00, 100_00]


async def falls_to_a_person(trade: Sales, signer: Colleague, employee: Colleague) -> None:
    """What the mandate does not cover is asked as usual, or answered at once with the reason."""
    deal, process = leave(trade, "Dear.pdf", by=employee, value="500.01 EUR", signer=user_of(trade, signer))
    async with signer.telegram() as ivan:
        await reject(ivan, "Dear.pdf")
    await eventually(lambda: not process.waits)
    values = process.values
    assert (values["status"], values["automatic"], values["not_automatic"]) == ("rejected", "N", "value")
    assert trade.portal.bodies(deal, FIELD) == [a_pdf("Dear.pdf")]
    deal = deal_with(trade, "Order.pdf", by=employee)
    order = start(trade, deal, by=employee, document_type="order")
    await eventually(lambda: not order.waits)
    assert (order.values["status"], order.values["not_automatic"]) == ("error", "no_mandate")
    assert "no standing mandate for this type" in order.values["reason"]
    await eventually(lambda: says(trade, deal, "not sealed automatically"))
    assert trade.portal.bodies(deal, FIELD) == [a_pdf("Order.pdf")]


async def verified(trade: Sales, file: str, url: str, mandate: str) -> None:
    """Whoever checks the file or its number reads that no person signed it."""
    said = trade.office.countersign("verify", file)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "Sealed automatically under a standing mandate, no person signed" in said.stdout
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        page = await answer.text()
    assert mandate in page
    assert "Sealed automatically" in page
