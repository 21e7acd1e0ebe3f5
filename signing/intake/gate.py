"""Is this document fit to be signed? READ FIRST: one verdict or one coded refusal for every file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from signing.document import EarlierSignature, Kind, Sha256, clean_name
from signing.errors import Refused
from signing.intake.findings import Findings
from signing.intake.kind import HEAD_BYTES, sniff
from signing.intake.limits import MIB, GateLimits
from signing.intake.office.inspection import inspect_office
from signing.intake.office.inspection import media_type as office_media_type
from signing.intake.refusals import refuse_kind

__all__ = ["PRELOAD", "GateLimits", "Verdict", "inspect"]

PRELOAD = ("signing.intake.pdf", "signing.intake.image", "pypdfium2", "img2pdf")
"""The parsers, for the mother of the workers to import once; nobody else should (a second of CPU, 70 MB)."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A file that may be signed, and what its signer must be told; a photo or an office file after its conversion."""

    kind: Kind
    media_type: str
    name: str
    """Cleaned for display."""
    sha256: Sha256
    size_bytes: int
    pages: int
    """Of an office file 0: that is known when it is converted."""
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
    refuse_kind(kind, media_type=media_type, name=name)
    findings = _inspect(source, kind, media_type, allowed)
    return Verdict(
        kind=kind, media_type=media_type, name=clean_name(name), sha256=sha256, size_bytes=size_bytes,
        pages=findings.pages, warnings=findings.warnings, earlier=findings.earlier, docmdp=findings.docmdp,
    )  # fmt: skip


def _read(source: Path) -> tuple[Kind, str, Sha256]:
    with source.open("rb") as stream:
        kind, media_type = sniff(stream.read(HEAD_BYTES))
        stream.seek(0)
        sha256 = Sha256(hashlib.file_digest(stream, "sha256").hexdigest())
    kind, media_type = office_media_type(source, kind, media_type)
    return kind, media_type, sha256


def _inspect(source: Path, kind: Kind, media_type: str, limits: GateLimits) -> Findings:
    try:
        if kind is Kind.OFFICE:
            return inspect_office(source, media_type, limits)
        if kind is Kind.IMAGE:
            from signing.intake.image import inspect_image

            return inspect_image(source, limits)
        from signing.intake.pdf import inspect_pdf

        return inspect_pdf(source, limits)
    except Refused:
        raise
    except MemoryError:
        raise Refused("bomb", what="memory") from None
    except RecursionError:
        raise Refused("too-deep") from None
    except Exception as error:
        # 3,158 real files brought 59 exceptions outside the parsers' own error trees: all mean the same here.
        raise Refused("damaged", reason=type(error).__name__) from error
