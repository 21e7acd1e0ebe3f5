"""Judges reply_markup: what a button may hold, and where; the schema has already judged its types."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from playground.telegram.people import Chat
from playground.telegram.refusal import Json, bad_request

BUTTONS_LIMIT = 100
DATA_LIMIT_BYTES = 64
COPY_LIMIT = 256
_LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})


def split_markup(markup: Json | None, chat: Chat) -> tuple[Json | None, Json | None]:
    """Return the inline keyboard (part of the message) and the other interface (part of the phone), checked.

    Raises `Refused`.
    """
    if not markup:
        return None, None
    if "inline_keyboard" not in markup:
        return None, _checked_interface(markup)
    rows = [row for row in markup["inline_keyboard"] if row]
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS_LIMIT:
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check_button(button, chat)
    forced = {"force_reply": True} if markup.get("force_reply") else None
    return ({"inline_keyboard": rows} if rows else None), forced


def _checked_interface(markup: Json) -> Json:
    if "keyboard" in markup and not any(markup["keyboard"]):
        raise bad_request("reply keyboard is empty")
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and not 1 <= len(placeholder) <= 64:
        raise bad_request("input field placeholder must be 1-64 characters long")
    return markup


def _check_button(button: Json, chat: Chat) -> None:
    if not button["text"].strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    kinds = button.keys() - _LOOKS
    if not kinds:
        raise bad_request("Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one of the optional fields must be used")
    _check_kind(kinds.pop(), button, chat)


def _check_kind(kind: str, button: Json, chat: Chat) -> None:
    value = button[kind]
    if kind == "callback_data" and not 1 <= len(value.encode()) <= DATA_LIMIT_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if kind == "copy_text" and not 1 <= len(value["text"]) <= COPY_LIMIT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if kind == "url" and not is_link(value):
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    if kind == "web_app":
        _check_web_app(value["url"], chat)


def _check_web_app(url: str, chat: Chat) -> None:
    if not chat.is_private:
        raise bad_request("BUTTON_TYPE_INVALID")
    if not is_link(url) or (urlsplit(url).scheme != "https" and not is_loopback(url)):
        raise bad_request(f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")


def is_link(url: str) -> bool:
    """Whether Telegram takes `url` as a link."""
    parts = urlsplit(url)
    if parts.scheme in {"tg", "tonsite"}:
        return True
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(mark.isspace() for mark in url)


def is_loopback(url: str) -> bool:
    """Whether `url` stays on this machine; this world allows plain HTTP there, the real one nowhere."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
