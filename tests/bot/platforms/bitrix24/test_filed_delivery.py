"""Signed files that were attached from a chat: beside what lies in the deal, never instead of it, never twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.bitrix24.errors import UnknownOutcome
from bot.platforms.bitrix24.filed_delivery import is_filed
from bot.platforms.bitrix24.intake import LOOK_JOB
from playground.bitrix24.faults import FaultKind
from playground.bitrix24_portal import FIELD
from signing.audit import Tag
from signing.ports import Job
from tests.bot.platforms.bitrix24.trading_house import ANNA, MORE, House, open_house
from tests.conftest import HandClock


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """A house that files into a single field."""
    async with open_house(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
async def shelf(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """A house that files into a field of several files."""
    async with open_house(tmp_path, clock, fields=(MORE, FIELD)) as opened:
        yield opened


def test_a_deal_and_the_place_of_a_file_are_told_apart() -> None:
    assert is_filed("bitrix24:deal:17")
    assert not is_filed("bitrix24:deal:17:UF_CRM_SIGN_DOC:4")


async def test_an_empty_single_field_takes_the_file(house: House) -> None:
    deal = house.far.office.open_deal("Empty", by=ANNA)
    request = await house.signed(deal, b"%PDF one")
    delivery = await house.deliver(request, deal)
    assert (delivery.state, delivery.receipt) == ("delivered", {"in_field": True})
    assert house.far.bodies(deal) == [b"%PDF one"]
    (comment,) = house.far.comments(deal)
    assert [file.body for file in comment.files] == [b"%PDF one"]


async def test_a_repeat_of_the_promise_changes_nothing(house: House) -> None:
    deal = house.far.office.open_deal("Repeated", by=ANNA)
    request = await house.signed(deal, b"%PDF one")
    for _ in range(3):
        await house.deliver(request, deal)
    assert (len(house.far.bodies(deal)), len(house.far.comments(deal))) == (1, 1)
    async with house.store.read() as tx:
        tags = [event.tag for event in await tx.journal.of(request.id)]
    assert tags.count(Tag.DELIVERY_MADE) == 1


async def test_a_single_field_that_holds_a_file_keeps_it(house: House) -> None:
    deal = house.far.office.open_deal("Full", by=ANNA)
    house.far.put(deal, "own.pdf", b"%PDF own", by=ANNA)
    delivery = await house.deliver(await house.signed(deal, b"%PDF one"), deal)
    assert (delivery.state, delivery.receipt) == ("delivered", {"in_field": False})
    assert house.far.bodies(deal) == [b"%PDF own"]
    (comment,) = house.far.comments(deal)
    assert "was not replaced" in comment.text
    assert [file.body for file in comment.files] == [b"%PDF one"]


async def test_several_documents_do_not_fit_into_a_single_field(house: House) -> None:
    deal = house.far.office.open_deal("Two", by=ANNA)
    await house.deliver(await house.signed(deal, b"%PDF one", b"%PDF two"), deal)
    assert house.far.bodies(deal) == []
    (comment,) = house.far.comments(deal)
    assert [file.body for file in comment.files] == [b"%PDF one", b"%PDF two"]


async def test_a_shelf_takes_all_beside_the_others(shelf: House) -> None:
    deal = shelf.far.office.open_deal("Shelf", by=ANNA)
    shelf.far.put(deal, "own.pdf", b"%PDF own", by=ANNA, field=MORE)
    await shelf.deliver(await shelf.signed(deal, b"%PDF one", b"%PDF two"), deal)
    assert shelf.far.bodies(deal, MORE) == [b"%PDF own", b"%PDF one", b"%PDF two"]


@pytest.mark.parametrize("method", ["crm.item.update", "crm.timeline.comment.add"])
async def test_an_answer_that_is_lost_puts_nothing_there_twice(shelf: House, method: str) -> None:
    deal = shelf.far.office.open_deal("Lost answer", by=ANNA)
    request = await shelf.signed(deal, b"%PDF one")
    shelf.far.faults.add(FaultKind.DROP_RESPONSE, method=method)
    with pytest.raises(UnknownOutcome):
        await shelf.deliver(request, deal)
    assert (await shelf.deliver(request, deal)).state == "delivered"
    assert shelf.far.bodies(deal, MORE) == [b"%PDF one"]
    assert len(shelf.far.comments(deal)) == 1


async def test_two_requests_at_once_lose_nothing(house: House) -> None:
    deal = house.far.office.open_deal("Busy", by=ANNA)
    both = [await house.signed(deal, body) for body in (b"%PDF one", b"%PDF two")]
    delivered = await asyncio.gather(*(house.deliver(request, deal) for request in both))
    assert sorted(one.receipt["in_field"] for one in delivered) == [False, True]
    assert len(house.far.bodies(deal)) == 1
    assert len(house.far.comments(deal)) == 2


async def test_two_requests_at_once_stand_side_by_side_on_a_shelf(shelf: House) -> None:
    deal = shelf.far.office.open_deal("Busy shelf", by=ANNA)
    both = [await shelf.signed(deal, body) for body in (b"%PDF one", b"%PDF two")]
    await asyncio.gather(*(shelf.deliver(request, deal) for request in both))
    assert sorted(shelf.far.bodies(deal, MORE)) == [b"%PDF one", b"%PDF two"]


async def test_a_deal_that_is_gone_ends_the_promise_and_tells_the_requester(house: House) -> None:
    deal = house.far.office.open_deal("Gone", by=ANNA)
    request = await house.signed(deal, b"%PDF one")
    house.far.office.delete(deal, by=ANNA)
    delivery = await house.deliver(request, deal)
    assert (delivery.state, delivery.receipt) == ("failed", {"reason": "deal_deleted"})


async def test_our_own_file_is_nobodys_new_request(house: House) -> None:
    deal = house.far.office.open_deal("Echo", by=ANNA)
    await house.link("Anna", ANNA)
    await house.deliver(await house.signed(deal, b"%PDF one"), deal)
    comments = len(house.far.comments(deal))
    handlers = house.platform.job_handlers()
    await handlers[LOOK_JOB](Job(kind=LOOK_JOB, subject=str(deal.id), facts={"deal": deal.id}))
    assert len(house.far.comments(deal)) == comments
    async with house.store.read() as tx:
        assert len(await tx.requests.made_by(house.people["Anna"], limit=9)) == 1
