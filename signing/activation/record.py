"""What exactly was approved: the activation record, its canonical form and digest (invariant 1)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from signing.activation.mandate import Claim
from signing.canonical import canonical
from signing.document import Sha256
from signing.errors import RecordRefused
from signing.people import PersonId
from signing.request import RequestId

LIFETIME = timedelta(minutes=10)
"""From Sign on the card to the code (ASVS 6.5.5 allows an out-of-band secret ten minutes)."""

MAX_ENTRIES = 50
"""One code covers a list that a person can have seen."""


INSIDE = "pades"
"""The format whose signatures stand inside the document, one after another."""
DETACHED = frozenset({"cades"})
"""Formats whose signature is a file of its own: the shown bytes stay as they are."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One document that the code will cover."""

    request: RequestId
    document: int
    """Position in the request."""
    sha256: Sha256
    """Of the exact bytes shown."""
    size_bytes: int
    format: str
    """A name of `signing.formats.FORMATS`."""
    level: str
    """`B-B` or `B-T`."""
    destination: str
    """Where the signed file goes, such as `telegram:1001`."""


@dataclass(frozen=True, kw_only=True)
class ActivationRecord:
    """One decision of one signer over a list of entries, for one code."""

    nonce: str
    """128 bit, hex; the idempotency key of everything that follows."""
    signer: PersonId
    key: str
    """Label of the key in its store."""
    certificate_sha256: Sha256
    policy: str
    """Name of the approval policy in force."""
    policy_sha256: Sha256
    shown_at: datetime
    expires_at: datetime
    entries: tuple[Entry, ...]
    claim: Claim | None = None
    """Only where nobody confirms it: what is said of the one document that a mandate shall cover."""
    version: int = 1

    @property
    def is_automatic(self) -> bool:
        """Whether a standing mandate stands in for a code; its `signer` and `policy` are the mandate then."""
        return self.claim is not None

    def canonical(self) -> bytes:
        """Return the record as canonical JSON (RFC 8785: our values are strings and small integers only)."""
        return canonical(self.to_json())

    def digest(self) -> Sha256:
        """Return the SHA-256 of the canonical form."""
        return Sha256(hashlib.sha256(self.canonical()).hexdigest())

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; times as ISO 8601 UTC."""
        own = {name: value for name, value in vars(self).items() if name != "claim"}
        return {
            **own,
            **({"claim": dict(vars(self.claim))} if self.claim is not None else {}),
            "entries": [dict(vars(entry)) for entry in self.entries],
            "shown_at": self.shown_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> ActivationRecord:
        """Rebuild a record; raise `RecordRefused` when a field is missing, unknown or ill-typed."""
        try:
            entries = tuple(Entry(**entry) for entry in body["entries"])
            times = {name: datetime.fromisoformat(body[name]) for name in ("shown_at", "expires_at")}
            claim = {"claim": Claim(**body["claim"])} if "claim" in body else {}
            record = cls(**{**body, **times, **claim, "entries": entries})
            well_typed = all(
                isinstance(value, wanted)
                for entry in entries
                for value, wanted in ((entry.document, int), (entry.size_bytes, int), (entry.sha256, str))
            )
            if not well_typed or record.version != 1 or any(time.tzinfo is None for time in times.values()):
                raise RecordRefused(reason="malformed")
        except (KeyError, TypeError, ValueError) as error:
            raise RecordRefused(reason="malformed") from error
        return record


def new_nonce() -> str:
    """Return 128 random bits as hex."""
    return secrets.token_hex(16)
