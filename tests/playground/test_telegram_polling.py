"""A bot that polls the loopback Telegram: the whole conversation through an unchanged aiogram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    DisabledButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from tests.playground.loopback import TOKEN, loopback


def keyboard(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=list(rows))


def small_bot() -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.message(F.document)
    async def take(message: Message, bot: Bot) -> None:
        assert message.document is not None
        content = await bot.download(message.document)
        assert content is not None
        sign = InlineKeyboardButton(text="✅ Sign", callback_data=f"sign:{message.message_id}", style="success")
        await message.answer(f"<b>{message.document.file_name}</b>", parse_mode="HTML", reply_markup=keyboard([sign]))
        dispatcher["content"] = content.read()

    @dispatcher.callback_query()
    async def sign(query: CallbackQuery) -> None:
        await query.answer("Signing", show_alert=True)
        assert isinstance(query.message, Message)
        frozen = InlineKeyboardButton(text="Signing…", disabled=DisabledButton())
        await query.message.edit_text("wait", reply_markup=keyboard([frozen]))
        signed = BufferedInputFile(dispatcher["content"] + b" signed", "договор.pdf")
        await query.message.reply_document(signed, caption="done", protect_content=False)

    return dispatcher


@asynccontextmanager
async def polling(base_url: str) -> AsyncIterator[None]:
    """Run the small bot."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(base_url))
    async with Bot(TOKEN, session=session) as bot:
        dispatcher = small_bot()
        task = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=5))
        try:
            yield
        finally:
            await dispatcher.stop_polling()
            await task


async def test_a_document_comes_back_signed_after_one_tap() -> None:
    async with loopback() as world, polling(world.url):
        anna = world.anna
        await anna.send_document(b"%PDF-1.7 words", "договор.pdf", caption="please", forwarded_from="Client")
        card = await anna.wait_for(lambda message: "reply_markup" in message)
        assert card["text"] == "договор.pdf"
        assert card["entities"] == [{"type": "bold", "offset": 0, "length": 11}]
        answer = await anna.press(card, "Sign")
        assert (answer["answered"], answer["text"], answer["show_alert"]) == (True, "Signing", True)
        signed = await anna.wait_for(lambda message: message["from"]["is_bot"] and "document" in message)
        assert signed["reply_to_message"]["message_id"] == card["message_id"]
        assert signed["document"]["file_name"] == "договор.pdf"
        assert await anna.download(signed) == b"%PDF-1.7 words signed"
        frozen = await anna.wait_for(lambda message: message["message_id"] == card["message_id"])
        assert frozen["reply_markup"]["inline_keyboard"][0][0]["disabled"] == {}


async def test_an_update_comes_again_until_its_offset_is_confirmed() -> None:
    async with loopback() as world:
        await world.anna.send_text("one")
        await world.anna.send_text("two")
        first, second = await world.updates()
        assert await world.updates() == [first, second]
        assert await world.updates(limit=1) == [first]
        assert await world.updates(offset=second["update_id"]) == [second]
        assert await world.updates() == [second]
        assert await world.updates(offset=-1) == [second]
        assert await world.updates(offset=second["update_id"] + 1) == []


async def test_a_waiting_poll_ends_with_the_first_update() -> None:
    async with loopback() as world:
        poll = asyncio.create_task(world.updates(timeout=50))
        await world.anna.send_text("now")
        assert [update["message"]["text"] for update in await poll] == ["now"]


async def test_a_second_poller_ends_the_first() -> None:
    async with loopback() as world:
        pollers = [asyncio.create_task(world.answer("getUpdates", timeout=50)) for _ in range(2)]
        done, waiting = await asyncio.wait(pollers, return_when=asyncio.FIRST_COMPLETED)
        answer = done.pop().result()
        assert answer["error_code"] == 409
        assert answer["description"].startswith("Conflict: terminated by other getUpdates request")
        await world.anna.send_text("for the second")
        assert len((await waiting.pop())["result"]) == 1


async def test_a_later_world_does_not_repeat_numbers() -> None:
    async with loopback() as before:
        await before.anna.send_text("x")
        (update,) = await before.updates()
    later = datetime.now(UTC) + timedelta(seconds=2)
    async with loopback(clock=lambda: later) as after:
        await after.anna.send_text("x")
        (fresh,) = await after.updates()
    assert fresh["update_id"] > update["update_id"]
    assert fresh["message"]["message_id"] > update["message"]["message_id"]
