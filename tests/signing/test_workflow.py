"""The steps of the story over a real database: who may, when, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from signing.approval.policy import ApprovalPolicy
from signing.errors import (
    KeyUnavailable,
    LockedOut,
    LockedPerson,
    NotAllowed,
    NotAllowedNow,
    NotYourTurn,
    RecordExpired,
    RecordRefused,
    RecordSpent,
    SignatureRefused,
    TimestampUnavailable,
    UnknownOutcome,
    WrongCode,
)
from signing.request import SigningRequest, State
from signing.workflow import SigningWorkflow
from tests.fakes.activation import RIGHT
from tests.signing.conftest import House


async def confirmed(house: House, request: SigningRequest) -> str:
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    return record.nonce


async def test_the_whole_story(house: House) -> None:
    request = await house.asked(documents=2)
    nonce = await confirmed(house, request)
    assert (await house.now(request)).state is State.SIGNING
    await house.workflow.sign(request.id, nonce=nonce)
    done = await house.now(request)
    assert done.state is State.SIGNED
    assert done.finished_at == house.clock.now()
    async with house.store.read() as tx:
        assert [s.document for s in await tx.signatures.of(request.id)] == [0, 1]
        assert [(d.channel, d.state) for d in await tx.deliveries.of(request.id)] == [("telegram:1001", "promised")]
    assert await house.tags(request) == [
        "request:drafted", "request:submitted", "request:approved", "request:confirmed",
        "signature:made", "signature:made", "request:signed",
    ]  # fmt: skip


async def test_whoever_asks_may_give_less_time_than_the_policy_and_never_more(house: House) -> None:
    longest = timedelta(days=ApprovalPolicy().request_ttl_days)
    for wished, given in ((timedelta(hours=5), timedelta(hours=5)), (2 * longest, longest)):
        draft, now = await house.drafted(), house.clock.now()
        asked = await house.workflow.submit(draft.id, by=house.id("Anna"), to=house.id("Ivan"), deadline=now + wished)
        assert asked.deadline == now + given
    house.clock.move(hours=5)
    await house.decisions.expire(asked.id)
    assert (await house.now(asked)).state is State.WAITING


async def test_the_record_lists_exactly_what_was_shown(house: House) -> None:
    first, second = await house.asked(documents=2), await house.asked()
    record = await house.workflow.approve([first.id, second.id], by=house.id("Ivan"))
    assert [(e.request, e.document, e.sha256) for e in record.entries] == [
        (r.id, d.position, d.sha256) for r in (first, second) for d in r.documents
    ]
    assert {e.destination for e in record.entries} == {"telegram:1001"}
    assert record.expires_at - record.shown_at == timedelta(minutes=10)


async def test_signing_twice_makes_one_signature(house: House) -> None:
    request = await house.asked()
    nonce = await confirmed(house, request)
    await asyncio.gather(*(house.workflow.sign(request.id, nonce=nonce) for _ in range(8)))
    async with house.store.read() as tx:
        assert len(await tx.signatures.of(request.id)) == 1
    assert (await house.tags(request)).count("signature:made") == 1


async def test_only_the_signer_approves_and_confirms(house: House) -> None:
    request = await house.asked()
    with pytest.raises(NotYourTurn):
        await house.workflow.approve([request.id], by=house.id("Olga"))
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    with pytest.raises(NotYourTurn):
        await house.workflow.confirm(record.nonce, by=house.id("Olga"), code=RIGHT)
    assert (await house.now(request)).state is State.WAITING


async def test_only_the_requester_submits_and_not_to_oneself(house: House) -> None:
    draft = await house.drafted()
    with pytest.raises(NotYourTurn):
        await house.workflow.submit(draft.id, by=house.id("Ivan"), to=house.id("Olga"))
    own = await house.drafted(by="Ivan")
    with pytest.raises(NotAllowed):
        await house.workflow.submit(own.id, by=house.id("Ivan"), to=house.id("Ivan"))


async def test_a_code_after_ten_minutes_is_too_late(house: House) -> None:
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    house.clock.move(minutes=10)
    with pytest.raises(RecordExpired):
        await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)


async def test_three_wrong_codes_freeze_and_the_requester_may_ask_again(house: House) -> None:
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    for _ in range(2):
        with pytest.raises(WrongCode):
            await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code="000000")
    with pytest.raises(RecordSpent):
        await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code="000000")
    frozen = await house.now(request)
    assert (frozen.state, frozen.reason) == (State.FROZEN, "wrong_codes")
    with pytest.raises(RecordSpent):
        await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    await house.decisions.resume(request.id, by=house.id("Anna"))
    assert (await house.now(request)).state is State.WAITING


async def test_a_new_second_step_ends_the_old_one(house: House) -> None:
    request = await house.asked()
    old = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.workflow.approve([request.id], by=house.id("Ivan"))
    with pytest.raises(RecordExpired):
        await house.workflow.confirm(old.nonce, by=house.id("Ivan"), code=RIGHT)


async def test_a_withdrawn_second_step_takes_no_code(house: House) -> None:
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.workflow.withdraw(record.nonce, by=house.id("Ivan"))
    with pytest.raises(RecordExpired):
        await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    assert (await house.now(request)).state is State.WAITING


async def test_a_list_leaves_out_what_moved_meanwhile(house: House) -> None:
    first, second = await house.asked(), await house.asked()
    record = await house.workflow.approve([first.id, second.id], by=house.id("Ivan"))
    await house.decisions.cancel(second.id, by=house.id("Anna"))
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    assert (await house.now(first)).state is State.SIGNING
    assert (await house.now(second)).state is State.CANCELLED


async def test_no_code_for_what_was_cancelled(house: House) -> None:
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.decisions.cancel(request.id, by=house.id("Anna"))
    with pytest.raises(NotAllowedNow):
        await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    assert house.activation.confirmed_records == {}


async def test_a_repeated_code_after_success_is_a_normal_answer(house: House) -> None:
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    for _ in range(3):
        assert await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT) == (request.id,)
    assert (await house.tags(request)).count("request:confirmed") == 1


async def test_a_lock_between_sign_and_code_counts(house: House) -> None:
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.membership.lock(house.id("Ivan"), by=house.id("Ivan"))
    with pytest.raises(LockedPerson):
        await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    assert house.activation.confirmed_records == {}


async def test_an_unknown_outcome_asks_the_signer_again(house: House) -> None:
    request = await house.asked()
    nonce = await confirmed(house, request)
    house.pipeline.failures.append(UnknownOutcome(nonce=nonce, entry=0))
    await house.workflow.sign(request.id, nonce=nonce)
    waiting = await house.now(request)
    assert (waiting.state, waiting.reason) == (State.WAITING, "unknown_outcome")
    await house.workflow.sign(request.id, nonce=nonce)
    assert house.activation.signed == []
    await house.workflow.sign(request.id, nonce=await confirmed(house, request))
    assert (await house.now(request)).state is State.SIGNED


async def test_a_refused_self_check_stops_the_request(house: House) -> None:
    request = await house.asked()
    nonce = await confirmed(house, request)
    house.pipeline.failures.append(SignatureRefused(reason="digest"))
    await house.workflow.sign(request.id, nonce=nonce)
    frozen = await house.now(request)
    assert (frozen.state, frozen.reason) == (State.FROZEN, "self_check")


@pytest.mark.parametrize("away", [TimestampUnavailable(reason="down"), KeyUnavailable(reason="token")])
async def test_what_waiting_can_mend_is_left_to_the_queue(house: House, away: Exception) -> None:
    request = await house.asked()
    nonce = await confirmed(house, request)
    house.pipeline.failures.append(away)
    with pytest.raises(type(away)):
        await house.workflow.sign(request.id, nonce=nonce)
    await house.workflow.delay(request.id, reason="timestamp")
    assert (await house.now(request)).reason == "timestamp"
    await house.workflow.sign(request.id, nonce=nonce)
    assert (await house.now(request)).state is State.SIGNED


async def test_a_start_finishes_what_was_confirmed_unheard(house: House) -> None:
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.activation.confirm(record, RIGHT)
    await house.workflow.reconcile()
    assert (await house.now(request)).state is State.SIGNING
    await house.workflow.sign(request.id, nonce=record.nonce)
    assert (await house.now(request)).state is State.SIGNED


async def test_without_a_certificate_there_is_no_second_step(house: House) -> None:
    request = await house.asked()
    house.activation.owned.clear()
    with pytest.raises(KeyUnavailable):
        await house.workflow.approve([request.id], by=house.id("Ivan"))


async def test_copies_go_where_the_policy_says_and_once(house: House) -> None:
    policy = replace(ApprovalPolicy(), copies=("signer", "telegram:-100500", "telegram:1001"))
    house.workflow = SigningWorkflow(
        store=house.store, activation=house.activation, pipeline=house.pipeline, clock=house.clock, policy=policy
    )
    request = await house.asked()
    await house.workflow.sign(request.id, nonce=await confirmed(house, request))
    async with house.store.read() as tx:
        channels = [delivery.channel for delivery in await tx.deliveries.of(request.id)]
    assert sorted(channels) == ["copy:telegram:-100500", "copy:telegram:1002", "telegram:1001"]


async def test_ten_wrong_codes_lock_the_person_in_our_list_too(house: House) -> None:
    ivan = house.id("Ivan")
    house.activation.failures[ivan] = 10
    first, second = await house.asked(), await house.asked()
    record = await house.workflow.approve([first.id], by=ivan)
    with pytest.raises(LockedOut):
        await house.workflow.confirm(record.nonce, by=ivan, code=RIGHT)
    async with house.store.read() as tx:
        assert (await tx.people.get(ivan)).locked_at == house.clock.now()
    assert (await house.now(first)).reason == "wrong_codes"
    assert (await house.now(second)).reason == "locked"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (LockedPerson(person="Ivan"), "locked"),
        (LockedOut(), "locked"),
        (NotAllowed(reason="not_your_key"), "record_refused"),
        (RecordRefused(reason="not_the_shown_bytes"), "record_refused"),
    ],
)
async def test_what_waiting_cannot_mend_stops_the_request(house: House, error: Exception, reason: str) -> None:
    request = await house.asked()
    nonce = await confirmed(house, request)
    house.pipeline.failures.append(error)
    await house.workflow.sign(request.id, nonce=nonce)
    stopped = await house.now(request)
    assert (stopped.state, stopped.reason) == (State.FROZEN, reason)
