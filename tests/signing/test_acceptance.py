"""Pages that we made of a file: nobody is asked before whoever sent it has looked at them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from signing.acceptance import Acceptance, wish
from signing.audit import Tag
from signing.document import Document, Making, Sha256
from signing.errors import NotAllowed, NotAllowedNow, NotYourTurn
from signing.people import PersonId
from signing.request import ReplyTo, SigningRequest, State
from tests.signing.along import furnished
from tests.signing.conftest import House

MADE = Document(
    position=0, name="Contract.pdf", sha256=Sha256("a" * 64), size_bytes=9, pages=3, making=Making.OFFICE,
    original_sha256=Sha256("b" * 64), original_name="Contract.docx",
)  # fmt: skip


def acceptance(house: House) -> Acceptance:
    return Acceptance(store=house.store, clock=house.clock, workflow=house.workflow)


async def drafted(house: House, making: Making = Making.OFFICE) -> SigningRequest:
    made = Document(**{**vars(MADE), "making": making})
    return await house.workflow.draft(
        [made], by=house.id("Anna"), reply_to=ReplyTo(platform="telegram", chat_id="1001")
    )


async def test_nobody_is_asked_before_the_pages_are_accepted(house: House) -> None:
    request = await drafted(house)
    with pytest.raises(NotAllowedNow) as refusal:
        await house.workflow.submit(request.id, by=house.id("Anna"), to=house.id("Ivan"))
    assert refusal.value.facts["reason"] == "pages_not_accepted"
    accepted = await acceptance(house).accept(request.id, by=house.id("Anna"))
    assert (accepted.state, accepted.awaits_acceptance) == (State.DRAFT, False)
    asked = await house.workflow.submit(request.id, by=house.id("Anna"), to=house.id("Ivan"))
    assert asked.state is State.WAITING
    assert (await house.tags(request)).count(Tag.REQUEST_PAGES_ACCEPTED) == 1


@pytest.mark.parametrize("making", [Making.AS_SENT, Making.PHOTOS])
async def test_what_is_as_it_was_sent_needs_no_look(house: House, making: Making) -> None:
    request = await drafted(house, making)
    asked = await house.workflow.submit(request.id, by=house.id("Anna"), to=house.id("Ivan"))
    assert asked.state is State.WAITING


async def test_the_journal_says_which_file_became_which(house: House) -> None:
    request = await drafted(house)
    for _ in range(2):  # a repeat changes nothing
        await acceptance(house).accept(request.id, by=house.id("Anna"))
    async with house.store.read() as tx:
        events = [event for event in await tx.journal.of(request.id) if event.tag is Tag.REQUEST_PAGES_ACCEPTED]
    assert [event.facts["made"] for event in events] == [[["b" * 64, "a" * 64]]]


@pytest.mark.parametrize("name", ["Ivan", "Vera"])
async def test_nobody_else_accepts(house: House, name: str) -> None:
    request = await drafted(house)
    with pytest.raises(NotYourTurn):
        await acceptance(house).accept(request.id, by=house.id(name))


async def test_what_is_over_is_not_accepted(house: House) -> None:
    request = await drafted(house)
    await house.decisions.cancel(request.id, by=house.id("Anna"))
    with pytest.raises(NotAllowedNow):
        await acceptance(house).accept(request.id, by=house.id("Anna"))


async def test_whom_it_was_meant_for_is_asked_at_once(house: House) -> None:
    request, until = await drafted(house), house.clock.now() + timedelta(hours=5)
    async with house.store.begin() as tx:
        await wish(tx, request.id, to=house.id("Ivan"), deadline=until)
    asked = await acceptance(house).accept(request.id, by=house.id("Anna"))
    assert (asked.state, asked.signer, asked.deadline) == (State.WAITING, house.id("Ivan"), until)


async def test_the_route_it_was_meant_for_is_taken_at_once(house: House) -> None:
    await furnished(house)
    request, until = await drafted(house), house.clock.now() + timedelta(hours=5)
    async with house.store.begin() as tx:
        await wish(tx, request.id, along="both", deadline=until)
    sent = await acceptance(house).accept(request.id, by=house.id("Anna"))
    assert (sent.state, sent.signer, sent.deadline) == (State.CIRCULATING, None, until)


async def test_a_wish_that_cannot_be_met_leaves_the_choice(house: House) -> None:
    request = await drafted(house)
    async with house.store.begin() as tx:
        await wish(tx, request.id, to=PersonId(house.id("Anna")))
    with pytest.raises(NotAllowed):
        await acceptance(house).accept(request.id, by=house.id("Anna"))
    asked = await house.workflow.submit(request.id, by=house.id("Anna"), to=house.id("Ivan"))
    assert asked.state is State.WAITING
