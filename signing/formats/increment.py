"""Writes the incremental update of a PAdES signature: field, stamp and a hole, behind untouched bytes."""

from __future__ import annotations

import shutil
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from signing.errors import Refused, SigningError
from signing.formats.format import Prepared
from signing.formats.placement import Spot, find_spot
from signing.formats.stamp import FACES, HEIGHT, Stamp, draw
from signing.formats.typeface import Typeface
from signing.ports import Hole

HOLE_DIGITS = 32 * 1024
"""Hex digits, so 16 KiB of DER: a chain of RSA-4096 certificates and a time-stamp with its own chain fit."""

_CHUNK_BYTES = 1 << 20
"""pyHanko's 4 KiB chunks cost a third more CPU on large files."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What the signature dictionary says in words; none of it is proved by itself."""

    signer: str
    reason: str
    location: str
    signed_at: datetime


def write(source: Path, target: Path, *, field: str, stamp: Stamp | None, statement: Statement) -> Prepared:
    """Copy `source` to `target` and append the update. Raises `Refused` (`locked`, `damaged`)."""
    try:
        spot = find_spot(source, stamp) if stamp else None
        shutil.copyfile(source, target)
        return _append(target, field=field, stamp=stamp, spot=spot, statement=statement)
    except SigningError:
        raise
    except Exception as error:
        # parsers of hostile files raise anything (reference: 32 kinds were seen)
        raise Refused("damaged", kind=type(error).__name__) from error


def _append(target: Path, *, field: str, stamp: Stamp | None, spot: Spot | None, statement: Statement) -> Prepared:
    with target.open("r+b") as file:
        writer = _Increment(file)
        _refuse_locked(writer)
        name = _free_name(writer, field)
        spec = SigFieldSpec(name, on_page=spot.page if spot else 0, box=spot.rect if spot else None)
        embedding = PdfCMSEmbedder(spec).write_cms(name, writer)
        widget = next(embedding).get_object()
        if stamp and spot:
            widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): _appearance(writer, stamp, spot)})
        writer.register_extension(ESIC_EXTENSION_1)
        signature = SignatureObject(
            timestamp=statement.signed_at,
            subfilter=SigSeedSubFilter.PADES,
            name=statement.signer,
            reason=statement.reason,
            location=statement.location,
            bytes_reserved=HOLE_DIGITS,
        )
        embedding.send(SigObjSetup(sig_placeholder=signature))
        prepared, _ = embedding.send(SigIOSetup(md_algorithm="sha256", in_place=True, chunk_size=_CHUNK_BYTES))
        file.seek(0, 2)
        return Prepared(
            hole=Hole(start=prepared.reserved_region_start, end=prepared.reserved_region_end),
            size_bytes=file.tell(),
            field=name,
            page=spot.page if spot else None,
            covers_nothing=spot is None or spot.covers_nothing,
            signed_at=statement.signed_at,
        )


class _Increment(IncrementalPdfFileWriter):
    """A writer that adds nothing but what it is told, and finds a page of a flat tree without parsing all pages."""

    def _update_meta(self) -> None:
        """Leave /Info and XMP alone: a signature changes no metadata (and malformed XMP would be an error)."""

    def find_page_for_modification(
        self, page_ix: int
    ) -> tuple[generic.IndirectObject, generic.PdfObject]:
        pages = self.root["/Pages"]
        kids = pages["/Kids"]
        if int(pages["/Count"]) == len(kids):
            page = kids.raw_get(page_ix)
            if page.get_object().get("/Type") == "/Page":
                return page, generic.DictionaryObject()
        return super().find_page_for_modification(page_ix)  # type: ignore[no-any-return]  # pyHanko leaves it open


def _refuse_locked(writer: _Increment) -> None:
    """Obey a certification that forbids all changes (invariant 10); the gate said so before, to the requester."""
    if "/AcroForm" not in writer.root:
        return
    if any(earlier.docmdp_level == MDPPerm.NO_CHANGES for earlier in writer.prev.embedded_signatures):
        raise Refused("locked")


def _free_name(writer: _Increment, wish: str) -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(writer)}
    name, number = wish, 1
    while name in taken:
        number += 1
        name = f"{wish}-{number}"
    return name


_UPRIGHT = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
"""Form matrices that turn the stamp against the page's /Rotate (ISO 32000-1 12.5.5, algorithm 8.1)."""


def _appearance(writer: _Increment, stamp: Stamp, spot: Spot) -> generic.IndirectObject:
    drawing = draw(stamp)
    fonts = {
        pdf_name(f"/{face}"): _font(writer, FACES[face], glyphs) for face, glyphs in sorted(drawing.glyphs.items())
    }
    form = {
        "/Type": pdf_name("/XObject"),
        "/Subtype": pdf_name("/Form"),
        "/BBox": _numbers(0, 0, stamp.width, HEIGHT),
        "/Matrix": _numbers(*_UPRIGHT[spot.rotation], 0, 0),
        "/Resources": generic.DictionaryObject({pdf_name("/Font"): generic.DictionaryObject(fonts)}),
    }
    return _stream(writer, form, drawing.operators)


def _font(writer: _Increment, face: Typeface, glyphs: set[int]) -> generic.IndirectObject:
    """Embed a subset as a composite font (ISO 32000-1 9.7) whose codes are the glyph numbers."""
    program = face.subset(glyphs)
    name = pdf_name(f"/{_subset_tag(glyphs)}+{face.name}")
    descriptor = {
        "/Type": pdf_name("/FontDescriptor"),
        "/FontName": name,
        "/Flags": generic.NumberObject(4),
        "/FontBBox": _numbers(*face.box),
        "/ItalicAngle": generic.NumberObject(0),
        "/Ascent": generic.NumberObject(face.ascent),
        "/Descent": generic.NumberObject(face.descent),
        "/CapHeight": generic.NumberObject(700),
        "/StemV": generic.NumberObject(80),
        "/FontFile2": _stream(writer, {"/Length1": generic.NumberObject(len(program))}, program),
    }
    widths = generic.ArrayObject()
    for glyph, width in face.widths(glyphs):
        widths += [generic.NumberObject(glyph), _numbers(width)]
    system = {"/Registry": "Adobe", "/Ordering": "Identity"}
    descendant = {
        "/Type": pdf_name("/Font"),
        "/Subtype": pdf_name("/CIDFontType2"),
        "/BaseFont": name,
        "/CIDSystemInfo": _dictionary(
            {**{key: generic.pdf_string(text) for key, text in system.items()}, "/Supplement": generic.NumberObject(0)}
        ),
        "/CIDToGIDMap": pdf_name("/Identity"),
        "/FontDescriptor": writer.add_object(_dictionary(descriptor)),
        "/W": widths,
    }
    font = {
        "/Type": pdf_name("/Font"),
        "/Subtype": pdf_name("/Type0"),
        "/BaseFont": name,
        "/Encoding": pdf_name("/Identity-H"),
        "/DescendantFonts": generic.ArrayObject([writer.add_object(_dictionary(descendant))]),
        "/ToUnicode": _stream(writer, {}, _to_unicode(face.letters(glyphs))),
    }
    return writer.add_object(_dictionary(font))


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


def _stream(writer: _Increment, entries: dict[str, generic.PdfObject], body: bytes) -> generic.IndirectObject:
    stream = generic.StreamObject(
        {**_dictionary(entries), pdf_name("/Filter"): pdf_name("/FlateDecode")}, encoded_data=zlib.compress(body)
    )
    return writer.add_object(stream)


def _dictionary(entries: dict[str, generic.PdfObject]) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(key): value for key, value in entries.items()})


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(round(value, 4)) for value in values])
