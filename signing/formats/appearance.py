"""Puts a drawn stamp into a document: the form of an annotation's appearance, and its fonts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from signing.formats.pdf_object import PdfObject, Plain, pdf_object
from signing.formats.stamp import DrawnStamp

_UPRIGHT = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
"""Form matrices that turn the stamp against the page's /Rotate (ISO 32000-1 12.5.5, algorithm 8.1)."""


def appearance(writer: BasePdfFileWriter, stamp: DrawnStamp, *, rotation: int) -> generic.DictionaryObject:
    """Add a stamp's form and fonts to `writer`; return the /AP dictionary of its annotation.

    `rotation` is the page's, in degrees.
    """
    fonts: dict[str, Plain] = {f"/{name}": f"{add(writer, objects).idnum} 0 R" for name, objects in stamp.fonts.items()}
    form: dict[str, Plain] = {
        "/Type": "/XObject",
        "/Subtype": "/Form",
        "/BBox": [0, 0, stamp.width, stamp.height],
        "/Matrix": [*_UPRIGHT[rotation], 0, 0],
        "/Resources": {"/Font": fonts},
    }
    shown = add(writer, [pdf_object(form, stamp.contents)])
    return generic.DictionaryObject({generic.pdf_name("/N"): shown})  # type: ignore[no-untyped-call]  # pyHanko leaves it open


def add(writer: BasePdfFileWriter, objects: Sequence[PdfObject]) -> generic.IndirectObject:
    """Add objects that refer to each other; return the last one."""
    added: list[generic.IndirectObject] = []
    for each in objects:
        added.append(writer.add_object(_Written(each.written([earlier.idnum for earlier in added]))))
    return added[-1]


class _Written(generic.PdfObject):
    """Bytes that need no serializer. Not encrypted: `encrypted` documents do not pass the gate."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def write_to_stream(self, stream: BinaryIO, handler: object = None, container_ref: object = None) -> None:
        stream.write(self._body)
