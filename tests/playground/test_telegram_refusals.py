"""What the loopback Telegram refuses, in Telegram's words."""

from __future__ import annotations

import io
from typing import Any

import aiohttp
import pytest

from playground.telegram.formatting import read_html
from playground.telegram.refusal import Refused
from tests.playground.loopback import ANNA, TOKEN, loopback

STRANGER = 9_999_999


def keys(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


async def test_a_wrong_token_and_an_unknown_method_are_refused() -> None:
    async with loopback() as world:
        async with world.http.post(f"{world.url}/bot7:wrong/getMe") as response:
            assert (response.status, (await response.json())["description"]) == (401, "Unauthorized")
        assert await world.refusal("sendHologram") == "Not Found"
        assert (await world.call("GETME"))["id"] == int(TOKEN.split(":", maxsplit=1)[0])


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"text": "   "}, "message text is empty"),
        ({"text": "я" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x", "reply_parameters": {"message_id": 7}}, "message to be replied not found"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"text": "x", "reply_markup": keys({"text": "a", "callback_data": "é" * 33})}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keys({"text": "a", "callback_data": ""})}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keys({"text": "a"})}, "Text buttons are unallowed in the inline keyboard"),
        (
            {"text": "x", "reply_markup": keys({"text": "a", "url": "nowhere"})},
            "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "reply_markup": keys({"text": "a", "web_app": {"url": "http://example.org"}})},
            "inline keyboard button Web App URL 'http://example.org' is invalid: Only HTTPS links are allowed",
        ),
        (
            {"text": "x", "reply_markup": keys(*[{"text": "a", "callback_data": "b"}] * 101)},
            "reply markup is too long",
        ),
        (
            {"text": "x", "reply_markup": keys({"text": "a", "callback_data": "b", "url": "https://example.org"})},
            "can't parse inline keyboard button: exactly one of the optional fields must be used",
        ),
    ],
)
async def test_a_message_outside_of_the_limits_is_refused(params: dict[str, Any], reason: str) -> None:
    async with loopback() as world:
        assert await world.refusal("sendMessage", chat_id=ANNA.id, **params) == f"Bad Request: {reason}"
        assert len(await world.anna.messages()) == 1


async def test_the_longest_message_and_the_longest_data_pass() -> None:
    async with loopback() as world:
        data = keys({"text": "a", "callback_data": "d" * 64})
        await world.call("sendMessage", chat_id=ANNA.id, text="😀" * 2048, reply_markup=data)


async def test_a_bot_writes_only_where_it_may() -> None:
    async with loopback() as world:
        assert await world.refusal("sendMessage", chat_id=STRANGER, text="x") == "Bad Request: chat not found"
        world.server.world.started.discard(ANNA.id)
        initiated = await world.refusal("sendMessage", chat_id=ANNA.id, text="x")
        assert initiated == "Forbidden: bot can't initiate conversation with a user"
        world.server.world.started.add(ANNA.id)
        await world.anna.block()
        assert await world.refusal("sendMessage", chat_id=ANNA.id, text="x") == "Forbidden: bot was blocked by the user"
        await world.anna.unblock()
        await world.call("sendMessage", chat_id=ANNA.id, text="x")


async def test_an_edit_that_changes_nothing_is_refused() -> None:
    async with loopback() as world:
        where = {"chat_id": ANNA.id} | {
            "message_id": (await world.call("sendMessage", chat_id=ANNA.id, text="a"))["message_id"]
        }
        assert "message is not modified" in await world.refusal("editMessageText", text="a", **where)
        edited = await world.call(
            "editMessageText", text="a", reply_markup=keys({"text": "k", "callback_data": "k"}), **where
        )
        assert edited["edit_date"] >= edited["date"]
        await world.call("editMessageReplyMarkup", **where)
        assert "message is not modified" in await world.refusal("editMessageReplyMarkup", **where)
        no_caption = await world.refusal("editMessageCaption", caption="c", **where)
        assert no_caption == "Bad Request: there is no caption in the message to edit"


