"""The table of Bot API 10.3: what it holds, and that nothing outside of it gets through."""

from __future__ import annotations

import json

import pytest
from aiogram import methods
from aiogram.methods.base import TelegramMethod

from playground.telegram.generate_schema import generate
from playground.telegram.refusal import Refused
from playground.telegram.schema import bot_api, parse

BUTTON: dict[str, object] = {"text": "Sign", "callback_data": "s", "style": "success"}


def markup(button: dict[str, object]) -> str:
    return json.dumps({"inline_keyboard": [[button]]})


def refusal(method: str, **raw: object) -> str:
    with pytest.raises(Refused) as refused:
        bot_api().read(method, raw)
    assert refused.value.code == 400
    return refused.value.reason


def test_the_table_and_aiogram_know_the_same_methods() -> None:
    known = {
        method.__api_method__
        for method in vars(methods).values()
        if isinstance(method, type) and issubclass(method, TelegramMethod) and method is not TelegramMethod
    }
    assert known == set(bot_api().methods())


def test_form_fields_become_typed() -> None:
    raw = {"chat_id": "-1001", "text": "17", "disable_notification": "true", "reply_markup": markup(BUTTON)}
    read = bot_api().read("sendMessage", raw)
    assert read == {
        "chat_id": -1001,
        "text": "17",
        "disable_notification": True,
        "reply_markup": {"inline_keyboard": [[BUTTON]]},
    }


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": "1"}, "message text is empty"),
        ({"chat_id": "1", "text": "x", "colour": "red"}, 'field "colour" is not known to method sendMessage'),
        ({"chat_id": "1", "text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"chat_id": "1", "text": "x", "protect_content": "perhaps"}, "can't parse protect content JSON object"),
        ({"chat_id": "1", "text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        ({"chat_id": 1, "text": 5}, 'can\'t parse text: Field "text" must be of type String'),
        ({"chat_id": True, "text": "x"}, 'can\'t parse chat id: Field "chat_id" must be of type String'),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, object], reason: str) -> None:
    assert refusal("sendMessage", **fields) == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("button", "where"),
    [
        ({"callback_data": "s"}, '0.0.text" is required'),
        (BUTTON | {"style": "green"}, '0.0.style" must be of type'),
        (BUTTON | {"color": "green"}, '0.0.color" is not known to InlineKeyboardButton'),
        (BUTTON | {"callback_data": 7}, '0.0.callback_data" must be of type String'),
        ({"text": "Copy", "copy_text": {}}, '0.0.copy_text.text" is required'),
    ],
)
def test_a_wrong_button_is_found_inside_of_the_markup(button: dict[str, object], where: str) -> None:
    assert where in refusal("sendMessage", chat_id="1", text="x", reply_markup=markup(button))


def test_new_fields_of_10_3_are_known() -> None:
    frozen = json.dumps({"inline_keyboard": [[{"text": "Signing…", "disabled": {}}]], "force_reply": True})
    assert bot_api().read("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": frozen})


def test_the_generator_reads_declarations() -> None:
    declarations = {
        "methods": "export interface APIMethods {\n"
        "    /** doc */\n    sendIt: CallAPI<\n        Params.SendItParams,\n"
        "        Objects.TelegramMessage\n    >\n"
        "    getUpdates: CallAPIWithOptionalParams<Params.GetUpdatesParams, true>\n}\n",
        "params": "export interface SendItParams {\n    chat_id: number | string\n    /** doc: with {braces} */\n"
        "    markup?:\n        | Objects.TelegramKeys\n        | { toJSON(): Objects.TelegramKeys }\n}\n"
        'export interface GetUpdatesParams {\n    allowed?: Exclude<keyof Objects.TelegramUpdate, "update_id">[]\n}\n',
        "objects": "export interface TelegramKeys {\n    rows: TelegramStyle[][]\n}\n"
        'export type TelegramStyle = "red" | "green"\n\n'
        "export interface TelegramUpdate {\n"
        "    update_id: number\n    message?: TelegramKeys\n    poll?: TelegramKeys\n}\n"
        "export interface TelegramUnused {}\n",
    }
    made = generate(declarations)
    assert made["methods"] == {
        "getUpdates": {"allowed": '("message"|"poll")[]?'},
        "sendIt": {"chat_id": "number|string", "markup": "Keys?"},
    }
    assert (made["objects"], made["unions"]) == ({"Keys": {"rows": "Style[][]"}}, {"Style": '"red"|"green"'})


def test_an_expression_with_brackets_is_a_list_of_either() -> None:
    assert parse('("a"|B)[]?') == parse('("a"|B)[]') != parse('"a"|B[]')
