"""Journeys of documents that lie in a deal: signed in their place, and what the portal's bad days do to them."""

from __future__ import annotations

import asyncio

import pytest

from bot.platforms.bitrix24.events import WANTED
from playground.bitrix24.faults import EventFault, FaultKind
from playground.bitrix24.office import Deal
from playground.telegram.person import TelegramPerson
from tests.journeys.company import Colleague
from tests.journeys.sales import Sales, eventually
from tests.journeys.story import a_pdf, card_of, choose, files, has, pdfsig, sign_typed, signed_file


async def _ask(trade: Sales, anna: TelegramPerson, signer: Colleague, deal: Deal, name: str, *, by: Colleague) -> None:
    """A file is put into the deal; its requester chooses the signer on their own phone."""
    trade.put(deal, name, a_pdf(name), by=by)
    card = await anna.wait_for(lambda m: has(m, name, "Who shall sign?"))
    assert f"Deal “{deal.title}”" in str(card)
    await choose(anna, card, signer)


def _says(trade: Sales, deal: Deal, *words: str) -> bool:
    return any(all(word in comment.text for word in words) for comment in trade.portal.comments(deal))


async def test_a_file_in_a_deal_is_replaced_by_the_signed_one(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Delivery, Podgorica", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await _ask(trade, anna, signer, deal, "Contract.pdf", by=employee)
        await eventually(lambda: _says(trade, deal, "Contract.pdf", signer.name, "is asked to sign"))
        await sign_typed(ivan, "Contract.pdf", await signer.code())
        body = await signed_file(anna)
    await eventually(lambda: _says(trade, deal, "Contract.pdf", f"signed by {signer.name}", "Fingerprint", "/v/"))
    assert trade.portal.bodies(deal) == [body], "the signed file, and nothing else, lies in the deal"
    (comment,) = trade.portal.comments(deal)
    assert [file.body for file in comment.files] == [body]
    path = trade.office.folder / "deal.pdf"
    path.write_bytes(body)
    assert "Signature is Valid" in pdfsig(path)
    # the echo of our own change, and every later sweep, ask nobody
    async with employee.telegram() as anna:
        trade.within(lambda: trade.portal.office.touch(deal, by=trade.user(employee)))
        await eventually(lambda: trade.portal.events.told[-1][1] == 200)
        assert len([m for m in await anna.messages() if has(m, "Contract.pdf")]) == 1, "one card"
        assert len(await files(anna)) == 1


async def test_a_refusal_leaves_the_file_and_says_why(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Refused", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await _ask(trade, anna, signer, deal, "Offer.pdf", by=employee)
        await ivan.press(await card_of(ivan, "Offer.pdf"), "Reject")
        card = await ivan.wait_for(lambda m: has(m, "Offer.pdf", button="Wrong amount"))
        await ivan.press(card, "Wrong amount")
    await eventually(lambda: _says(trade, deal, "Offer.pdf", "refused", "Wrong amount"))
    assert trade.portal.bodies(deal) == [a_pdf("Offer.pdf")]


async def test_a_field_with_several_files_never_loses_a_sibling(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Several", by=employee)
    trade.within(lambda: trade.portal.office.fields.__setitem__("UF_CRM_MORE", True))
    async with employee.telegram() as anna, signer.telegram() as ivan:
        for name in ("First.pdf", "Second.pdf"):
            trade.put(deal, name, a_pdf(name), by=employee, field="UF_CRM_MORE")
            card = await anna.wait_for(lambda m, name=name: has(m, name, "Who shall sign?"))  # type: ignore[misc]  # bound at once
            await choose(anna, card, signer)
        await sign_typed(ivan, "Second.pdf", await signer.code())
        body = await signed_file(anna)
    await eventually(lambda: _says(trade, deal, "Second.pdf", "signed by"))
    assert trade.portal.bodies(deal, "UF_CRM_MORE") == [a_pdf("First.pdf"), body]


async def test_what_somebody_changed_meanwhile_is_not_overwritten(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Changed", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await _ask(trade, anna, signer, deal, "Draft.pdf", by=employee)
        await card_of(ivan, "Draft.pdf")
        trade.put(deal, "Newer.pdf", a_pdf("Newer"), by=employee)
        await anna.wait_for(lambda m: has(m, "Newer.pdf", "Who shall sign?"))
        await sign_typed(ivan, "Draft.pdf", await signer.code())
        body = await signed_file(anna)
        await eventually(lambda: _says(trade, deal, "Draft.pdf", "not overwritten"))
        await anna.wait_for(lambda m: has(m, "Draft.pdf", "somebody changed the file in the deal"))
    assert trade.portal.bodies(deal) == [a_pdf("Newer")]
    attached = [file.body for comment in trade.portal.comments(deal) for file in comment.files]
    assert attached == [body], "the signed file is not lost"


async def test_a_deleted_deal_is_told_and_the_file_still_comes_to_the_chat(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Deleted", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await _ask(trade, anna, signer, deal, "Gone.pdf", by=employee)
        await card_of(ivan, "Gone.pdf")
        trade.within(lambda: trade.portal.office.delete(deal, by=trade.user(employee)))
        await sign_typed(ivan, "Gone.pdf", await signer.code())
        assert (await signed_file(anna)).startswith(b"%PDF")
        await anna.wait_for(lambda m: has(m, "Gone.pdf", "the deal was deleted"))


async def test_an_event_that_was_lost_is_found_by_the_sweep(trade: Sales) -> None:
    employee = trade.office.employee()
    trade.portal.faults.add_event(EventFault.DROP, times=2)
    deal = trade.deal("Unheard", by=employee)
    async with employee.telegram() as anna:
        trade.put(deal, "Unheard.pdf", a_pdf("Unheard"), by=employee)
        await anna.wait_for(lambda m: has(m, "Unheard.pdf", "Who shall sign?"))


async def test_events_that_come_twice_and_late_ask_once(trade: Sales) -> None:
    employee = trade.office.employee()
    for fault in (EventFault.REORDER, EventFault.DUPLICATE, EventFault.DUPLICATE):
        trade.portal.faults.add_event(fault)
    deal = trade.deal("Twice", by=employee)
    async with employee.telegram() as anna:
        trade.put(deal, "Twice.pdf", a_pdf("Twice"), by=employee)
        await anna.wait_for(lambda m: has(m, "Twice.pdf", "Who shall sign?"))
        trade.within(lambda: trade.portal.office.touch(deal, by=trade.user(employee)))
        await eventually(lambda: sum(call.method == "crm.item.get" for call in trade.portal.rest.calls) > 3)
        assert len([m for m in await anna.messages() if has(m, "Twice.pdf")]) == 1


@pytest.mark.parametrize("method", ["crm.item.update", "crm.timeline.comment.add", "crm.timeline.comment.update"])
async def test_a_write_whose_answer_was_lost_is_not_done_twice(trade: Sales, method: str) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal(f"Lost {method}", by=employee)
    before = len(trade.portal.calls(method))
    async with employee.telegram() as anna, signer.telegram() as ivan:
        trade.portal.faults.add(FaultKind.DROP_RESPONSE, method=method)
        await _ask(trade, anna, signer, deal, "Once.pdf", by=employee)
        await eventually(lambda: _says(trade, deal, "Once.pdf", "is asked to sign"))
        await sign_typed(ivan, "Once.pdf", await signer.code())
        body = await signed_file(anna)
    await eventually(lambda: _says(trade, deal, "Once.pdf", "signed by"), seconds=120)
    assert trade.portal.bodies(deal) == [body]
    assert len(trade.portal.comments(deal)) == 1
    if method != "crm.timeline.comment.update":
        assert len(trade.portal.calls(method)) == before + 1, "it was executed once"


@pytest.mark.parametrize("kind", [FaultKind.LIMIT, FaultKind.EXPIRED, FaultKind.SERVER_ERROR, FaultKind.AWAY])
async def test_a_portal_on_a_bad_day_loses_nothing(trade: Sales, kind: FaultKind) -> None:
    employee = trade.office.employee()
    deal = trade.deal(f"Bad day {kind}", by=employee)
    async with employee.telegram() as anna:
        trade.portal.faults.add(kind, times=3)
        trade.put(deal, f"{kind}.pdf", a_pdf(kind), by=employee)
        await anna.wait_for(lambda m: has(m, f"{kind}.pdf", "Who shall sign?"), timeout_s=120)
        assert len([m for m in await anna.messages() if has(m, f"{kind}.pdf")]) == 1


async def test_tokens_that_grew_old_are_renewed_once(trade: Sales) -> None:
    employee = trade.office.employee()
    deal = trade.deal("Old tokens", by=employee)
    before = trade.portal.accounts.refreshes
    async with employee.telegram() as anna:
        trade.within(trade.portal.accounts.expire)
        for name in ("Old-1.pdf", "Old-2.pdf"):
            trade.put(deal, name, a_pdf(name), by=employee)
            await anna.wait_for(lambda m, name=name: has(m, name, "Who shall sign?"))  # type: ignore[misc]  # bound at once
    assert trade.portal.accounts.refreshes == before + 1


async def test_a_file_of_somebody_unknown_asks_nobody_and_says_so(trade: Sales) -> None:
    stranger = trade.within(lambda: trade.portal.office.hire("Some", "Stranger").id)
    deal = trade.within(lambda: trade.portal.office.open_deal("Unknown", by=stranger))
    trade.within(lambda: trade.portal.put(deal, "Strange.pdf", a_pdf("Strange"), by=stranger))
    await eventually(lambda: _says(trade, deal, "Strange.pdf", "no chat with Countersign"))
    assert trade.portal.bodies(deal) == [a_pdf("Strange")]
    # a colleague who is known takes over: the same file is asked for now
    employee = trade.office.employee()
    async with employee.telegram() as anna:
        trade.within(lambda: trade.portal.office.touch(deal, by=trade.user(employee)))
        await anna.wait_for(lambda m: has(m, "Strange.pdf", "Who shall sign?"))


async def test_a_file_that_cannot_be_signed_is_refused_with_words(trade: Sales) -> None:
    employee = trade.office.employee()
    deal = trade.deal("Damaged", by=employee)
    trade.put(deal, "Damaged.pdf", a_pdf("Damaged")[:200], by=employee)
    await eventually(lambda: _says(trade, deal, "Damaged.pdf", "cannot be signed"))
    async with employee.telegram() as anna:
        assert not [m for m in await anna.messages() if has(m, "Damaged.pdf")]
        assert not await files(anna)


async def test_a_file_that_is_too_large_is_refused_with_words(trade: Sales) -> None:
    employee = trade.office.employee()
    deal = trade.deal("Large", by=employee)
    trade.put(deal, "Large.pdf", a_pdf("Large") + b"%" * (21 << 20), by=employee)
    await eventually(lambda: _says(trade, deal, "cannot be signed", "20 MB"))


async def test_forged_posts_are_refused_and_journalled(trade: Sales) -> None:
    portal, office = trade.portal, trade.office
    events, install = f"{office.pages}/bitrix24/events", f"{office.pages}/bitrix24/install"
    honest = portal.events.form("ONCRMDEALUPDATE", {"FIELDS": {"ID": 17}}, user=0)
    wrong = honest | {"auth": honest["auth"] | {"application_token": "0" * 32}}
    assert trade.loop.run(portal.events.post(events, wrong)) == (403, "Not believed.")
    assert trade.loop.run(portal.events.post(events, honest | {"auth": "x"}))[0] == 403
    assert trade.loop.run(portal.events.post(events, honest | {"data": {"FIELDS": {"ID": "17; DROP"}}}))[0] == 200
    assert trade.loop.run(portal.events.post(install, portal.installation(by=1)))[0] == 403, "the window is closed"
    assert office.countersign("bitrix24", "install").returncode == 0
    employee = trade.user(office.enrolled[0])
    forgeries = (
        portal.installation(by=employee),  # no administrator
        portal.installation(by=1, client_id="local.other"),  # another application's token
        portal.installation(by=1) | {"event": "ONAPPUPDATE"},
        {**(form := portal.installation(by=1)), "auth": form["auth"] | {"domain": "other.bitrix24.com"}},
        {**(form := portal.installation(by=1)), "auth": form["auth"] | {"access_token": "0" * 70}},
        {**(form := portal.installation(by=1)), "auth": form["auth"] | {"member_id": "0" * 32}},
    )
    for forged in forgeries:
        assert trade.loop.run(portal.events.post(install, forged))[0] == 403
    assert trade.loop.run(portal.events.post(install, portal.installation(by=1)))[0] == 200, "the honest one counts"
    reasons = {row["facts"]["why"] for row in office.rows("portal:event_refused")}
    assert reasons >= {"wrong_token", "window_closed", "not_an_administrator", "not_proved", "other_portal"}


async def test_doctor_tells_how_the_portal_stands(trade: Sales) -> None:
    told = trade.office.countersign("doctor").stdout
    assert f"{trade.portal.url} answers, we act there as Portal Administrator" in told
    assert "events and pages are bound" in told
    # an update of the application forgets its handlers; doctor says so, and the next start binds them again
    trade.within(trade.portal.events.bound.clear)
    assert "missing: event ONCRMDEALADD, event ONCRMDEALUPDATE" in trade.office.countersign("doctor").stdout
    trade.office.stop()
    trade.office.start()
    await eventually(lambda: {event for event, _ in trade.portal.events.bound} >= set(WANTED))


@pytest.mark.parametrize("after_s", [0.0, 0.3, 0.6, 1.0, 1.5])
async def test_killed_at_any_moment_the_deal_gets_the_signed_file_once(trade: Sales, after_s: float) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal, name = trade.deal(f"Killed after {after_s}", by=employee), f"Killed {after_s}.pdf"
    async with employee.telegram() as anna, signer.telegram() as ivan:
        trade.put(deal, name, a_pdf(name), by=employee)
        await asyncio.sleep(after_s / 2)
        await asyncio.to_thread(_killed_and_started, trade)
        await choose(anna, await anna.wait_for(lambda m: has(m, name, "Who shall sign?")), signer)
        await sign_typed(ivan, name, await signer.code())
        await asyncio.sleep(after_s)
        await asyncio.to_thread(_killed_and_started, trade)
        if any(has(m, name, button="Sign") for m in await ivan.messages()):  # killed before the code was taken
            await sign_typed(ivan, name, await signer.code())
        await eventually(lambda: _says(trade, deal, name, "signed by"), seconds=120)
        await anna.wait_for(lambda m: has(m, name, "Signed by"))
    (body,) = trade.portal.bodies(deal)
    assert body.startswith(a_pdf(name))
    assert len(trade.portal.comments(deal)) == 1
    assert pdfsig_count(trade, body) == 1, "one signature"


def pdfsig_count(trade: Sales, body: bytes) -> int:
    """Return how many signatures poppler finds."""
    path = trade.office.folder / "counted.pdf"
    path.write_bytes(body)
    return pdfsig(path).count("Signature is Valid")


def _killed_and_started(trade: Sales) -> None:
    trade.office.kill()
    trade.office.start()
