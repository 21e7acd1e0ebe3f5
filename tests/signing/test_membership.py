"""Joining: one link, one account, one person; the factor is enrolled on a page and can be locked at once."""

from __future__ import annotations

import asyncio

import pytest

from signing.errors import LockedPerson, NotAllowed, NotFound
from signing.membership import CONSOLE
from signing.people import Account, PersonId
from signing.request import State
from tests.signing.conftest import House


def account(number: int) -> Account:
    return Account(platform="telegram", account_id=str(number), chat_id=str(number), person=PersonId(""))


async def a_newcomer(house: House) -> PersonId:
    person = await house.membership.add(name="Petr", roles=[], note_of_identity="seen", by=CONSOLE)
    return person.id


async def test_a_link_binds_one_account_once(house: House) -> None:
    secret = await house.membership.invite(await a_newcomer(house), by=CONSOLE)
    outcomes = await asyncio.gather(
        *(house.membership.bind(secret, account(5000 + place)) for place in range(16)), return_exceptions=True
    )
    assert len([o for o in outcomes if not isinstance(o, BaseException)]) == 1
    with pytest.raises(NotFound):
        await house.membership.bind(secret, account(6000))


async def test_one_account_is_one_person(house: House) -> None:
    secret = await house.membership.invite(await a_newcomer(house), by=CONSOLE)
    with pytest.raises(NotAllowed):
        await house.membership.bind(secret, account(1001))
    await house.membership.bind(secret, account(7000))


async def test_an_invite_for_a_factor_does_not_bind(house: House) -> None:
    secret = await house.membership.invite(await a_newcomer(house), by=CONSOLE, purpose="enrol")
    with pytest.raises(NotFound):
        await house.membership.bind(secret, account(5000))


async def test_the_fifteen_minutes_start_when_the_page_opens(house: House) -> None:
    person = await a_newcomer(house)
    secret = await house.membership.invite(person, by=CONSOLE, purpose="enrol")
    house.clock.move(days=6)
    await house.membership.page_owner(secret)
    await house.membership.open_enrolment(secret)
    house.clock.move(minutes=15)
    with pytest.raises(NotFound):
        await house.membership.finish_enrolment(secret, first="1", second="2", timezone=None)


async def test_the_browser_tells_the_time_zone(house: House) -> None:
    async with house.store.read() as tx:
        ivan = await tx.people.get(house.id("Ivan"))
    assert ivan.timezone == "Europe/Podgorica"
    assert ivan.enrolled_at == house.clock.now()


async def test_a_recovery_code_opens_a_new_enrolment(house: House) -> None:
    secret = await house.membership.invite(house.id("Ivan"), by=CONSOLE, purpose="enrol")
    with pytest.raises(NotAllowed):
        await house.membership.open_enrolment(secret)
    await house.membership.recover(secret, "code-0")
    await house.membership.open_enrolment(secret)
    await house.membership.finish_enrolment(secret, first="3", second="4", timezone=None)
    assert await house.activation.enrolled(house.id("Ivan"))


async def test_everybody_may_lock_oneself_and_only_others_unlock(house: House) -> None:
    await house.membership.lock(house.id("Ivan"), by=house.id("Ivan"))
    assert house.id("Ivan") in house.activation.locked
    for not_allowed in ("Ivan", "Anna"):
        with pytest.raises(NotAllowed):
            await house.membership.unlock(house.id("Ivan"), by=house.id(not_allowed))
    await house.membership.unlock(house.id("Ivan"), by=house.id("Vera"))
    assert house.id("Ivan") not in house.activation.locked


async def test_nobody_but_an_administrator_locks_somebody_else(house: House) -> None:
    with pytest.raises(NotAllowed):
        await house.membership.lock(house.id("Ivan"), by=house.id("Anna"))
    await house.membership.lock(house.id("Ivan"), by=house.id("Vera"))


async def test_a_lock_stops_what_waits_and_another_signer_can_be_asked(house: House) -> None:
    request = await house.asked()
    await house.membership.lock(house.id("Ivan"), by=house.id("Vera"))
    stopped = await house.now(request)
    assert (stopped.state, stopped.reason) == (State.FROZEN, "locked")
    with pytest.raises(LockedPerson):
        await house.decisions.resume(request.id, by=house.id("Anna"))
    await house.decisions.reassign(request.id, by=house.id("Anna"), to=house.id("Olga"))
    assert (await house.now(request)).state is State.WAITING
