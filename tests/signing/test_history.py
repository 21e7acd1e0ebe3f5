"""Everybody sees their own requests; an auditor sees all, and the journal tells that."""

from __future__ import annotations

from dataclasses import replace

from signing.audit import Tag
from signing.evidence.case import CONSOLE
from signing.history import History
from signing.lookup import Search
from signing.people import PersonId, Role
from tests.signing.conftest import House


async def looked(house: House, by: str, *, page: int = 0, words: str = "") -> tuple[list[str], int]:
    history = History(store=house.store, clock=house.clock)
    found = await history.look(Search(), by=by, page=page, size=2, words=words)
    return [request.id for request in found.requests], found.number


async def searches(house: House) -> list[dict[str, object]]:
    async with house.store.read() as tx:
        rows = await tx.journal.rows()
    return [row.event.facts for row in rows if row.event.tag is Tag.HISTORY_SEARCHED]


async def test_a_person_sees_the_own_requests_and_an_auditor_all_of_them(house: House) -> None:
    first, second = await house.asked(), await house.asked(to="Olga")
    house.clock.move(minutes=1)
    third = await house.asked(to="Olga")
    assert (await looked(house, house.id("Ivan")))[0] == [first.id]
    assert len((await looked(house, house.id("Anna")))[0]) == 2
    assert await searches(house) == []
    async with house.store.begin() as tx:
        await tx.people.save(replace(house.people["Olga"], roles=frozenset({Role.AUDITOR})))
    assert (await looked(house, house.id("Olga"), words="договор"))[0][0] == third.id
    assert await searches(house) == [{"words": "договор", "found": 3}]
    assert {second.id, first.id} & set((await looked(house, house.id("Vera"), page=9))[0])
    assert len(await searches(house)) == 2
    assert len((await looked(house, CONSOLE))[0]) == 2
    assert len(await searches(house)) == 2


async def test_a_locked_auditor_sees_the_own_ones_only(house: House) -> None:
    await house.asked()
    vera = house.people["Vera"]
    async with house.store.begin() as tx:
        await tx.people.save(replace(vera, locked_at=house.clock.now()))
    assert await looked(house, PersonId(vera.id)) == ([], 0)


async def test_a_page_beyond_the_end_is_the_last_one(house: House) -> None:
    for _ in range(3):
        await house.asked()
    requests, number = await looked(house, house.id("Anna"), page=7)
    assert (len(requests), number) == (1, 1)
