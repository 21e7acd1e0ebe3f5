"""How big, deep and many a document may be."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class GateLimits:
    """Limits of the gate; the defaults are far above office paper and far below harm."""

    file_bytes: int = 20 * MIB
    """What a Telegram bot may download."""
    stream_bytes: int = 64 * MIB
    """One stream, decoded."""
    total_bytes: int = 256 * MIB
    """All streams of a document, decoded."""
    image_bytes: int = 512 * MIB
    """One picture inside a PDF as the raster a viewer must hold."""
    pages: int = 2_000
    objects: int = 100_000
    items: int = 2_000_000
    """Items of all arrays and dictionaries together."""
    depth: int = 100
    """Arrays and dictionaries inside each other; page tree nodes above a page."""
    pixels: int = 64_000_000
    """One photo: beyond the 50 megapixels of today's telephones."""
    frames: int = 100
    """Pictures in one TIFF."""
