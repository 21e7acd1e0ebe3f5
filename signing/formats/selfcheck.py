"""Fills the hole and checks the signed file before anybody sees it, trusting none of its makers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from cryptography import x509

from signing.document import Sha256
from signing.errors import SignatureRefused
from signing.formats import additions, cms, trust
from signing.formats.format import Finished, Prepared
from signing.ports import Hole

_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What the result is measured against."""

    certificate_der: bytes
    """The certificate that the record promised."""
    roots_der: tuple[bytes, ...]
    tsa_roots_der: tuple[bytes, ...]


def fill(
    target: Path,
    *,
    source: Path,
    prepared: Prepared,
    cms: bytes,
    timestamp: bytes | None,
    level: str,
    trust: Trust,
) -> Finished:
    """Fill the hole and check everything: see `Format.finish`. Raises only `SignatureRefused`."""
    try:
        return _fill_and_check(
            target, source=source, prepared=prepared, body=cms, timestamp=timestamp, level=level, anchors=trust
        )
    except SignatureRefused:
        raise
    except Exception as error:
        # what is not understood is not delivered, whatever the parser raised
        raise SignatureRefused(reason="unreadable", kind=type(error).__name__) from error


def _fill_and_check(
    target: Path, *, source: Path, prepared: Prepared, body: bytes, timestamp: bytes | None, level: str, anchors: Trust
) -> Finished:
    whole = _with_time(body, timestamp=timestamp, level=level)
    # (1) the hole is filled, nothing else is written
    _fill_hole(target, prepared.hole, whole)
    # (2) the shown bytes are the beginning of the file, and everything but the hole is digested
    digest, sha256 = _digests(source, target, prepared.hole)
    # (3) the signature is of this digest
    stamped_at = _prove(whole, digest=digest, stated_at=prepared.signed_at, anchors=anchors)
    # (4) what follows the shown bytes is one signature and its stamp
    additions.check(source, target, prepared=prepared, contents=whole)
    return Finished(sha256=sha256, size_bytes=target.stat().st_size, level=level, stamped_at=stamped_at)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A signature that proved itself."""

    whole: bytes
    """DER, the time-stamp inside."""
    stamped_at: datetime | None
    """None without a time-stamp."""


def prove(
    body: bytes, *, digest: bytes, timestamp: bytes | None, level: str, stated_at: datetime, trust: Trust
) -> Proof:
    """Return a CMS with its time-stamp, proved against the SHA-256 of a document; raise `SignatureRefused`."""
    whole = _with_time(body, timestamp=timestamp, level=level)
    return Proof(whole=whole, stamped_at=_prove(whole, digest=digest, stated_at=stated_at, anchors=trust))


def _with_time(body: bytes, *, timestamp: bytes | None, level: str) -> bytes:
    """The level is what was promised: a missing time-stamp never lowers it silently."""
    if (level, timestamp is None) not in {("B-B", True), ("B-T", False)}:
        raise SignatureRefused(reason="wrong-level")
    return cms.with_time_stamp(body, timestamp) if timestamp else body


def _prove(whole: bytes, *, digest: bytes, stated_at: datetime, anchors: Trust) -> datetime | None:
    # (1) the signature is of this digest, by this certificate
    signed = cms.prove(whole, digest=digest, certificate_der=anchors.certificate_der)
    # (2) the time-stamp is of this signature, by an authority we trust
    stamped_at = None
    if signed.time_stamp is not None:
        stamped_at = trust.check_time_stamp(signed.time_stamp, signed.value, roots_der=anchors.tsa_roots_der)
    # (3) the certificate chains to our roots at that time
    certificate = x509.load_der_x509_certificate(anchors.certificate_der)
    trust.check_chain(certificate, signed.others, roots_der=anchors.roots_der, at=stamped_at or stated_at)
    return stamped_at


def _fill_hole(target: Path, hole: Hole, body: bytes) -> None:
    room = hole.end - hole.start - 2
    digits = body.hex().encode()
    if len(digits) > room:
        raise SignatureRefused(reason="too-large")
    with target.open("r+b") as file:
        file.seek(hole.start)
        if file.read(room + 2) != b"<" + b"0" * room + b">":
            raise SignatureRefused(reason="no-hole")
        file.seek(hole.start + 1)
        file.write(digits)


def _digests(source: Path, target: Path, hole: Hole) -> tuple[bytes, Sha256]:
    """Return the digest of all but the hole, and the SHA-256 of the file, whose beginning must be `source`."""
    outside, whole = hashlib.sha256(), hashlib.sha256()
    with source.open("rb") as shown, target.open("rb") as file:
        while chunk := shown.read(_CHUNK_BYTES):
            if file.read(len(chunk)) != chunk:
                raise SignatureRefused(reason="shown-bytes-changed")
            outside.update(chunk)
            whole.update(chunk)
        if not file.tell() < hole.start < hole.end:
            raise SignatureRefused(reason="no-hole")
        _update(file, hole.start - file.tell(), outside, whole)
        _update(file, hole.end - hole.start, whole)
        while chunk := file.read(_CHUNK_BYTES):
            outside.update(chunk)
            whole.update(chunk)
    return outside.digest(), Sha256(whole.hexdigest())


def _update(file: BinaryIO, length: int, *digests: hashlib._Hash) -> None:
    body = file.read(length)
    for digest in digests:
        digest.update(body)
