"""The loopback messenger behaves as the reference says: queue, keyboards, files and what a bot may not do."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.playground.test_bitrix24_portal import Caller, call

__all__ = ["call"]

ANNA, VERA = 2, 1


@pytest.fixture
async def bot(call: Caller) -> int:
    """A bot that fetches."""
    fields = {"code": "signer", "properties": {"name": "Signer"}, "eventMode": "fetch", "type": "bot"}
    answer = (await call("imbot.v2.Bot.register", fields=fields))[1]["result"]
    await call("imbot.v2.Command.register", botId=answer["bot"]["id"], fields={"command": "press", "hidden": True})
    return int(answer["bot"]["id"])


async def _events(call: Caller, bot: int, **more: Any) -> dict[str, Any]:
    result: dict[str, Any] = (await call("imbot.v2.Event.get", botId=bot, **more))[1]["result"]
    return result


async def test_registering_again_returns_the_same_bot_and_changes_nothing(call: Caller, bot: int) -> None:
    fields = {"code": "signer", "properties": {"name": "Other"}, "eventMode": "webhook", "webhookUrl": "https://x"}
    again = (await call("imbot.v2.Bot.register", fields=fields))[1]["result"]["bot"]
    assert (again["id"], again["eventMode"]) == (bot, "fetch")
    assert (await call("imbot.v2.Bot.register", fields={}))[1]["error"] == "BOT_CODE_REQUIRED"
    assert (await call("imbot.v2.Event.get", botId=1))[1]["error"] == "BOT_NOT_FOUND"
    call.portal.accounts.scope = "crm"
    assert (await call("imbot.v2.Event.get", botId=bot))[1]["error"] == "insufficient_scope"


async def test_only_an_offset_acknowledges(call: Caller, bot: int) -> None:
    for text in ("one", "two"):
        call.portal.messenger.write(ANNA, text)
    first = await _events(call, bot, limit=1)
    assert (first["hasMore"], first["events"][0]["data"]["message"]["text"]) == (True, "one")
    assert (await _events(call, bot))["events"][0] == first["events"][0], "it comes again"
    rest = await _events(call, bot, offset=first["nextOffset"])
    assert [event["data"]["message"]["text"] for event in rest["events"]] == ["two"]
    assert (await _events(call, bot, offset=rest["nextOffset"]))["events"] == []


async def test_a_press_names_the_bots_message_and_locks_until_the_bot_answers(call: Caller, bot: int) -> None:
    button = {"TEXT": "Sign", "COMMAND": "press", "COMMAND_PARAMS": "token", "BLOCK": "Y"}
    fields = {"message": "Sign this", "keyboard": [button]}
    sent = (await call("imbot.v2.Chat.Message.send", botId=bot, dialogId=str(ANNA), fields=fields))[1]["result"]["id"]
    message = call.portal.messenger.messages[sent]
    call.portal.messenger.press(ANNA, message, "Sign")
    assert message.is_locked
    event = (await _events(call, bot))["events"][-1]
    data = event["data"]
    assert (event["type"], data["message"]["id"], data["user"]["id"]) == ("ONIMBOTV2COMMANDADD", sent, ANNA)
    assert (data["command"]["command"], data["command"]["params"]) == ("/press", "token")
    assert "dialogId" not in data["chat"]
    update = {"message": "Done", "keyboard": "N"}
    await call("imbot.v2.Chat.Message.update", botId=bot, messageId=sent, fields=update)
    assert (message.is_locked, message.labels(), message.text) == (False, [], "Done")


async def test_a_file_is_named_by_a_string_and_its_link_opens_once(call: Caller, bot: int) -> None:
    call.portal.messenger.send_file(ANNA, "Договор.pdf", b"%PDF")
    message = (await _events(call, bot))["events"][0]["data"]["message"]
    (number,) = message["params"]["FILE_ID"]
    assert isinstance(number, str)
    link = (await call("imbot.v2.File.download", botId=bot, fileId=int(number)))[1]["result"]["downloadUrl"]
    headers = {"User-Agent": "Mozilla/5.0"}
    async with call.session.get(link, headers=headers) as answer:
        assert await answer.read() == b"%PDF"
    async with call.session.get(link, headers=headers) as answer:
        assert answer.status == 404
    assert (await call("imbot.v2.File.download", botId=bot, fileId=1))[1]["error"] == "FILE_NOT_FOUND"


async def test_a_bot_changes_and_deletes_only_what_it_said(call: Caller, bot: int) -> None:
    hers = call.portal.messenger.write(ANNA, "mine")
    for method in ("imbot.v2.Chat.Message.update", "imbot.v2.Chat.Message.delete"):
        status, body = await call(method, botId=bot, messageId=hers.id, fields={"message": "x"})
        assert (status, body["error"]) == (403, "ACCESS_DENIED")
    assert (await call("imbot.v2.Chat.Message.send", botId=bot, dialogId="999", fields={"message": "x"}))[0] == 403
    empty = {"message": ""}
    assert (await call("imbot.v2.Chat.Message.send", botId=bot, dialogId="2", fields=empty))[1]["error"]


async def test_an_upload_is_a_message_and_the_dialog_tells_its_last_one(call: Caller, bot: int) -> None:
    fields = {"name": "a.pdf", "content": base64.b64encode(b"%PDF").decode(), "message": "here"}
    made = (await call("imbot.v2.File.upload", botId=bot, dialogId=str(ANNA), fields=fields))[1]["result"]
    chat = (await call("imbot.v2.Chat.get", botId=bot, dialogId=str(ANNA)))[1]["result"]["chat"]
    assert chat["lastMessageId"] == made["messageId"]
    bad = fields | {"content": "data:application/pdf;base64,x"}
    refused = await call("imbot.v2.File.upload", botId=bot, dialogId=str(ANNA), fields=bad)
    assert refused[1]["error"] == "FILE_INVALID_CONTENT"


async def test_a_group_is_told_apart_from_a_private_dialog(call: Caller, bot: int) -> None:
    group = call.portal.messenger.open_group(ANNA, VERA)
    call.portal.messenger.write(ANNA, "@signer", group=group)
    call.portal.messenger.write(ANNA, "hello")
    there, here = (event["data"]["chat"] for event in (await _events(call, bot))["events"])
    assert (there["dialogId"], there["messageType"]) == (f"chat{group}", "C")
    assert (here["dialogId"], here["messageType"]) == (str(ANNA), "P")
