"""Telegram on bad days: pauses, faults, blocked chats, lost messages; nothing is lost, nothing is signed twice."""

from __future__ import annotations

import pytest

from playground.telegram.faults import Fault, FaultKind
from playground.telegram.refusal import Json
from signing.audit import Tag
from signing.errors import DeliveryFailed
from tests.bot.platforms.telegram.office import Office, contract, has_button, said
from tests.fakes.activation import RIGHT


async def sign(office: Office, card: Json) -> None:
    await office.ivan.press(card, "Sign")
    step = await office.ivan.wait_for(lambda m: has_button(m, "Type it here"))
    await office.ivan.press(step, "Type it here")
    await office.ivan.wait_for(lambda m: "six digits as a message" in said(m))
    await office.ivan.send_text(RIGHT)


async def signed_file(office: Office) -> Json:
    return await office.anna.wait_for(lambda m: "signed.pdf" in m.get("document", {}).get("file_name", ""))


async def test_a_storm_of_pauses_delays_and_loses_nothing(office: Office) -> None:
    office.server.faults.add(Fault(FaultKind.TOO_MANY_REQUESTS, times=12, seconds=1))
    await office.ask()
    card = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    office.server.faults.add(Fault(FaultKind.TOO_MANY_REQUESTS, times=4, seconds=1))
    await sign(office, card)
    await signed_file(office)
    await office.settled_for_good()
    tags = await office.tags()
    assert tags.count(Tag.SIGNATURE_MADE) == 1
    assert tags.count(Tag.DELIVERY_MADE) == 1


async def test_an_answer_that_is_lost_may_repeat_a_notice_but_no_signature(office: Office) -> None:
    await office.ask()
    card = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    office.server.faults.add(Fault(FaultKind.DROP_RESPONSE, times=1, method="sendDocument"))
    await sign(office, card)
    await signed_file(office)
    await office.anna.wait_for(lambda m: "Signed by Ivan" in said(m) and "document" not in m)
    await office.settled_for_good()
    files = [m for m in await office.anna.messages() if "signed.pdf" in m.get("document", {}).get("file_name", "")]
    assert 1 <= len(files) <= 2
    assert (await office.tags()).count(Tag.SIGNATURE_MADE) == 1


async def test_a_signer_who_blocked_the_bot_is_told_to_the_requester(office: Office) -> None:
    await office.ivan.block()
    await office.ask()
    told = await office.anna.wait_for(lambda m: "could not be delivered" in said(m))
    assert "closed" in said(told)
    card = await office.anna.wait_for(lambda m: has_button(m, "Another signer"))
    await office.anna.press(card, "Another signer")
    await office.anna.press(await office.anna.wait_for(lambda m: has_button(m, "Olga")), "Olga")
    await office.olga.wait_for(lambda m: has_button(m, "Sign"))


async def test_a_requester_who_blocked_the_bot_is_told_to_the_administrators(office: Office) -> None:
    await office.ask()
    card = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    await office.anna.block()
    await sign(office, card)
    await office.olga.wait_for(lambda m: "could not be delivered" in said(m))
    await office.settled()
    assert Tag.DELIVERY_FAILED in await office.tags()


async def test_a_card_that_is_gone_is_sent_anew(office: Office) -> None:
    card = await office.ask()
    office.server.world.remove(office.server.world.chats[office.anna.id], card["message_id"])
    his = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    await office.ivan.press(his, "Pages")
    fresh = await office.anna.wait_for(lambda m: "looked at it" in said(m))
    assert fresh["message_id"] != card["message_id"]


async def test_updates_that_come_twice_or_out_of_order_make_one_request(office: Office) -> None:
    office.server.faults.add(Fault(FaultKind.DUPLICATE_UPDATES, times=3))
    await office.anna.send_document(contract("Twice"), "Twice.pdf")
    draft = await office.anna.wait_for(lambda m: has_button(m, "Ivan"))
    await office.anna.press(draft, "Ivan")
    await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    await office.settled()
    assert (await office.tags()).count(Tag.REQUEST_DRAFTED) == 1
    assert (await office.tags()).count(Tag.REQUEST_SUBMITTED) == 1


async def test_the_second_channel_is_another_chat(office: Office) -> None:
    await office.platform.channel.tell(str(office.olga.id), subject="Your key signed", text="Request 7K3M")
    await office.olga.wait_for(lambda m: said(m) == "Your key signed\n\nRequest 7K3M")
    await office.olga.block()
    with pytest.raises(DeliveryFailed):
        await office.platform.channel.tell(str(office.olga.id), subject="a", text="b")
