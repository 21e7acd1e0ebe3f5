"""What people must be told about a docx, xlsx or pptx (ECMA-376), found in its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from signing.errors import Refused
from signing.intake.office.kinds import DOCX, PPTX, XLSX
from signing.intake.office.markup import Element, elements
from signing.intake.office.package import Package

_CHANGES = {
    "ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange",
    "tcPrChange", "cellIns", "cellDel", "cellMerge", "numberingChange",
}  # fmt: skip
_PARTS = (
    (re.compile(r"vbaProject\.bin$|/macrosheets/|/vbaData\.xml$"), "macros"),
    (re.compile(r"/(embeddings|activeX|ctrlProps)/"), "embedded"),
    (re.compile(r"^_xmlsignatures/.+\.xml$"), "office-signature"),
    (re.compile(r"^(xl|ppt)/(comments|threadedComments)[^/]*(/|\.xml$)"), "comments-left-out"),
    (re.compile(r"^xl/revisions/"), "tracked-changes"),
)
"""What the mere name of a part says."""
DATES = re.compile(r"^\s*(DATE|TIME)\b", re.IGNORECASE)
"""Fields that show another day each day."""
OUTSIDE = re.compile(r"^\s*(INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DDE|DDEAUTO|DATABASE|RD)\b", re.IGNORECASE)
VOLATILE = re.compile(r"\b(TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY)\s*\(", re.IGNORECASE)
FETCHING = re.compile(r"\b(WEBSERVICE|RTD|DDE|IMAGE)\s*\(|\[[^\]]+\.xl\w+\]", re.IGNORECASE)
_OFF = {"0", "false", "off", "none"}


def media_type(names: frozenset[str]) -> str | None:
    """Return the media type by the names of the parts, None for a zip that is none of these."""
    if "[Content_Types].xml" not in names:
        return None
    for beginning, found in (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)):
        if any(name.startswith(beginning) for name in names):
            return found
    return None


def warnings(package: Package, found: str) -> Iterator[str]:
    """Yield the codes of warnings, some more than once; refuse what `markup` refuses and binary workbooks."""
    if any(name.endswith("/workbook.bin") for name in package.names):
        raise Refused("kind-office-other")
    for name in package.names:
        yield from (code for pattern, code in _PARTS if pattern.search(name))
    for name in package.named("", ending=".rels"):
        yield from _relations(package.read(name))
    yield from {DOCX: _word, XLSX: _excel, PPTX: _slides}[found](package)


def _relations(body: bytes) -> Iterator[str]:
    for element in elements(body):
        if element.attributes.get("TargetMode") == "External":
            kind = element.attributes.get("Type", "").rpartition("/")[2]
            if kind != "hyperlink":  # those are told by the gate for PDF
                yield "outside"


def _word(package: Package) -> Iterator[str]:
    concealing = _concealing_styles(package.read("word/styles.xml"))
    for name in package.named("word/", ending=".xml"):
        base = name.removeprefix("word/")
        if base.startswith(("document", "header", "footer", "footnotes", "endnotes")):
            yield from _text_part(package.read(name), concealing)
        elif base.startswith("comments") and any(e.name == "comment" for e in elements(package.read(name))):
            yield "comments-left-out"


def _concealing_styles(body: bytes) -> set[str]:
    """Return the ids of the styles that hide their text."""
    current, found = "", set()
    for element in elements(body):
        if element.name == "style":
            current = element.attributes.get("styleId", "")
        elif element.name == "vanish" and _is_on(element.attributes):
            found.add(current)
    return found


def _text_part(body: bytes, concealing: set[str]) -> Iterator[str]:
    is_instruction, instruction = False, ""
    for element in elements(body):
        if not element.name:
            instruction += element.text if is_instruction else ""
            continue
        is_instruction = element.name == "instrText"
        if element.name in ("fldChar", "fldSimple"):
            yield from field(instruction + element.attributes.get("instr", ""))
            instruction = ""
        elif element.name in _CHANGES:
            yield "tracked-changes"
        elif _conceals(element, concealing):
            yield "hidden-text"
        elif element.name in ("altChunk", "OLEObject"):
            yield "embedded"


def _conceals(element: Element, concealing: set[str]) -> bool:
    if element.name in ("rStyle", "pStyle"):
        return element.attributes.get("val") in concealing
    return element.name == "vanish" and _is_on(element.attributes)


def field(instruction: str) -> Iterator[str]:
    """Yield what a field of a text does: shows the day, or fetches."""
    if DATES.search(instruction):
        yield "live-values"
    if OUTSIDE.search(instruction):
        yield "outside"


def _excel(package: Package) -> Iterator[str]:
    for element in elements(package.read("xl/workbook.xml")):
        if element.name == "sheet" and element.attributes.get("state", "visible") != "visible":
            yield "hidden-sheets"
    for name in package.named("xl/worksheets/", "xl/chartsheets/", ending=".xml"):
        yield from _sheet(package.read(name))


def _sheet(body: bytes) -> Iterator[str]:
    is_formula = False
    for element in elements(body):
        if not element.name:
            if is_formula:
                yield from formula(element.text)
            continue
        is_formula = element.name == "f"
        if is_formula:
            yield "formulas"
        elif element.name in ("row", "col") and element.attributes.get("hidden", "0") not in _OFF:
            yield "hidden-rows"


def formula(text: str) -> Iterator[str]:
    """Yield what a formula of a table does besides counting."""
    if VOLATILE.search(text):
        yield "live-values"
    if FETCHING.search(text):
        yield "outside"


def _slides(package: Package) -> Iterator[str]:
    for name in package.named("ppt/slides/slide", ending=".xml"):
        for element in elements(package.read(name)):
            if element.name == "sld" and element.attributes.get("show", "1") in _OFF:
                yield "hidden-slides"
            elif element.name == "fld" and element.attributes.get("type", "").startswith("datetime"):
                yield "live-values"
            elif element.name in ("videoFile", "audioFile", "oleObj"):
                yield "embedded"


def _is_on(attributes: dict[str, str]) -> bool:
    return attributes.get("val", "1") not in _OFF
