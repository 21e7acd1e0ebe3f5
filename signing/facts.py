"""Plain facts that cross the ports: jobs, shown records, signatures, deliveries, keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from signing.activation.record import ActivationRecord
from signing.document import Sha256
from signing.people import PersonId
from signing.request import RequestId


@dataclass(frozen=True, kw_only=True)
class Job:
    """A short idempotent promise about `subject`; a repeat of a waiting (kind, subject) is one job."""

    kind: str
    subject: str
    facts: dict[str, Any] = field(default_factory=dict)
    due: datetime | None = None
    """None means at once."""


@dataclass(frozen=True, kw_only=True)
class StoredRecord:
    """An activation record as the bot remembers it."""

    record: ActivationRecord
    state: str
    """`open`, `confirmed`, `spent` (void) or `dropped`."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One document signed by one signer; inserted once, never updated."""

    request: RequestId
    document: int
    signer: PersonId
    nonce: str
    signed_sha256: Sha256
    size_bytes: int
    level: str
    certificate_sha256: Sha256
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One signed result that must reach one place."""

    request: RequestId
    channel: str
    """Such as `telegram:1001` or `copy:telegram:1002`; with the request it is the key."""
    state: str
    """`promised`, `sending` (an attempt was begun), `delivered`, `failed`."""
    receipt: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class KeyFacts:
    """What may be known about a key outside the module."""

    label: str
    store: str
    """Name in `signing.keys.KEY_STORES`."""
    algorithm: str
    """Such as `RSA-3072` or `P-256`."""
    is_seal: bool
    """One key used by several people is a seal, not a person's signature (invariant 11)."""
    is_hardware: bool
    owners: tuple[PersonId, ...]
    certificate_sha256: Sha256 | None
    subject: str = ""
    issuer: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    is_test: bool = False
    chain_der: tuple[bytes, ...] = ()
    """Signer's certificate first, then its issuers."""

    @property
    def holder(self) -> str:
        """Common name of the certificate's subject (RFC 4514), in plain words for a card; else the key's label."""
        found = re.search(r"(?:^|[,+])CN=((?:\\.|[^,+\\])+)", self.subject)
        return re.sub(r"\\(.)", r"\1", found.group(1)) if found else self.label


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """What the enrolment page shows once."""

    secret: str
    """base32, 160 bit."""
    uri: str
    """`otpauth://totp/…`."""


@dataclass(frozen=True, kw_only=True)
class MadeSignature:
    """What the module made for one entry."""

    cms: bytes
    """DER of a detached CAdES-B CMS `ContentInfo`; no time-stamp inside yet."""
    value: bytes
    """The signature value that an RFC 3161 time-stamp covers."""


@dataclass(frozen=True, kw_only=True)
class Hole:
    """Where the signature goes: offsets of `<` and of the byte after `>` in the prepared file."""

    start: int
    end: int
