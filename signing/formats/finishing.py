"""What a fresh worker does with a prepared file; apart from the pipeline, whose typefaces no worker should import."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from signing.formats import FORMATS, Finished, Prepared


def finish_copy(
    copied: Path,
    target: Path,
    *,
    source: Path,
    format_name: str,
    prepared: Prepared,
    cms: bytes,
    timestamp: bytes | None,
    certificate_der: bytes,
    roots_der: Sequence[bytes],
    tsa_roots_der: Sequence[bytes],
    level: str,
) -> Finished:
    """Worker: copy the prepared file, fill the hole, check the result; see `Format.finish`."""
    shutil.copyfile(copied, target)
    return FORMATS[format_name].finish(
        target, source=source, prepared=prepared, cms=cms, timestamp=timestamp, certificate_der=certificate_der,
        roots_der=roots_der, tsa_roots_der=tsa_roots_der, level=level,
    )  # fmt: skip
