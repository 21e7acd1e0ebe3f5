"""Office files written part by part: what a program would write, and what an attacker would."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODF_NAMES = " ".join(
    f'xmlns:{short}="{_ODF}:{name}"'
    for short, name in (
        ("office", "office:1.0"), ("text", "text:1.0"), ("table", "table:1.0"), ("draw", "drawing:1.0"),
        ("style", "style:1.0"), ("svg", "svg-compatible:1.0"), ("fo", "xsl-fo-compatible:1.0"), ("of", "of:1.2"),
        ("presentation", "presentation:1.0"),
    )
) + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
CYRILLIC, HEBREW, ARABIC = "Договор поставки № 17", "חוזה אספקה", "عقد توريد"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One file that becomes PDF."""

    name: str
    body: bytes
    told: frozenset[str] = frozenset()
    """Codes of all its warnings."""
    shown: tuple[str, ...] = ()
    """Words on the pages."""
    gone: tuple[str, ...] = ()
    """Words that are not."""
    pages: int = 1


@dataclass(frozen=True, kw_only=True)
class Unfit:
    """One file that is refused."""

    name: str
    body: bytes
    code: str


def zipped(parts: dict[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    """Return a zip of the parts in order; `stored` are not deflated."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), part, kind)
    return body.getvalue()


def relations(*targets: tuple[str, str, str]) -> str:
    """Return a part of relations: id, kind, target; a target with a scheme lies outside."""
    outside = ' TargetMode="External"'
    rows = "".join(
        f'<Relationship Id="{name}" Type="{REL}/{kind}" Target="{target}"{outside if ":" in target else ""}/>'
        for name, kind, target in targets
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_RELS}">{rows}</Relationships>'


def _types(**parts: str) -> str:
    rows = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    return (
        f'<?xml version="1.0"?><Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{rows}</Types>'
    )


def run(text: str, properties: str = "") -> str:
    """Return a run of a paragraph in Word."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    """Return a paragraph in Word."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def docx(
    *paragraphs: str, parts: dict[str, bytes | str] | None = None, links: tuple[tuple[str, str, str], ...] = (),
    is_macro: bool = False,
) -> bytes:  # fmt: skip
    """Return a Word file of these paragraphs, more parts, and what the document refers to."""
    names = (
        f'xmlns:w="{W}" xmlns:r="{REL}" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    )
    plain, acting = (
        f"{_MAIN}.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    body = f"<w:body>{''.join(paragraphs)}</w:body>"
    return zipped({
        "[Content_Types].xml": _types(**{"word/document.xml": acting if is_macro else plain}),
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": f'<?xml version="1.0"?><w:document {names}>{body}</w:document>',
        "word/_rels/document.xml.rels": relations(*links),
        **(parts or {}),
    })  # fmt: skip


def xlsx(*sheets: tuple[str, str, str], parts: dict[str, bytes | str] | None = None) -> bytes:
    """Return a workbook; a sheet is its name, its state and the XML inside `worksheet`."""
    spread = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kinds = {f"xl/worksheets/sheet{n}.xml": f"{_MAIN}.spreadsheetml.worksheet+xml" for n, _ in enumerate(sheets, 1)}
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="s{n}"/>'
        for n, (name, state, _) in enumerate(sheets, 1)
    )
    bodies = {
        f"xl/worksheets/sheet{n}.xml": f'<?xml version="1.0"?><worksheet xmlns="{spread}">{body}</worksheet>'
        for n, (_, _, body) in enumerate(sheets, 1)
    }
    return zipped({
        "[Content_Types].xml": _types(**{"xl/workbook.xml": f"{_MAIN}.spreadsheetml.sheet.main+xml"}, **kinds),
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook xmlns="{spread}" xmlns:r="{REL}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            *((f"s{n}", "worksheet", f"worksheets/sheet{n}.xml") for n, _ in enumerate(sheets, 1))
        ),
        **bodies,
        **(parts or {}),
    })  # fmt: skip


def pptx(*slides: tuple[str, str]) -> bytes:
    """Return a presentation; a slide is its text and the attributes of `sld`."""
    draw, show = (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://schemas.openxmlformats.org/presentationml/2006/main",
    )
    main = f"{_MAIN}.presentationml.presentation.main+xml"
    kinds = {f"ppt/slides/slide{n}.xml": f"{_MAIN}.presentationml.slide+xml" for n, _ in enumerate(slides, 1)}
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="s{n}"/>' for n, _ in enumerate(slides, 1))
    shape = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="t"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
        '<a:off x="500000" y="500000"/><a:ext cx="7000000" cy="1000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    tree = (
        "<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id='1' name=''/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>"
        f"{shape}</p:spTree></p:cSld>"
    )
    bodies = {
        f"ppt/slides/slide{n}.xml": f'<?xml version="1.0"?><p:sld xmlns:p="{show}" xmlns:a="{draw}" {given}>'
        f"{tree.format(text)}</p:sld>"
        for n, (text, given) in enumerate(slides, 1)
    }
    return zipped({
        "[Content_Types].xml": _types(**{"ppt/presentation.xml": main}, **kinds),
        "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f'<?xml version="1.0"?><p:presentation xmlns:p="{show}" xmlns:r="{REL}">'
        f'<p:sldIdLst>{listed}</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": relations(
            *((f"s{n}", "slide", f"slides/slide{n}.xml") for n, _ in enumerate(slides, 1))
        ),
        **bodies,
    })  # fmt: skip


def odf(
    kind: str, body: str, *, styles: str = "", parts: dict[str, bytes | str] | None = None, secret: str = "",
) -> bytes:  # fmt: skip
    """Return an OpenDocument file; `kind` is text, spreadsheet or presentation, `body` lies inside `office:<kind>`."""
    media = f"application/vnd.oasis.opendocument.{kind}"
    listed = (
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{media}"/><manifest:file-entry '
        f'manifest:full-path="content.xml" manifest:media-type="text/xml">{secret}</manifest:file-entry>'
    )
    listed += "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>' for name in parts or {}
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {ODF_NAMES} office:version="1.2">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:{kind}>{body}"
        f"</office:{kind}></office:body></office:document-content>"
    )
    return zipped({
        "mimetype": media,
        "content.xml": content,
        "META-INF/manifest.xml": f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0" '
        f'manifest:version="1.2">{listed}</manifest:manifest>',
        **(parts or {}),
    }, stored=("mimetype",))  # fmt: skip


def png(width: int, height: int, *, grey: int = 90) -> bytes:
    """Return a picture of one shade."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress((b"\0" + bytes([grey]) * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def ole(*streams: tuple[str, bytes]) -> bytes:
    """Return the frame of an old office file: a directory that names these streams, each with its first sector."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    entries = [_entry("Root Entry", 5, 0)] + [_entry(name, 2, place) for place, (name, _) in enumerate(streams, 4)]
    directory = b"".join(entries).ljust(4 * 512, b"\0")
    return head.ljust(512, b"\0") + directory + b"".join(body[:512].ljust(512, b"\0") for _, body in streams)


def _entry(name: str, kind: int, start: int) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    return (
        written.ljust(64, b"\0") + struct.pack("<HB", len(written), kind) + bytes(49) + struct.pack("<IQ", start, 4096)
    )
