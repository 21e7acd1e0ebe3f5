"""Reject, hand over, later, ask, remind, cancel, expire: each by the right person at the right time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from signing.errors import NotAllowed, NotAllowedNow, NotYourTurn, StaleRequest
from signing.request import State
from tests.signing.conftest import House


async def test_a_rejection_keeps_its_reason(house: House) -> None:
    request = await house.asked()
    await house.decisions.reject(request.id, by=house.id("Ivan"), reason="  the amount is wrong ")
    rejected = await house.now(request)
    assert (rejected.state, rejected.reason) == (State.REJECTED, "the amount is wrong")
    with pytest.raises(NotAllowedNow):
        await house.decisions.cancel(request.id, by=house.id("Anna"))


async def test_a_permitted_deputy_is_asked_instead(house: House) -> None:
    ivan = house.people["Ivan"]
    request = await house.asked()
    with pytest.raises(NotAllowed):
        await house.decisions.delegate(request.id, by=ivan.id, to=house.id("Olga"))
    async with house.store.begin() as tx:
        from dataclasses import replace

        await tx.people.save(replace(await tx.people.get(ivan.id), deputies=(house.id("Olga"),)))
    await house.decisions.delegate(request.id, by=ivan.id, to=house.id("Olga"))
    handed = await house.now(request)
    assert (handed.signer, handed.delegated_from) == (house.id("Olga"), ivan.id)
    with pytest.raises(NotYourTurn):
        await house.workflow.approve([request.id], by=ivan.id)
    record = await house.workflow.approve([request.id], by=house.id("Olga"))
    assert record.key == "olga"


async def test_later_comes_back_by_itself(house: House) -> None:
    request = await house.asked()
    until = house.clock.now() + timedelta(hours=1)
    await house.decisions.postpone(request.id, by=house.id("Ivan"), until=until)
    await house.decisions.wake(request.id)
    assert (await house.now(request)).postponed_until == until
    house.clock.move(hours=1)
    await house.decisions.wake(request.id)
    assert (await house.now(request)).postponed_until is None


async def test_later_ends_an_hour_before_the_deadline(house: House) -> None:
    request = await house.asked()
    await house.decisions.postpone(request.id, by=house.id("Ivan"), until=request.deadline + timedelta(days=3))
    assert (await house.now(request)).postponed_until == request.deadline - timedelta(hours=1)


async def test_reminders_are_throttled(house: House) -> None:
    request = await house.asked()
    await house.decisions.remind(request.id, by=house.id("Anna"))
    with pytest.raises(NotAllowed) as refused:
        await house.decisions.remind(request.id, by=house.id("Anna"))
    assert refused.value.facts["reason"] == "too_soon"
    house.clock.move(hours=4)
    await house.decisions.remind(request.id, by=house.id("Anna"))


async def test_questions_leave_the_request_pending(house: House) -> None:
    request = await house.asked()
    await house.decisions.ask(request.id, by=house.id("Ivan"), question="Which client?")
    await house.decisions.answer(request.id, by=house.id("Anna"), text="The big one.")
    assert (await house.now(request)).state is State.WAITING
    with pytest.raises(NotYourTurn):
        await house.decisions.answer(request.id, by=house.id("Olga"), text="me too")


async def test_a_request_expires_at_its_deadline_only(house: House) -> None:
    request = await house.asked()
    await house.decisions.expire(request.id)
    assert (await house.now(request)).state is State.WAITING
    house.clock.move(days=14)
    await house.decisions.expire(request.id)
    assert (await house.now(request)).state is State.EXPIRED
    await house.decisions.expire(request.id)


async def test_a_look_is_told_once(house: House) -> None:
    request = await house.asked()
    for _ in range(2):
        await house.decisions.look(request.id, by=house.id("Ivan"))
    assert (await house.tags(request)).count("request:looked_at") == 1
    await house.decisions.look(request.id, by=house.id("Olga"))
    assert (await house.tags(request)).count("request:looked_at") == 1


async def test_of_many_decisions_at_once_one_wins(house: House) -> None:
    request = await house.asked()
    outcomes = await asyncio.gather(
        *(house.decisions.reject(request.id, by=house.id("Ivan"), reason=str(place)) for place in range(20)),
        *(house.decisions.cancel(request.id, by=house.id("Anna")) for _ in range(20)),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, NotAllowedNow | StaleRequest)]
    assert len(outcomes) - len(refused) == 1
    assert len(refused) == 39


async def test_only_the_requester_and_administrators_ask_again(house: House) -> None:
    request = await house.asked()
    await house.decisions.freeze(request.id, reason="wrong_codes")
    with pytest.raises(NotYourTurn):
        await house.decisions.resume(request.id, by=house.id("Ivan"))
    await house.decisions.resume(request.id, by=house.id("Vera"))
    assert (await house.now(request)).state is State.WAITING
