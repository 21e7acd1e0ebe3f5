"""Who sits at the desk: a visit ends, its turns count once, and strange words are no trouble."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.platforms.web.desk.visits import LIFE, SESSION_HEADER, TURN_HEADER, Visits
from tests.signing.conftest import House


def asked(word: str, turn: str = "") -> web.Request:
    return make_mocked_request("POST", "/desk/cancel", headers={SESSION_HEADER: word, TURN_HEADER: turn})


async def test_no_act_makes_a_visit_longer(house: House) -> None:
    visits = Visits(store=house.store, clock=house.clock)
    word = await visits.open(person=house.id("Anna"), folder=None)
    step = (LIFE - timedelta(seconds=2)) / 4
    turn = (await visits.of(asked(word))).turn
    for _ in range(4):
        house.clock.move(seconds=step.total_seconds())
        turn = (await visits.step(asked(word, turn))).turn
    house.clock.move(seconds=3)
    with pytest.raises(web.HTTPForbidden):
        await visits.step(asked(word, turn))


async def test_a_turn_counts_once_and_a_refusal_is_written_once_a_minute(house: House) -> None:
    visits = Visits(store=house.store, clock=house.clock)
    word = await visits.open(person=house.id("Anna"), folder="17")
    first = await visits.of(asked(word))
    assert (first.person, first.folder) == (house.id("Anna"), "17")
    await visits.step(asked(word, first.turn))
    for _ in range(5):
        with pytest.raises(web.HTTPForbidden):
            await visits.step(asked(word, first.turn))
    async with house.store.read() as tx:
        rows = [row for row in await tx.journal.of("desk") if row.tag == "page:refused"]
    assert [(row.actor, row.facts["why"]) for row in rows] == [(house.id("Anna"), "spent_turn")]


@pytest.mark.parametrize("word", ["", "x" * 10_000])
async def test_strange_words_are_refused_like_unknown_ones(house: House, word: str) -> None:
    visits = Visits(store=house.store, clock=house.clock)
    with pytest.raises(web.HTTPForbidden):
        await visits.of(asked(word))
    with pytest.raises(web.HTTPForbidden):
        await visits.step(asked(word, word))
    for ticket in (word, "ticket-\ud800"):
        with pytest.raises(web.HTTPForbidden):
            await visits.spend(ticket)


async def test_a_ticket_opens_one_page_once_and_soon(house: House) -> None:
    visits = Visits(store=house.store, clock=house.clock)
    ticket, late = await visits.ticket(house.id("Ivan")), await visits.ticket(house.id("Ivan"))
    assert await visits.spend(ticket) == house.id("Ivan")
    with pytest.raises(web.HTTPForbidden):
        await visits.spend(ticket)
    house.clock.move(seconds=61)
    with pytest.raises(web.HTTPForbidden):
        await visits.spend(late)
