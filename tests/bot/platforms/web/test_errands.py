"""What people do at the desk around a signature, as calls: what is theirs is done, what is not is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.platforms.web.desk.visits import Visits
from signing.membership import CONSOLE
from signing.request import ReplyTo, State
from tests.bot.platforms.web.desk_site import DeskSite, desk_site, house, rendering
from tests.fakes.activation import RIGHT
from tests.journeys.desk import DeskPage

__all__ = ["desk_site", "house", "rendering"]


async def row(page: DeskPage, request: str, *, where: str = "mine") -> dict[str, Any]:
    """Return a request as the page shows it now."""
    return next(one for one in (await page.look())[where] if one["id"] == request)


async def test_a_list_is_signed_with_one_code(desk_site: DeskSite) -> None:
    made = [await desk_site.house.asked(documents=2) for _ in range(3)]
    ivan = await desk_site.enter("Ivan")
    chosen = [made[0].id, made[2].id]
    status, opened = await ivan.act("sign", requests=[*chosen, made[0].id])
    assert (status, opened["address"].startswith("/sign/")) == (200, True)
    assert (await ivan.enter(opened["address"], RIGHT))[0] == 200
    states = [(await desk_site.house.now(one)).state for one in made]
    assert states == [State.SIGNING, State.WAITING, State.SIGNING]


async def test_a_list_with_somebody_elses_request_signs_nothing(desk_site: DeskSite) -> None:
    mine, hers = await desk_site.house.asked(), await desk_site.house.asked(to="Olga")
    ivan = await desk_site.enter("Ivan")
    assert (await ivan.act("sign", requests=[mine.id, hers.id]))[0] == 403
    for wrong in ([], [mine.id] * 51, "all", [None]):
        await ivan.look()
        assert (await ivan.act("sign", requests=wrong))[0] == 400, wrong
    async with desk_site.house.store.read() as tx:
        assert await tx.records.open_for(desk_site.house.id("Ivan")) == ()


async def test_one_code_covers_so_many_documents_and_no_more(desk_site: DeskSite) -> None:
    made = [await desk_site.house.asked(documents=9) for _ in range(6)]
    ivan = await desk_site.enter("Ivan")
    status, told = await ivan.act("sign", requests=[one.id for one in made])
    assert (status, "50 documents at most" in told["error"]) == (403, True)


async def test_a_question_and_its_answer_stand_on_both_desks(desk_site: DeskSite) -> None:
    request = await desk_site.house.asked()
    anna, ivan = await desk_site.enter("Anna"), await desk_site.enter("Ivan")
    assert "answer" not in (await row(anna, request.id))["can"]
    assert (await anna.act("question", request=request.id, text="Mine?"))[0] == 403, "the signer asks"
    assert (await ivan.act("question", request=request.id, text="  "))[0] == 403, "in words"
    await ivan.look()
    assert (await ivan.act("question", request=request.id, text="Which annex?"))[0] == 200
    asked = await row(anna, request.id)
    assert (asked["talk"], "answer" in asked["can"]) == (["Ivan asks: Which annex?"], True)
    assert (await anna.act("answer", request=request.id, text="The second"))[0] == 200
    assert (await row(ivan, request.id, where="waiting"))["talk"][-1] == "Anna answers: The second"
    assert "answer" not in (await row(anna, request.id))["can"]
    told = (await anna.get(f"requests/{request.id}/history"))[1]
    assert told[-1]["text"] == "Anna answered: The second"


async def test_reminded_once_in_a_while_and_asked_of_somebody_else(desk_site: DeskSite) -> None:
    request = await desk_site.house.asked()
    anna, ivan = await desk_site.enter("Anna"), await desk_site.enter("Ivan")
    assert (await anna.act("remind", request=request.id))[0] == 200
    status, told = await anna.act("remind", request=request.id)
    assert (status, "not long ago" in told["error"]) == (403, True)
    assert (await ivan.act("reassign", request=request.id, signer=desk_site.house.id("Olga")))[0] == 403
    await anna.look()
    assert (await anna.act("reassign", request=request.id, signer=desk_site.house.id("Olga")))[0] == 200
    assert (await desk_site.house.now(request)).signer == desk_site.house.id("Olga")
    await desk_site.house.decisions.freeze(request.id, reason="wrong_codes")
    assert (await row(anna, request.id))["can"] == ["resume", "reassign", "cancel", "download"]
    assert (await anna.act("resume", request=request.id))[0] == 200
    assert (await desk_site.house.now(request)).state is State.WAITING


async def permit(site: DeskSite, deputy: str, *, to: str) -> None:
    """An administrator permits a deputy."""
    async with site.house.store.read() as tx:
        person = await tx.people.get(site.house.id(to))
    await site.house.membership.change(replace(person, deputies=(site.house.id(deputy),)), by=CONSOLE)


async def test_a_request_is_handed_to_a_deputy_whom_an_administrator_permits(desk_site: DeskSite) -> None:
    request, olga = await desk_site.house.asked(), desk_site.house.id("Olga")
    ivan = await desk_site.enter("Ivan")
    assert (await row(ivan, request.id, where="waiting"))["deputies"] == []
    assert (await ivan.act("delegate", request=request.id, deputy=olga))[0] == 403, "not permitted"
    await permit(desk_site, "Olga", to="Ivan")
    assert [one["name"] for one in (await row(ivan, request.id, where="waiting"))["deputies"]] == ["Olga"]
    assert (await ivan.act("delegate", request=request.id, deputy=olga))[0] == 200
    assert (await desk_site.house.now(request)).signer == olga


async def test_a_document_is_put_aside_is_signed_all_the_same_or_comes_back_by_itself(desk_site: DeskSite) -> None:
    house = desk_site.house
    signed, waits = await house.asked(), await house.asked()
    anna, ivan = await desk_site.enter("Anna"), await desk_site.enter("Ivan")
    assert [one["text"] for one in ivan.state["later"]] == ["In 1 hour", "Tonight", "Monday"]
    for one in (signed, waits):
        assert (await ivan.act("later", request=one.id, until="tonight"))[0] == 200
    aside = await row(ivan, waits.id, where="waiting")
    assert aside["later"] == "⏰ You come back to it today 19:00"
    assert (await row(anna, waits.id))["later"] == "⏰ Ivan comes back to it today 19:00"
    opened = (await ivan.act("sign", request=signed.id))[1]
    assert (await ivan.enter(opened["address"], RIGHT))[0] == 200
    assert (await house.now(signed)).state is State.SIGNING
    house.clock.move(hours=10)
    await house.decisions.wake(waits.id)
    ivan = await desk_site.enter("Ivan")
    assert (await row(ivan, waits.id, where="waiting"))["later"] == ""


async def test_only_the_signer_puts_aside_and_only_until_what_lies_ahead(desk_site: DeskSite) -> None:
    request = await desk_site.house.asked()
    anna, ivan = await desk_site.enter("Anna"), await desk_site.enter("Ivan")
    assert (await anna.act("later", request=request.id, until="hour"))[0] == 403
    for wrong in ("2031-01-01T00:00:00Z", "", None, ["hour"]):
        status, told = await ivan.act("later", request=request.id, until=wrong)
        assert (status, "Please choose another one" in told["error"]) == (403, True), wrong
        await ivan.look()
    desk_site.house.clock.move(hours=11)
    ivan = await desk_site.enter("Ivan")
    assert [one["id"] for one in ivan.state["later"]] == ["hour", "monday"], "the evening has come"
    assert (await ivan.act("later", request=request.id, until="tonight"))[0] == 403
    assert (await desk_site.house.now(request)).postponed_until is None


async def test_somebody_goes_away_and_is_back(desk_site: DeskSite) -> None:
    olga, days = desk_site.house.id("Olga"), {"first": "2026-11-23", "last": "2026-12-01"}
    ivan = await desk_site.enter("Ivan")
    assert (ivan.state["absence"], ivan.state["deputies"], ivan.state["today"]) == (None, [], "2026-11-23")
    status, told = await ivan.act("away", **days, deputy=olga)
    assert (status, "Olga is not your deputy" in told["error"]) == (403, True), "nobody widens their own rights"
    await permit(desk_site, "Olga", to="Ivan")
    assert [one["name"] for one in (await ivan.look())["deputies"]] == ["Olga"]
    for wrong in ({**days, "last": "2026-11-01"}, {**days, "first": "soon"}, {}):
        assert (await ivan.act("away", **wrong))[0] == 403
        await ivan.look()
    assert (await ivan.act("away", **days, deputy=olga, ground="power of attorney 12"))[0] == 200
    told = (await ivan.look())["absence"]["text"]
    assert (
        told == "🏖 You are away until 1 December. Olga signs for you, with their own key. Ground: power of attorney 12."
    )
    anna = await desk_site.enter("Anna")
    assert any("Olga" in one["away"] for one in anna.state["signers"] if one["name"] == "Ivan")
    assert (await ivan.act("back"))[0] == 200
    assert (await ivan.look())["absence"] is None


async def test_nobody_signs_out_of_a_visit_without_a_session(desk_site: DeskSite) -> None:
    """Inside the portal there is no cookie: the portal opened the page."""
    visits = Visits(store=desk_site.house.store, clock=desk_site.house.clock)
    word = await visits.open(person=desk_site.house.id("Anna"), folder=None)
    anna = DeskPage(browser=desk_site.browser(), base=desk_site.url, word=word)
    assert (await anna.look())["sessions"] is None
    assert (await anna.act("sign-out", everywhere=True))[0] == 403


@pytest.mark.parametrize(("form", "more"), [("pades", []), ("cades", ["signature"])])
async def test_a_signature_in_a_file_of_its_own_is_fetched_too(desk_site: DeskSite, form: str, more: list[str]) -> None:
    house, ivan = desk_site.house, desk_site.house.id("Ivan")
    documents = (await house.drafted()).documents
    where = ReplyTo(platform="telegram", chat_id="1001")
    draft = await house.workflow.draft(documents, by=house.id("Anna"), reply_to=where, form=form)
    await house.workflow.submit(draft.id, by=house.id("Anna"), to=ivan)
    record = await house.workflow.approve([draft.id], by=ivan)
    await house.workflow.confirm(record.nonce, by=ivan, code=RIGHT)
    await house.workflow.sign(draft.id, nonce=record.nonce)
    anna = await desk_site.enter("Anna")
    assert (await row(anna, draft.id))["can"] == ["download", *more, "verify", "evidence"]
