"""A typeface of the stamp: measures and encodes text, and cuts a font file with only the letters used."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from fontTools.ttLib import TTFont

_FONTS = Path(__file__).with_name("fonts")
_KEPT_TABLES = ("head", "hhea", "hmtx", "maxp")
"""With glyf and loca all that ISO 32000-1 9.9 asks of a CIDFontType2 program without hints."""


class Typeface:
    """A TrueType font of 1,000 units per em, read once per process.

    (pyHanko writes widths in font units, wrong for any other em; ours are right by that choice.)
    """

    def __init__(self, path: Path) -> None:
        with TTFont(path) as font:
            order = font.getGlyphOrder()
            numbers = {name: number for number, name in enumerate(order)}
            self.name: str = font["name"].getDebugName(6)
            self.box: tuple[int, int, int, int] = tuple(
                getattr(font["head"], side) for side in ("xMin", "yMin", "xMax", "yMax")
            )
            self.ascent, self.descent = int(font["hhea"].ascent), int(font["hhea"].descent)
            self.cap_height = int(font["OS/2"].sCapHeight)
            self._glyph_of = {letter: numbers[name] for letter, name in font.getBestCmap().items()}
            self._widths = [int(font["hmtx"][name][0]) for name in order]
            self._parts = [
                [numbers[part] for part in font["glyf"][name].getComponentNames(font["glyf"])] for name in order
            ]
            outlines, offsets = font.reader["glyf"], list(font["loca"])
            self._outlines = [outlines[start:end] for start, end in pairwise(offsets)]
            self._tables = {tag: font.reader[tag] for tag in _KEPT_TABLES}

    def glyphs(self, text: str) -> list[int]:
        """Return glyph numbers; a letter that the typeface lacks becomes a question mark."""
        unknown = self._glyph_of[ord("?")]
        return [self._glyph_of.get(ord(letter), unknown) for letter in unicodedata.normalize("NFC", text)]

    def width(self, text: str, size: float) -> float:
        """Return the width of a line in points."""
        return sum(self._widths[glyph] for glyph in self.glyphs(text)) * size / 1000

    def widths(self, glyphs: Iterable[int]) -> list[tuple[int, int]]:
        """Return (glyph, advance in 1/1000 em), ordered, for the /W array."""
        return [(glyph, self._widths[glyph]) for glyph in sorted(set(glyphs))]

    def letters(self, glyphs: Iterable[int]) -> list[tuple[int, int]]:
        """Return (glyph, Unicode letter), ordered, for the /ToUnicode map."""
        wanted = set(glyphs)
        return sorted((glyph, letter) for letter, glyph in self._glyph_of.items() if glyph in wanted)

    def subset(self, glyphs: Iterable[int]) -> bytes:
        """Return a TrueType file with the outlines of `glyphs` only; every glyph keeps its number."""
        kept = {0, *glyphs}
        for glyph in tuple(kept):
            kept.update(self._parts[glyph])
        outlines, offsets = bytearray(), [0]
        for number, outline in enumerate(self._outlines):
            outlines += outline if number in kept else b""
            outlines += bytes(-len(outlines) % 4)
            offsets.append(len(outlines))
        # indexToLocFormat, the last but one field of head: 1 = long offsets
        head = bytearray(self._tables["head"])
        head[50:52] = b"\x00\x01"
        loca = struct.pack(f">{len(offsets)}L", *offsets)
        return _font_file({**self._tables, "head": bytes(head), "glyf": bytes(outlines), "loca": loca})


def _font_file(tables: dict[str, bytes]) -> bytes:
    """Lay tables out as an sfnt file (OpenType 1.9, "Table Directory")."""
    power = len(tables).bit_length() - 1
    directory = struct.pack(
        ">4s4H", b"\x00\x01\x00\x00", len(tables), 16 << power, power, 16 * len(tables) - (16 << power)
    )
    body, start = b"", 12 + 16 * len(tables)
    for tag, table in sorted(tables.items()):
        padded = table + bytes(-len(table) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4s3L", tag.encode(), checksum, start + len(body), len(table))
        body += padded
    return directory + body


REGULAR = Typeface(_FONTS / "CountersignSans-Regular.ttf")
BOLD = Typeface(_FONTS / "CountersignSans-Bold.ttf")
