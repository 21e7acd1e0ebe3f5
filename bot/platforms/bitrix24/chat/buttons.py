"""Buttons that prove nothing: opaque single-use tokens, for one card, person, message and state (invariant 6)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.platforms.bitrix24.chat import shown
from bot.platforms.bitrix24.chat.registration import PRESS
from signing.audit import Tag
from signing.errors import NotFound, SigningError
from signing.moves import note
from signing.people import PersonId
from signing.ports import Store, Transaction
from signing.request import RequestId

SPACE = "bitrix24-button"
LIFE = timedelta(hours=24)
_SETTLING = timedelta(seconds=10)
"""A press may overtake the answer to our own message; so long it is asked to come again."""
_NEW_LINE = {"TYPE": "NEWLINE"}


@dataclass(frozen=True, kw_only=True)
class Button:
    """One button of a card: a verb of ours, a link, or a page of ours."""

    label: str
    verb: str = ""
    argument: str = ""
    style: str = ""
    """The portal's colour: `primary`, `secondary`, `alert`, `base`."""
    url: str = ""
    page: str = ""
    """Opens our signing page of the record with this nonce, by a ticket that every rendering gets anew."""


Rows = Sequence[Sequence[Button]]


@dataclass(frozen=True, kw_only=True)
class Bound:
    """What the buttons of one rendering are bound to."""

    card: str
    person: PersonId
    user: int
    rendering: int
    request: str = ""
    standing: str = ""


@dataclass(frozen=True, kw_only=True)
class Press:
    """A press that was accepted; the token is spent."""

    card: str
    person: PersonId
    request: RequestId
    verb: str
    argument: str


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A press as it came, none of it to be trusted."""

    data: str
    user: int
    message: int


class ButtonRefused(SigningError):
    """The press does nothing (`reason`: somebody_else, elsewhere, old)."""


class NotYet(SigningError):
    """The message of the button is not known yet; the inbox tries again soon."""

    retry_after_s = 0.5


async def issue(tx: Transaction, rows: Rows, *, bound: Bound, now: datetime) -> list[dict[str, Any]]:
    """Make the keyboard of one rendering and remember the digests of its tokens."""
    keyboard: list[dict[str, Any]] = []
    for row in (row for row in rows if row):
        keyboard += [_NEW_LINE] if keyboard else []
        keyboard += [await _issued(tx, button, bound, now) for button in row]
    return keyboard


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
            await _refuse(tx, pressed, reason=fault or "old", now=now)
        else:
            await shown.want(tx, taken["card"], now=now)
    if taken is None:
        raise ButtonRefused(reason=fault or "old")
    return Press(**{key: taken[key] for key in ("card", "person", "request", "verb", "argument")})


async def _issued(tx: Transaction, button: Button, bound: Bound, now: datetime) -> dict[str, Any]:
    shape = {"TEXT": button.label, "DISPLAY": "LINE"}
    if button.style:
        shape["BG_COLOR_TOKEN"] = button.style
    if button.url:
        return {**shape, "LINK": button.url}
    data = secrets.token_urlsafe(24)  # 192 random bits; everybody in the dialog can read it
    body = {**asdict(bound), "verb": button.verb, "argument": button.argument, "at": now.isoformat()}
    await tx.notes.put(space=SPACE, name=_digest(data), body=body, expires_at=now + LIFE)
    return {**shape, "COMMAND": PRESS, "COMMAND_PARAMS": data, "BLOCK": "Y"}


async def _fault(tx: Transaction, body: dict[str, Any], pressed: Pressed, now: datetime) -> str:
    if body["user"] != pressed.user:
        return "somebody_else"
    card = await shown.load(tx, body["card"], now=now)
    if card.message is None and now - datetime.fromisoformat(body["at"]) < _SETTLING:
        raise NotYet()
    if card.message != pressed.message:
        return "elsewhere"
    # The keyboard before the last one may still be under the thumb while its successor is on the way.
    if body["rendering"] < card.rendering - 1 or not await _stands(tx, body):
        return "old"
    return ""


async def _stands(tx: Transaction, body: dict[str, Any]) -> bool:
    if body["request"] == shown.LIST:  # what it would sign is looked at when the second step opens
        return True
    try:
        return shown.standing(await tx.requests.get(body["request"])) == str(body["standing"])
    except NotFound:
        return False


async def _refuse(tx: Transaction, pressed: Pressed, *, reason: str, now: datetime) -> None:
    """Write down a press that did nothing; the card is drawn anew, because the press has locked it."""
    actor, subject = f"bitrix24:{pressed.user}", f"message:bitrix24:{pressed.message}"
    await note(tx, Tag.BUTTON_REFUSED, subject=subject, actor=actor, now=now, reason=reason)
    found = await tx.notes.get(space=shown.MESSAGES, name=str(pressed.message), now=now)
    if found is not None:
        await shown.want(tx, found["card"], now=now)


def _digest(data: str) -> str:
    return hashlib.sha256(data.encode()).hexdigest()
