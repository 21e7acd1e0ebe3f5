"""What was to be sealed and was not: it falls to the person, nothing is used twice, nothing is sealed silently."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signing.activation.mandate import Standing
from signing.errors import ActivationUnavailable, MandateRefused, NotAllowedNow, UnknownOutcome
from signing.notices import Kind
from signing.request import State, Step
from storage.tables import job as table
from tests.signing.conftest import House
from tests.signing.mandated import a_mandate, asked, nonce_of, reason, told


async def test_a_mandate_that_ended_meanwhile_falls_to_the_person(house: House) -> None:
    await a_mandate(house)
    request = await asked(house)
    house.activation.standings[0] = replace(house.activation.standings[0], revoked_at=house.clock.now())
    await house.automatic.seal(request.id)
    found = await house.now(request)
    assert (found.state, found.signer, await reason(house, request)) == (
        State.WAITING, house.id("Ivan"), "mandate_revoked",
    )  # fmt: skip
    await house.automatic.seal(request.id)
    assert await house.now(request) == found


async def test_a_person_who_cannot_sign_any_more_is_not_asked_instead(house: House) -> None:
    await a_mandate(house)
    request = await asked(house)
    await house.membership.lock(house.id("Ivan"), by=house.id("Vera"), why="")
    house.activation.standings[0] = replace(house.activation.standings[0], revoked_at=house.clock.now())
    await house.automatic.seal(request.id)
    assert (await house.now(request)).state is State.CANCELLED


async def test_a_mandate_that_is_gone_falls_to_the_person(house: House) -> None:
    await a_mandate(house)
    request = await asked(house)
    house.activation.standings.clear()
    await house.automatic.seal(request.id)
    assert (await house.now(request)).signer == house.id("Ivan")


async def test_a_bot_that_died_before_it_heard_the_answer_goes_on_with_the_same_use(house: House) -> None:
    await a_mandate(house)
    request, use = await asked(house), house.activation.use_mandate

    async def unheard(record: Any) -> Standing:
        await use(record)
        raise ActivationUnavailable

    house.activation.use_mandate = unheard  # type: ignore[method-assign]  # the answer is lost
    with pytest.raises(ActivationUnavailable):
        await house.automatic.seal(request.id)
    house.activation.use_mandate = use  # type: ignore[method-assign]  # and the module is back
    house.clock.move(seconds=3600)
    await house.workflow.reconcile()
    assert (await house.now(request)).state is State.WAITING, "the job does it, no code confirms it"
    await house.automatic.seal(request.id)
    assert (await house.now(request)).state is State.SIGNING
    assert house.activation.standings[0].used == 1


async def test_a_record_that_nobody_used_in_time_is_written_anew(house: House) -> None:
    await a_mandate(house)
    request, use = await asked(house), house.activation.use_mandate

    async def away(record: Any) -> Standing:
        raise ActivationUnavailable(nonce=record.nonce)

    house.activation.use_mandate = away  # type: ignore[method-assign]  # the module is away
    with pytest.raises(ActivationUnavailable):
        await house.automatic.seal(request.id)
    house.activation.use_mandate = use  # type: ignore[method-assign]  # and back
    house.clock.move(seconds=3600)
    await house.automatic.seal(request.id)
    assert (await house.now(request)).state is State.SIGNING
    assert len(house.activation.confirmed_records) == 1


async def test_an_unknown_outcome_falls_to_the_person_and_is_told(house: House) -> None:
    mandate = await a_mandate(house)
    request = await asked(house)
    await house.automatic.seal(request.id)
    house.pipeline.failures = [UnknownOutcome(nonce="n", entry=0)]
    await house.workflow.sign(request.id, nonce=await nonce_of(house, request))
    found = await house.now(request)
    assert (found.state, found.signer, await reason(house, request)) == (
        State.WAITING, house.id("Ivan"), "unknown_outcome",
    )  # fmt: skip
    assert "tell unknown-outcome" in await told(house)
    await house.automatic.seal(request.id)
    assert house.activation.standings[0].used == 1, f"{mandate.id} is not used again by itself"


async def test_an_unknown_outcome_without_a_person_waits_for_a_decision(house: House) -> None:
    await a_mandate(house)
    request = await asked(house, otherwise=None)
    await house.automatic.seal(request.id)
    house.pipeline.failures = [UnknownOutcome(nonce="n", entry=0)]
    await house.workflow.sign(request.id, nonce=await nonce_of(house, request))
    found = await house.now(request)
    assert (found.state, found.reason) == (State.FROZEN, "unknown_outcome")
    await house.automatic.seal(request.id)
    assert (await house.now(request)).state is State.FROZEN
    await house.decisions.resume(request.id, by=house.id("Anna"))
    await house.automatic.seal(request.id)
    await house.workflow.sign(request.id, nonce=await nonce_of(house, request))
    assert (await house.now(request)).state is State.SIGNED
    assert house.activation.standings[0].used == 2, "a person decided that it is used once more"


async def test_a_mandate_revoked_before_the_key_was_used_falls_to_the_person(house: House) -> None:
    await a_mandate(house)
    request = await asked(house)
    await house.automatic.seal(request.id)
    house.pipeline.failures = [MandateRefused(reason="revoked")]
    await house.workflow.sign(request.id, nonce=await nonce_of(house, request))
    found = await house.now(request)
    assert (found.signer, await reason(house, request)) == (house.id("Ivan"), "mandate_revoked")
    assert "tell unknown-outcome" not in await told(house)


async def test_a_request_that_was_cancelled_meanwhile_stays_so(house: House) -> None:
    await a_mandate(house)
    request = await asked(house)
    await house.decisions.cancel(request.id, by=house.id("Anna"))
    await house.automatic.seal(request.id)
    assert house.activation.standings[0].used == 0
    with pytest.raises(NotAllowedNow):
        (await house.now(request)).after(Step.SEAL, now=house.clock.now())


async def test_a_start_promises_again_what_was_to_be_sealed(house: House) -> None:
    await a_mandate(house)
    request = await asked(house)
    async with house.store._database.write() as connection:
        await connection.execute(table.delete())
    await house.workflow.reconcile()
    async with house.store.read() as tx:
        kinds = [job.kind for job in await tx.jobs.waiting() if job.subject == request.id]
    assert Kind.SEAL in kinds
