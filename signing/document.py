"""A document as bytes named by their SHA-256, and the words for sizes of proof: fingerprint."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

Sha256 = NewType("Sha256", str)
"""64 lower-case hex digits."""


class Kind(StrEnum):
    """What the magic bytes say, whatever the name pretends."""

    PDF = "pdf"
    IMAGE = "image"
    OFFICE = "office"
    ARCHIVE = "archive"
    TEXT = "text"
    EMPTY = "empty"
    UNKNOWN = "unknown"


class Making(StrEnum):
    """How the shown PDF came from what was sent."""

    AS_SENT = ""
    PHOTOS = "photos"
    OFFICE = "office"
    MENDED = "mended"
    """A PDF whose forms, marks and dormant parts were made plain pages."""


LOOKED_AT = frozenset({Making.OFFICE, Making.MENDED})
"""What whoever sent it must look at before anybody is asked: the pages are ours, not the sender's."""


@dataclass(frozen=True, kw_only=True)
class EarlierSignature:
    """A signature that was there before us, told on the card."""

    signer: str
    signed_at: str | None
    """ISO 8601 as stated by the signature; not proved by itself."""
    intact: bool
    trusted: bool


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document of a request: the exact bytes that are shown and signed."""

    position: int
    """0-based place in the request; with the request's id it names the document."""
    name: str
    """Cleaned for display (`clean_name`); data only, never a path."""
    sha256: Sha256
    size_bytes: int
    pages: int
    media_type: str = "application/pdf"
    warnings: tuple[str, ...] = ()
    """Codes of the gate's warnings; the phrases `warning-<code>` say them."""
    earlier: tuple[EarlierSignature, ...] = ()
    original_sha256: Sha256 | None = None
    """The bytes that arrived, when we made the shown PDF from one other file."""
    original_name: str = ""
    """What that file is called; cleaned as `name`."""
    making: Making = Making.AS_SENT

    @property
    def is_looked_at(self) -> bool:
        """Whether its pages are ours and whoever sent the file must accept them."""
        return self.making in LOOKED_AT

    @property
    def signed_name(self) -> str:
        """Name of the signed file: “Contract 17-44 signed.pdf”."""
        stem = self.name[:-4] if self.name.lower().endswith(".pdf") else self.name
        return f"{stem} signed.pdf"


def fingerprint(sha256: str) -> str:
    """Return the short form people compare: first and last 8 hex digits in groups of four."""
    head, tail = sha256[:8], sha256[-8:]
    return f"{head[:4]} {head[4:]} … {tail[:4]} {tail[4:]}"


def clean_name(name: str, *, fallback: str = "document.pdf") -> str:
    """Return `name` fit for a card: NFC, no control, format or private characters, at most 120 characters.

    Right-to-left overrides and zero-width characters fall out here (threat 28). Not a path: separators
    become spaces.
    """
    normal = unicodedata.normalize("NFC", name)
    kept = "".join(" " if c in "/\\" else c for c in normal if unicodedata.category(c) not in _HIDDEN)
    tidy = " ".join(kept.split()).strip(". ")
    if len(tidy) > _NAME_LENGTH:
        stem, dot, ending = tidy.rpartition(".")
        tidy = f"{stem[: _NAME_LENGTH - len(ending) - 2]}….{ending}" if dot and len(ending) < 8 else tidy[:_NAME_LENGTH]
    return tidy or fallback


_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_NAME_LENGTH = 120