async def test_only_own_messages_are_edited_and_missing_ones_named() -> None:
    async with loopback() as world:
        written = (await world.anna.send_text("mine"))["message_id"]
        assert await world.refusal("editMessageText", chat_id=ANNA.id, message_id=written, text="x") == (
            "Bad Request: message can't be edited"
        )
        await world.call("deleteMessage", chat_id=ANNA.id, message_id=written)
        gone = await world.refusal("deleteMessage", chat_id=ANNA.id, message_id=written)
        assert gone == "Bad Request: message to delete not found"
        assert await world.refusal("editMessageText", chat_id=ANNA.id, message_id=written, text="x") == (
            "Bad Request: message to edit not found"
        )
        assert await world.call("deleteMessages", chat_id=ANNA.id, message_ids=[written])


async def test_a_callback_query_is_answered_once() -> None:
    async with loopback() as world:
        card = await world.call("sendMessage", chat_id=ANNA.id, text="card")
        query = (await world.anna.press(card, data="forged", wait_s=0))["query_id"]
        assert "MESSAGE_TOO_LONG" in await world.refusal("answerCallbackQuery", callback_query_id=query, text="x" * 201)
        await world.call("answerCallbackQuery", callback_query_id=query, text="ok")
        again = await world.refusal("answerCallbackQuery", callback_query_id=query)
        assert again == "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_an_upload_over_50_mb_and_a_download_over_20_mib_are_refused() -> None:
    async with loopback() as world:
        form = aiohttp.FormData({"chat_id": str(ANNA.id)})
        form.add_field("document", io.BytesIO(bytes(51 << 20)), filename="big.bin")
        async with world.http.post(f"{world.url}/bot{TOKEN}/sendDocument", data=form) as response:
            assert response.status == 413
        sent = await world.anna.send_document(bytes((20 << 20) + 1), "big.pdf")
        assert await world.refusal("getFile", file_id=sent["document"]["file_id"]) == "Bad Request: file is too big"


async def test_an_album_holds_two_to_ten_of_one_kind() -> None:
    async with loopback() as world:
        sent = await world.anna.send_document(b"x", "x.pdf")
        item = {"type": "document", "media": sent["document"]["file_id"]}
        assert "album" in await world.refusal("sendMediaGroup", chat_id=ANNA.id, media=[item])
        photo = {"type": "photo", "media": "none"}
        mixed = await world.refusal("sendMediaGroup", chat_id=ANNA.id, media=[item, photo])
        assert mixed == "Bad Request: document can't be mixed with other media types"
        album = await world.call("sendMediaGroup", chat_id=ANNA.id, media=[item, item])
        assert album[0]["media_group_id"] == album[1]["media_group_id"]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("a < b", "Unclosed start tag at byte offset 2"),
        ("я <i>x</b>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<table>x</table>", 'Unsupported start tag "table" at byte offset 0'),
        ("<span>x</span>", 'Unsupported start tag "span" at byte offset 0'),
    ],
)
def test_bad_html_is_refused(source: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        read_html(source)
    assert refused.value.reason == f"Bad Request: can't parse entities: {why}"


def test_html_becomes_text_and_entities_in_utf16_units() -> None:
    text, entities = read_html(
        '😀 <b>a <i>b</i></b> &lt;&amp; <a href="https://e.org/?a=1&amp;b">link</a>'
        '<pre><code class="language-sh">ls</code></pre><tg-time unix="1795800000" format="D">soon</tg-time>'
    )
    assert text == "😀 a b <& linklssoon"
    assert entities == [
        {"offset": 3, "length": 3, "type": "bold"},
        {"offset": 5, "length": 1, "type": "italic"},
        {"offset": 10, "length": 4, "type": "text_link", "url": "https://e.org/?a=1&b"},
        {"offset": 14, "length": 2, "type": "pre", "language": "sh"},
        {"offset": 16, "length": 4, "type": "date_time", "unix_time": 1795800000, "date_time_format": "D"},
    ]
