"""Buttons that prove nothing: opaque single-use tokens, bound to card, person, chat, action and state (invariant 6)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from bot.platforms.telegram import shown
from signing.audit import Tag
from signing.errors import NotFound, SigningError
from signing.moves import note
from signing.people import PersonId
from signing.ports import Store, Transaction
from signing.request import RequestId

SPACE = "button"
LIFE = timedelta(hours=24)
PREFIX = "b:"
KEY = "key"
"""The verb of a keypad's keys."""
_SETTLING = timedelta(seconds=10)
"""A press may overtake the answer to our own sendMessage; so long it is asked to come again."""


@dataclass(frozen=True, kw_only=True)
class Button:
    """One button of a card: a verb of ours, or a link, a page of ours, a text to copy."""

    label: str
    verb: str = ""
    argument: str = ""
    style: str | None = None
    """`success`, `danger`, `primary`; older phones ignore it."""
    url: str = ""
    page: str = ""
    """Opened as a Mini App; private chats only."""
    copied: str = ""


Rows = Sequence[Sequence[Button]]


@dataclass(frozen=True, kw_only=True)
class Bound:
    """What the buttons of one rendering are bound to."""

    card: str
    person: PersonId
    chat: int
    account: int | None
    """None: anybody in that chat may press (a security desk's group; locking only)."""
    rendering: int
    request: str = ""
    standing: str = ""


@dataclass(frozen=True, kw_only=True)
class Press:
    """A press that was accepted; the token is spent."""

    card: str
    person: PersonId
    request: RequestId
    chat: int
    verb: str
    argument: str


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A callback query as it came, none of it to be trusted."""

    data: str
    account: int
    chat: int
    message: int


class ButtonRefused(SigningError):
    """The press does nothing (`reason`: somebody_else, elsewhere, old)."""


class NotYet(SigningError):
    """The message of the button is not known yet; the inbox tries again soon."""

    retry_after_s = 0.2


async def issue(
    tx: Transaction, rows: Rows, *, bound: Bound, now: datetime, key: Callable[[str, str], str]
) -> InlineKeyboardMarkup:
    """Make the keyboard of one rendering and remember the digests of its tokens.

    Keys of a keypad get their data from `key(card, digit)`: they are never written down.
    """
    keyboard = [
        [
            InlineKeyboardButton(text=button.label, callback_data=key(bound.card, button.argument))
            if button.verb == KEY
            else await _issued(tx, button, bound, now)
            for button in row
        ]
        for row in rows
    ]
    return InlineKeyboardMarkup(inline_keyboard=[row for row in keyboard if row])


async def redeem(store: Store, pressed: Pressed, *, now: datetime) -> Press:
    """Spend the token of a press and return what it means; a refused one is journalled and changes nothing.

    Raises `ButtonRefused` and `NotYet`. Does not check whether the person may do it: the workflow does.
    """
    name = _digest(pressed.data)
    async with store.begin() as tx:
        body = await tx.notes.get(space=SPACE, name=name, now=now)
        fault = await _fault(tx, body, pressed, now) if body else "old"
        taken = await tx.notes.take(space=SPACE, name=name, now=now) if not fault else None
        if taken is None:
            await journal_refusal(tx, pressed, reason=fault or "old", now=now)
        else:
            await shown.want(tx, taken["card"], now=now)
    if taken is None:
        raise ButtonRefused(reason=fault or "old")
    facts = {key: taken[key] for key in ("card", "person", "request", "chat", "verb", "argument")}
    return Press(**facts)


async def _issued(tx: Transaction, button: Button, bound: Bound, now: datetime) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(text=button.label, url=button.url)
    if button.page:
        return InlineKeyboardButton(text=button.label, web_app=WebAppInfo(url=button.page), style=button.style)
    if button.copied:
        return InlineKeyboardButton(text=button.label, copy_text=CopyTextButton(text=button.copied))
    data = new_token()
    body = {
        "card": bound.card, "person": bound.person, "request": bound.request, "chat": bound.chat,
        "account": bound.account, "rendering": bound.rendering, "standing": bound.standing,
        "verb": button.verb, "argument": button.argument, "at": now.isoformat(),
    }  # fmt: skip
    await tx.notes.put(space=SPACE, name=_digest(data), body=body, expires_at=now + LIFE)
    return InlineKeyboardButton(text=button.label, callback_data=data, style=button.style)


async def _fault(tx: Transaction, body: dict[str, Any], pressed: Pressed, now: datetime) -> str:
    if body["account"] not in (None, pressed.account):
        return "somebody_else"
    card = await shown.load(tx, body["card"], now=now)
    if card.message is None and now - datetime.fromisoformat(body["at"]) < _SETTLING:
        raise NotYet()
    if (body["chat"], card.chat, card.message) != (pressed.chat, pressed.chat, pressed.message):
        return "elsewhere"
    # The keyboard before the last one may still be under the thumb while its successor is on the way.
    if body["rendering"] < card.rendering - 1 or not await _stands(tx, body):
        return "old"
    return ""


async def _stands(tx: Transaction, body: dict[str, Any]) -> bool:
    if not body["request"]:
        return True
    try:
        return shown.standing(await tx.requests.get(body["request"])) == str(body["standing"])
    except NotFound:
        return False


async def journal_refusal(tx: Transaction, pressed: Pressed, *, reason: str, now: datetime) -> None:
    """Write down a press that did nothing; the card of an old button is renewed."""
    place = f"{pressed.chat}:{pressed.message}"
    actor = f"telegram:{pressed.account}"
    await note(tx, Tag.BUTTON_REFUSED, subject=f"message:{place}", actor=actor, now=now, reason=reason)
    found = await tx.notes.get(space=shown.MESSAGES, name=place, now=now)
    if found is not None and reason == "old":
        await shown.want(tx, found["card"], now=now)


def new_token() -> str:
    """Return callback data that says nothing: 192 random bits."""
    return PREFIX + secrets.token_urlsafe(24)


def _digest(data: str) -> str:
    return hashlib.sha256(data.encode()).hexdigest()
