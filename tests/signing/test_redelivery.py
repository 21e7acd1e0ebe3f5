"""Signed files that could not be brought: promised again once a return, to nobody else, and on an admin's word."""

from __future__ import annotations

import pytest

from signing.audit import Tag
from signing.errors import NotAllowedNow, NotFound
from signing.membership import CONSOLE
from signing.people import Account
from signing.ports import Delivery
from signing.redelivery import CLOSED, WHY, Redelivery
from signing.request import ReplyTo, SigningRequest
from tests.fakes.activation import RIGHT
from tests.signing.conftest import House

ANNAS = "telegram:1001"


def redelivery(house: House, *, copies: tuple[str, ...] = ()) -> Redelivery:
    return Redelivery(store=house.store, clock=house.clock, copies=copies)


async def signed(house: House) -> SigningRequest:
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    await house.workflow.sign(request.id, nonce=record.nonce)
    return request


async def put(house: House, request: SigningRequest, channel: str, state: str, **receipt: object) -> None:
    async with house.store.begin() as tx:
        await tx.deliveries.promise(Delivery(request=request.id, channel=channel, state="promised"))
        await tx.deliveries.move(request.id, channel, to=state, receipt=dict(receipt))


async def states(house: House, request: SigningRequest) -> dict[str, str]:
    async with house.store.read() as tx:
        return {delivery.channel: delivery.state for delivery in await tx.deliveries.of(request.id)}


async def renewals(house: House, request: SigningRequest) -> int:
    return (await house.tags(request)).count(Tag.DELIVERY_RENEWED)


async def test_a_closed_chat_that_speaks_again_gets_its_files_once(house: House) -> None:
    request = await signed(house)
    await put(house, request, ANNAS, "failed", **{WHY: CLOSED})
    for _ in range(3):
        await redelivery(house).heard(house.id("Anna"), chat=ANNAS)
    assert await states(house, request) == {ANNAS: "promised"}
    assert await renewals(house, request) == 1


async def test_what_was_received_or_failed_otherwise_is_left_alone_by_a_message(house: House) -> None:
    received, hopeless = await signed(house), await signed(house)
    await put(house, received, ANNAS, "delivered")
    await put(house, hopeless, ANNAS, "failed", **{WHY: "unfinished"})
    await redelivery(house).heard(house.id("Anna"), chat=ANNAS)
    assert (await states(house, received), await states(house, hopeless)) == ({ANNAS: "delivered"}, {ANNAS: "failed"})
    await redelivery(house).returned(house.id("Anna"), chat=ANNAS)
    assert (await states(house, received), await states(house, hopeless)) == ({ANNAS: "delivered"}, {ANNAS: "promised"})


async def test_a_chat_that_was_somebody_elses_gives_nothing_away(house: House) -> None:
    request = await signed(house)
    await put(house, request, ANNAS, "failed", **{WHY: CLOSED})
    await redelivery(house).heard(house.id("Olga"), chat=ANNAS)
    await redelivery(house).returned(house.id("Olga"), chat=ANNAS)
    assert await states(house, request) == {ANNAS: "failed"}


@pytest.mark.parametrize(("name", "copies", "state"), [
    ("Ivan", (), "promised"), ("Olga", (), "failed"), ("Olga", ("telegram:1003",), "promised"),
])  # fmt: skip
async def test_a_copy_goes_to_the_signer_or_where_the_policy_says(
    house: House, name: str, copies: tuple[str, ...], state: str
) -> None:
    request = await signed(house)
    await put(house, request, "copy:telegram:1003", "failed", **{WHY: CLOSED})
    await redelivery(house, copies=copies).heard(house.id(name), chat="telegram:1003")
    assert (await states(house, request))["copy:telegram:1003"] == state


async def test_an_administrator_sends_again_to_the_present_chat_only(house: House) -> None:
    request = await signed(house)
    await put(house, request, ANNAS, "delivered", **{"0": 17})
    async with house.store.begin() as tx:
        await tx.people.unbind("telegram", house.id("Anna"))
        account = Account(platform="telegram", account_id="9009", chat_id="9009", person=house.id("Anna"))
        await tx.people.bind(account)
    assert await redelivery(house).resend(request.id, by=CONSOLE) == ("telegram:9009",)
    assert await states(house, request) == {ANNAS: "delivered", "telegram:9009": "promised"}
    assert await redelivery(house).resend(request.id, by=CONSOLE) == ("telegram:9009",)
    assert await renewals(house, request) == 1, "what is on its way is not doubled"


async def test_an_administrator_repeats_what_was_received(house: House) -> None:
    request = await signed(house)
    await put(house, request, ANNAS, "delivered", **{"0": 17})
    await redelivery(house).resend(request.id, by=CONSOLE)
    async with house.store.read() as tx:
        assert (await tx.deliveries.get(request.id, ANNAS)).receipt == {}


async def test_nothing_is_sent_again_before_it_is_signed_or_without_a_chat(house: House) -> None:
    with pytest.raises(NotAllowedNow):
        await redelivery(house).resend((await house.asked()).id, by=CONSOLE)
    request = await signed(house)
    async with house.store.begin() as tx:
        await tx.people.unbind("telegram", house.id("Anna"))
    with pytest.raises(NotFound):
        await redelivery(house).resend(request.id, by=CONSOLE)


async def test_a_dialog_of_a_bound_account_is_a_present_chat_too(house: House) -> None:
    draft = await house.drafted()
    origin = ReplyTo(platform="portal-chat", chat_id="27")
    asked = await house.workflow.draft(draft.documents, by=house.id("Anna"), reply_to=origin)
    await house.workflow.submit(asked.id, by=house.id("Anna"), to=house.id("Ivan"))
    record = await house.workflow.approve([asked.id], by=house.id("Ivan"))
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    await house.workflow.sign(asked.id, nonce=record.nonce)
    await put(house, asked, "portal-chat:27", "delivered")
    with pytest.raises(NotFound):
        await redelivery(house).resend(asked.id, by=CONSOLE)
    async with house.store.begin() as tx:
        await tx.people.bind(Account(platform="portal", account_id="27", chat_id="27", person=house.id("Anna")))
    assert await redelivery(house).resend(asked.id, by=CONSOLE) == ("portal-chat:27",)
