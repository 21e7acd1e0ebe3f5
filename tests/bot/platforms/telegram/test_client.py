"""The way out: pace, pauses, errors without the token, and what a plain server is spared."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from bot.platforms.telegram.client import MessageGone, Outgoing, TelegramAway, TelegramRefused, TooFast, connect, plain
from bot.platforms.telegram.pace import Bucket, Rates
from playground.telegram.faults import Fault, FaultKind
from playground.telegram.person import TelegramPerson
from playground.telegram_server import DEFAULT_TOKEN, TelegramServer, serve
from signing.errors import DeliveryFailed, Refused
from tests.bot.platforms.telegram.office import EMPLOYEE, FAST

CHAT = EMPLOYEE.id


class Line:
    """A Telegram, a phone and our way out."""

    def __init__(self, server: TelegramServer, outgoing: Outgoing, phone: TelegramPerson) -> None:
        self.server = server
        self.outgoing = outgoing
        self.phone = phone


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    server = TelegramServer(people=[EMPLOYEE])
    async with serve(server.app()) as url, TelegramPerson(url, CHAT) as phone:
        await phone.start()
        bot = connect(DEFAULT_TOKEN, api_url=url)
        yield Line(server, Outgoing(bot, rates=FAST), phone)
        await bot.session.close()


async def test_a_pause_that_telegram_asks_for_is_kept_for_that_chat(line: Line) -> None:
    line.server.faults.add(Fault(FaultKind.TOO_MANY_REQUESTS, times=1, seconds=30))
    with pytest.raises(TooFast) as first:
        await line.outgoing.send(SendMessage(chat_id=CHAT, text="one"))
    assert first.value.retry_after_s == 30
    asked = len(line.server.log.requests)
    with pytest.raises(TooFast) as second:
        await line.outgoing.send(SendMessage(chat_id=CHAT, text="two"))
    assert 0 < second.value.retry_after_s <= 30.1
    assert len(line.server.log.requests) == asked


async def test_a_blocked_bot_is_a_failed_delivery(line: Line) -> None:
    await line.phone.block()
    with pytest.raises(DeliveryFailed) as failure:
        await line.outgoing.send(SendMessage(chat_id=CHAT, text="hello"))
    assert failure.value.facts == {"reason": "blocked"}


async def test_an_edit_that_changes_nothing_is_no_error(line: Line) -> None:
    sent = await line.outgoing.send(SendMessage(chat_id=CHAT, text="same"))
    await line.outgoing.edit(EditMessageText(chat_id=CHAT, message_id=sent.message_id, text="same"))


async def test_a_message_that_is_gone_is_told_apart(line: Line) -> None:
    with pytest.raises(MessageGone):
        await line.outgoing.edit(EditMessageText(chat_id=CHAT, message_id=999, text="x"))
    with pytest.raises(TelegramRefused, match="chat not found"):
        await line.outgoing.send(SendMessage(chat_id=1, text="x"))


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.DROP_RESPONSE])
async def test_a_fault_of_telegram_is_worth_a_repeat_and_names_no_token(line: Line, kind: FaultKind) -> None:
    line.server.faults.add(Fault(kind, times=1))
    with pytest.raises(TelegramAway) as failure:
        await line.outgoing.send(SendMessage(chat_id=CHAT, text="x"))
    assert DEFAULT_TOKEN not in f"{failure.value!r} {failure.value}"


async def test_a_download_that_fails_names_no_token(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    message = await line.phone.send_document(b"%PDF-1.7 small", "small.pdf")
    file = message["document"]["file_id"]
    assert await line.outgoing.download(file, limit_bytes=100) == b"%PDF-1.7 small"
    with pytest.raises(Refused, match="too-large"):
        await line.outgoing.download(file, limit_bytes=5)
    monkeypatch.setattr(line.server.world.files, "by_path", lambda _path: None)
    with pytest.raises(TelegramAway) as failure:
        await line.outgoing.download(file, limit_bytes=100)
    assert DEFAULT_TOKEN not in f"{failure.value!r} {failure.value}"
    assert failure.value.__suppress_context__


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(per_s=1, burst=3)
    assert [bucket.take(100.0) for _ in range(5)] == [0, 0, 0, 1, 2]
    assert bucket.take(110.0) == 0
    assert Bucket(per_s=1, burst=3).is_full(0.0) is False
    assert bucket.is_full(120.0)


async def test_many_messages_wait_for_their_turn() -> None:
    server = TelegramServer(people=[EMPLOYEE])
    async with serve(server.app()) as url, TelegramPerson(url, CHAT) as phone:
        await phone.start()
        bot = connect(DEFAULT_TOKEN, api_url=url)
        outgoing = Outgoing(bot, rates=Rates(chat_per_s=20, chat_burst=2))
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await asyncio.gather(*(outgoing.send(SendMessage(chat_id=CHAT, text=str(n))) for n in range(6)))
        assert loop.time() - begun >= 4 / 20
        await bot.session.close()


def test_a_plain_request_has_nothing_new_in_it() -> None:
    rows = [
        [InlineKeyboardButton(text="Sign", callback_data="b:1", style="success")],
        [InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="1"))],
        [InlineKeyboardButton(text="Page", web_app=WebAppInfo(url="http://127.0.0.1/sign"))],
        [InlineKeyboardButton(text="Page", web_app=WebAppInfo(url="https://sign.example.com/sign"))],
    ]
    markup = InlineKeyboardMarkup(inline_keyboard=rows)
    stripped = plain(SendMessage(chat_id=1, text="x", reply_markup=markup, protect_content=True))
    assert isinstance(stripped, SendMessage)
    assert stripped.model_dump(exclude_none=True)["reply_markup"]["inline_keyboard"] == [
        [{"text": "Sign", "callback_data": "b:1"}],
        [{"text": "Page", "web_app": {"url": "https://sign.example.com/sign"}}],
    ]
    assert stripped.protect_content is None
