"""Every answer of the loopback Telegram is one that aiogram's own types accept, uploads included."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MediaUnion,
    MenuButtonWebApp,
    ReactionTypeEmoji,
    ReplyParameters,
    Update,
    WebAppInfo,
)
from PIL import Image

from tests.playground.loopback import ANNA, IVAN, TOKEN, loopback


@asynccontextmanager
async def bot_of(url: str) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url))) as bot:
        yield bot


def picture(colour: str) -> BufferedInputFile:
    target = io.BytesIO()
    Image.new("RGB", (400, 600), colour).save(target, "PNG")
    return BufferedInputFile(target.getvalue(), f"{colour}.png")


async def test_messages_with_uploads_are_sent_edited_and_removed() -> None:
    async with loopback() as world, bot_of(world.url) as bot:
        album: list[MediaUnion] = [InputMediaPhoto(media=picture("red"), caption="<b>pages</b>", parse_mode="HTML"),
                 InputMediaPhoto(media=picture("blue"))]  # fmt: skip
        sent = await bot.send_media_group(ANNA.id, album)
        assert [len(message.photo or []) for message in sent] == [3, 3]
        card = await bot.send_photo(ANNA.id, picture("green"), caption="page 1", disable_notification=True)
        swapped = await bot.edit_message_media(
            InputMediaDocument(media=BufferedInputFile(b"pdf", "page.pdf"), caption="whole"), chat_id=ANNA.id,
            message_id=card.message_id,
        )  # fmt: skip
        assert not isinstance(swapped, bool)
        assert swapped.document is not None
        assert (swapped.document.file_name, swapped.photo) == ("page.pdf", None)
        recaptioned = await bot.edit_message_caption(chat_id=ANNA.id, message_id=card.message_id, caption="other")
        assert not isinstance(recaptioned, bool)
        assert recaptioned.caption == "other"
        again = await bot.send_document(
            ANNA.id, swapped.document.file_id, reply_parameters=ReplyParameters(message_id=card.message_id)
        )
        assert again.reply_to_message is not None
        forwarded = await bot.forward_message(IVAN.id, ANNA.id, again.message_id)
        assert forwarded.forward_origin is not None
        assert (await bot.copy_message(IVAN.id, ANNA.id, again.message_id)).message_id > forwarded.message_id
        assert await bot.delete_messages(ANNA.id, [card.message_id, again.message_id, 1])
        assert len(await world.anna.messages()) == 3


async def test_a_chat_and_its_settings_are_read_back() -> None:
    async with loopback() as world, bot_of(world.url) as bot:
        assert (await bot.me()).username == "countersign_bot"
        await bot.set_my_commands([BotCommand(command="pending", description="what waits")])
        assert [command.command for command in await bot.get_my_commands()] == ["pending"]
        await bot.set_chat_menu_button(
            chat_id=ANNA.id, menu_button=MenuButtonWebApp(text="Open", web_app=WebAppInfo(url="https://example.org"))
        )
        assert isinstance(await bot.get_chat_menu_button(chat_id=ANNA.id), MenuButtonWebApp)
        card = await bot.send_message(ANNA.id, "digest")
        await bot.pin_chat_message(ANNA.id, card.message_id)
        chat = await bot.get_chat(ANNA.id)
        assert chat.pinned_message is not None
        assert chat.pinned_message.message_id == card.message_id
        await bot.unpin_chat_message(ANNA.id)
        assert await bot.set_message_reaction(ANNA.id, card.message_id, [ReactionTypeEmoji(emoji="👍")])
        card_now, line = (await world.anna.messages())[-2:]
        assert card_now["reactions"] == [{"type": "emoji", "emoji": "👍"}]
        assert line["pinned_message"]["message_id"] == card.message_id
        (told,) = await bot.get_updates()
        assert told.message is not None
        assert told.message.pinned_message is not None
        assert await bot.delete_message(ANNA.id, line["message_id"])
        group = await world.anna.make_group("Sales", [IVAN.id])
        assert (await bot.get_chat_member(group, IVAN.id)).status == "member"
        assert await bot.get_chat_member_count(group) == 3
        assert len(await bot.get_chat_administrators(group)) == 1
        assert (await bot.get_webhook_info()).url == ""


async def test_every_kind_of_update_is_understood() -> None:
    async with loopback() as world, bot_of(world.url) as bot:
        copy = InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="17-44"), style="primary")
        press = InlineKeyboardButton(text="Sign", callback_data="s")
        card = await bot.send_message(
            ANNA.id, "card", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[copy], [press]])
        )
        shown = (await world.anna.messages())[-1]
        await world.anna.press(shown, "Sign", wait_s=0)
        await bot.delete_message(ANNA.id, card.message_id)
        await world.anna.press(shown, "Sign", wait_s=0)
        await world.anna.send_album([("a.pdf", b"a"), ("b.pdf", b"b")])
        await world.anna.make_group("Sales", [IVAN.id])
        await world.anna.block()
        updates = await bot.get_updates()
        assert [update.event_type for update in updates] == [
            "callback_query", "callback_query", "message", "message", "my_chat_member", "message", "my_chat_member",
        ]  # fmt: skip
        assert all(isinstance(update, Update) for update in updates)


async def test_time_ends_queries_updates_and_the_right_to_delete() -> None:
    moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    async with loopback(clock=lambda: moment) as world:
        card = await world.call("sendMessage", chat_id=ANNA.id, text="card")
        query = (await world.anna.press(card, data="x", wait_s=0))["query_id"]
        await world.anna.send_text("words")
        moment += timedelta(seconds=151)
        assert [*(await world.updates())[0]] == ["update_id", "message"]
        assert "query is too old" in await world.refusal("answerCallbackQuery", callback_query_id=query)
        moment += timedelta(hours=24)
        assert await world.updates() == []
        moment += timedelta(hours=25)
        late = await world.refusal("deleteMessage", chat_id=ANNA.id, message_id=card["message_id"])
        assert late == "Bad Request: message can't be deleted"
        await world.call("editMessageText", chat_id=ANNA.id, message_id=card["message_id"], text="still editable")
