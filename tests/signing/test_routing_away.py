"""Somebody of a route is away: the deputy takes the seat, but nobody sits in two."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from signing.approval.leaving import Leaving
from signing.approval.watch import Watch
from signing.membership import CONSOLE
from signing.people import Role
from signing.request import State
from tests.signing.along import Office, furnished
from tests.signing.conftest import House


@pytest.fixture
async def office(house: House) -> Office:
    """Ivan, Olga and Petr sign; Vera stands in for Ivan, and so may Olga."""
    made = await furnished(house)
    vera = replace(house.people["Vera"], roles=frozenset({Role.SIGNER}))
    await house.membership.change(vera, by=CONSOLE)
    deputies = (house.id("Olga"), vera.id)
    await house.membership.change(replace(house.people["Ivan"], deputies=deputies), by=CONSOLE)
    return made


async def away(office: Office, *, deputy: str) -> None:
    """Ivan leaves for three days."""
    house = office.house
    today = house.clock.now().date()
    leaving = Leaving(store=house.store, clock=house.clock)
    ivan = house.id("Ivan")
    await leaving.leave(
        ivan, by=ivan, first=today, last=today + timedelta(days=3), deputy=house.id(deputy), ground="PoA 7"
    )


async def test_the_deputy_is_asked_in_the_seat_of_whoever_is_away(office: Office) -> None:
    await away(office, deputy="Vera")
    lead = await office.sent("both")
    part = (await office.parts(lead))["Ivan"]
    assert (part.signer, part.delegated_from) == (office.house.id("Vera"), office.house.id("Ivan"))
    assert (part.ground, part.part and part.part.seat) == ("PoA 7", office.house.id("Ivan"))


async def test_a_deputy_of_another_seat_is_passed_over_whoever_looks(office: Office) -> None:
    house = office.house
    waiting = await office.sent("both")
    await away(office, deputy="Olga")
    lead = await office.sent("both")
    watch = Watch(store=house.store, clock=house.clock, policy=office.policy)
    for each in (waiting, lead):
        part = (await office.parts(each))["Ivan"]
        await watch.look(part.id)
        assert (await office.parts(each))["Ivan"].signer == house.id("Ivan"), "Olga has a seat of her own"
    await office.sign(lead, "Olga")
    assert await office.state(lead) is State.CIRCULATING, "one signature is not two"


async def test_what_was_asked_before_goes_over_while_the_seat_stays(office: Office) -> None:
    house = office.house
    lead = await office.sent("order")
    await away(office, deputy="Vera")
    await Watch(store=house.store, clock=house.clock, policy=office.policy).look((await office.parts(lead))["Ivan"].id)
    part = (await office.parts(lead))["Ivan"]
    assert part.signer == house.id("Vera")
    assert len(await office.parts(lead)) == 1
