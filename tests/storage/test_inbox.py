"""The inbox: what was acknowledged is fed on, once each, in order per chat, and wiped afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from sqlalchemy import select

from signing.ports import Clock
from storage.database import Database
from storage.inbox import ATTEMPTS, LIMIT, Arrival, Feed, Inbox
from storage.pump import BEGINNINGS
from storage.sealed import Sealer
from storage.tables import inbox as table


class MovableClock(Clock, Protocol):
    """A clock told by hand."""

    def move(self, **by: float) -> object: ...


def an_inbox(database: Database, clock: Clock, **rest: object) -> Inbox:
    """An inbox that tries again at once."""
    return Inbox(database, clock, Sealer(bytes(32)), shortest=timedelta(0), **rest)  # type: ignore[arg-type]  # passed on


def an_event(number: int, *, chat: str = "1", body: bytes = b"hello") -> Arrival:
    """Update `number` of a chat."""
    return Arrival(source="telegram", external_id=str(number), order_key=chat, body=body)


@asynccontextmanager
async def feeding(inbox: Inbox, feed: Feed) -> AsyncIterator[None]:
    """Feed beside the test."""
    stop = asyncio.Event()
    run = asyncio.create_task(inbox.run(feed, stop=stop, grace=timedelta(milliseconds=200)))
    try:
        yield
    finally:
        stop.set()
        await run


async def until(is_so: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until a thing has come about."""
    async with asyncio.timeout(20):
        while True:
            answer = is_so()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.005)


async def states(database: Database) -> list[tuple[str, str, bool]]:
    """Every event: id, state, whether its body is still there."""
    async with database.read() as connection:
        query = select(table.c.external_id, table.c.state, table.c.body.is_not(None)).order_by(table.c.id)
        return [(name, state, bool(has_body)) for name, state, has_body in await connection.execute(query)]


async def test_an_event_is_kept_once_sealed_and_wiped_when_handled(database: Database, clock: Clock) -> None:
    inbox = an_inbox(database, clock)
    assert await inbox.arrived(an_event(1, body=b"secret words")) == 1
    assert await inbox.arrived(an_event(1), an_event(2), an_event(2)) == 1
    async with database.read() as connection:
        stored = (await connection.execute(select(table.c.body).where(table.c.external_id == "1"))).scalar_one()
    assert b"secret words" not in (stored or b"")
    fed: list[bytes] = []

    async def feed(arrival: Arrival) -> None:
        fed.append(arrival.body)

    async with feeding(inbox, feed):
        await until(lambda: len(fed) == 2)
    assert fed == [b"secret words", b"hello"]
    assert await states(database) == [("1", "handled", False), ("2", "handled", False)]
    assert await inbox.arrived(an_event(1)) == 0


async def test_one_chat_is_fed_in_order_one_by_one_and_chats_beside_each_other(
    database: Database, clock: Clock
) -> None:
    inbox = an_inbox(database, clock)
    fed: dict[str, list[int]] = {"slow": [], "quick": []}
    go_on = asyncio.Event()
    under_way = 0

    async def feed(arrival: Arrival) -> None:
        nonlocal under_way
        if arrival.order_key == "slow":
            under_way += 1
            assert under_way == 1
            await go_on.wait()
            under_way -= 1
        fed[arrival.order_key].append(int(arrival.external_id))

    async with feeding(inbox, feed):
        await inbox.arrived(*(an_event(number, chat="slow") for number in range(5)))
        await inbox.arrived(*(an_event(number, chat="quick") for number in range(5, 10)))
        await until(lambda: fed["quick"] == [5, 6, 7, 8, 9])
        assert fed["slow"] == []
        go_on.set()
        await until(lambda: fed["slow"] == [0, 1, 2, 3, 4])


async def test_an_event_that_fails_blocks_its_chat_until_it_is_a_dead_letter(database: Database, clock: Clock) -> None:
    told: list[str] = []

    async def tell(arrival: Arrival, error: Exception) -> None:
        told.append(f"{arrival.external_id} {type(error).__name__}")

    inbox = an_inbox(database, clock, on_dead=tell)
    fed: list[str] = []

    async def feed(arrival: Arrival) -> None:
        fed.append(arrival.external_id)
        if arrival.external_id == "1":
            raise LookupError

    await inbox.arrived(an_event(1, body=b"poison"), an_event(2))
    async with feeding(inbox, feed):
        await until(lambda: "2" in fed)
    assert fed == ["1"] * ATTEMPTS + ["2"]
    assert told == ["1 LookupError"]
    assert await states(database) == [("1", "dead", True), ("2", "handled", False)]
    assert [letter.body for letter in await inbox.dead()] == [b"poison"]


