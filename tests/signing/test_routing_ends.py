"""What ends a route or stops it, who may not be asked along it, and what a crash leaves of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signing.acceptance import Acceptance
from signing.document import Making, Sha256
from signing.errors import LockedPerson, NotAllowed, NotAllowedNow, NotYourTurn, RouteRefused, UnknownOutcome
from signing.membership import CONSOLE
from signing.people import Role
from signing.request import State
from tests.fakes.activation import RIGHT
from tests.signing.along import Office, furnished
from tests.signing.conftest import House


@pytest.fixture
async def office(house: House) -> Office:
    """Ivan, Olga and Petr sign; Vera may approve; Anna asks."""
    return await furnished(house)


async def test_taking_it_back_ends_every_part_unless_a_key_is_at_work(office: Office) -> None:
    lead, house = await office.sent("both"), office.house
    await house.workflow.confirm(await office.approve(lead, "Ivan"), by=house.id("Ivan"), code=RIGHT)
    with pytest.raises(NotAllowedNow):
        await house.decisions.cancel(lead.id, by=house.id("Anna"))
    await office.settle()
    part = (await office.parts(lead))["Olga"]
    with pytest.raises(NotAllowedNow):
        await house.decisions.cancel(part.id, by=house.id("Anna"))
    with pytest.raises(NotAllowed, match="route_names"):
        await house.decisions.reassign(part.id, by=house.id("Anna"), to=house.id("Petr"))
    await house.decisions.cancel(lead.id, by=house.id("Anna"))
    await office.settle()
    assert await office.states(lead) == {"Ivan": "signed", "Olga": "cancelled"}
    assert await office.state(lead) is State.CANCELLED


async def test_when_the_time_is_over_everybody_is_let_go(office: Office) -> None:
    lead, house = await office.sent("both"), office.house
    await house.workflow.confirm(await office.approve(lead, "Ivan"), by=house.id("Ivan"), code=RIGHT)
    house.clock.move(days=15)
    await house.decisions.expire(lead.id)
    assert await office.state(lead) is State.CIRCULATING, "a key is at work"
    await office.settle()
    await house.decisions.expire((await office.parts(lead))["Olga"].id)
    assert (await office.states(lead))["Olga"] == "waiting", "a part has no time of its own"
    await house.decisions.expire(lead.id)
    await office.settle()
    assert await office.states(lead) == {"Ivan": "signed", "Olga": "expired"}
    assert await office.state(lead) is State.EXPIRED


async def test_a_stopped_part_goes_on_when_the_requester_asks_again(office: Office) -> None:
    lead, house = await office.sent("order"), office.house
    house.pipeline.failures.append(UnknownOutcome())
    await office.sign(lead, "Ivan")
    assert await office.states(lead) == {"Ivan": "waiting"}
    await house.decisions.freeze((await office.parts(lead))["Ivan"].id, reason="unfinished")
    await office.settle()
    assert await office.state(lead) is State.CIRCULATING
    await house.decisions.resume(lead.id, by=house.id("Anna"))
    await office.sign(lead, "Ivan")
    await office.sign(lead, "Olga")
    assert await office.state(lead) is State.SIGNED


async def test_a_deputy_takes_the_seat_but_nobody_sits_in_two(office: Office) -> None:
    lead, house = await office.sent("two of three"), office.house
    ivan = (await office.parts(lead))["Ivan"]
    await house.membership.change(
        replace(house.people["Ivan"], deputies=(house.id("Olga"), house.id("Vera"))), by=CONSOLE
    )
    with pytest.raises(NotAllowed, match="other_seat"):
        await house.decisions.delegate(ivan.id, by=house.id("Ivan"), to=house.id("Olga"))
    vera = replace(house.people["Vera"], roles=frozenset({Role.SIGNER}))
    await house.membership.change(vera, by=CONSOLE)
    await house.decisions.delegate(ivan.id, by=house.id("Ivan"), to=vera.id)
    handed = (await office.parts(lead))["Ivan"]
    assert (handed.signer, handed.delegated_from) == (vera.id, house.id("Ivan"))


async def test_a_locked_signer_is_done_without_where_others_are_enough(office: Office) -> None:
    house = office.house
    await house.membership.lock(house.id("Olga"), by=CONSOLE, why="test")
    lead = await office.sent("two of three")
    assert await office.states(lead) == {"Ivan": "waiting", "Olga": "frozen", "Petr": "waiting"}
    with pytest.raises(LockedPerson):
        await office.sent("both")
    for name in ("Ivan", "Petr"):
        await office.sign(lead, name)
    assert await office.states(lead) == {"Ivan": "signed", "Olga": "cancelled", "Petr": "signed"}


async def test_who_may_be_sent_along_what(office: Office) -> None:
    house = office.house
    with pytest.raises(NotAllowed, match="self_sign"):
        await office.sent("own", by="Ivan")
    with pytest.raises(NotAllowed, match="self_sign"):
        await office.sent("either", by="Ivan")
    assert await office.states(await office.sent("both", by="Ivan")) == {"Ivan": "waiting", "Olga": "waiting"}
    with pytest.raises(RouteRefused, match="nobody"):
        await office.sent("nobody")
    with pytest.raises(NotAllowed, match="route_unfit"):
        await office.sent("secret")
    draft = await house.drafted()
    with pytest.raises(NotYourTurn):
        await house.workflow.circulate(draft.id, by=house.id("Ivan"), along="both")


async def test_what_must_go_along_a_route_goes_to_nobody_else(office: Office) -> None:
    house = office.house
    draft = await house.drafted()
    named = replace(draft.documents[0], name="A secret.pdf")
    async with house.store.begin() as tx:
        await tx.requests.save(draft.touched(documents=(named,)))
    with pytest.raises(NotAllowed, match="route_required"):
        await house.workflow.submit(draft.id, by=house.id("Anna"), to=house.id("Ivan"))
    with pytest.raises(NotAllowed, match="route_unfit"):
        await house.workflow.circulate(draft.id, by=house.id("Anna"), along="both")
    sent = await house.workflow.circulate(draft.id, by=house.id("Anna"), along="secret")
    assert sent.state is State.CIRCULATING


async def test_after_a_crash_rows_alone_bring_a_route_on(office: Office) -> None:
    lead, house = await office.sent("both"), office.house
    for name in ("Ivan", "Olga"):
        await house.workflow.confirm(await office.approve(lead, name), by=house.id(name), code=RIGHT)
    async with house.store.begin() as tx:
        await tx.jobs.clear()
    await house.workflow.reconcile()
    await office.settle()
    assert await office.state(lead) is State.SIGNED
    assert len(await office.signers(lead)) == 2


async def test_parts_count_for_nobodys_lists_of_own_requests(office: Office) -> None:
    lead, house = await office.sent("both"), office.house
    async with house.store.read() as tx:
        assert [one.id for one in await tx.requests.made_by(house.id("Anna"), limit=10)] == [lead.id]
        assert await tx.requests.recent_signers(house.id("Anna"), limit=5) == ()
        assert [one.lead for one in await tx.requests.waiting_for(house.id("Olga"))] == [lead.id]
    await house.decisions.remind(lead.id, by=house.id("Anna"))
    with pytest.raises(NotAllowed, match="too_soon"):
        await house.decisions.remind(lead.id, by=house.id("Anna"))


async def test_pages_that_were_made_are_accepted_before_anybody_of_a_route_is_asked(office: Office) -> None:
    house = office.house
    draft = await house.drafted()
    made = replace(draft.documents[0], making=Making.OFFICE, original_sha256=Sha256("e" * 64))
    async with house.store.begin() as tx:
        await tx.requests.save(draft.touched(documents=(made,)))
    anna = house.id("Anna")
    with pytest.raises(NotAllowedNow, match="pages_not_accepted"):
        await house.workflow.circulate(draft.id, by=anna, along="both")
    await Acceptance(store=house.store, clock=house.clock, workflow=house.workflow).accept(draft.id, by=anna)
    await house.workflow.circulate(draft.id, by=anna, along="both")
    await office.settle()
    assert not any(part.awaits_acceptance for part in (await office.parts(draft)).values())
