"""What every store of people, notes and transactions must do."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from signing.audit import Event, Tag
from signing.document import Sha256
from signing.errors import NotFound
from signing.people import Account, Person, PersonId, Role
from signing.ports import Clock, Job, Store

ANNA, IVAN = PersonId("anna"), PersonId("ivan")
SECRET = Sha256("5e" * 32)


async def with_people(store: Store, clock: Clock) -> None:
    """Add Anna and Ivan."""
    async with store.begin() as tx:
        await tx.people.add(Person(id=ANNA, name="Anna Petrova", created_at=clock.now()))
        await tx.people.add(Person(id=IVAN, name="Иван", created_at=clock.now()))


async def test_a_person_comes_back_as_saved(store: Store, clock: Clock) -> None:
    await with_people(store, clock)
    changed = Person(
        id=ANNA,
        name="Ana Petrović",
        title="Director",
        roles=frozenset({Role.SIGNER, Role.ADMINISTRATOR}),
        language="ru",
        timezone="Europe/Podgorica",
        identity_note="Passport seen",
        deputies=(IVAN,),
        created_at=clock.now(),
        enrolled_at=clock.now(),
        locked_at=clock.now() + timedelta(seconds=1),
    )
    async with store.begin() as tx:
        await tx.people.save(changed)
    async with store.read() as tx:
        assert await tx.people.get(ANNA) == changed
        assert [person.id for person in await tx.people.all()] == [ANNA, IVAN]


async def test_an_unknown_person_is_not_found_and_cannot_be_saved(store: Store, clock: Clock) -> None:
    async with store.begin() as tx:
        with pytest.raises(NotFound):
            await tx.people.get(ANNA)
        with pytest.raises(NotFound):
            await tx.people.save(Person(id=ANNA, name="Anna", created_at=clock.now()))


async def test_one_account_is_one_person_in_both_directions(store: Store, clock: Clock) -> None:
    await with_people(store, clock)
    annas = Account(platform="telegram", account_id="1001", chat_id="1001", person=ANNA, language_hint="ru")
    async with store.begin() as tx:
        assert await tx.people.bind(annas)
        assert not await tx.people.bind(replace(annas, person=IVAN))
        assert not await tx.people.bind(replace(annas, account_id="1002"))
        assert await tx.people.bind(replace(annas, platform="bitrix24"))
    async with store.read() as tx:
        assert await tx.people.account("telegram", "1001") == annas
        assert await tx.people.account("telegram", "1002") is None
        assert [account.platform for account in await tx.people.accounts_of(ANNA)] == ["bitrix24", "telegram"]


async def test_an_unbound_account_may_be_bound_to_somebody_else(store: Store, clock: Clock) -> None:
    await with_people(store, clock)
    annas = Account(platform="telegram", account_id="1001", chat_id="1001", person=ANNA)
    async with store.begin() as tx:
        await tx.people.bind(annas)
        await tx.people.unbind("telegram", ANNA)
        assert await tx.people.bind(replace(annas, person=IVAN))


async def test_sixty_four_spenders_of_one_link_have_one_winner(store: Store, clock: Clock) -> None:
    await with_people(store, clock)
    now = clock.now()
    async with store.begin() as tx:
        await tx.people.invite(secret_sha256=SECRET, purpose="bind", person=ANNA, expires_at=now + timedelta(hours=1))

    async def spend() -> bool:
        async with store.begin() as tx:
            return await tx.people.spend_invite(secret_sha256=SECRET, now=now)

    wins = await asyncio.gather(*(spend() for _ in range(64)))
    assert wins.count(True) == 1
    async with store.read() as tx:
        assert await tx.people.invited(secret_sha256=SECRET, purpose="bind", now=now) is None


async def test_a_link_serves_its_purpose_and_its_time_only(store: Store, clock: Clock) -> None:
    await with_people(store, clock)
    now = clock.now()
    end = now + timedelta(minutes=15)
    async with store.begin() as tx:
        await tx.people.invite(secret_sha256=SECRET, purpose="enrol", person=ANNA, expires_at=end)
        assert await tx.people.invited(secret_sha256=SECRET, purpose="enrol", now=now) == ANNA
        assert await tx.people.invited(secret_sha256=SECRET, purpose="bind", now=now) is None
        assert await tx.people.invited(secret_sha256=SECRET, purpose="enrol", now=end) is None
        assert not await tx.people.spend_invite(secret_sha256=SECRET, now=end)


async def test_opening_a_link_shortens_its_life_and_never_lengthens_it(store: Store, clock: Clock) -> None:
    await with_people(store, clock)
    now = clock.now()
    soon, late = now + timedelta(minutes=15), now + timedelta(days=1)
    async with store.begin() as tx:
        await tx.people.invite(secret_sha256=SECRET, purpose="enrol", person=ANNA, expires_at=late)
        await tx.people.open_invite(secret_sha256=SECRET, until=soon)
        await tx.people.open_invite(secret_sha256=SECRET, until=late)
        assert await tx.people.invited(secret_sha256=SECRET, purpose="enrol", now=soon) is None


async def test_sixty_four_takers_of_one_note_have_one_winner(store: Store, clock: Clock) -> None:
    async with store.begin() as tx:
        await tx.notes.put(space="button", name="token", body={"action": "sign"})

    async def take() -> dict[str, object] | None:
        async with store.begin() as tx:
            return await tx.notes.take(space="button", name="token", now=clock.now())

    taken = await asyncio.gather(*(take() for _ in range(64)))
    assert [body for body in taken if body is not None] == [{"action": "sign"}]


async def test_an_expired_note_can_be_neither_read_nor_taken(store: Store, clock: Clock) -> None:
    end = clock.now() + timedelta(hours=24)
    async with store.begin() as tx:
        await tx.notes.put(space="button", name="token", body={}, expires_at=end)
        assert await tx.notes.get(space="button", name="token", now=end - timedelta(seconds=1)) == {}
        assert await tx.notes.get(space="button", name="token", now=end) is None
        assert await tx.notes.take(space="button", name="token", now=end) is None


async def test_a_note_is_replaced_by_the_next_of_its_name(store: Store, clock: Clock) -> None:
    async with store.begin() as tx:
        await tx.notes.put(space="card", name="a", body={"n": 1}, expires_at=clock.now())
        await tx.notes.put(space="card", name="a", body={"n": 2})
        assert await tx.notes.get(space="card", name="a", now=clock.now()) == {"n": 2}


async def test_a_prefix_is_taken_literally(store: Store) -> None:
    names = ["r_1:anna", "R_1:anna", "rx1:anna", "r_1:иван", "r_10:anna"]
    async with store.begin() as tx:
        for name in names:
            await tx.notes.put(space="card", name=name, body={"name": name})
        await tx.notes.put(space="other", name="r_1:anna", body={})
        found = await tx.notes.all(space="card", prefix="r_1:")
        assert found == (("r_1:anna", {"name": "r_1:anna"}), ("r_1:иван", {"name": "r_1:иван"}))
        await tx.notes.drop(space="card", prefix="r_1:")
        assert [name for name, _ in await tx.notes.all(space="card", prefix="")] == [
            "R_1:anna",
            "r_10:anna",
            "rx1:anna",
        ]
        assert len(await tx.notes.all(space="other", prefix="")) == 1


async def test_an_error_takes_everything_of_the_transaction_back(store: Store, clock: Clock) -> None:
    async def fail_late() -> None:
        async with store.begin() as tx:
            await tx.people.add(Person(id=ANNA, name="Anna", created_at=clock.now()))
            await tx.notes.put(space="card", name="a", body={})
            await tx.jobs.add(Job(kind="card", subject="a"))
            await tx.journal.add(Event(tag=Tag.PERSON_ADDED, at=clock.now(), actor="console", subject=ANNA))
            raise LookupError

    with pytest.raises(LookupError):
        await fail_late()
    async with store.read() as tx:
        assert await tx.people.all() == ()
        assert await tx.notes.all(space="card", prefix="") == ()
        assert await tx.journal.of(ANNA) == ()


async def test_a_reading_transaction_cannot_write(store: Store, clock: Clock) -> None:
    person = Person(id=ANNA, name="Anna", created_at=clock.now())
    with pytest.raises(Exception, match="readonly"):
        async with store.read() as tx:
            await tx.people.add(person)
    async with store.read() as tx:
        assert await tx.people.all() == ()


async def test_a_reader_sees_one_moment_while_a_writer_goes_on(store: Store, clock: Clock) -> None:
    async with store.read() as reading:
        assert await reading.people.all() == ()
        await with_people(store, clock)
        assert await reading.people.all() == ()
    async with store.read() as reading:
        assert len(await reading.people.all()) == 2


async def test_a_cancelled_writer_leaves_the_turn_to_the_next_and_nothing_behind(store: Store) -> None:
    begun = asyncio.Event()

    async def write_for_ever() -> None:
        async with store.begin() as tx:
            await tx.notes.put(space="card", name="a", body={})
            begun.set()
            await asyncio.Event().wait()

    writer = asyncio.create_task(write_for_ever())
    await begun.wait()
    writer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writer
    async with store.begin() as tx:
        assert await tx.notes.all(space="card", prefix="") == ()


async def test_the_journal_tells_one_subject_in_order(store: Store, clock: Clock) -> None:
    events = [
        Event(tag=tag, at=clock.now(), actor="anna", subject="r1", facts={"list": [1, "два"], "none": None})
        for tag in (Tag.REQUEST_SUBMITTED, Tag.REQUEST_SHOWN)
    ]
    async with store.begin() as tx:
        for event in events:
            await tx.journal.add(event)
            await tx.journal.add(replace(event, subject="r2"))
    async with store.read() as tx:
        assert await tx.journal.of("r1") == tuple(events)
