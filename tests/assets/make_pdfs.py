"""Good and bad PDF files for the gate: `python -m tests.assets.make_pdfs FOLDER` writes them all.

Each sample names the code that the gate must answer, or "accepted" with the warnings that it must give.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from tests.assets import crafted_pdfs as crafted
from tests.assets import signed_pdfs
from tests.assets.raw_pdf import action, annotation, deflated, document, stream, written

ACCEPTED = "accepted"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One file and what the gate must say of it."""

    make: Callable[[], bytes]
    code: str
    """`accepted`, or the code of the refusal."""
    warnings: tuple[str, ...] = ()


def main(folder: Path) -> None:
    """Write every sample into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, sample in SAMPLES.items():
        (folder / f"{name}.pdf").write_bytes(sample.make())


def _accepted(make: Callable[[], bytes], *warnings: str) -> Sample:
    return Sample(make=make, code=ACCEPTED, warnings=warnings)


def _refused(code: str, make: Callable[[], bytes]) -> Sample:
    return Sample(make=make, code=code)


def _page(entries: bytes, more: dict[int, bytes] | None = None) -> Callable[[], bytes]:
    return lambda: written(document(page=entries, more=more))


def _catalog(entries: bytes, more: dict[int, bytes] | None = None) -> Callable[[], bytes]:
    return lambda: written(document(catalog=entries, more=more))


def _object(body: bytes) -> Callable[[], bytes]:
    """A good document with one more object that nothing refers to."""
    return lambda: written(document(more={6: body}))


def _changed(number: int, body: bytes) -> Callable[[], bytes]:
    return lambda: written({**document(), number: body})


def _action(body: bytes) -> Callable[[], bytes]:
    return lambda: action(body)


def _annotation(body: bytes, more: dict[int, bytes] | None = None) -> Callable[[], bytes]:
    return lambda: annotation(body, more)


_ALL_FIELDS = FieldMDPSpec(FieldMDPAction.ALL)
_ONE_FIELD = FieldMDPSpec(FieldMDPAction.INCLUDE, fields=["Price"])
_FILE = {
    7: stream(b"1;2;3", b"/Type /EmbeddedFile"),
    8: b"<< /Type /Filespec /F (sums.xls) /EF << /F 7 0 R >> >>",
}
_FOREIGN_PAGE = stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Ref << /F (x.pdf) /Page 0 >>")
_BY_PLACE = b"/AS [<< /Event /Print /OCGs [6 0 R] /Category [/Print] >>]"

_FIT = {
    "plain": _accepted(crafted.good),
    "linearized": _accepted(partial(crafted.saved, linearize=True)),
    "object-streams": _accepted(partial(crafted.saved, packed=True)),
    "compressed-page": _accepted(lambda: written(document(content=deflated(b"BT /F1 9 Tf (x) Tj ET")))),
    "rotated-page": _accepted(_page(b"/Rotate 90 /CropBox [50 50 500 700]")),
    "two-revisions": _accepted(signed_pdfs.two_revisions),
    "many-pages": _accepted(partial(crafted.page_list, 300)),
    "go-to-page": _accepted(_catalog(b"/OpenAction [3 0 R /Fit]")),
    "link": _accepted(_action(b"/S /URI /URI (https://example.org)"), "links"),
    "comment": _accepted(_annotation(b"/Subtype /Text /Contents (please check) /F 4"), "comments"),
    "hidden-comment": _accepted(_annotation(b"/Subtype /Text /Contents (x) /F 2"), "comments", "hidden-annotations"),
    "form": _accepted(_catalog(b"/AcroForm << /Fields [6 0 R] >>", {6: b"<< /FT /Tx /T (Sum) /V (100) >>"}), "forms"),
    "visible-layers": _accepted(partial(crafted.layers, b""), "layers"),
    "layer-of-a-watermark": _accepted(
        partial(crafted.layers, _BY_PLACE, usage=b"/Print << /PrintState /ON >> /View << /ViewState /ON >>"), "layers"
    ),
    "rich-comment": _accepted(_annotation(b"/Subtype /Text /RC (<body><p>fine</p></body>) /F 4"), "comments"),
    "empty-signature-field": _accepted(signed_pdfs.empty_field),
    "signed": _accepted(signed_pdfs.signed),
    "signed-twice": _accepted(lambda: signed_pdfs.signed(signed_pdfs.signed(), field="Second")),
    "certified-for-signatures": _accepted(lambda: signed_pdfs.signed(certify=MDPPerm.FILL_FORMS)),
    "one-field-locked": _accepted(lambda: signed_pdfs.signed(lock=_ONE_FIELD)),
}
_BROKEN = {
    "empty": _refused("empty", lambda: b""),
    "text": _refused("not-a-pdf", lambda: b"Dear colleagues, find the contract attached.\n"),
    "web-page": _refused("not-a-pdf", lambda: b"<!DOCTYPE html><html><body>Sign in</body></html>"),
    "photo-cut-off": _refused("damaged-image", lambda: b"\xff\xd8\xff\xe0" + bytes(64)),
    "zeros": _refused("not-a-pdf", lambda: bytes(5_000)),
    "program": _refused("not-a-pdf", lambda: b"MZ\x90\x00" + bytes(200)),
    "header-only": _refused("truncated", lambda: b"%PDF-1.7\n"),
    "header-and-noise": _refused("truncated", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40),
    "too-large": _refused("too-large", lambda: crafted.good() + bytes(21 << 20)),
    "cut-in-half": _refused("truncated", partial(crafted.truncated, 0.5)),
    "cut-at-the-end": _refused("truncated", partial(crafted.truncated, 0.97)),
    "junk-before-header": _refused("damaged", lambda: b"GIF89a\n" + crafted.good()),
    "data-after-end": _refused("damaged", lambda: crafted.good() + b"PK\x03\x04 another file"),
    "wrong-offsets": _refused("damaged", lambda: written(document(), shift=7)),
    "wrong-size": _refused("damaged", lambda: written(document(), size=3)),
    "startxref-beyond": _refused("damaged", lambda: crafted.good().replace(b"startxref\n", b"startxref\n9")),
    "no-root": _refused("damaged", lambda: crafted.good().replace(b"/Root 1 0 R", b"/Rooz 1 0 R")),
    "root-is-a-number": _refused("damaged", _changed(1, b"42")),
    "xref-loop": _refused("damaged", crafted.xref_loop),
    "hybrid-xref": _refused("hybrid-xref", crafted.hybrid),
    "doubled-key": _refused("damaged", _page(b"/Rotate 0 /Rotate 90")),
    "wrong-stream-length": _refused("damaged", lambda: written(document(content=stream(b"BT ET", length=3)))),
    "length-is-itself": _refused("damaged", _object(b"<< /Length 6 0 R >>\nstream\nx\nendstream")),
    "reference-to-itself": _refused("damaged", _object(b"6 0 R")),
    "stream-not-deflate": _refused("damaged", _changed(4, stream(b"zz", b"/Filter /FlateDecode"))),
    "unknown-filter": _refused("damaged", _changed(4, stream(b"zz", b"/Filter /Nonsense"))),
    "page-content-nonsense": _refused("damaged", _changed(4, stream(b"<< /A ("))),
    "unfinished-dictionary": _refused("damaged", _object(b"<< /A [1 2 (x) ")),
    "no-pages": _refused("damaged", _changed(2, b"<< /Type /Pages /Kids [] /Count 0 >>")),
    "pages-is-an-array": _refused("damaged", _changed(2, b"[3 0 R]")),
    "page-tree-loop": _refused("damaged", _changed(2, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")),
    "page-count-lies": _refused("damaged", _changed(2, b"<< /Type /Pages /Kids [3 0 R] /Count 7 >>")),
    "same-page-twice": _refused("damaged", _changed(2, b"<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>")),
}
_PROTECTED = {
    "user-password": _refused("password", partial(crafted.encrypted, user="secret")),
    "user-password-rc4": _refused("password", partial(crafted.encrypted, user="secret", r=3)),
    "changes-forbidden": _refused("permissions", partial(crafted.encrypted, modify_form=False, modify_other=False)),
    "changes-forbidden-rc4": _refused("permissions", partial(crafted.encrypted, r=3, modify_other=False)),
    "owner-password": _refused("encrypted", crafted.encrypted),
    "owner-password-aes128": _refused("encrypted", partial(crafted.encrypted, r=4)),
}
_ACTIVE = {
    "xfa": _refused("xfa", _catalog(b"/AcroForm << /Fields [] /XFA 6 0 R >>", {6: stream(b"<xdp/>")})),
    "javascript": _refused("javascript", _catalog(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")),
    "javascript-by-name": _refused("javascript", _catalog(b"/Names << /JavaScript << /Names [] >> >>")),
    "javascript-escaped": _refused("javascript", _action(b"/S /J#61vaScript /J#53 (app.alert(1))")),
    "javascript-packed": _refused("javascript", crafted.javascript_in_object_stream),
    "javascript-unused": _refused("javascript", _object(b"<< /S /JavaScript /JS (1) >>")),
    "launch": _refused("active-content", _action(b"/S /Launch /F (calc.exe)")),
    "launch-chained": _refused("active-content", _action(b"/S /GoTo /D [3 0 R /Fit] /Next << /S /Launch /F (x) >>")),
    "submit-form": _refused("active-content", _action(b"/S /SubmitForm /F (https://example.org)")),
    "import-data": _refused("active-content", _action(b"/S /ImportData /F (x.fdf)")),
    "go-to-remote": _refused("active-content", _action(b"/S /GoToR /F (//host/share) /D [0 /Fit]")),
    "go-to-embedded": _refused("active-content", _action(b"/S /GoToE /D [0 /Fit] /T << /R /C /N (x) >>")),
    "hide": _refused("active-content", _action(b"/S /Hide /T (Sum)")),
    "layer-switch": _refused("active-content", _action(b"/S /SetOCGState /State [/ON 6 0 R]")),
    "open-web-at-once": _refused("active-content", _catalog(b"/OpenAction << /S /URI /URI (https://example.org) >>")),
    "web-on-page-open": _refused("active-content", _page(b"/AA << /O << /S /URI /URI (https://example.org) >> >>")),
    "rich-media": _refused("active-content", _annotation(b"/Subtype /RichMedia")),
    "screen": _refused("active-content", _annotation(b"/Subtype /Screen")),
    "movie": _refused("active-content", _annotation(b"/Subtype /Movie /Movie << /F (x.avi) >>")),
    "sound": _refused("active-content", _annotation(b"/Subtype /Sound")),
    "three-d": _refused("active-content", _annotation(b"/Subtype /3D")),
    "attachment": _refused("active-content", _annotation(b"/Subtype /FileAttachment /FS 8 0 R", _FILE)),
    "embedded-file": _refused("active-content", _catalog(b"/Names << /EmbeddedFiles << /Names [] >> >>", _FILE)),
    "external-stream": _refused("active-content", _changed(4, stream(b"", b"/F (other.txt)"))),
    "file-on-the-web": _refused("active-content", _object(b"<< /Type /Filespec /FS /URL /F (http://x/) >>")),
    "content-of-another-file": _refused("active-content", _object(_FOREIGN_PAGE)),
    "postscript": _refused("active-content", _object(stream(b"showpage", b"/Type /XObject /Subtype /PS"))),
    "other-picture-on-paper": _refused("active-content", partial(crafted.picture, b"/Width 1 /Alternates []")),
    "layer-off": _refused("hidden", partial(crafted.layers, b"/OFF [6 0 R]")),
    "layers-all-off": _refused("hidden", partial(crafted.layers, b"/BaseState /OFF")),
    "layer-on-screen-only": _refused(
        "hidden", partial(crafted.layers, _BY_PLACE, usage=b"/Print << /PrintState /OFF >>")
    ),
    "rich-text-from-the-web": _refused("active-content", _annotation(b"/Subtype /Text /RC (<img src='http://x/'/>)")),
    "rich-text-with-entities": _refused("active-content", _annotation(b"/Subtype /Text /RC (<!DOCTYPE a>)")),
    "dormant-page": _refused("hidden", crafted.dormant_page),
}
_ENORMOUS = {
    "too-many-pages": _refused("too-many-pages", partial(crafted.page_list, 2_001)),
    "too-many-objects": _refused("too-many-objects", partial(crafted.numbers, 100_010)),
    "deep-arrays": _refused("too-deep", partial(crafted.nested, b"[", b"]", 200)),
    "deep-dictionaries": _refused("too-deep", partial(crafted.nested, b"<< /A ", b" >>", 200)),
    "very-deep-arrays": _refused("too-deep", partial(crafted.nested, b"[", b"]", 100_000)),
    "deep-page-tree": _refused("too-deep", partial(crafted.page_tree, 500)),
    "bomb": _refused("bomb", partial(crafted.bombs, 1, 200 * crafted.MB)),
    "bomb-of-ten": _refused("bomb", partial(crafted.bombs, 10, 40 * crafted.MB)),
    "bomb-stacked": _refused("bomb", crafted.stacked),
    "bomb-object-stream": _refused("bomb", crafted.object_stream_bomb),
    "bomb-cross-references": _refused("bomb", crafted.xref_stream_bomb),
    "bomb-lzw": _refused("bomb", crafted.lzw_bomb),
    "bomb-run-length": _refused("bomb", crafted.run_length_bomb),
    "giant-picture": _refused("bomb", partial(crafted.picture, b"/Width 60000 /Height 60000 /BitsPerComponent 8")),
}
_SIGNED = {
    "certified-final": _refused("locked", lambda: signed_pdfs.signed(certify=MDPPerm.NO_CHANGES)),
    "all-fields-locked": _refused("locked", lambda: signed_pdfs.signed(lock=_ALL_FIELDS)),
    "signed-then-altered": _refused("broken-signature", signed_pdfs.altered_inside),
    "signed-then-updated": _refused("broken-signature", signed_pdfs.altered_by_update),
    "signature-without-content": _refused("broken-signature", signed_pdfs.without_cms),
}
SAMPLES: dict[str, Sample] = {**_FIT, **_BROKEN, **_PROTECTED, **_ACTIVE, **_ENORMOUS, **_SIGNED}
"""By name; every one must end accepted or refused with its code, in bounded time and memory."""

if __name__ == "__main__":
    main(Path(sys.argv[1]))
