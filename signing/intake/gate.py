"""Is this document fit to be signed? READ FIRST: one verdict or one coded refusal for every file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from signing.document import EarlierSignature, Kind, Sha256, clean_name
from signing.errors import Refused
from signing.intake import image, office, pdf
from signing.intake.findings import Findings
from signing.intake.kind import HEAD_BYTES, sniff
from signing.intake.limits import MIB, GateLimits

_INSPECTIONS: dict[Kind, Callable[[Path, GateLimits], Findings]] = {
    Kind.PDF: pdf.inspect_pdf,
    Kind.IMAGE: image.inspect_image,
    Kind.OFFICE: office.inspect_office,
    Kind.ARCHIVE: office.inspect_archive,
    Kind.TEXT: office.inspect_text,
    Kind.UNKNOWN: office.inspect_unknown,
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A file that may be signed (a photo: after `convert.photos_to_pdf`), and what its signer must be told."""

    kind: Kind
    media_type: str
    name: str
    """Cleaned for display."""
    sha256: Sha256
    size_bytes: int
    pages: int
    warnings: tuple[str, ...]
    """Codes; the phrases `warning-<code>` say them."""
    earlier: tuple[EarlierSignature, ...]
    docmdp: int | None
    """P of an author's certification, None without one."""


def inspect(source: Path, *, name: str, limits: GateLimits | None = None) -> Verdict:
    """Judge the file at `source`; `name` is what its sender calls it and is believed in nothing.

    Runs in a disposable worker: `source` is hostile. Raises `Refused(code, **facts)` and nothing else, but for
    `OSError` when the file cannot be read. Not checked: what the document says, who the earlier signers are.
    """
    allowed = limits or GateLimits()
    size_bytes = source.stat().st_size
    if size_bytes == 0:
        raise Refused("empty")
    if size_bytes > allowed.file_bytes:
        raise Refused("too-large", size_mb=round(size_bytes / MIB, 1), limit_mb=allowed.file_bytes // MIB)
    kind, media_type, sha256 = _read(source)
    if kind is not Kind.PDF and name.lower().endswith(".pdf"):
        raise Refused("not-a-pdf", media_type=media_type)
    findings = _inspect(source, kind, allowed)
    return Verdict(
        kind=kind, media_type=media_type, name=clean_name(name), sha256=sha256, size_bytes=size_bytes,
        pages=findings.pages, warnings=findings.warnings, earlier=findings.earlier, docmdp=findings.docmdp,
    )  # fmt: skip


def _read(source: Path) -> tuple[Kind, str, Sha256]:
    with source.open("rb") as stream:
        kind, media_type = sniff(stream.read(HEAD_BYTES))
        stream.seek(0)
        return kind, media_type, Sha256(hashlib.file_digest(stream, "sha256").hexdigest())


def _inspect(source: Path, kind: Kind, limits: GateLimits) -> Findings:
    try:
        return _INSPECTIONS[kind](source, limits)
    except Refused:
        raise
    except MemoryError:
        raise Refused("bomb", what="memory") from None
    except RecursionError:
        raise Refused("too-deep") from None
    except Exception as error:
        # 3,158 real files brought 59 exceptions outside the parsers' own error trees: all mean the same here.
        raise Refused("damaged", reason=type(error).__name__) from error
