"""The visible stamp: what it says, where it would like to be, and how it comes to the worker, drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from signing.formats.pdf_object import PdfObject


class Corner(StrEnum):
    """Where on the page a stamp would like to be; AUTO is the bottom right."""

    AUTO = "auto"
    BOTTOM_RIGHT = "bottom-right"
    BOTTOM_LEFT = "bottom-left"
    TOP_RIGHT = "top-right"
    TOP_LEFT = "top-left"


@dataclass(frozen=True, kw_only=True)
class StampPlace:
    """The wish; text and pictures of the page are avoided whatever the corner."""

    page: int = -1
    """0-based; negative counts from the end."""
    corner: Corner = Corner.AUTO


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What a stamp says; every text is ready for reading, in the language of the document."""

    name: str
    title: str
    time_text: str
    number_text: str
    stands_in: str = ""
    """For whom the signer acts and on what ground, such as `for Ivan Marković, power of attorney 12/2026`."""
    labels: tuple[str, ...] = ()
    """Honest words on the kind of signature (invariant 11), such as `Advanced signature with own key`."""
    qr_url: str | None = None
    is_test: bool = False
    """A test key: the stamp says TEST."""
    place: StampPlace = field(default_factory=StampPlace)


@dataclass(frozen=True, kw_only=True)
class DrawnStamp:
    """A stamp as drawn by `drawing.draw`, for any document: whoever writes it needs no typeface."""

    place: StampPlace
    width: float
    height: float
    """Points, at scale 1."""
    contents: bytes
    """Operators for a box of that size, deflated."""
    fonts: Mapping[str, tuple[PdfObject, ...]]
    """By resource name; the last object of each is the font itself."""