async def test_a_dead_letter_can_be_fed_again(database: Database, clock: Clock) -> None:
    inbox = an_inbox(database, clock)
    is_mended = False

    async def feed(_: Arrival) -> None:
        if not is_mended:
            raise LookupError

    async def is_dead() -> bool:
        return bool(await inbox.dead())

    async def is_handled() -> bool:
        return await states(database) == [("1", "handled", False)]

    await inbox.arrived(an_event(1))
    async with feeding(inbox, feed):
        await until(is_dead)
        is_mended = True
        (letter,) = await inbox.dead()
        await inbox.revive(letter)
        await until(is_handled)


class SlowDown(Exception):
    """The other side says when to come back."""

    retry_after_s = 5


async def test_an_event_that_must_wait_is_fed_again_when_it_is_time(database: Database, clock: MovableClock) -> None:
    inbox = an_inbox(database, clock)
    tries = 0

    async def feed(_: Arrival) -> None:
        nonlocal tries
        tries += 1
        if tries <= ATTEMPTS + 1:
            raise SlowDown

    async def is_put_off() -> bool:
        async with database.read() as connection:
            due: datetime = (await connection.execute(select(table.c.due))).scalar_one()
        return due > clock.now()

    await inbox.arrived(an_event(1))
    async with feeding(inbox, feed):
        for _ in range(ATTEMPTS + 1):
            await until(is_put_off)
            clock.move(seconds=5)
            database.arrived.set()
        await until(lambda: tries == ATTEMPTS + 2)
    assert await states(database) == [("1", "handled", False)]


async def test_an_event_cut_off_by_a_stop_is_fed_again_after_the_start(database: Database, clock: Clock) -> None:
    begun = asyncio.Event()

    async def never(_: Arrival) -> None:
        begun.set()
        await asyncio.Event().wait()

    fed: list[str] = []

    async def feed(arrival: Arrival) -> None:
        fed.append(arrival.external_id)

    inbox = an_inbox(database, clock)
    await inbox.arrived(an_event(1))
    async with feeding(inbox, never):
        await begun.wait()
    assert await states(database) == [("1", "waiting", True)]
    async with feeding(an_inbox(database, clock), feed):
        await until(lambda: fed == ["1"])


async def test_no_more_chats_are_fed_at_once_than_allowed(database: Database, clock: Clock) -> None:
    inbox = an_inbox(database, clock)
    under_way, most = 0, 0
    fed = 0

    async def feed(_: Arrival) -> None:
        nonlocal under_way, most, fed
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        fed += 1

    await inbox.arrived(*(an_event(number, chat=str(number)) for number in range(3 * LIMIT)))
    async with feeding(inbox, feed):
        await until(lambda: fed == 3 * LIMIT)
    assert most == LIMIT


async def test_only_old_handled_events_are_forgotten(database: Database, clock: MovableClock) -> None:
    inbox = an_inbox(database, clock)
    fed = 0

    async def feed(_: Arrival) -> None:
        nonlocal fed
        fed += 1

    await inbox.arrived(an_event(1))
    async with feeding(inbox, feed):
        await until(lambda: fed == 1)
    clock.move(days=7)
    await inbox.arrived(an_event(2))
    await inbox.forget_handled(before=clock.now() - timedelta(days=6))
    assert await states(database) == [("2", "waiting", True)]


async def test_a_body_moved_to_another_event_cannot_be_read(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = an_inbox(database, clock)
    await inbox.arrived(an_event(1, body=b"one"), an_event(2, chat="2", body=b"two"))
    async with database.write() as connection:
        other = select(table.c.body).where(table.c.external_id == "2").scalar_subquery()
        await connection.execute(table.update().where(table.c.external_id == "1").values(body=other))
    fed: list[bytes] = []

    async def feed(arrival: Arrival) -> None:
        fed.append(arrival.body)

    async def is_dead() -> bool:
        return ("1", "dead", True) in await states(database)

    async with feeding(inbox, feed):
        await until(is_dead)
    assert fed == [b"two"]
    assert "Unsealable" in caplog.text


async def test_an_event_under_which_the_process_died_too_often_is_a_dead_letter(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = an_inbox(database, clock)
    await inbox.arrived(an_event(1))
    async with database.write() as connection:
        await connection.execute(table.update().values(begun=BEGINNINGS))

    async def feed(_: Arrival) -> None:
        raise AssertionError

    async def is_dead() -> bool:
        return bool(await inbox.dead())

    async with feeding(inbox, feed):
        await until(is_dead)
    assert "abandoned" in caplog.text
