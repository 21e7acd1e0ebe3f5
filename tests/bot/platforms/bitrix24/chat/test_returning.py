"""A dialog that was closed to us: a missing permission closes none, and whoever writes again gets the files."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.platforms.bitrix24.chat.arrivals import Arrivals
from bot.platforms.bitrix24.chat.conversation import Conversation
from bot.platforms.bitrix24.chat.lines import Lines as OpenChannels
from bot.platforms.bitrix24.chat.presses import Presses
from bot.platforms.bitrix24.chat.words import Words
from bot.platforms.bitrix24.deal import Deals
from bot.platforms.bitrix24.errors import NotExecuted
from signing.ports import Delivery
from signing.redelivery import CLOSED, WHY
from signing.request import SigningRequest
from storage.inbox import Arrival
from tests.bot.platforms.bitrix24.chat.conftest import ANNA, IVAN, Dialog, Lines
from tests.fakes.activation import RIGHT

CHANNEL = f"bitrix24-chat:{IVAN}"


def conversation(dialog: Dialog) -> Conversation:
    core, outgoing, portal = dialog.core, dialog.lines.outgoing(), dialog.lines.desk.portal
    arrivals = Arrivals(core=core, portal=portal, outgoing=outgoing)
    return Conversation(
        core=core, outgoing=outgoing, presses=Presses(core=core, outgoing=outgoing),
        words=Words(core=core, outgoing=outgoing), arrivals=arrivals,
        lines=OpenChannels(core=core, outgoing=outgoing, arrivals=arrivals, deals=Deals(portal, ())),
    )  # fmt: skip


def event(kind: str, **data: Any) -> Arrival:
    body = {"type": kind, "data": {"user": {"id": IVAN}, "chat": {"id": 5, "dialogId": str(IVAN)}, **data}}
    return Arrival(source="bitrix24-chat", external_id="7:1", order_key="x", body=json.dumps(body).encode())


WROTE = event("ONIMBOTV2MESSAGEADD", message={"id": 900, "text": "Hello", "params": []})
PRESSED = event(
    "ONIMBOTV2COMMANDADD", message={"id": 901}, command={"command": "/press", "context": "keyboard", "params": "old"}
)


async def failed(dialog: Dialog, why: str) -> SigningRequest:
    """A signed file of Ivan's own request that could not be brought to his dialog."""
    house = dialog.lines.house
    draft = await house.drafted(by="Ivan")
    request = await house.workflow.submit(draft.id, by=house.id("Ivan"), to=house.id("Olga"))
    record = await house.workflow.approve([request.id], by=house.id("Olga"))
    await house.workflow.confirm(record.nonce, by=house.id("Olga"), code=RIGHT)
    await house.workflow.sign(request.id, nonce=record.nonce)
    async with house.store.begin() as tx:
        await tx.deliveries.promise(Delivery(request=request.id, channel=CHANNEL, state="promised"))
        await tx.deliveries.move(request.id, CHANNEL, to="failed", receipt={WHY: why})
    return request


@pytest.mark.parametrize("sign", [WROTE, PRESSED], ids=["message", "press"])
@pytest.mark.parametrize(("why", "state"), [(CLOSED, "promised"), ("unfinished", "failed")])
async def test_whoever_is_back_gets_what_the_closed_dialog_kept(
    dialog: Dialog, sign: Arrival, why: str, state: str
) -> None:
    request = await failed(dialog, why)
    await conversation(dialog).feed(sign)
    async with dialog.core.store.read() as tx:
        assert (await tx.deliveries.get(request.id, CHANNEL)).state == state


async def test_a_missing_permission_is_worth_a_repeat(lines: Lines) -> None:
    accounts = lines.desk.far.accounts
    permitted, accounts.scope = accounts.scope, "crm,user_basic"
    with pytest.raises(NotExecuted):
        await lines.outgoing().say(ANNA, "Hello", key="hello")
    with pytest.raises(NotExecuted):
        await lines.outgoing().send_file(ANNA, "Signed.pdf", b"%PDF", key="file", caption="Signed")
    with pytest.raises(NotExecuted):
        await lines.outgoing().link_of(1)
    accounts.scope = permitted
    await lines.outgoing().say(ANNA, "Hello", key="hello")
    assert [message.text for message in lines.told()] == ["Hello"]
