"""What people do with their phones, and what the bot hears of it."""

from __future__ import annotations

import asyncio
import io

import pytest
from aiogram.utils.web_app import safe_parse_webapp_init_data
from aiogram.utils.web_app_signature import check_webapp_signature
from PIL import Image

from playground.telegram.person import ActRefused, find_button
from tests.playground.loopback import ANNA, IVAN, TOKEN, loopback


async def test_a_deep_link_is_a_start_with_its_payload() -> None:
    async with loopback() as world:
        await world.anna.start("invite-1")
        (update,) = await world.updates()
        assert update["message"]["text"] == "/start invite-1"
        assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_a_photo_arrives_upright_small_and_without_metadata() -> None:
    source, camera = io.BytesIO(), Image.new("RGB", (2000, 1000), "white")
    exif = camera.getexif()
    exif[0x0112] = 6  # turned by the camera
    camera.save(source, "JPEG", exif=exif)
    async with loopback() as world:
        message = await world.anna.send_photo(source.getvalue(), caption="paper")
        sizes = [(size["width"], size["height"]) for size in message["photo"]]
        assert sizes[-1] == (640, 1280)
        assert sizes == sorted(sizes)
        path = (await world.call("getFile", file_id=message["photo"][-1]["file_id"]))["file_path"]
        async with world.http.get(f"{world.url}/file/bot{TOKEN}/{path}") as response:
            assert not Image.open(io.BytesIO(await response.read())).getexif()


async def test_an_album_is_separate_updates_with_one_group() -> None:
    async with loopback() as world:
        await world.anna.send_album([("a.pdf", b"a"), ("b.pdf", b"b")], caption="both")
        first, second = [update["message"] for update in await world.updates()]
        assert first["media_group_id"] == second["media_group_id"]
        assert (first["caption"], second.get("caption")) == ("both", None)


async def test_a_forward_keeps_its_origin() -> None:
    async with loopback() as world:
        sent = await world.anna.send_document(b"x", "x.pdf", forwarded_from="Client")
        forwarded = await world.anna.forward(sent)
        assert forwarded["forward_origin"]["sender_user_name"] == "Client"
        card = await world.call("sendMessage", chat_id=ANNA.id, text="secret", protect_content=True)
        with pytest.raises(ActRefused, match="protected"):
            await world.anna.forward(card)


async def test_a_protected_document_cannot_be_saved() -> None:
    async with loopback() as world:
        sent = await world.anna.send_document(b"bytes", "x.pdf")
        assert await world.anna.download(sent) == b"bytes"
        protected = await world.call(
            "sendDocument", chat_id=ANNA.id, document=sent["document"]["file_id"], protect_content=True
        )
        with pytest.raises(ActRefused, match="protected"):
            await world.anna.download(protected)


async def test_anybody_may_press_anything() -> None:
    async with loopback() as world:
        keys = {"inline_keyboard": [[{"text": "Sign", "callback_data": "real"}]]}
        card = await world.call("sendMessage", chat_id=ANNA.id, text="card", reply_markup=keys)
        await world.ivan.press(card, data="forged", wait_s=0)
        await world.anna.press(card, "Sign", wait_s=0)
        await world.call("deleteMessage", chat_id=ANNA.id, message_id=card["message_id"])
        await world.anna.press(card, "Sign", wait_s=0)
        queries = [update["callback_query"] for update in await world.updates()]
        assert [(query["from"]["id"], query["data"]) for query in queries] == [
            (IVAN.id, "forged"), (ANNA.id, "real"), (ANNA.id, "real"),
        ]  # fmt: skip
        assert queries[2]["message"]["date"] == 0
        with pytest.raises(LookupError, match="Sign"):
            find_button(card, "Pay")


async def test_the_presser_gets_the_answer_of_the_bot() -> None:
    async with loopback() as world:
        card = await world.call("sendMessage", chat_id=ANNA.id, text="card")
        press = asyncio.create_task(world.anna.press(card, data="x"))
        (update,) = await world.updates(timeout=5)
        query = update["callback_query"]["id"]
        await world.call("answerCallbackQuery", callback_query_id=query, text="done", show_alert=True)
        assert await press == {"query_id": query, "answered": True, "text": "done", "show_alert": True, "url": ""}


async def test_blocking_is_told_to_the_bot() -> None:
    async with loopback() as world:
        await world.anna.block()
        with pytest.raises(ActRefused, match="unblock"):
            await world.anna.send_text("x")
        await world.anna.unblock()
        changes = [update["my_chat_member"] for update in await world.updates()]
        assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]


async def test_in_a_group_the_bot_hears_only_what_is_meant_for_it() -> None:
    async with loopback() as world:
        group = await world.anna.make_group("Sales", [IVAN.id])
        assert group < -1_000_000_000_000
        await world.ivan.send_text("between us", chat=group)
        await world.ivan.send_text("/status", chat=group)
        contract = await world.anna.send_document(b"x", "x.pdf", chat=group)
        await world.ivan.send_text("@countersign_bot sign", chat=group, reply_to=contract["message_id"])
        said = await world.call("sendMessage", chat_id=group, text="pending")
        await world.anna.send_text("thanks", chat=group, reply_to=said["message_id"])
        heard = [update["message"] for update in await world.updates() if "message" in update]
        texts = [message.get("text") for message in heard]
        assert texts == [None, "/status", "@countersign_bot sign", "thanks"]
        assert heard[2]["reply_to_message"]["document"]["file_name"] == "x.pdf"
        assert (await world.call("getChatMember", chat_id=group, user_id=ANNA.id))["status"] == "creator"
        app = {"inline_keyboard": [[{"text": "a", "web_app": {"url": "https://example.org"}}]]}
        refused = await world.refusal("sendMessage", chat_id=group, text="x", reply_markup=app)
        assert refused == "Bad Request: BUTTON_TYPE_INVALID"


async def test_a_mini_app_opens_with_init_data_that_both_checks_accept() -> None:
    async with loopback() as world:
        keys = {"inline_keyboard": [[{"text": "Code", "web_app": {"url": f"{world.url}/code"}}]]}
        card = await world.call("sendMessage", chat_id=ANNA.id, text="card", reply_markup=keys)
        opened = await world.anna.open_mini_app(card, "Code")
        assert opened["url"].startswith(f"{world.url}/code#tgWebAppData=")
        data = safe_parse_webapp_init_data(TOKEN, opened["init_data"])
        assert data.user is not None
        assert data.user.id == ANNA.id
        key = world.server.phones.web_app_public_key
        assert check_webapp_signature(int(TOKEN.split(":", maxsplit=1)[0]), opened["init_data"], key)
        with pytest.raises(ValueError, match="Invalid init data"):
            safe_parse_webapp_init_data(TOKEN, opened["init_data"].replace("Anna", "Ivan"))


async def test_another_site_in_the_browser_cannot_act_for_people() -> None:
    async with loopback() as world:
        address, wish = f"{world.url}/world/people/{ANNA.id}/text", {"text": "x"}
        async with world.http.post(address, json=wish, headers={"Sec-Fetch-Site": "cross-site"}) as response:
            assert response.status == 403
        async with world.http.post(address, json=wish, headers={"Sec-Fetch-Site": "same-origin"}) as response:
            assert response.status == 200


async def test_waiting_ends_with_what_the_chat_shows() -> None:
    async with loopback() as world:
        with pytest.raises(TimeoutError, match="/start"):
            await world.anna.wait_for(lambda message: "reply_markup" in message, timeout_s=0.05)
