"""What every store of requests, records, signatures and deliveries must do."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.activation.record import ActivationRecord, Entry, new_nonce
from signing.document import Document, EarlierSignature, Sha256
from signing.errors import NotFound, StaleRequest
from signing.people import PersonId
from signing.ports import Clock, Signature, Store
from signing.presence import Link
from signing.request import Act, Part, ReplyTo, RequestId, SigningRequest, State, Step, new_request_id

ANNA, IVAN = PersonId("anna"), PersonId("ivan")
DIGEST = Sha256("ab" * 32)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants bounds without a zone
digests = st.from_regex("[0-9a-f]{64}", fullmatch=True).map(Sha256)
earlier = st.builds(
    EarlierSignature, signer=texts, signed_at=st.none() | texts, intact=st.booleans(), trusted=st.booleans()
)
documents = st.builds(
    Document,
    position=st.integers(0, 49),
    name=texts,
    sha256=digests,
    size_bytes=st.integers(0, 2**40),
    pages=st.integers(0, 10_000),
    media_type=texts,
    warnings=st.lists(texts, max_size=3).map(tuple),
    earlier=st.lists(earlier, max_size=2).map(tuple),
    original_sha256=st.none() | digests,
)
requests = st.builds(
    SigningRequest,
    id=st.builds(new_request_id),
    version=st.integers(1, 1000),
    state=st.sampled_from(State),
    requester=texts.map(PersonId),
    signer=st.none() | texts.map(PersonId),
    documents=st.lists(documents, max_size=3).map(tuple),
    comment=texts,
    reply_to=st.builds(ReplyTo, platform=texts, chat_id=texts, message_id=st.none() | texts, is_group=st.booleans()),
    created_at=moments,
    deadline=moments,
    looked_at=st.none() | moments,
    postponed_until=st.none() | moments,
    reminded_at=st.none() | moments,
    prompted_at=st.none() | moments,
    nudges=st.integers(0, 9),
    delegated_from=st.none() | texts.map(PersonId),
    ground=texts,
    links=st.lists(st.builds(Link, person=texts.map(PersonId), is_absence=st.booleans(), ground=texts), max_size=3).map(
        tuple
    ),
    reason=texts,
    finished_at=st.none() | moments,
    part=st.none()
    | st.builds(
        Part,
        of=st.builds(new_request_id),
        seat=texts.map(PersonId),
        act=st.sampled_from(Act),
        turn=st.integers(0, 9),
    ),
)


def a_request(clock: Clock, **changes: Any) -> SigningRequest:
    """A waiting request from Anna to Ivan."""
    now = clock.now()
    document = Document(position=0, name="Contract.pdf", sha256=DIGEST, size_bytes=1000, pages=2)
    request = SigningRequest(
        id=new_request_id(),
        version=1,
        state=State.WAITING,
        requester=ANNA,
        signer=IVAN,
        documents=(document,),
        reply_to=ReplyTo(platform="telegram", chat_id="1001"),
        created_at=now,
        deadline=now + timedelta(days=14),
    )
    return replace(request, **changes)


async def stored(store: Store, *requests: SigningRequest) -> None:
    """Add the requests."""
    async with store.begin() as tx:
        for request in requests:
            await tx.requests.add(request)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=requests)
async def test_a_request_comes_back_as_it_went_in(store: Store, request: SigningRequest) -> None:
    await stored(store, request)
    async with store.read() as tx:
        assert await tx.requests.get(request.id) == request


async def test_whom_somebody_asked_lately_is_not_who_stood_in(store: Store, clock: Clock) -> None:
    vera = PersonId("vera")
    await stored(store, a_request(clock, signer=vera, delegated_from=IVAN), a_request(clock, signer=vera))
    async with store.read() as tx:
        assert set(await tx.requests.recent_signers(ANNA, limit=5)) == {IVAN, vera}
        assert await tx.requests.recent_signers(ANNA, limit=1) == (IVAN,)


async def test_a_request_that_does_not_exist_is_not_found(store: Store) -> None:
    async with store.read() as tx:
        with pytest.raises(NotFound):
            await tx.requests.get(RequestId("000000000000"))


async def test_sixty_four_savers_of_one_version_have_one_winner(store: Store, clock: Clock) -> None:
    request = a_request(clock)
    await stored(store, request)

    async def save(number: int) -> bool:
        try:
            async with store.begin() as tx:
                await tx.requests.save(request.touched(comment=str(number)))
        except StaleRequest:
            return False
        return True

    wins = await asyncio.gather(*(save(number) for number in range(64)))
    assert wins.count(True) == 1
    async with store.read() as tx:
        assert (await tx.requests.get(request.id)).comment == str(wins.index(True))


async def test_a_final_request_keeps_its_state_whoever_saves(store: Store, clock: Clock) -> None:
    request = a_request(clock)
    await stored(store, request)
    rejected = request.after(Step.REJECT, now=clock.now())
    async with store.begin() as tx:
        await tx.requests.save(rejected)
    revived = replace(rejected, version=rejected.version + 1, state=State.WAITING, finished_at=None)
    with pytest.raises(StaleRequest):
        async with store.begin() as tx:
            await tx.requests.save(revived)
    async with store.read() as tx:
        assert await tx.requests.get(request.id) == rejected


async def test_what_waits_for_a_signer_comes_oldest_first_and_nothing_else_does(store: Store, clock: Clock) -> None:
    now = clock.now()
    later = a_request(clock, created_at=now + timedelta(minutes=1), postponed_until=now + timedelta(hours=1))
    sooner = a_request(clock)
    others = (a_request(clock, signer=ANNA), a_request(clock, state=State.DRAFT), a_request(clock, state=State.SIGNING))
    await stored(store, later, sooner, *others)
    async with store.read() as tx:
        assert await tx.requests.waiting_for(IVAN) == (sooner, later)


async def test_requests_of_a_requester_come_newest_first_up_to_the_limit(store: Store, clock: Clock) -> None:
    made = [a_request(clock, created_at=clock.now() + timedelta(minutes=minute)) for minute in range(4)]
    await stored(store, *made, a_request(clock, requester=IVAN))
    async with store.read() as tx:
        assert await tx.requests.made_by(ANNA, limit=3) == tuple(reversed(made[1:]))


async def test_unfinished_leaves_the_final_ones_out(store: Store, clock: Clock) -> None:
    request, finished = a_request(clock), a_request(clock)
    await stored(store, request, finished)
    async with store.begin() as tx:
        await tx.requests.save(finished.after(Step.CANCEL, now=clock.now()))
    async with store.read() as tx:
        assert await tx.requests.unfinished() == (request,)


async def test_recent_signers_come_once_each_newest_first_without_drafts(store: Store, clock: Clock) -> None:
    asked = [("ivan", 1), ("olga", 2), ("ivan", 3), ("petar", 0)]
    made = [
        a_request(clock, signer=PersonId(signer), created_at=clock.now() + timedelta(minutes=minute))
        for signer, minute in asked
    ]
    draft = a_request(clock, signer=PersonId("zoran"), state=State.DRAFT, created_at=clock.now() + timedelta(hours=1))
    await stored(store, *made, draft)
    async with store.read() as tx:
        assert await tx.requests.recent_signers(ANNA, limit=5) == ("ivan", "olga", "petar")
        assert await tx.requests.recent_signers(ANNA, limit=2) == ("ivan", "olga")


def a_record(clock: Clock, *requests: RequestId, **changes: Any) -> ActivationRecord:
    """A record of Ivan's over the requests."""
    entries = tuple(
        Entry(
            request=request,
            document=0,
            sha256=DIGEST,
            size_bytes=1000,
            format="pades",
            level="B-T",
            destination="telegram:1001",
        )
        for request in requests
    )
    record = ActivationRecord(
        nonce=new_nonce(),
        signer=IVAN,
        key="ivan",
        certificate_sha256=DIGEST,
        policy="standard",
        policy_sha256=DIGEST,
        shown_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=10),
        entries=entries,
    )
    return replace(record, **changes)


