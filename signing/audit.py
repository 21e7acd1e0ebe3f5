"""The journal's events, its hash chain and its heads; pure, no storage. The vocabulary is in `tags`.

A verifier needs this file and the rows only. Each row's hash covers the previous hash and the canonical row,
so an edit breaks the chain; a truncation shows against a signed head that was copied elsewhere (invariant 12).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from signing.canonical import canonical
from signing.errors import KeyUnavailable
from signing.tags import Tag as Tag  # noqa: PLC0414  # the journal is spoken of by one import

DOMAIN = b"countersign-journal-v1"
GENESIS = "0" * 64
"""`previous` of the first row."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened, before it has a place in the chain."""

    tag: Tag
    at: datetime
    actor: str
    """A person id, or `system`, `console`, `telegram:<id>` for somebody unknown."""
    subject: str
    """The request, person or key it is about."""
    facts: dict[str, Any] = field(default_factory=dict)
    """JSON values; no secret, no code, no seed."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """An event with its place in the chain."""

    seq: int
    """1, 2, 3 … without gaps."""
    event: Event
    previous: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Head:
    """A statement about the whole journal up to `seq`, to be signed and copied elsewhere."""

    seq: int
    hash: str
    at: datetime
    previous_head: str
    """SHA-256 of the previous head's canonical form; zeros for the first."""

    def canonical(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical(
            {"at": self.at.isoformat(), "hash": self.hash, "previous_head": self.previous_head, "seq": self.seq}
        )

    def digest(self) -> str:
        return hashlib.sha256(DOMAIN + b"-head" + self.canonical()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class SignedHead:
    """A head with the signature of the journal's own key over `head.canonical()`."""

    head: Head
    signature: bytes


def chain(event: Event, *, seq: int, previous: str) -> Row:
    """Return `event` as row `seq` after the row whose hash is `previous`."""
    return Row(seq=seq, event=event, previous=previous, hash=row_hash(event, seq=seq, previous=previous))


def row_hash(event: Event, *, seq: int, previous: str) -> str:
    """Return SHA-256(domain ‖ previous ‖ SHA-256(canonical row)) as hex."""
    at = event.at.isoformat(timespec="microseconds")
    digest = body_digest(
        seq=seq, at=at, tag=event.tag.value, actor=event.actor, subject=event.subject, facts=event.facts
    )
    return link(previous, digest)


def body_digest(*, seq: int, at: str, tag: str, actor: str, subject: str, facts: dict[str, Any]) -> str:
    """Return SHA-256 of the canonical row as hex: what stands for a row that must keep its place and not be read."""
    body = canonical({"actor": actor, "at": at, "facts": facts, "seq": seq, "subject": subject, "tag": tag})
    return hashlib.sha256(body).hexdigest()


def link(previous: str, digest: str) -> str:
    """Return the hash of the row with this `body_digest` after the row whose hash is `previous`."""
    return hashlib.sha256(DOMAIN + bytes.fromhex(previous) + bytes.fromhex(digest)).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with a journal."""

    seq: int
    kind: str
    """`gap`, `edited`, `broken_chain`, `head_mismatch`, `head_signature`, `truncated`, `head_chain`."""


def check_chain(rows: Iterable[Row]) -> tuple[list[Fault], Row | None]:
    """Return every fault of the chain and the last row. Does not check heads."""
    faults: list[Fault] = []
    last: Row | None = None
    for row in rows:
        expected, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
        if row.seq != expected:
            faults.append(Fault(seq=row.seq, kind="gap"))
        elif row.previous != previous:
            faults.append(Fault(seq=row.seq, kind="broken_chain"))
        if row.hash != row_hash(row.event, seq=row.seq, previous=row.previous):
            faults.append(Fault(seq=row.seq, kind="edited"))
        last = row
    return faults, last


def check_heads(heads: Iterable[Head], *, hashes: dict[int, str], last_seq: int) -> list[Fault]:
    """Return what the heads say against the rows' hashes by seq. Does not check the heads' signatures."""
    faults: list[Fault] = []
    previous = GENESIS
    for head in heads:
        if head.seq > last_seq:
            faults.append(Fault(seq=head.seq, kind="truncated"))
        elif hashes.get(head.seq) != head.hash:
            faults.append(Fault(seq=head.seq, kind="head_mismatch"))
        if head.previous_head != previous:
            faults.append(Fault(seq=head.seq, kind="head_chain"))
        previous = head.digest()
    return faults


def check_head_signatures(heads: Iterable[SignedHead], *, public_key_der: bytes) -> list[Fault]:
    """Return the heads whose signature (RSA PKCS#1 v1.5 or ECDSA over SHA-256, Ed25519) is not by this key.

    `public_key_der` is a `SubjectPublicKeyInfo` that the verifier trusts from elsewhere. Does not check the rows.
    """
    # Imported late: whoever only writes the journal needs no cryptography.
    from cryptography.exceptions import InvalidSignature

    faults: list[Fault] = []
    check = signature_check(public_key_der)
    for signed in heads:
        try:
            check(signed.signature, signed.head.canonical())
        except InvalidSignature:
            faults.append(Fault(seq=signed.head.seq, kind="head_signature"))
    return faults


def signature_check(public_key_der: bytes) -> Callable[[bytes, bytes], None]:
    """Return what takes a signature and the signed bytes; it raises cryptography's `InvalidSignature`."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(public_key_der)
    if isinstance(key, rsa.RSAPublicKey):
        return partial(key.verify, padding=padding.PKCS1v15(), algorithm=SHA256())
    if isinstance(key, ec.EllipticCurvePublicKey):
        return partial(key.verify, signature_algorithm=ec.ECDSA(SHA256()))
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.verify
    raise KeyUnavailable(reason="algorithm")
