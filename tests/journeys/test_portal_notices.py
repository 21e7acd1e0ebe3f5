"""Journeys under the portal's bell and along its stages: told, locked by a post only, moved unless others did."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest

from playground.bitrix24.faults import FaultKind
from playground.bitrix24.office import Deal
from playground.telegram.person import TelegramPerson
from tests.journeys.company import Colleague
from tests.journeys.sales import Sales, eventually, sales
from tests.journeys.story import a_pdf, ask, card_of, choose, has, sign_typed, signed_file
from tests.journeys.test_ways_in import lock_by_link

STAGES = {
    "COUNTERSIGN_BITRIX24_STAGES": "!PREPARATION",
    "COUNTERSIGN_BITRIX24_STAGE_SIGNED": "UC_SIGNED",
    "COUNTERSIGN_BITRIX24_STAGE_REJECTED": "LOSE",
}


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sales]:
    """A company with a portal, whose deals move on."""
    with sales(tmp_path_factory.mktemp("notices"), signers=10, employees=11, **STAGES) as made:
        yield made


def bell(trade: Sales, colleague: Colleague, name: str) -> list[str]:
    """Return what stands under somebody's bell about one document."""
    return [one.text for one in trade.portal.rest.notifications.of(trade.user(colleague)) if name in one.text]


async def told(trade: Sales, colleague: Colleague, name: str, *words: str) -> str:
    """Wait until exactly one notice about the document says that."""

    def is_said() -> bool:
        found = bell(trade, colleague, name)
        return len(found) == 1 and all(word in found[0] for word in words)

    await eventually(is_said)
    return bell(trade, colleague, name)[0]


async def asked(trade: Sales, anna: TelegramPerson, deal: Deal, signer: Colleague, name: str, *, by: Colleague) -> None:
    """A file is put into the deal and a signer is chosen."""
    trade.put(deal, name, a_pdf(name), by=by)
    await choose(anna, await anna.wait_for(lambda m: has(m, name, "Who shall sign?")), signer)


def facts(trade: Sales, tag: str, stage: str) -> list[str]:
    """Return why deals were moved to, or kept in, a stage."""
    return [row["facts"]["why"] for row in trade.office.rows(tag) if row["facts"]["stage"] == stage]