async def test_a_record_is_moved_on_once(store: Store, clock: Clock) -> None:
    record = a_record(clock, new_request_id(), new_request_id())
    async with store.begin() as tx:
        await tx.records.add(record)
        assert (await tx.records.get(record.nonce)).record == record
        assert [stored.record for stored in await tx.records.open_for(IVAN)] == [record]
        assert await tx.records.move(record.nonce, to="confirmed")
        assert not await tx.records.move(record.nonce, to="dropped")
        assert (await tx.records.get(record.nonce)).state == "confirmed"
        assert await tx.records.open_for(IVAN) == ()


async def test_the_newest_confirmed_record_of_a_request_is_found(store: Store, clock: Clock) -> None:
    request = new_request_id()
    older, newer, still_open = (
        a_record(clock, new_request_id(), request, shown_at=clock.now() + timedelta(minutes=minute))
        for minute in range(3)
    )
    async with store.begin() as tx:
        assert await tx.records.confirmed_for(request) is None
        for record in (newer, older, still_open):
            await tx.records.add(record)
        for record in (newer, older):
            await tx.records.move(record.nonce, to="confirmed")
        found = await tx.records.confirmed_for(request)
    assert found is not None
    assert found.record == newer


async def test_a_record_that_does_not_exist_is_not_found(store: Store) -> None:
    async with store.read() as tx:
        with pytest.raises(NotFound):
            await tx.records.get("00" * 16)


def a_signature(request: SigningRequest, **changes: Any) -> Signature:
    """Ivan's signature of the first document."""
    signature = Signature(
        request=request.id,
        document=0,
        signer=IVAN,
        nonce="11" * 16,
        signed_sha256=Sha256("cd" * 32),
        size_bytes=2000,
        level="B-T",
        certificate_sha256=DIGEST,
        signed_at=request.created_at,
    )
    return replace(signature, **changes)


async def test_a_second_signature_of_one_document_by_one_signer_is_refused(store: Store, clock: Clock) -> None:
    request = a_request(clock)
    await stored(store, request)
    first = a_signature(request)

    async def add(number: int) -> bool:
        async with store.begin() as tx:
            return await tx.signatures.add(replace(first, nonce=f"{number:032x}"))

    wins = await asyncio.gather(*(add(number) for number in range(16)))
    assert wins.count(True) == 1
    winner = replace(first, nonce=f"{wins.index(True):032x}")
    second = replace(first, document=1, signed_sha256=Sha256("ef" * 32))
    async with store.begin() as tx:
        assert await tx.signatures.add(second)
    async with store.read() as tx:
        assert await tx.signatures.of(request.id) == (winner, second)
        assert await tx.signatures.by_signed(first.signed_sha256) == winner
        assert await tx.signatures.by_signed(DIGEST) is None
