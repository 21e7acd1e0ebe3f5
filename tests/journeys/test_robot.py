"""Journeys of business processes that wait for a signature: what they are answered, and what they are never told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.platforms.bitrix24.robot.offer import CODE
from playground.bitrix24.faults import EventFault, FaultKind
from tests.assets.office_parts import docx, paragraph, run
from tests.journeys.processes import FIELD, deal_with, ends, log_of, reject, says, start, user_of
from tests.journeys.sales import Sales, eventually, sales
from tests.journeys.story import a_pdf, card_of, has, same, sign_typed


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sales]:
    """A company with a portal whose processes sign what lies in a field of their own."""
    folder = tmp_path_factory.mktemp("processes")
    with sales(folder, signers=11, employees=15, COUNTERSIGN_BITRIX24_PROCESS_FIELDS=FIELD) as made:
        made.loop.run(eventually(lambda: CODE in made.portal.bizproc.robots))
        yield made


async def test_a_process_goes_on_with_the_signed_file_in_its_deal(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = deal_with(trade, "Contract.pdf", by=employee)
    process = start(
        trade, deal, by=employee, signer=user_of(trade, signer), comment="Before Friday", deadline_hours="5"
    )
    async with signer.telegram() as ivan:
        card = await card_of(ivan, "Contract.pdf")
        assert has(card, employee.name, "Deal “Contract.pdf”", "Before Friday")
        assert process.waits
        await sign_typed(ivan, "Contract.pdf", await signer.code())
        await eventually(lambda: not process.waits, seconds=120)
    (number,) = deal.files[FIELD]
    (body,) = trade.portal.bodies(deal, FIELD)
    assert body.startswith(a_pdf("Contract.pdf"))
    assert len(body) > len(a_pdf("Contract.pdf"))
    values = process.values
    assert (values["status"], values["signer"], values["signed_file_id"]) == ("signed", signer.name, number)
    assert values["signed_file"] == "Contract signed.pdf"
    assert values["verification_url"].startswith(f"{trade.office.pages}/v/")
    assert values["signed_at"].endswith("+00:00")
    assert (process.state, process.branch, deal.stage) == ("answered", "signed", "UC_SIGNED")
    assert f"Signed by {signer.name}" in log_of(process)
    async with employee.telegram() as anna:  # a file in a field of processes asks nobody by itself
        assert not [m for m in await anna.messages() if has(m, "Contract.pdf", "Who shall sign?")]
    assert process.event_token.rpartition("|")[2] not in trade.office.log.read_text(), "a token stands in no log"


async def test_a_refusal_takes_the_other_branch_and_says_why(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = deal_with(trade, "Offer.pdf", by=employee)
    process = start(trade, deal, by=employee, signer=user_of(trade, signer))
    async with signer.telegram() as ivan:
        await reject(ivan, "Offer.pdf")
    await eventually(lambda: not process.waits)
    assert (process.values["status"], process.values["reason"]) == ("rejected", "Wrong amount")
    assert process.branch == "not signed"
    assert trade.portal.bodies(deal, FIELD) == [a_pdf("Offer.pdf")]


async def test_a_word_file_waits_for_the_look_of_whoever_started_the_process(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = deal_with(trade, "Word.docx", by=employee, body=docx(paragraph(run("Offer"))))
    process = start(trade, deal, by=employee, signer=user_of(trade, signer))
    async with employee.telegram() as anna, signer.telegram() as ivan:
        card = await anna.wait_for(lambda m: has(m, "Word.pdf", button="They are right"), timeout_s=60)
        assert not [m for m in await ivan.messages() if has(m, "Word.pdf")], "nobody is asked before"
        await anna.press(card, "They are right")
        await reject(ivan, "Word.pdf")  # whom the process names is asked at once
    await eventually(lambda: process.values.get("status") == "rejected")


async def test_without_a_signer_the_deals_responsible_person_is_asked(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = deal_with(trade, "Responsible.pdf", by=employee)
    trade.within(lambda: setattr(deal, "assigned_by", trade.user(signer)))
    process = start(trade, deal, by=employee, signer="")
    async with signer.telegram() as ivan:
        await reject(ivan, "Responsible.pdf")
    await eventually(lambda: process.values.get("status") == "rejected")


async def test_who_signs_after_the_process_gave_up_signs_the_deal_all_the_same(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = deal_with(trade, "Late.pdf", by=employee)
    process = start(trade, deal, by=employee, signer=user_of(trade, signer), deadline_hours="5")
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await card_of(ivan, "Late.pdf")
        trade.within(lambda: trade.portal.bizproc.time_out(process))
        await sign_typed(ivan, "Late.pdf", await signer.code())
        await eventually(lambda: says(trade, deal, "Late.pdf", "had stopped waiting"), seconds=120)
        await anna.wait_for(lambda m: has(m, "Late.pdf", "had stopped waiting"))
    assert (process.state, process.values, process.branch) == ("timed out", {}, "not signed")
    (body,) = trade.portal.bodies(deal, FIELD)
    assert len(body) > len(a_pdf("Late.pdf")), "the deal has the signed file"
    assert ends(trade, process) == ["late"]


async def test_a_request_ends_before_its_process_gives_up(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = deal_with(trade, "Short.pdf", by=employee)
    process = start(trade, deal, by=employee, signer=user_of(trade, signer), timeout_s=30)
    async with signer.telegram() as ivan:
        await ivan.wait_for(lambda m: has(m, "Short.pdf", "xpired"))
    await eventually(lambda: not process.waits)
    assert (process.values["status"], process.branch) == ("expired", "not signed")
    assert "Nobody answered in time" in log_of(process)
    assert trade.portal.bodies(deal, FIELD) == [a_pdf("Short.pdf")]


async def test_a_post_that_comes_twice_asks_once_and_a_lost_answer_is_sent_once(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = deal_with(trade, "Twice.pdf", by=employee)
    trade.portal.faults.add_event(EventFault.DUPLICATE)
    process = start(trade, deal, by=employee, signer=user_of(trade, signer))
    trade.portal.faults.add(FaultKind.DROP_RESPONSE, method="bizproc.event.send")
    before = len(trade.portal.calls("bizproc.event.send"))
    async with signer.telegram() as ivan:
        await card_of(ivan, "Twice.pdf")
        form = trade.within(lambda: trade.portal.bizproc.form(process))
        posted = trade.portal.events.post(f"{trade.office.pages}/bitrix24/robot", form)
        assert trade.loop.run(posted) == (200, "ok")
        await reject(ivan, "Twice.pdf")
        await eventually(lambda: not process.waits)
        assert len([m for m in await ivan.messages() if has(m, "Twice.pdf")]) == 1, "one card"
    await eventually(lambda: "answered" in ends(trade, process))
    assert len(trade.portal.calls("bizproc.event.send")) == before + 1, "it was executed once"
    assert process.values["status"] == "rejected"


async def test_a_file_that_its_deal_asked_about_already_is_asked_for_once(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Watched", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        trade.put(deal, "Watched.pdf", a_pdf("Watched"), by=employee)
        draft = await anna.wait_for(lambda m: has(m, "Watched.pdf", "Who shall sign?"))
        process = start(trade, deal, by=employee, field="UF_CRM_SIGN_DOC", signer=user_of(trade, signer))
        await anna.wait_for(same(draft, "Watched.pdf", signer.name))
        await card_of(ivan, "Watched.pdf")
        other = start(
            trade, deal, by=employee, field="UF_CRM_SIGN_DOC", signer=user_of(trade, trade.office.enrolled[0])
        )
        await eventually(lambda: not other.waits)
        assert f"waits for {signer.name} already" in other.values["reason"]
        second = start(trade, deal, by=employee, field="UF_CRM_SIGN_DOC", signer=user_of(trade, signer))
        await eventually(lambda: "taken the document in" in log_of(second))
        await reject(ivan, "Watched.pdf")
        await eventually(lambda: not process.waits and not second.waits)
        assert len([m for m in await ivan.messages() if has(m, "Watched.pdf")]) == 1
    assert process.values == second.values
    assert process.values["status"] == "rejected"


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"signer": "user_9999"}, "Employee 9999 of the portal is not known"),
        ({"signer": "group_hr_3"}, "“group_hr_3” is not an employee"),
        ({"signer": ["user_1", "user_2"]}, "One action asks one person"),
        ({"field": "UF_CRM_OTHER"}, "There is no file field “UF_CRM_OTHER”"),
        ({"field": "UF_CRM_SIGN_DOC"}, "There is no file in the field UF_CRM_SIGN_DOC"),
        ({"deadline_hours": "soon"}, "“soon” is no deadline"),
    ],
)
async def test_what_cannot_be_done_is_answered_at_once(trade: Sales, properties: dict[str, Any], reason: str) -> None:
    employee = trade.office.employees[0]
    deal = deal_with(trade, "Unfit.pdf", by=employee)
    process = start(trade, deal, by=employee, **properties)
    await eventually(lambda: not process.waits)
    assert process.values["status"] == "error"
    assert reason in process.values["reason"]
    assert reason in log_of(process)
    assert trade.portal.bodies(deal, FIELD) == [a_pdf("Unfit.pdf")]


async def test_people_who_may_not_ask_or_sign_are_answered_at_once(trade: Sales) -> None:
    employee, signer = trade.office.employees[0], trade.office.enrolled[0]
    deal = deal_with(trade, "Nobody.pdf", by=employee)
    stranger = trade.within(lambda: trade.portal.office.hire("Some", "Stranger").id)
    for process, reason in (
        (start(trade, deal, by=0, signer=user_of(trade, signer)), "started by nobody in particular"),
        (
            start(trade, deal, by=stranger, signer=user_of(trade, signer)),
            f"Employee {stranger}, who started the process",
        ),
        (start(trade, deal, by=employee, signer=user_of(trade, employee)), f"{employee.name} is no signer"),
        (start(trade, deal, by=signer, signer=user_of(trade, signer)), "cannot be the signer of your own"),
    ):
        await eventually(lambda process=process: not process.waits)  # type: ignore[misc]  # bound at once
        assert process.values["status"] == "error"
        assert reason in process.values["reason"]
    trade.within(lambda: trade.portal.office.barred.add((1, deal.id)))  # from the application itself
    process = start(trade, deal, by=employee, signer=user_of(trade, signer))
    await eventually(lambda: not process.waits)
    assert "may not read this deal" in process.values["reason"]
    damaged = trade.deal("Damaged", by=employee)
    trade.put(damaged, "Damaged.pdf", a_pdf("Damaged")[:200], by=employee, field=FIELD)
    process = start(trade, damaged, by=employee, signer=user_of(trade, signer))
    await eventually(lambda: process.values.get("status") == "error")
    async with signer.telegram() as ivan:
        assert not [m for m in await ivan.messages() if has(m, "Nobody.pdf") or has(m, "Damaged.pdf")]


async def test_forged_processes_are_refused_and_journalled(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employees[0]
    deal, other = (deal_with(trade, name, by=employee) for name in ("Forged.pdf", "Other.pdf"))
    trade.portal.faults.add_event(EventFault.DROP)
    process = start(trade, deal, by=employee, signer=user_of(trade, signer))
    honest = trade.within(lambda: trade.portal.bizproc.form(process))
    auth, token = honest["auth"], trade.portal.bizproc.forged_token
    refused = [
        honest | {"auth": auth | {"application_token": "0" * 32}},
        honest | {"auth": auth | {"member_id": "0" * 32}},
        honest | {"code": "other_action"},
        honest | {"workflow_id": "664fa13bbbb410.99176768"},
        honest | {"document_id": ["crm", "CCrmDocumentLead", "LEAD_1"]},
    ]
    kept = [  # they know the application's token; only the portal itself can tell
        honest | {"event_token": token(process.id)},
        honest | {"event_token": token(process.id), "auth": auth | {"domain": "other.bitrix24.com"}},
        honest | {"workflow_id": "1.2", "event_token": token("1.2")},
        honest | {"document_id": ["crm", "CCrmDocumentDeal", f"DEAL_{other.id}"], "event_token": token(process.id)},
    ]
    address = f"{trade.office.pages}/bitrix24/robot"
    statuses = [trade.loop.run(trade.portal.events.post(address, form))[0] for form in (*refused, *kept)]
    assert statuses == [403] * len(refused) + [200] * len(kept)
    why = {"wrong_token", "other_portal", "not_our_action", "other_process", "not_a_deal"}
    why |= {"dead_token", "unknown_process", "other_document"}
    await eventually(lambda: why <= {row["facts"]["why"] for row in trade.office.rows("portal:event_refused")})
    async with signer.telegram() as ivan:
        assert not [m for m in await ivan.messages() if has(m, "Forged.pdf") or has(m, "Other.pdf")]
        assert process.waits
        assert process.log == [], "no forgery reached the process"
        # the honest post still counts: a forgery that named the same process takes nothing away from it
        assert trade.loop.run(trade.portal.events.post(address, honest))[0] == 200
        await reject(ivan, "Forged.pdf")
    await eventually(lambda: process.values.get("status") == "rejected")


async def test_killed_at_any_moment_the_process_is_answered_once(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = deal_with(trade, "Killed.pdf", by=employee)
    before = trade.portal.events.told.count((CODE, 200))
    process = start(trade, deal, by=employee, signer=user_of(trade, signer))
    await eventually(lambda: trade.portal.events.told.count((CODE, 200)) > before)
    _killed_and_started(trade)
    async with signer.telegram() as ivan:
        await card_of(ivan, "Killed.pdf")
        trade.portal.faults.add(FaultKind.AWAY, method="bizproc.event.send", times=2)
        await sign_typed(ivan, "Killed.pdf", await signer.code())
        await eventually(lambda: len(deal.files.get(FIELD, [])) == 1 and deal.files[FIELD] != [], seconds=60)
        _killed_and_started(trade)
        await eventually(lambda: not process.waits, seconds=120)
        assert len([m for m in await ivan.messages() if has(m, "Killed.pdf")]) == 1
    assert process.values["status"] == "signed"


async def test_doctor_tells_whether_the_action_is_offered_and_the_start_mends_it(trade: Sales) -> None:
    assert "offered in the designer of processes" in trade.office.countersign("doctor").stdout
    trade.within(trade.portal.bizproc.robots.clear)  # as an update of the application does
    assert "not offered in the designer of processes" in trade.office.countersign("doctor").stdout
    scope = trade.portal.accounts.scope
    trade.portal.accounts.scope = "crm,user_basic"
    assert "lacks the permission bizproc" in trade.office.countersign("doctor").stdout
    trade.portal.accounts.scope = scope
    trade.office.stop()
    trade.office.start()
    await eventually(lambda: CODE in trade.portal.bizproc.robots)


def _killed_and_started(trade: Sales) -> None:
    trade.office.kill()
    trade.office.start()
