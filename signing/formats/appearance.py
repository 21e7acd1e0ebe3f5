"""Turns a drawn stamp into the objects of an annotation's appearance: a form and its embedded fonts."""

from __future__ import annotations

import zlib
from typing import TypeAlias

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from signing.formats.stamp import FACES, HEIGHT, Stamp, draw
from signing.formats.typeface import Typeface

_Plain: TypeAlias = "generic.PdfObject | str | bytes | int | float | dict[str, _Plain] | list[_Plain]"
"""PDF in Python values: `"/Name"`, `b"string"`, numbers, dictionaries, arrays."""

_UPRIGHT = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
"""Form matrices that turn the stamp against the page's /Rotate (ISO 32000-1 12.5.5, algorithm 8.1)."""


def appearance(writer: BasePdfFileWriter, stamp: Stamp, *, rotation: int) -> generic.PdfObject:
    """Add a stamp's form and fonts to `writer`; return the /AP dictionary of its annotation.

    `rotation` is the page's, in degrees.
    """
    drawing = draw(stamp)
    fonts = {f"/{face}": embedded(writer, FACES[face], glyphs) for face, glyphs in sorted(drawing.glyphs.items())}
    form: dict[str, _Plain] = {
        "/Type": "/XObject",
        "/Subtype": "/Form",
        "/BBox": [0, 0, stamp.width, HEIGHT],
        "/Matrix": [*_UPRIGHT[rotation], 0, 0],
        "/Resources": {"/Font": {**fonts}},
    }
    return _pdf({"/N": _stream(writer, form, drawing.operators)})


def embedded(writer: BasePdfFileWriter, face: Typeface, glyphs: set[int]) -> generic.PdfObject:
    """Embed a subset as a composite font (ISO 32000-1 9.7) whose codes are the glyph numbers."""
    program = face.subset(glyphs)
    name = f"/{_subset_tag(glyphs)}+{face.name}"
    descriptor: dict[str, _Plain] = {
        "/Type": "/FontDescriptor",
        "/FontName": name,
        "/Flags": 4,
        "/FontBBox": [*face.box],
        "/ItalicAngle": 0,
        "/Ascent": face.ascent,
        "/Descent": face.descent,
        "/CapHeight": face.cap_height,
        "/StemV": 80,
        "/FontFile2": _stream(writer, {"/Length1": len(program)}, program),
    }
    descendant: dict[str, _Plain] = {
        "/Type": "/Font",
        "/Subtype": "/CIDFontType2",
        "/BaseFont": name,
        "/CIDSystemInfo": {"/Registry": b"Adobe", "/Ordering": b"Identity", "/Supplement": 0},
        "/CIDToGIDMap": "/Identity",
        "/FontDescriptor": writer.add_object(_pdf(descriptor)),
        "/W": _widths(face, glyphs),
    }
    font: dict[str, _Plain] = {
        "/Type": "/Font",
        "/Subtype": "/Type0",
        "/BaseFont": name,
        "/Encoding": "/Identity-H",
        "/DescendantFonts": [writer.add_object(_pdf(descendant))],
        "/ToUnicode": _stream(writer, {}, _to_unicode(face.letters(glyphs))),
    }
    return writer.add_object(_pdf(font))


def _widths(face: Typeface, glyphs: set[int]) -> list[_Plain]:
    listed: list[_Plain] = []
    for glyph, width in face.widths(glyphs):
        listed += [glyph, [width]]
    return listed


def _subset_tag(glyphs: set[int]) -> str:
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


def _stream(writer: BasePdfFileWriter, entries: dict[str, _Plain], body: bytes) -> generic.PdfObject:
    dictionary = _pdf({**entries, "/Filter": "/FlateDecode"})
    assert isinstance(dictionary, generic.DictionaryObject)
    return writer.add_object(generic.StreamObject(dictionary, encoded_data=_deflated(body)))


def _deflated(body: bytes) -> bytes:
    # a window of 8 KiB: the usual one costs a fresh process more page faults than the whole work
    deflater = zlib.compressobj(6, zlib.DEFLATED, 13, 6)
    return deflater.compress(body) + deflater.flush()


def _pdf(value: _Plain) -> generic.PdfObject:
    made: generic.PdfObject
    match value:
        case dict():
            entries = {generic.pdf_name(key): _pdf(item) for key, item in value.items()}
            made = generic.DictionaryObject(entries)  # type: ignore[no-untyped-call]  # pyHanko leaves it open
        case list():
            made = generic.ArrayObject(_pdf(item) for item in value)
        case str():
            made = generic.pdf_name(value)
        case bytes():
            made = generic.ByteStringObject(value)
        case int() | float():
            made = generic.FloatObject(round(value, 4))  # type: ignore[no-untyped-call]  # as above
        case _:
            made = value
    return made
