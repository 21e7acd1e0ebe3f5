"""What a mandate covers goes to work without a person; what it does not cover is left for one, and says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signing.activation.mandate import Claim, Standing
from signing.audit import Tag
from signing.automatic import standing_of
from signing.document import Making
from signing.errors import NotAllowed, NotYourTurn
from signing.request import SigningRequest, State
from tests.signing.along import furnished
from tests.signing.conftest import House
from tests.signing.mandated import LEAVE, a_mandate, asked, nonce_of, reason, told


async def test_a_covered_document_is_sealed_and_nobody_is_asked(house: House) -> None:
    mandate = await a_mandate(house)
    request = await asked(house)
    assert (request.state, request.signer, standing_of(request)) == (State.WAITING, mandate.signer, "sealing")
    await house.automatic.seal(request.id)
    assert (await house.now(request)).state is State.SIGNING
    await house.automatic.seal(request.id)
    await house.workflow.sign(request.id, nonce=await nonce_of(house, request))
    done = await house.now(request)
    assert (done.state, standing_of(done)) == (State.SIGNED, "sealed")
    assert house.activation.standings[0].used == 1
    tags = await house.tags(request)
    assert tags == ["request:drafted", "request:submitted", "request:sealed", "signature:made", "request:signed"]
    async with house.store.read() as tx:
        rows = {event.tag: event for event in await tx.journal.of(request.id)}
        (signature,) = await tx.signatures.of(request.id)
    assert signature.signer == mandate.signer
    sealed = rows[Tag.REQUEST_SEALED]
    assert (sealed.actor, sealed.facts["type"], sealed.facts["value"]) == (mandate.signer, "leave", 100_00)
    assert rows[Tag.REQUEST_SIGNED].actor == mandate.signer, "never a person"
    assert "key-used" in await told(house)


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        (replace(LEAVE, type="order"), "mandate_no_mandate"),
        (replace(LEAVE, value=500_01), "mandate_value"),
        (replace(LEAVE, currency="USD"), "mandate_currency"),
        (replace(LEAVE, type="Leave"), "mandate_malformed"),
    ],
)
async def test_what_no_mandate_covers_stays_for_a_person(house: House, claim: Claim, why: str) -> None:
    await a_mandate(house)
    request = await asked(house, claim)
    assert (request.state, await reason(house, request)) == (State.DRAFT, why)
    assert "request:not_sealed" in await house.tags(request)
    moved = await house.workflow.submit(request.id, by=house.id("Anna"), to=house.id("Ivan"))
    assert (moved.signer, standing_of(moved)) == (house.id("Ivan"), "waiting")


async def test_without_anybody_else_it_is_taken_back_with_the_reason(house: House) -> None:
    request = await asked(house, otherwise=None)
    assert (request.state, request.reason, standing_of(request)) == (
        State.CANCELLED,
        "mandate_no_mandate",
        "not-sealed",
    )
    await house.automatic.seal(request.id)
    assert await asked_again(house, request) == request


async def asked_again(house: House, request: SigningRequest) -> SigningRequest:
    return await house.automatic.ask(request.id, by=house.id("Anna"), claim=LEAVE, otherwise=None)


async def test_only_the_requester_may_have_a_draft_sealed(house: House) -> None:
    await a_mandate(house)
    draft = await house.drafted()
    with pytest.raises(NotYourTurn):
        await house.automatic.ask(draft.id, by=house.id("Ivan"), claim=LEAVE, otherwise=None)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"warnings": ("comments",)}, "mandate_warnings"),
        ({"warnings": ("links", "forms")}, "mandate_warnings"),
        ({"warnings": ("something-new",)}, "mandate_warnings"),
        ({"media_type": "text/xml"}, "mandate_not_a_pdf"),
        ({"making": Making.OFFICE}, "mandate_not_a_pdf"),
        ({"warnings": ("links",)}, ""),
    ],
)
async def test_what_a_signer_would_be_warned_of_is_never_sealed_unseen(
    house: House, change: dict[str, Any], why: str
) -> None:
    await a_mandate(house)
    draft = await house.drafted()
    async with house.store.begin() as tx:
        await tx.requests.save(draft.touched(documents=(replace(draft.documents[0], **change),)))
    request = await house.automatic.ask(draft.id, by=house.id("Anna"), claim=LEAVE, otherwise=house.id("Ivan"))
    assert (await reason(house, request), request.state is State.DRAFT) == (why, why != "")


async def test_a_signature_in_a_file_of_its_own_is_not_made_automatically(house: House) -> None:
    await a_mandate(house)
    draft = await house.drafted()
    request = await house.automatic.ask(
        draft.id, by=house.id("Anna"), claim=LEAVE, otherwise=house.id("Ivan"), form="cades"
    )
    assert (request.state, await reason(house, request)) == (State.DRAFT, "mandate_form")


async def test_a_mandate_is_no_way_around_a_required_route(house: House) -> None:
    await furnished(house)
    await a_mandate(house)
    draft = await house.drafted()
    async with house.store.begin() as tx:
        await tx.requests.save(draft.touched(documents=(replace(draft.documents[0], name="A secret.pdf"),)))
    with pytest.raises(NotAllowed) as refusal:
        await house.automatic.ask(draft.id, by=house.id("Anna"), claim=LEAVE, otherwise=house.id("Ivan"))
    assert refusal.value.facts["reason"] == "route_required"
    assert (await house.now(draft)).state is State.DRAFT


async def test_several_documents_are_not_sealed(house: House) -> None:
    await a_mandate(house)
    draft = await house.drafted(documents=2)
    request = await house.automatic.ask(draft.id, by=house.id("Anna"), claim=LEAVE, otherwise=None)
    assert request.reason == "mandate_several_documents"


async def test_nobody_confirms_what_a_mandate_covers(house: House) -> None:
    await a_mandate(house)
    request = await asked(house)
    for person in ("Ivan", "Vera", "Anna"):
        with pytest.raises(NotYourTurn):
            await house.workflow.approve([request.id], by=house.id(person))


async def test_the_administrators_hear_once_that_a_mandate_runs_out(house: House) -> None:
    await a_mandate(house, count=11, until=house.clock.now() + timedelta(days=8))
    for _ in range(9):
        await house.automatic.seal((await asked(house)).id)
    assert "tell mandate-low" not in await told(house)
    for _ in range(2):
        await house.automatic.seal((await asked(house)).id)
    assert [one for one in await told(house) if "mandate" in one] == ["tell mandate-low", "tell mandate-used-up"]


async def test_the_administrators_hear_once_that_a_mandate_ends_soon(house: House) -> None:
    await a_mandate(house, until=house.clock.now() + timedelta(days=8))
    await house.automatic.watch()
    assert "tell mandate-soon" not in await told(house)
    house.clock.move(seconds=86_401)
    for _ in range(2):
        await house.automatic.watch()
    assert (await told(house)).count("tell mandate-soon") == 1


async def test_the_mandate_that_ends_first_is_used_first(house: House) -> None:
    late = await a_mandate(house)
    soon = replace(late, id="0" * 12, until=late.until - timedelta(days=20))
    house.activation.standings.append(Standing(mandate=soon))
    assert (await asked(house)).signer == soon.signer
    house.activation.standings[1] = Standing(mandate=soon, used=2)
    assert (await asked(house)).signer == late.signer
