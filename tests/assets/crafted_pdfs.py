"""PDF files that are wrong, active, hidden or too big in one way each."""

from __future__ import annotations

import io
import zlib
from typing import Literal

import pikepdf

from tests.assets.raw_pdf import deflated, document, stream, written, written_with_xref_stream

MB = 1_000_000


def good(body: bytes | None = None) -> bytes:
    return body if body is not None else written(document())


def saved(*, encryption: pikepdf.Encryption | None = None, linearize: bool = False, packed: bool = False) -> bytes:
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(good())) as pdf:
        pdf.save(out, encryption=encryption or False, linearize=linearize, object_stream_mode=mode)
    return out.getvalue()


def encrypted(*, user: str = "", r: Literal[3, 4, 6] = 6, **allowed: bool) -> bytes:
    permissions = pikepdf.Permissions(**allowed)
    is_modern = r > 3
    return saved(
        encryption=pikepdf.Encryption(
            owner="owner", user=user, R=r, allow=permissions, aes=is_modern, metadata=is_modern
        )
    )


def xref_loop() -> bytes:
    body = written(document())
    return written(document(), trailer=b"/Prev %d" % body.index(b"xref\n0 "))


def hybrid() -> bytes:
    packed = stream(zlib.compress(bytes(7)), b"/Type /XRef /Size 1 /W [1 4 2] /Filter /FlateDecode")
    objects = document(more={6: packed})
    return written(objects, trailer=b"/XRefStm %d" % written(objects).index(b"6 0 obj"))


def page_tree(depth: int) -> bytes:
    objects = document()
    objects[2] = b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"
    for level in range(depth):
        below = b"3 0 R" if level == depth - 1 else b"%d 0 R" % (11 + level)
        objects[10 + level] = b"<< /Type /Pages /Parent 2 0 R /Kids [%s] /Count 1 >>" % below
    return written(objects)


def page_list(count: int) -> bytes:
    objects = document()
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>"
    objects.update(dict.fromkeys(range(10, 9 + count), page))
    kids = b" ".join(b"%d 0 R" % number for number in (3, *range(10, 9 + count)))
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return written(objects)


def numbers(count: int) -> bytes:
    """Return a document with very many very small objects."""
    return written(document(more=dict.fromkeys(range(6, count), b"0")))


def arrays_in_an_array(arrays: int) -> bytes:
    """Return a document with one array of very many arrays."""
    return written(document(more={6: b"[" + b"[1] " * arrays + b"]"}))


def nested(opening: bytes, closing: bytes, depth: int) -> bytes:
    return written(document(more={6: opening * depth + closing * depth}))


def bombs(count: int, each: int) -> bytes:
    return written(document(more={6 + n: deflated(bytes(each)) for n in range(count)}))


def stacked() -> bytes:
    twice = zlib.compress(zlib.compress(bytes(200 * MB), 9), 9)
    return written(document(content=stream(twice, b"/Filter [/FlateDecode /FlateDecode]")))


def object_stream_bomb() -> bytes:
    """Return a file of which one object lies in an object stream of 200 MB."""
    holder = deflated(b"7 0 << >>" + bytes(200 * MB), b"/Type /ObjStm /N 1 /First 4")
    return written_with_xref_stream(document(more={6: holder}), packed_into={7: 6})


def xref_stream_bomb() -> bytes:
    """Return a file that claims millions of objects in a few kilobytes."""
    return written_with_xref_stream(document(), table=bytes(7 * 9 * MB), size=9 * MB)


def lzw_bomb() -> bytes:
    """LZW codes that repeat one ever longer string (each code names the entry that is just being made)."""
    bits, width = [], 9
    for code in (256, 0, *range(258, 4_094)) * 12:
        bits.append(format(code, f"0{width}b"))
        width = 9 if code == 256 else 9 + sum(code >= full for full in (510, 1_022, 2_046))
    block = "".join(bits)
    packed = int(block + "0" * (-len(block) % 8), 2).to_bytes((len(block) + 7) // 8, "big")
    return written(document(content=stream(packed, b"/Filter /LZWDecode")))


def run_length_bomb() -> bytes:
    """Return a stream in which two bytes stand for 128."""
    return written(document(content=stream(b"\x81\x00" * 600_000 + b"\x80", b"/Filter /RunLengthDecode")))


def layers(shown: bytes, *, usage: bytes = b"") -> bytes:
    """Return a document with one layer."""
    layers = b"/OCProperties << /OCGs [6 0 R] /D << /Order [6 0 R] %s >> >>" % shown
    return written(document(catalog=layers, more={6: b"<< /Type /OCG /Name (Prices) /Usage << %s >> >>" % usage}))


def dormant_page() -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    return written(document(more={6: page}))


def truncated(share: float) -> bytes:
    body = good()
    return body[: int(len(body) * share)]


def javascript_in_object_stream() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(good())) as pdf:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.Root.OpenAction = pdf.make_indirect(script)
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def picture(entries: bytes) -> bytes:
    picture = stream(b"\xff\xd8\xff\xd9", b"/Type /XObject /Subtype /Image " + entries)
    return written(document(more={6: picture}))


def catalog(entries: bytes, more: dict[int, bytes] | None = None) -> bytes:
    return written(document(catalog=entries, more=more))
