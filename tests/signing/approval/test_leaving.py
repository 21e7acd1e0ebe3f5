"""An absence in rows and jobs: it begins, moves what waits, ends by itself, and every refusal has its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from signing.erasure import Erasure
from signing.errors import NotAllowed, NotYourTurn, RecordExpired
from signing.membership import CONSOLE
from signing.request import SigningRequest, State
from tests.fakes.activation import RIGHT
from tests.signing.conftest import House

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)
"""The clock of the house begins on that Monday at 09:00 UTC, 10:00 in Podgorica."""


@pytest.fixture
async def ivans(house: House) -> House:
    """The house where Olga may stand in for Ivan."""
    async with house.store.begin() as tx:
        await tx.people.save(replace(await tx.people.get(house.id("Ivan")), deputies=(house.id("Olga"),)))
    return house


async def leave(
    house: House, name: str = "Ivan", *, to: str = "Olga", first: date = MONDAY, last: date = FRIDAY, ground: str = ""
) -> None:
    person, deputy = house.id(name), house.id(to)
    await house.leaving.leave(person, by=person, first=first, last=last, deputy=deputy, ground=ground)


async def turned(house: House, *requests: SigningRequest) -> None:
    """Do the jobs that are due: the absence's turn, then a look at each request."""
    await house.leaving.turn(house.id("Ivan"))
    for request in requests:
        await house.watch.look(request.id)


async def test_what_waits_goes_over_and_comes_back_exactly(ivans: House) -> None:
    request = await ivans.asked()
    before = await ivans.now(request)
    await leave(ivans, ground="power of attorney 12/2026")
    await turned(ivans, request)
    during = await ivans.now(request)
    assert (during.signer, during.delegated_from) == (ivans.id("Olga"), ivans.id("Ivan"))
    assert during.ground == "power of attorney 12/2026"
    ivans.clock.moment = datetime(2026, 11, 27, 22, 59, tzinfo=UTC)
    await turned(ivans, request)
    assert await ivans.now(request) == during
    ivans.clock.moment = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
    await turned(ivans, request)
    after = await ivans.now(request)
    assert (after.signer, after.delegated_from, after.ground, after.links) == (before.signer, None, "", ())
    tags = await ivans.tags(request)
    assert tags[-2:] == ["request:stood_in", "request:returned"]
    async with ivans.store.read() as tx:
        assert await tx.absences.all() == ()
        assert [event.tag.value for event in await tx.journal.of(ivans.id("Ivan"))][-2:] == [
            "person:away",
            "person:back",
        ]


async def test_a_new_request_goes_to_the_deputy_who_signs_with_the_own_key(ivans: House) -> None:
    await leave(ivans)
    request = await ivans.asked()
    assert request.signer == ivans.id("Olga")
    with pytest.raises(NotYourTurn):
        await ivans.workflow.approve([request.id], by=ivans.id("Ivan"))
    record = await ivans.workflow.approve([request.id], by=ivans.id("Olga"))
    assert (record.key, record.signer) == ("olga", ivans.id("Olga"))
    async with ivans.store.read() as tx:
        submitted = [e for e in await tx.journal.of(request.id) if e.tag == "request:submitted"]
    assert submitted[0].facts == {
        "to": ivans.id("Olga"),
        "for": ivans.id("Ivan"),
        "way": [ivans.id("Ivan")],
        "ground": "",
    }


async def test_asking_somebody_else_and_handing_over_by_hand_find_the_deputy_too(ivans: House) -> None:
    request = await ivans.asked(to="Olga")
    await leave(ivans)
    moved = await ivans.decisions.reassign(request.id, by=ivans.id("Anna"), to=ivans.id("Ivan"))
    assert (moved.signer, moved.delegated_from) == (ivans.id("Olga"), ivans.id("Ivan"))


async def test_a_planned_absence_begins_on_its_day_in_the_zone_of_the_person(ivans: House) -> None:
    request = await ivans.asked()
    await leave(ivans, first=date(2026, 11, 25))
    await turned(ivans, request)
    assert (await ivans.now(request)).signer == ivans.id("Ivan")
    ivans.clock.moment = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)  # midnight in Podgorica
    await turned(ivans, request)
    assert (await ivans.now(request)).signer == ivans.id("Olga")


async def test_what_the_signer_had_in_front_of_him_is_void_when_he_is_away(ivans: House) -> None:
    request = await ivans.asked()
    record = await ivans.workflow.approve([request.id], by=ivans.id("Ivan"))
    await leave(ivans)
    await turned(ivans, request)
    with pytest.raises(RecordExpired):
        await ivans.workflow.confirm(record.nonce, by=ivans.id("Ivan"), code=RIGHT)


async def test_what_the_key_is_at_work_on_is_left_alone(ivans: House) -> None:
    request = await ivans.asked()
    record = await ivans.workflow.approve([request.id], by=ivans.id("Ivan"))
    await ivans.workflow.confirm(record.nonce, by=ivans.id("Ivan"), code=RIGHT)
    await leave(ivans)
    await turned(ivans, request)
    assert (await ivans.now(request)).state is State.SIGNING
    await ivans.workflow.sign(request.id, nonce=record.nonce)
    assert (await ivans.now(request)).delegated_from is None


async def test_a_frozen_request_finds_the_deputy_when_it_is_asked_again(ivans: House) -> None:
    request = await ivans.asked()
    await ivans.decisions.freeze(request.id, reason="wrong_codes")
    await leave(ivans)
    await turned(ivans, request)
    assert (await ivans.now(request)).signer == ivans.id("Ivan")
    await ivans.decisions.resume(request.id, by=ivans.id("Anna"))
    await ivans.watch.look(request.id)
    assert (await ivans.now(request)).signer == ivans.id("Olga")


