"""What goes wrong is told to those who can mend it, once, and a noisy requester is slowed down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signing.approval.policy import ApprovalPolicy
from signing.errors import KeyUnavailable, NotAllowed, RecordSpent, WrongCode
from signing.notices import Kind, Notice
from signing.request import State
from signing.workflow import SigningWorkflow
from tests.signing.conftest import House


async def notices(house: House, notice: Notice) -> list[str]:
    """Return the first names of those who are told."""
    names = {person.id: name for name, person in house.people.items()}
    async with house.store.read() as tx:
        jobs = await tx.jobs.waiting()
    return [names[job.facts["person"]] for job in jobs if job.kind == Kind.TELL and job.facts["notice"] == notice]


async def test_wrong_codes_stop_nothing_that_waits_for_somebody_else(house: House) -> None:
    own, handed = await house.asked(), await house.asked()
    record = await house.workflow.approve([own.id, handed.id], by=house.id("Ivan"))
    await house.decisions.reassign(handed.id, by=house.id("Anna"), to=house.id("Olga"))
    for error in (WrongCode, WrongCode, RecordSpent):
        with pytest.raises(error):
            await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code="000000")
    assert (await house.now(own)).state is State.FROZEN
    assert (await house.now(handed)).state is State.WAITING


@pytest.mark.parametrize("lacking", ["no_key", "no_certificate", "certificate_dates"])
async def test_a_signer_without_a_key_that_counts_is_told_of(house: House, lacking: str) -> None:
    request = await house.asked()
    own = house.activation.owned.pop(0)
    if lacking == "no_certificate":
        house.activation.owned.append(replace(own, certificate_sha256=None, not_before=None, not_after=None))
    if lacking == "certificate_dates":
        house.activation.owned.append(replace(own, not_after=house.clock.now()))
    for _ in range(2):
        with pytest.raises(KeyUnavailable) as refused:
            await house.workflow.approve([request.id], by=house.id("Ivan"))
        assert refused.value.facts["reason"] == lacking
    assert sorted(await notices(house, Notice.CANNOT_SIGN)) == ["Anna", "Vera"]


async def test_of_two_keys_the_one_in_time_is_taken(house: House) -> None:
    request = await house.asked()
    house.activation.owned.insert(0, replace(house.activation.owned[0], label="old", not_after=house.clock.now()))
    assert (await house.workflow.approve([request.id], by=house.id("Ivan"))).key == "ivan"


async def test_a_part_that_is_away_is_told_to_the_administrators_once_an_hour(house: House) -> None:
    for _ in range(3):
        request = await house.asked()
        record = await house.workflow.approve([request.id], by=house.id("Ivan"))
        await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code="123456")
        await house.workflow.delay(request.id, reason="timestamp_away")
    assert await notices(house, Notice.AWAY) == ["Vera"]
    assert await notices(house, Notice.DELAYED) == ["Anna"] * 3


async def test_a_used_recovery_code_is_told_to_the_administrators(house: House) -> None:
    secret = await house.membership.invite(house.id("Ivan"), by=house.id("Ivan"), purpose="enrol")
    await house.membership.recover(secret, "code-0")
    assert await notices(house, Notice.RECOVERED) == ["Vera"]


def limited(house: House, **limits: int) -> SigningWorkflow:
    return SigningWorkflow(
        store=house.store, activation=house.activation, pipeline=house.pipeline, clock=house.clock,
        policy=ApprovalPolicy(**limits),  # type: ignore[arg-type]  # the fields named here are numbers
    )  # fmt: skip


async def test_a_requester_makes_so_many_requests_an_hour_and_a_day(house: House) -> None:
    house.workflow = limited(house, requests_per_hour=2, requests_per_day=3)
    for _ in range(2):
        await house.drafted()
    with pytest.raises(NotAllowed) as hourly:
        await house.drafted()
    assert (hourly.value.facts["reason"], hourly.value.facts["hours"]) == ("too_many_requests", 1)
    await house.drafted(by="Olga")
    house.clock.move(hours=1)
    await house.drafted()
    house.clock.move(hours=1)
    with pytest.raises(NotAllowed) as daily:
        await house.drafted()
    assert daily.value.facts["hours"] == 24
    house.clock.move(hours=24)
    await house.drafted()


async def test_no_signer_is_buried_under_one_requester(house: House) -> None:
    house.workflow = limited(house, waiting_per_signer=1)
    await house.asked()
    draft = await house.drafted()
    with pytest.raises(NotAllowed) as busy:
        await house.workflow.submit(draft.id, by=house.id("Anna"), to=house.id("Ivan"))
    assert busy.value.facts["reason"] == "signer_busy"
    await house.workflow.submit(draft.id, by=house.id("Anna"), to=house.id("Olga"))


async def test_who_is_unlocked_hears_of_it_and_so_do_the_administrators(house: House) -> None:
    await house.membership.lock(house.id("Ivan"), by=house.id("Ivan"))
    assert await notices(house, Notice.UNLOCKED) == []
    await house.membership.unlock(house.id("Ivan"), by=house.id("Vera"))
    assert sorted(await notices(house, Notice.UNLOCKED)) == ["Ivan", "Vera"]
