"""Is it really this person, now: one-time codes of an authenticator (RFC 6238), each good for one use."""

from __future__ import annotations

import hmac
import re
from datetime import datetime

import pyotp

from signing.errors import WrongCode

STEP_S = 30
DIGITS = 6
SECRET_LENGTH = 32
"""base32 characters: 160 bit, the length of the HMAC's digest (RFC 4226, section 4)."""

_CODE = re.compile(r"[0-9]{6}", re.ASCII)


def new_secret() -> str:
    """Return a new seed, base32."""
    return pyotp.random_base32(SECRET_LENGTH)


def enrolment_uri(secret: str, *, account: str, issuer: str) -> str:
    """Return the `otpauth://` address that authenticators read."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_S).provisioning_uri(name=account, issuer_name=issuer)


def step_at(now: datetime) -> int:
    """Return the number of the 30 s step that `now` (aware) lies in."""
    return int(now.timestamp()) // STEP_S


def matching_step(secret: str, code: str, now: datetime, last_spent_step: int) -> int:
    """Return the step `code` belongs to, to be stored as the new last spent step.

    Only the current and the previous step count, never the next one. Steps up to `last_spent_step` are refused,
    so a code works once, and no older code after it (RFC 6238, 5.2). Only six ASCII digits are a code: pyotp itself
    compares after NFKC and would take the same code again in another alphabet. Does not count attempts: see
    `lockout`. Raises `WrongCode`, the same for wrong, old and used.
    """
    current = step_at(now)
    return _match(secret, code, (current, current - 1), last_spent_step)


def consecutive_step(secret: str, first: str, second: str, now: datetime) -> int:
    """Return the step of `second` when both codes are right and follow each other; raise `WrongCode`.

    For the end of an enrolment: it proves that the authenticator holds the seed and that its clock runs.
    """
    current = step_at(now)
    earlier = _match(secret, first, (current - 1, current - 2), -1)
    return _match(secret, second, (earlier + 1,), earlier)


def _match(secret: str, code: str, steps: tuple[int, ...], last_spent_step: int) -> int:
    if not _CODE.fullmatch(code):
        raise WrongCode
    otp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_S)
    # Every candidate is computed and compared: the time taken says nothing about which one matched.
    hits = [step for step in steps if step >= 0 and hmac.compare_digest(otp.generate_otp(step), code)]
    fresh = [step for step in hits if step > last_spent_step]
    if not fresh:
        raise WrongCode
    return max(fresh)
