"""The corpus of conversion: each file with what must be told, what must stand on its pages and what must not.

`python -m tests.assets.make_office FOLDER` writes it down to look at it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.assets.office_parts import (
    ARABIC,
    CYRILLIC,
    HEBREW,
    Sample,
    Unfit,
    docx,
    odf,
    ole,
    paragraph,
    png,
    run,
    zipped,
)  # fmt: skip
from tests.assets.office_sheets import open_documents, slides, tables, texts


def samples(server: str) -> Iterator[Sample]:
    """Yield every file that becomes PDF; `server` is an address that nobody may ask for anything."""
    yield from _word(server)
    yield from tables(server)
    yield from slides()
    yield from open_documents(server)
    yield from texts(server)


def unfit() -> Iterator[Unfit]:
    """Yield every file that is refused."""
    whole = docx(paragraph(run("whole")))
    yield Unfit(name="cut.docx", body=whole[: len(whole) // 2], code="kind-archive")
    yield Unfit(name="flipped.docx", body=_flipped(whole), code="office-broken")
    yield Unfit(name="torn.docx", body=docx("<w:p><w:r>"), code="office-broken")
    yield Unfit(name="entities.docx", body=docx(parts={"word/header1.xml": _laughs()}), code="bomb")
    yield Unfit(name="deep.docx", body=docx("<w:p>" * 900 + "</w:p>" * 900), code="office-too-deep")
    yield Unfit(name="zeros.docx", body=docx(parts={"word/media/a.bin": bytes(300 << 20)}), code="bomb")
    yield Unfit(name="parts.docx", body=docx(parts={f"word/media/{n}": b"" for n in range(4_100)}), code="bomb")
    yield Unfit(name="doubled.docx", body=docx(parts={"word/Document.xml": "<a/>"}), code="office-broken")
    yield Unfit(name="locked.docx", body=ole(("EncryptedPackage", b"x")), code="office-password")
    yield Unfit(
        name="locked.doc", body=ole(("WordDocument", b"\xec\xa5" + bytes(8) + b"\0\x01")), code="office-password"
    )
    begin, lock = b"\x09\x08\x10\0" + bytes(16), b"\x2f\0\x06\0" + bytes(6)
    yield Unfit(name="locked.xls", body=ole(("Workbook", begin + lock)), code="office-password")
    secret = "<manifest:encryption-data/>"
    yield Unfit(name="locked.odt", body=odf("text", "<text:p>x</text:p>", secret=secret), code="office-password")
    yield Unfit(name="mail.msg", body=ole(("__properties_version1.0", b"x")), code="kind-office-other")
    yield Unfit(name="binary.xlsb", body=_binary_workbook(), code="kind-office-other")
    yield Unfit(name="frame.doc", body=ole(("WordDocument", b"\xec\xa5" + bytes(60))), code="office-unreadable")
    yield Unfit(name="open.rtf", body=b"{\\rtf1 {", code="office-broken")
    yield Unfit(name="deep.rtf", body=b"{\\rtf1 " + b"{" * 900 + b"x" + b"}" * 901, code="office-too-deep")
    yield Unfit(name="endless.txt", body=b"line\n" * 110_000, code="too-many-pages")
    yield Unfit(name="no-letters.txt", body=b"\x81\x8d\x8f\x90\x9d" * 30, code="text-encoding")
    yield Unfit(name="called.pdf", body=whole, code="not-a-pdf")


def _word(server: str) -> Iterator[Sample]:
    right = (
        paragraph(run(HEBREW, "<w:rtl/>"), properties="<w:bidi/>"),
        paragraph(run(ARABIC, "<w:rtl/>"), properties="<w:bidi/>"),
    )
    yield Sample(name="letters.docx", body=docx(paragraph(run(CYRILLIC)), *right), shown=(CYRILLIC, "חוזה"))
    changes = (
        run("Price: "), '<w:del w:id="1" w:author="A"><w:r><w:delText>ninety</w:delText></w:r></w:del>',
        f'<w:ins w:id="2" w:author="A">{run("seventy")}</w:ins>',
    )  # fmt: skip
    yield Sample(
        name="changes.docx", body=docx(paragraph(*changes)), told=frozenset({"tracked-changes"}), shown=("seventy",)
    )
    strange = docx(paragraph(run("in a strange typeface", '<w:rFonts w:ascii="Unknown Grotesk" w:hAnsi="Arial"/>')))
    told = frozenset({"other-typefaces"})
    yield Sample(name="typeface.docx", body=strange, told=told, shown=("in a strange typeface",))
    known = docx(paragraph(run("in Calibri", '<w:rFonts w:ascii="Calibri" w:hAnsi="Times New Roman" w:cs="Symbol"/>')))
    yield Sample(name="calibri.docx", body=known, shown=("in Calibri",))
    hidden = docx(paragraph(run("open"), run("concealed", "<w:vanish/>")))
    yield Sample(name="hidden.docx", body=hidden, told=frozenset({"hidden-text"}), shown=("open",), gone=("concealed",))
    yield _remarks()
    yield _fields(server)
    yield _picture()
    macros = docx(
        paragraph(run("with a macro")), parts={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(64)}, is_macro=True
    )
    yield Sample(name="macros.docm", body=macros, told=frozenset({"macros"}), shown=("with a macro",))
    embedded = docx(
        paragraph(run("carries")), parts={"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" + bytes(64)}
    )
    yield Sample(name="embedded.docx", body=embedded, told=frozenset({"embedded"}), shown=("carries",))
    signed = docx(paragraph(run("signed before")), parts={"_xmlsignatures/sig1.xml": "<Signature/>"})
    yield Sample(name="signed.docx", body=signed, told=frozenset({"office-signature"}), shown=("signed before",))


def _remarks() -> Sample:
    remark = (
        '<?xml version="1.0"?><w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:comment w:id="0" w:author="A">{paragraph(run("too cheap"))}</w:comment></w:comments>'
    )
    body = docx(
        paragraph(run("Offer"), '<w:r><w:commentReference w:id="0"/></w:r>'),
        parts={"word/comments.xml": remark}, links=(("c1", "comments", "comments.xml"),),
    )  # fmt: skip
    told = frozenset({"comments-left-out"})
    return Sample(name="remarks.docx", body=body, told=told, shown=("Offer",), gone=("too cheap",))


def _fields(server: str) -> Sample:
    body = docx(
        paragraph(run("Made on "), f'<w:fldSimple w:instr=" DATE ">{run("1 May")}</w:fldSimple>'),
        paragraph(
            f'<w:fldSimple w:instr=" INCLUDETEXT &quot;{server}/clause.docx&quot; ">', run("clause"), "</w:fldSimple>"
        ),
        paragraph(_drawing('r:link="rIdOut"')),
        links=(("rIdOut", "image", f"{server}/pixel.png"), ("rIdT", "attachedTemplate", f"{server}/t.dotx")),
    )  # fmt: skip
    return Sample(name="fields.docx", body=body, told=frozenset({"live-values", "outside"}), shown=("Made on",))


def _picture() -> Sample:
    body = docx(
        paragraph(run("A picture:")), paragraph(_drawing('r:embed="rIdIn"')),
        parts={"word/media/image1.png": png(64, 64)}, links=(("rIdIn", "image", "media/image1.png"),),
    )  # fmt: skip
    return Sample(name="picture.docx", body=body, shown=("A picture:",))


def _drawing(link: str) -> str:
    return (
        '<w:r><w:drawing><wp:inline><wp:extent cx="914400" cy="914400"/><wp:docPr id="1" name="p"/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip {link}/><a:stretch>'
        '<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="914400" cy="914400"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r>"
    )


def _flipped(body: bytes) -> bytes:
    """Return a zip in whose first part some bytes are others."""
    return body[:60] + bytes(byte ^ 0x55 for byte in body[60:90]) + body[90:]


def _laughs() -> str:
    def ten(door: int) -> str:
        return f"&a{door - 1};" * 10

    doors = "".join(f'<!ENTITY a{n} "{ten(n)}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{doors}]><x>&a9;</x>'


def _binary_workbook() -> bytes:
    return zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\x83\x01\0"})


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    named = {sample.name: sample.body for sample in samples("http://127.0.0.1:9")} | {
        one.name: one.body for one in unfit()
    }
    for name, body in named.items():
        (folder / name).write_bytes(body)
