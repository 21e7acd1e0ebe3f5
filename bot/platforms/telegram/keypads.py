"""Keypads in the chat: one opaque token a key, digits in memory only, gone after 90 seconds or with the process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.platforms.telegram.buttons import ButtonRefused, Pressed, new_token
from signing.people import PersonId

LIFE = timedelta(seconds=90)
LENGTH = 6
BACK = "back"


@dataclass
class Keypad:
    """One keypad under one card, for one record. Its digits are never written down."""

    nonce: str
    card: str
    person: PersonId
    account: int
    chat: int
    until: datetime
    digits: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What the keypad holds after a key."""

    pad: Keypad
    length: int
    code: str | None = field(default=None, repr=False)
    """The six digits, once they are complete; the keypad is over then."""


class Keypads:
    """Every open keypad. Keys take effect in the order in which their presses arrived."""

    def __init__(self) -> None:
        self._pads: dict[str, Keypad] = {}
        self._keys: dict[str, tuple[str, str]] = {}

    def open(self, pad: Keypad) -> None:
        """Open a keypad; an earlier one of the same card is over."""
        self.close(pad.card)
        self._pads[pad.card] = pad

    def close(self, card: str) -> None:
        """End the keypad of a card and forget its digits and keys."""
        self._pads.pop(card, None)
        self._keys = {digest: key for digest, key in self._keys.items() if key[0] != card}

    def key(self, card: str, digit: str) -> str:
        """Return the callback data of one key."""
        data = new_token()
        self._keys[_digest(data)] = (card, digit)
        return data

    def knows(self, data: str) -> bool:
        """Return whether the press is one of a keypad's keys."""
        return _digest(data) in self._keys

    def press(self, pressed: Pressed, *, now: datetime) -> Typed:
        """Take a key; raise `ButtonRefused` for a stranger, another chat, or a keypad that is over."""
        card, digit = self._keys[_digest(pressed.data)]
        pad = self._pads.get(card)
        if pad is None or now >= pad.until:
            self.close(card)
            raise ButtonRefused(reason="keypad_over", card=card)
        if (pressed.account, pressed.chat) != (pad.account, pad.chat):
            raise ButtonRefused(reason="somebody_else")
        pad.digits = pad.digits[:-1] if digit == BACK else pad.digits + digit
        if len(pad.digits) < LENGTH:
            return Typed(pad=pad, length=len(pad.digits))
        self.close(card)
        return Typed(pad=pad, length=LENGTH, code=pad.digits)


def _digest(data: str) -> str:
    return hashlib.sha256(data.encode()).hexdigest()
