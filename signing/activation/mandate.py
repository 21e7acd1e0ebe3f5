"""A standing mandate: what the company seal may do by itself, granted with one code; and how much of it is left."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from signing.canonical import canonical
from signing.document import Sha256
from signing.errors import MandateRefused
from signing.people import PersonId

PREFIX = "mandate:"
VISIBLE = "pades"
"""The one format of what is sealed automatically: the document itself says so, in its stamp and in the reason."""
MOST_USES = 10_000
LONGEST = timedelta(days=366)
"""A mandate ends within a year: somebody looks at it again."""
LARGEST_VALUE = 10**15
"""Hundredths; small enough for every JSON reader."""
NOTE_LENGTH = 300

REASONS = frozenset(
    {
        "no_mandate", "type", "count", "value", "total", "currency", "value_missing", "value_not_covered", "expired",
        "revoked", "granter_locked", "not_a_seal", "changed", "other_mandate", "malformed", "form", "warnings",
        "not_a_pdf", "several_documents",
    }
)  # fmt: skip
"""Every code that a `MandateRefused` may have; business processes branch on them: never renamed."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is said of a document when it is to be sealed: nobody reads it out of the document itself."""

    type: str
    """Such as `leave`."""
    value: int | None = None
    """In hundredths of the currency; None: it has none."""
    currency: str = ""

    def check(self) -> None:
        """Raise `MandateRefused(reason="malformed")`."""
        if not _is_type(self.type) or not _is_amount(self.value, self.currency):
            raise MandateRefused(reason="malformed")


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """What one code of an administrator grants; never changed, only revoked."""

    id: str
    """Twelve Crockford characters: its number, and what makes a repeat harmless."""
    granted_by: PersonId
    key: str
    """Label of the company seal."""
    certificate_sha256: Sha256
    """Of the certificate that was shown: a new one needs a new mandate."""
    type: str
    count: int
    largest: int | None
    """Of one document, in hundredths; None with `total`: no document may state a value."""
    total: int | None
    """Of all documents together, in hundredths."""
    currency: str
    until: datetime
    note: str
    shown_at: datetime
    expires_at: datetime
    """Until then the code must be entered."""
    version: int = 1

    @property
    def signer(self) -> PersonId:
        """Who stands as the signer of what is sealed under it: never a person."""
        return PersonId(f"{PREFIX}{self.id}")

    def canonical(self) -> bytes:
        """Return it as canonical JSON (RFC 8785: our values are strings and small integers only)."""
        return canonical(self.to_json())

    def digest(self) -> Sha256:
        """Return the SHA-256 of the canonical form."""
        return Sha256(hashlib.sha256(self.canonical()).hexdigest())

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; times as ISO 8601."""
        times = {name: getattr(self, name).isoformat() for name in ("until", "shown_at", "expires_at")}
        return {**vars(self), **times}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Mandate:
        """Rebuild a mandate; raise `MandateRefused` when a field is missing, unknown or makes no sense."""
        try:
            times = {name: datetime.fromisoformat(body[name]) for name in ("until", "shown_at", "expires_at")}
            mandate = cls(**{**body, **times})
            sound = mandate.version == 1 and all(time.tzinfo is not None for time in times.values())
            if not sound or not _is_sensible(mandate):
                raise MandateRefused(reason="malformed")
        except (KeyError, TypeError, ValueError) as error:
            raise MandateRefused(reason="malformed") from error
        return mandate


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A granted mandate and how far it is used up."""

    mandate: Mandate
    used: int = 0
    spent: int = 0
    """In hundredths."""
    revoked_at: datetime | None = None
    is_granter_locked: bool = False

    @property
    def left(self) -> int:
        """How many documents it still covers."""
        return max(0, self.mandate.count - self.used)

    def check(self, claim: Claim, *, now: datetime) -> None:
        """Raise `MandateRefused` (`reason`) unless one more document with this claim is covered now."""
        claim.check()
        if reason := self.end(now) or self._lacks(claim):
            raise MandateRefused(reason=reason, mandate=self.mandate.id)

    def end(self, now: datetime) -> str:
        """Return why nothing is covered any more, empty while something is."""
        ends = {
            "revoked": self.revoked_at is not None,
            "granter_locked": self.is_granter_locked,
            "expired": now >= self.mandate.until,
            "count": self.left <= 0,
        }
        return next((reason for reason, is_so in ends.items() if is_so), "")

    def _lacks(self, claim: Claim) -> str:
        mandate, value = self.mandate, claim.value
        has_values = mandate.largest is not None or mandate.total is not None
        if claim.type != mandate.type:
            return "type"
        if not has_values:
            return "value_not_covered" if value is not None else ""
        if value is None:
            return "value_missing"
        if claim.currency != mandate.currency:
            return "currency"
        if mandate.largest is not None and value > mandate.largest:
            return "value"
        return "total" if mandate.total is not None and self.spent + value > mandate.total else ""


def new_mandate_id() -> str:
    """Return a number that was never used."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


def is_mandate(person: str | None) -> bool:
    """Return whether a signer is no person but a mandate: what it signed was sealed automatically."""
    return person is not None and person.startswith(PREFIX)


def _is_sensible(mandate: Mandate) -> bool:
    amounts = (mandate.largest, mandate.total)
    has_values = any(amount is not None for amount in amounts)
    return all(
        (
            all(_is_text(text) for text in (mandate.granted_by, mandate.key, mandate.certificate_sha256)),
            _is_text(mandate.id, length=12) and set(mandate.id) <= set(_ALPHABET),
            _is_type(mandate.type),
            _is_number(mandate.count, MOST_USES) and mandate.count > 0,
            all(_is_amount(amount, mandate.currency) for amount in amounts if amount is not None),
            has_values or mandate.currency == "",
            mandate.note == "" or (_is_text(mandate.note) and len(mandate.note) <= NOTE_LENGTH),
            mandate.shown_at < mandate.until <= mandate.shown_at + LONGEST,
        )
    )


def _is_text(value: object, *, length: int | None = None) -> bool:
    return isinstance(value, str) and value != "" and length in (None, len(value))


def _is_number(value: object, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def _is_type(value: object) -> bool:
    return isinstance(value, str) and _TYPE.fullmatch(value) is not None


def _is_amount(value: object, currency: object) -> bool:
    if value is None:
        return currency == ""
    is_currency = isinstance(currency, str) and _CURRENCY.fullmatch(currency) is not None
    return is_currency and _is_number(value, LARGEST_VALUE)
