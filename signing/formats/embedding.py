"""The letters of a typeface that a drawing uses, as the objects of an embedded font."""

from __future__ import annotations

import functools
import zlib

from signing.formats.pdf_object import PdfObject, Plain, Reference, pdf_object
from signing.formats.typeface import Typeface


@functools.lru_cache(maxsize=64)
def embedded(face: Typeface, glyphs: frozenset[int]) -> tuple[PdfObject, ...]:
    """Return a subset as a composite font (ISO 32000-1 9.7) whose codes are the glyph numbers; the font comes last.

    Kept, since the stamps of one signer use the same letters: see `drawing`.
    """
    program = face.subset(glyphs)
    name = f"/{_subset_tag(glyphs)}+{face.name}"
    descriptor: dict[str, Plain] = {
        "/Type": "/FontDescriptor",
        "/FontName": name,
        "/Flags": 4,
        "/FontBBox": [*face.box],
        "/ItalicAngle": 0,
        "/Ascent": face.ascent,
        "/Descent": face.descent,
        "/CapHeight": face.cap_height,
        "/StemV": 80,
        "/FontFile2": Reference(0),
    }
    descendant: dict[str, Plain] = {
        "/Type": "/Font",
        "/Subtype": "/CIDFontType2",
        "/BaseFont": name,
        "/CIDSystemInfo": {"/Registry": b"Adobe", "/Ordering": b"Identity", "/Supplement": 0},
        "/CIDToGIDMap": "/Identity",
        "/FontDescriptor": Reference(1),
        "/W": _widths(face, glyphs),
    }
    font: dict[str, Plain] = {
        "/Type": "/Font",
        "/Subtype": "/Type0",
        "/BaseFont": name,
        "/Encoding": "/Identity-H",
        "/DescendantFonts": [Reference(2)],
        "/ToUnicode": Reference(3),
    }
    return (
        pdf_object({"/Length1": len(program)}, zlib.compress(program)),
        pdf_object(descriptor),
        pdf_object(descendant),
        pdf_object({}, zlib.compress(_to_unicode(face.letters(glyphs)))),
        pdf_object(font),
    )


def _widths(face: Typeface, glyphs: frozenset[int]) -> list[Plain]:
    listed: list[Plain] = []
    for glyph, width in face.widths(glyphs):
        listed += [glyph, [width]]
    return listed


def _subset_tag(glyphs: frozenset[int]) -> str:
    """Return the six capitals that mark a subset (ISO 32000-1 9.6.4), the same for the same letters."""
    number = zlib.crc32(repr(sorted(glyphs)).encode())
    return "".join(chr(ord("A") + number // 26**place % 26) for place in range(6))


def _to_unicode(letters: list[tuple[int, int]]) -> bytes:
    """Return the CMap that lets people copy and search the stamp's text (Adobe technical note 5411)."""
    lines = [f"<{glyph:04x}> <{letter:04x}>" for glyph, letter in letters]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    shown = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{shown}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode("ascii")
