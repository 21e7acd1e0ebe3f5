"""PDF files written by hand, byte for byte, so that each can be wrong in exactly one way."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

PAGE_TEXT = b"BT /F1 18 Tf 72 720 Td (Contract 17-44) Tj ET"


def stream(body: bytes, entries: bytes = b"", *, length: int | None = None) -> bytes:
    """Return a stream object with its /Length (a wrong one on request)."""
    size = len(body) if length is None else length
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (size, entries, body)


def deflated(body: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object compressed once."""
    return stream(zlib.compress(body, 9), b"/Filter /FlateDecode " + entries)


def document(
    *, catalog: bytes = b"", page: bytes = b"", content: bytes | None = None, more: Mapping[int, bytes] | None = None
) -> dict[int, bytes]:
    """Return the objects of a good one-page document: catalog 1, pages 2, page 3, content 4, font 5; `more` on top."""
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> %s >>" % page,
        4: content if content is not None else stream(PAGE_TEXT),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        **(more or {}),
    }


def written(objects: Mapping[int, bytes], *, trailer: bytes = b"", shift: int = 0, size: int | None = None) -> bytes:
    """Return the file: header, objects, cross-reference table (offsets wrong by `shift`), trailer."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number, body in sorted(objects.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, top = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % top
    for number in range(1, top):
        entry = b"%010d 00000 n \n" % (offsets[number] + shift) if number in offsets else b"0000000000 00001 f \n"
        out += entry
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size or top, trailer, start)
    return bytes(out)


def written_with_xref_stream(
    objects: Mapping[int, bytes],
    *,
    packed_into: Mapping[int, int] | None = None,
    table: bytes | None = None,
    size: int | None = None,
) -> bytes:
    """Return a file with a cross-reference stream; `packed_into` says which object streams hold which objects.

    `table` and `size` replace the true (uncompressed) table and number of entries.
    """
    out, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    inside = packed_into or {}
    number = max([*objects, *inside]) + 1
    for each, body in sorted(objects.items()):
        offsets[each] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (each, body)
    offsets[number] = start = len(out)
    entries = [b"\x00" + bytes(4) + b"\xff\xff"]
    for each in range(1, number + 1):
        kind, place = (b"\x02", inside[each]) if each in inside else (b"\x01", offsets[each])
        entries.append(kind + place.to_bytes(4, "big") + bytes(2))
    described = b"/Type /XRef /Size %d /W [1 4 2] /Root 1 0 R" % (size or number + 1)
    out += b"%d 0 obj\n%s\nendobj\n" % (number, deflated(table or b"".join(entries), described))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def action(body: bytes) -> bytes:
    """Return a good document whose page carries a link with this action."""
    link = b"<< /Type /Annot /Subtype /Link /Rect [72 700 200 730] /A << %s >> >>" % body
    return written(document(page=b"/Annots [6 0 R]", more={6: link}))


def annotation(body: bytes, more: Mapping[int, bytes] | None = None) -> bytes:
    """Return a good document whose page carries this annotation."""
    note = b"<< /Type /Annot /Rect [72 700 200 730] %s >>" % body
    return written(document(page=b"/Annots [6 0 R]", more={6: note, **(more or {})}))
