"""PAdES baseline signatures (ETSI EN 319 142-1): B-B, and B-T with a time-stamp; the entry of this format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from signing.formats.format import Finished, Prepared
from signing.formats.stamp import DrawnStamp


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
    """Write `target` as one incremental update of `source`: see `Format.prepare`."""
    # imported by the workers only: pyHanko costs a second and 70 MB
    from signing.formats.increment import Statement, write

    statement = Statement(signer=signer, reason=reason, location=location, signed_at=signed_at)
    return write(source, target, field=field, stamp=stamp, statement=statement)


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
    """Fill the hole and check the result: see `Format.finish`."""
    from signing.formats.selfcheck import Trust, fill

    trust = Trust(
        certificate_der=certificate_der, roots_der=tuple(roots_der), tsa_roots_der=tuple(tsa_roots_der or roots_der)
    )
    return fill(target, source=source, prepared=prepared, cms=cms, timestamp=timestamp, level=level, trust=trust)
