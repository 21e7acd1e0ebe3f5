"""CAdES baseline signatures (ETSI EN 319 122-1) in a file of their own, `.p7s`: the document stays as it is."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from signing.document import Sha256
from signing.errors import SignatureRefused
from signing.formats.format import Finished, Prepared
from signing.formats.stamp import DrawnStamp
from signing.ports import Hole

NO_HOLE = Hole(start=0, end=0)
"""Nothing is filled in: the document and its signature are two files."""


def prepare(
    source: Path,
    target: Path,
    *,
    field: str,
    stamp: DrawnStamp | None,
    signer: str,
    reason: str,
    location: str,
    signed_at: datetime,
) -> Prepared:
    """Write `target` as a copy of `source`: see `Format.prepare`.

    The document has no room for a stamp, a reason or a place; who signed stands in the certificate.
    """
    del stamp, signer, reason, location
    shutil.copyfile(source, target)
    return Prepared(
        hole=NO_HOLE, size_bytes=target.stat().st_size, field=field, page=None, covers_nothing=True,
        signed_at=signed_at,
    )  # fmt: skip


def finish(
    target: Path,
    *,
    source: Path,
    prepared: Prepared,
    cms: bytes,
    timestamp: bytes | None,
    certificate_der: bytes,
    roots_der: Sequence[bytes],
    level: str,
    tsa_roots_der: Sequence[bytes] = (),
) -> Finished:
    """Write the signature to `target` and check it against `source`: see `Format.finish`."""
    from signing.formats.selfcheck import Trust, prove

    trust = Trust(
        certificate_der=certificate_der, roots_der=tuple(roots_der), tsa_roots_der=tuple(tsa_roots_der or roots_der)
    )
    try:
        with source.open("rb") as shown:
            digest = hashlib.file_digest(shown, "sha256").digest()
        proof = prove(cms, digest=digest, timestamp=timestamp, level=level, stated_at=prepared.signed_at, trust=trust)
    except SignatureRefused:
        raise
    except Exception as error:
        # what is not understood is not delivered, whatever the parser raised
        raise SignatureRefused(reason="unreadable", kind=type(error).__name__) from error
    target.write_bytes(proof.whole)
    sha256 = Sha256(hashlib.sha256(proof.whole).hexdigest())
    return Finished(sha256=sha256, size_bytes=len(proof.whole), level=level, stamped_at=proof.stamped_at)