async def test_what_found_nobody_goes_to_the_first_who_is_there_again(ivans: House) -> None:
    request = await ivans.asked()
    day = date(2026, 11, 24)
    await ivans.leaving.leave(ivans.id("Olga"), by=CONSOLE, first=MONDAY, last=day, deputy=None)
    await leave(ivans)
    await turned(ivans, request)
    assert (await ivans.now(request)).signer == ivans.id("Ivan")
    async with ivans.store.begin() as tx:
        await tx.jobs.clear()
    await ivans.leaving.come_back(ivans.id("Olga"), by=CONSOLE)
    async with ivans.store.read() as tx:
        assert request.id in [job.subject for job in await tx.jobs.waiting() if job.kind == "watch"]
    await ivans.watch.look(request.id)
    assert (await ivans.now(request)).signer == ivans.id("Olga")


async def test_coming_back_early_and_another_absence_in_its_place(ivans: House) -> None:
    request = await ivans.asked()
    await leave(ivans, ground="1")
    await turned(ivans, request)
    await leave(ivans, ground="2")
    await turned(ivans, request)
    assert (await ivans.now(request)).ground == "2"
    assert await ivans.leaving.come_back(ivans.id("Ivan"), by=ivans.id("Ivan")) == 1
    await ivans.watch.look(request.id)
    assert (await ivans.now(request)).signer == ivans.id("Ivan")
    with pytest.raises(NotAllowed, match="not_away"):
        await ivans.leaving.come_back(ivans.id("Ivan"), by=ivans.id("Ivan"))


async def test_days_are_checked(ivans: House) -> None:
    for first, last, reason in (
        (MONDAY, date(2026, 11, 22), "days_turned"),
        (date(2026, 11, 1), date(2026, 11, 22), "days_over"),
        (MONDAY, date(2028, 11, 22), "days_too_many"),
    ):
        with pytest.raises(NotAllowed, match=reason):
            await leave(ivans, first=first, last=last)


async def test_only_a_permitted_signer_stands_in_and_only_for_those_who_may_say_so(ivans: House) -> None:
    with pytest.raises(NotAllowed, match="not_a_deputy"):
        await leave(ivans, to="Vera")
    with pytest.raises(NotAllowed, match="not_a_deputy"):
        await leave(ivans, to="Ivan")
    ivan, olga = ivans.id("Ivan"), ivans.id("Olga")
    with pytest.raises(NotAllowed, match="not_an_administrator"):
        await ivans.leaving.leave(ivan, by=ivans.id("Anna"), first=MONDAY, last=FRIDAY, deputy=olga)
    for by in (ivans.id("Vera"), CONSOLE):
        await ivans.leaving.leave(ivan, by=by, first=MONDAY, last=FRIDAY, deputy=olga)
    async with ivans.store.read() as tx:
        told = {(job.facts["notice"], job.facts["person"]) for job in await tx.jobs.waiting() if job.kind == "tell"}
    assert {("written-away", ivan), ("deputises", olga)} <= told, "nobody is written down unheard"


async def test_a_circle_of_deputies_is_refused_when_it_is_made(ivans: House) -> None:
    async with ivans.store.begin() as tx:
        await tx.people.save(replace(await tx.people.get(ivans.id("Olga")), deputies=(ivans.id("Ivan"),)))
    await leave(ivans)
    with pytest.raises(NotAllowed, match="deputy_circle") as refused:
        await leave(ivans, "Olga", to="Ivan", first=FRIDAY)
    assert refused.value.facts["way"] == "Olga → Ivan → Olga"
    await leave(ivans, "Olga", to="Ivan", first=date(2026, 11, 28), last=date(2026, 11, 30))


async def test_a_hand_over_by_hand_makes_no_circle(ivans: House) -> None:
    async with ivans.store.begin() as tx:
        await tx.people.save(replace(await tx.people.get(ivans.id("Olga")), deputies=(ivans.id("Ivan"),)))
    request = await ivans.asked()
    await ivans.decisions.delegate(request.id, by=ivans.id("Ivan"), to=ivans.id("Olga"))
    with pytest.raises(NotAllowed, match="delegation_circle"):
        await ivans.decisions.delegate(request.id, by=ivans.id("Olga"), to=ivans.id("Ivan"))


async def test_a_start_promises_every_absence_anew(ivans: House) -> None:
    await leave(ivans, first=date(2026, 11, 25))
    async with ivans.store.begin() as tx:
        await tx.jobs.clear()
    await ivans.leaving.reconcile()
    async with ivans.store.read() as tx:
        assert [(job.kind, job.subject) for job in await tx.jobs.waiting()] == [("absence", ivans.id("Ivan"))]


async def test_who_is_erased_is_away_no_more_and_not_while_a_deputy_acts_for_that_person(ivans: House) -> None:
    erasure = Erasure(store=ivans.store, activation=ivans.activation, clock=ivans.clock)
    await leave(ivans, ground="power of attorney 12/2026")
    request = await ivans.asked()
    with pytest.raises(NotAllowed, match="unfinished"):
        await erasure.erase(ivans.id("Ivan"), by=CONSOLE, requests=())
    await ivans.decisions.cancel(request.id, by=ivans.id("Anna"))
    await erasure.erase(ivans.id("Ivan"), by=CONSOLE, requests=())
    async with ivans.store.read() as tx:
        assert await tx.absences.of(ivans.id("Ivan")) is None