async def test_one_live_notice_tells_how_a_request_stands_and_the_deal_moves_on(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Delivery", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        trade.put(deal, "Bell.pdf", a_pdf(), by=employee)
        await told(trade, employee, "Bell.pdf", "who shall sign?", f"/crm/deal/details/{deal.id}/")
        await choose(anna, await anna.wait_for(lambda m: has(m, "Bell.pdf", "Who shall sign?")), signer)
        await told(trade, employee, "Bell.pdf", "waits for the signature", signer.name)
        await told(trade, signer, "Bell.pdf", employee.name, "asks you to sign")
        trade.portal.faults.add(FaultKind.DROP_RESPONSE, method="im.notify.system.add")
        await sign_typed(ivan, "Bell.pdf", await signer.code())
        body = await signed_file(anna)
        await told(trade, employee, "Bell.pdf", "is signed by", signer.name)
        key_used = await told(trade, signer, "Bell.pdf", "your key has just signed", "/locked/")
    assert "asks you to sign" not in key_used, "what was asked is gone, the use of the key is told"
    await eventually(lambda: deal.stage == "UC_SIGNED")
    assert trade.portal.bodies(deal) == [body]
    assert facts(trade, "portal:stage_moved", "UC_SIGNED") == [""]


async def test_this_was_not_me_locks_by_a_post_and_never_by_a_look(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await ask(anna, signer, pdf=a_pdf(), name="Not me.pdf")
        await sign_typed(ivan, "Not me.pdf", await signer.code())
        await signed_file(anna)
        text = await told(trade, signer, "Not me.pdf", "This was not you?")
        link = re.search(r"http\S+/locked/\S+", text)
        assert link is not None
        await lock_by_link(trade.office, link.group(), signer)


async def test_a_refusal_is_told_and_moves_the_deal_and_a_stage_may_ask_nobody(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.within(lambda: trade.portal.office.open_deal("Early", by=trade.user(employee), stage="PREPARATION"))
    before = len(trade.portal.calls("crm.item.get"))
    trade.put(deal, "Early.pdf", a_pdf(), by=employee)
    await eventually(lambda: len(trade.portal.calls("crm.item.get")) > before)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        assert not [m for m in await anna.messages() if has(m, "Early.pdf")]
        trade.within(lambda: trade.portal.office.set_stage(deal, "NEW", by=trade.user(employee)))
        await choose(anna, await anna.wait_for(lambda m: has(m, "Early.pdf", "Who shall sign?")), signer)
        await ivan.press(await card_of(ivan, "Early.pdf"), "Reject")
        await ivan.press(await ivan.wait_for(lambda m: has(m, "Early.pdf", button="Wrong amount")), "Wrong amount")
        await told(trade, employee, "Early.pdf", "refused", "Wrong amount")
    await eventually(lambda: deal.stage == "LOSE")
    await eventually(lambda: bell(trade, signer, "Early.pdf") == [])


async def test_a_deal_that_somebody_moved_or_that_lacks_something_stays_where_it_is(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    moved, closed = trade.deal("Moved", by=employee), trade.deal("Closed", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await asked(trade, anna, moved, signer, "Moved.pdf", by=employee)
        await card_of(ivan, "Moved.pdf")
        trade.within(lambda: trade.portal.office.set_stage(moved, "WON", by=trade.user(employee)))
        await sign_typed(ivan, "Moved.pdf", await signer.code())
        await eventually(lambda: facts(trade, "portal:stage_kept", "WON") == ["moved_by_somebody"])
        trade.portal.office.closed_stages.add("LOSE")
        await asked(trade, anna, closed, signer, "Closed.pdf", by=employee)
        await ivan.press(await card_of(ivan, "Closed.pdf"), "Reject")
        await ivan.press(await ivan.wait_for(lambda m: has(m, "Closed.pdf", button="Wrong amount")), "Wrong amount")
        await eventually(lambda: facts(trade, "portal:stage_kept", "NEW") == ["CRM_FIELD_ERROR_REQUIRED"])
        trade.portal.office.closed_stages.clear()
    assert (moved.stage, closed.stage) == ("WON", "NEW")


async def test_a_move_whose_answer_was_lost_is_made_once(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Lost answer", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await asked(trade, anna, deal, signer, "Lost.pdf", by=employee)
        await ivan.press(await card_of(ivan, "Lost.pdf"), "Reject")
        before = len(trade.portal.calls("crm.item.update"))
        trade.portal.faults.add(FaultKind.DROP_RESPONSE, method="crm.item.update")
        await ivan.press(await ivan.wait_for(lambda m: has(m, "Lost.pdf", button="Wrong amount")), "Wrong amount")
        await eventually(lambda: facts(trade, "portal:stage_moved", "LOSE").count("") == 2)
    assert deal.stage == "LOSE"
    assert len(trade.portal.calls("crm.item.update")) == before + 1


async def test_without_the_scope_nobody_is_told_there_everything_else_works_and_doctor_says_it(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    scope, trade.portal.accounts.scope = trade.portal.accounts.scope, "crm,user_basic"
    try:
        said = trade.office.countersign("doctor").stdout
        assert "not ours to ring" in said
        async with employee.telegram() as anna, signer.telegram() as ivan:
            await ask(anna, signer, pdf=a_pdf(), name="Mute.pdf")
            await sign_typed(ivan, "Mute.pdf", await signer.code())
            assert (await signed_file(anna)).startswith(b"%PDF")
        assert bell(trade, signer, "Mute.pdf") == []
    finally:
        trade.portal.accounts.scope = scope
    assert "not ours to ring" not in trade.office.countersign("doctor").stdout


@pytest.mark.parametrize("after_s", [0.2, 0.9])
async def test_killed_at_any_moment_the_deal_moves_once_and_the_bell_tells_the_end(
    trade: Sales, after_s: float
) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal, name = trade.deal(f"Killed after {after_s}", by=employee), f"Killed {after_s}.pdf"
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await asked(trade, anna, deal, signer, name, by=employee)
        await sign_typed(ivan, name, await signer.code())
        await asyncio.sleep(after_s)
        await asyncio.to_thread(_killed_and_started, trade)
        if any(has(m, name, button="Sign") for m in await ivan.messages()):  # killed before the code was taken
            await sign_typed(ivan, name, await signer.code())
        await told(trade, employee, name, "is signed by", signer.name)
        await told(trade, signer, name, "your key has just signed")
    await eventually(lambda: deal.stage == "UC_SIGNED")
    moved = [row for row in trade.office.rows("portal:stage_moved") if row["facts"]["stage"] == "UC_SIGNED"]
    assert len({row["subject"] for row in moved}) == len(moved), "each deal's move is written down once"


def _killed_and_started(trade: Sales) -> None:
    trade.office.kill()
    trade.office.start()
