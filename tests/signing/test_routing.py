"""Requests along routes over a real database: who is asked when, and what is enough."""

from __future__ import annotations

import asyncio

import pytest

from signing.errors import NotAllowedNow, NotYourTurn
from signing.request import State
from tests.fakes.activation import RIGHT
from tests.signing.along import Office, furnished
from tests.signing.conftest import House


@pytest.fixture
async def office(house: House) -> Office:
    """Ivan, Olga and Petr sign; Vera may approve; Anna asks."""
    return await furnished(house)


async def test_in_order_each_is_asked_when_the_one_before_has_signed(office: Office) -> None:
    lead = await office.sent("order")
    assert await office.states(lead) == {"Ivan": "waiting"}
    await office.sign(lead, "Ivan")
    assert await office.states(lead) == {"Ivan": "signed", "Olga": "waiting"}
    second = (await office.parts(lead))["Olga"]
    assert second.documents[0].sha256 == f"{second.documents[0].size_bytes:064x}", "the signed bytes are shown"
    assert [one.signer for one in second.documents[0].earlier] == ["Ivan"]
    await office.sign(lead, "Olga")
    assert await office.state(lead) is State.SIGNED
    assert await office.signers(lead) == [office.house.id("Ivan"), office.house.id("Olga")]
    async with office.house.store.read() as tx:
        assert [(d.channel, d.state) for d in await tx.deliveries.of(lead.id)] == [("telegram:1001", "promised")]


async def test_two_sign_side_by_side_and_the_signatures_are_made_one_after_the_other(office: Office) -> None:
    lead = await office.sent("both")
    nonces = {name: await office.approve(lead, name) for name in ("Ivan", "Olga")}
    confirmed = (
        office.house.workflow.confirm(nonces[name], by=office.house.id(name), code=RIGHT) for name in ("Olga", "Ivan")
    )
    await asyncio.gather(*confirmed)
    assert set((await office.states(lead)).values()) == {"signing"}
    turns = {name: part.part.turn for name, part in (await office.parts(lead)).items() if part.part}
    assert sorted(turns.values()) == [1, 2]
    await office.settle()
    assert await office.signers(lead) == [office.house.id(name) for name in sorted(turns, key=turns.__getitem__)]
    assert await office.state(lead) is State.SIGNED


async def test_either_is_enough_and_the_other_is_not_asked_any_more(office: Office) -> None:
    lead = await office.sent("either")
    nonce = await office.approve(lead, "Olga")
    await office.sign(lead, "Ivan")
    assert await office.state(lead) is State.SIGNED
    assert (await office.parts(lead))["Olga"].reason == "route_enough"
    with pytest.raises(NotAllowedNow):
        await office.house.workflow.confirm(nonce, by=office.house.id("Olga"), code=RIGHT)
    assert len(await office.signers(lead)) == 1


async def test_who_has_entered_the_code_already_is_let_finish(office: Office) -> None:
    lead = await office.sent("either")
    for name in ("Ivan", "Olga"):
        await office.house.workflow.confirm(await office.approve(lead, name), by=office.house.id(name), code=RIGHT)
    await office.settle()
    assert await office.state(lead) is State.SIGNED
    assert len(await office.signers(lead)) == 2


async def test_two_of_three_and_a_refusal_without_veto_only_takes_one_out(office: Office) -> None:
    lead = await office.sent("two of three")
    await office.refuse(lead, "Olga")
    assert await office.state(lead) is State.CIRCULATING
    await office.sign(lead, "Ivan")
    assert await office.state(lead) is State.CIRCULATING
    await office.sign(lead, "Petr")
    assert await office.state(lead) is State.SIGNED


async def test_a_route_that_cannot_be_satisfied_any_more_is_refused(office: Office) -> None:
    lead = await office.sent("two of three")
    await office.refuse(lead, "Olga")
    await office.refuse(lead, "Petr")
    done = await office.house.now(lead)
    assert (done.state, done.reason) == (State.REJECTED, "wrong_amount")
    assert (await office.parts(lead))["Ivan"].reason == "route_refused"


async def test_an_approval_needs_no_key_and_is_written_down(office: Office) -> None:
    lead, house = await office.sent("lawyer"), office.house
    part = (await office.parts(lead))["Petr"]
    with pytest.raises(NotAllowedNow):
        await house.workflow.approve([part.id], by=house.id("Petr"))
    with pytest.raises(NotYourTurn):
        await house.decisions.agree(part.id, by=house.id("Vera"))
    await house.decisions.agree(part.id, by=house.id("Petr"))
    await office.settle()
    assert await office.states(lead) == {"Vera": "cancelled", "Petr": "agreed", "Ivan": "waiting"}
    assert (await house.tags(part))[-1] == "request:agreed"
    signing = (await office.parts(lead))["Ivan"]
    with pytest.raises(NotAllowedNow):
        await house.decisions.agree(signing.id, by=house.id("Ivan"))
    await office.sign(lead, "Ivan")
    assert await office.state(lead) is State.SIGNED


async def test_a_veto_ends_the_route_at_once(office: Office) -> None:
    lead = await office.sent("lawyer")
    await office.refuse(lead, "Vera")
    assert await office.state(lead) is State.REJECTED
    assert await office.states(lead) == {"Vera": "rejected", "Petr": "cancelled"}
