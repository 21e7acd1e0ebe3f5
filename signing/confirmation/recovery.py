"""Recovery codes for a lost authenticator: ten, one use each, kept only as keyed hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets

CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that looks like a digit."""
_LENGTH = 12
"""59 bit: far beyond ten tries, also offline without the key."""


def new_codes() -> tuple[str, ...]:
    """Return ten codes as people copy them: `abcd-efgh-jkmn`."""
    return tuple(_grouped("".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))) for _ in range(CODES))


def code_hash(code: str, *, person: str, key: bytes) -> str:
    """Return the keyed hash of a code as typed; case, spaces and dashes do not count."""
    plain = "".join(c for c in code.lower() if c in _ALPHABET)
    return hmac.new(key, f"recovery|{person}|{plain}".encode(), hashlib.sha256).hexdigest()


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
