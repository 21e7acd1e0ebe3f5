"""Where a signed file goes besides the chat: named by the record before a code is asked, and never changed under it."""

from __future__ import annotations

import pytest

from signing.activation.record import LIFETIME
from signing.audit import Tag
from signing.errors import NotAllowedNow, NotYourTurn, RecordExpired
from signing.filing import Filing, Place, place_of
from signing.request import ReplyTo, SigningRequest
from signing.second_step import destinations
from tests.fakes.activation import RIGHT
from tests.signing.conftest import House

FIRST = Place(platform="portal", name="deal:17", title="№ 17 · Windows")
SECOND = Place(platform="portal", name="deal:18", title="№ 18 · Doors")
ANNAS = "telegram:1001"


def filing(house: House) -> Filing:
    return Filing(store=house.store, clock=house.clock)


async def goes_to(house: House, request: SigningRequest) -> tuple[str, ...]:
    async with house.store.read() as tx:
        return await destinations(tx, await tx.requests.get(request.id))


async def promised(house: House, request: SigningRequest) -> set[str]:
    async with house.store.read() as tx:
        return {delivery.channel for delivery in await tx.deliveries.of(request.id)}


async def test_the_record_names_the_place_and_the_file_goes_there_too(house: House) -> None:
    request = await house.drafted()
    await filing(house).file(request.id, by=house.id("Anna"), place=FIRST)
    await house.workflow.submit(request.id, by=house.id("Anna"), to=house.id("Ivan"))
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    assert [entry.destination for entry in record.entries] == [f"{ANNAS}, portal:deal:17"]
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    await house.workflow.sign(request.id, nonce=record.nonce)
    assert await promised(house, request) == {ANNAS, "portal:deal:17"}


async def test_the_last_choice_counts_and_none_is_a_choice_too(house: House) -> None:
    request = await house.asked()
    for place in (FIRST, SECOND, SECOND):
        await filing(house).file(request.id, by=house.id("Anna"), place=place)
    assert await goes_to(house, request) == (ANNAS, SECOND.channel)
    await filing(house).take_out(request.id, by=house.id("Anna"))
    assert await goes_to(house, request) == (ANNAS,)
    assert (await house.tags(request)).count(Tag.REQUEST_FILED) == 3, "the same choice again is no event"


async def test_nobody_but_the_requester_chooses(house: House) -> None:
    request = await house.asked()
    for name in ("Ivan", "Vera"):
        with pytest.raises(NotYourTurn):
            await filing(house).file(request.id, by=house.id(name), place=FIRST)


async def test_a_place_cannot_change_while_the_signer_has_the_code_in_hand(house: House) -> None:
    """Invariant 1: the record that is shown names the destinations."""
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    with pytest.raises(NotAllowedNow) as refused:
        await filing(house).file(request.id, by=house.id("Anna"), place=FIRST)
    assert refused.value.facts["reason"] == "second_step"
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    with pytest.raises(NotAllowedNow):
        await filing(house).file(request.id, by=house.id("Anna"), place=FIRST)
    await house.workflow.sign(request.id, nonce=record.nonce)
    with pytest.raises(NotAllowedNow):
        await filing(house).file(request.id, by=house.id("Anna"), place=FIRST)
    assert await promised(house, request) == {ANNAS}


async def test_a_record_of_another_request_is_no_hindrance(house: House) -> None:
    mine, other = await house.asked(), await house.asked()
    await house.workflow.approve([other.id], by=house.id("Ivan"))
    await filing(house).file(mine.id, by=house.id("Anna"), place=FIRST)
    assert await goes_to(house, mine) == (ANNAS, FIRST.channel)


async def test_a_step_two_that_was_left_open_is_void_after_a_change(house: House) -> None:
    request = await house.asked()
    old = await house.workflow.approve([request.id], by=house.id("Ivan"))
    house.clock.move(seconds=LIFETIME.total_seconds() + 1)
    await filing(house).file(request.id, by=house.id("Anna"), place=FIRST)
    with pytest.raises(RecordExpired):
        await house.workflow.confirm(old.nonce, by=house.id("Ivan"), code=RIGHT)
    async with house.store.read() as tx:
        assert (await tx.records.get(old.nonce)).state == "dropped"
    fresh = await house.workflow.approve([request.id], by=house.id("Ivan"))
    assert fresh.entries[0].destination == f"{ANNAS}, {FIRST.channel}"


async def test_a_record_of_somebody_who_was_asked_before_counts_as_well(house: House) -> None:
    """The request could come back to that person, whose page still shows the old destination."""
    request = await house.asked()
    await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.decisions.reassign(request.id, by=house.id("Anna"), to=house.id("Olga"))
    with pytest.raises(NotAllowedNow):
        await filing(house).file(request.id, by=house.id("Anna"), place=FIRST)


async def test_withdrawn_means_free_to_change(house: House) -> None:
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.workflow.withdraw(record.nonce, by=house.id("Ivan"))
    await filing(house).file(request.id, by=house.id("Anna"), place=FIRST)
    async with house.store.read() as tx:
        assert await place_of(tx, request.id) == FIRST


async def test_a_document_that_lies_somewhere_goes_back_there_only(house: House) -> None:
    draft = await house.drafted()
    lying = ReplyTo(platform="portal", chat_id="deal:17:F:4", keeps_file=True)
    moved = await house.workflow.draft(draft.documents, by=house.id("Anna"), reply_to=lying)
    assert await goes_to(house, moved) == ("portal:deal:17:F:4", ANNAS)
    with pytest.raises(NotAllowedNow):
        await filing(house).file(moved.id, by=house.id("Anna"), place=FIRST)
