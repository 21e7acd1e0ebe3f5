"""Which verification a set of files wants: a signed PDF alone, or a document with its signature beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from signing.document import Sha256
from signing.verification.verdict import Overall, Verdict

SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
"""The object identifier that a CMS signature begins with (RFC 5652, 5.1)."""
DOCUMENT_MISSING = "document-missing"
"""The problem of a signature that came without its document."""


def is_signature(head: bytes) -> bool:
    """Tell by the first bytes whether a file is a signature of its own (DER)."""
    return head[:1] == b"\x30" and SIGNED_DATA in head[:32]


def verify_files(
    files: Sequence[Path], *, roots_der: Sequence[bytes], now: datetime, tsa_roots_der: Sequence[bytes] = ()
) -> Verdict:
    """Return the verdict on one PDF, or on a document and its signature in any order; runs in a disposable worker."""
    signatures = [file for file in files if is_signature(_head(file))]
    documents = [file for file in files if file not in signatures]
    facts: dict[str, Any] = {"roots_der": roots_der, "now": now, "tsa_roots_der": tsa_roots_der}
    if not signatures:
        from signing.verification import pdf

        return pdf.verify(documents[0], **facts)
    if not documents:
        return _alone(signatures[0].read_bytes())
    from signing.verification import detached

    return detached.verify_detached(signatures[0], documents[0], **facts)


def _alone(body: bytes) -> Verdict:
    sha256 = Sha256(hashlib.sha256(body).hexdigest())
    return Verdict(overall=Overall.UNREADABLE, problem=DOCUMENT_MISSING, sha256=sha256, size_bytes=len(body))


def _head(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(64)
