"""A loopback Telegram that is started again: the phones still show their chats, and the bot can go on in them."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from playground.telegram.person import TelegramPerson
from playground.telegram_server import TelegramServer, serve
from tests.playground.loopback import ANNA, IVAN, loopback


async def test_chats_files_and_groups_outlive_the_server(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(picture, "PNG")
    async with loopback(folder=tmp_path) as before:
        group = await before.anna.make_group("Sales", [IVAN.id])
        sent = await before.anna.send_document(b"bytes", "договор.pdf", caption="please")
        await before.anna.send_photo(picture.getvalue())
        card = await before.call("sendMessage", chat_id=ANNA.id, text="card", protect_content=True)
        await before.call("pinChatMessage", chat_id=ANNA.id, message_id=card["message_id"])
        await before.ivan.block()
        shown = await before.anna.messages()
    again = TelegramServer(people=[ANNA, IVAN], folder=tmp_path)
    async with serve(again.app()) as url, TelegramPerson(url, ANNA.id) as anna:
        assert await anna.messages() == shown
        assert await anna.download(sent) == b"bytes"
        assert (await anna.messages(group))[0]["new_chat_member"]["is_bot"]
        assert again.world.chats[ANNA.id].pinned == [card["message_id"]]
        assert again.world.files.photo(shown[2]["photo"][0]["file_id"])[-1].width == 400
        assert (again.world.started, again.world.blocked) == ({ANNA.id, IVAN.id}, {IVAN.id})
        fresh = await anna.send_text("go on")
        assert fresh["message_id"] not in {message["message_id"] for message in shown}


async def test_an_actor_who_left_is_forgotten(tmp_path: Path) -> None:
    async with loopback(folder=tmp_path):
        pass
    again = TelegramServer(people=[ANNA], folder=tmp_path)
    async with serve(again.app()):
        assert again.world.started == {ANNA.id}
        assert [*again.world.chats] == [ANNA.id]
