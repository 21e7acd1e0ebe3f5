"""An office file at the gate: what it really is, and what people must be told before they look at its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from signing.document import Kind
from signing.intake.findings import Findings
from signing.intake.limits import GateLimits
from signing.intake.office import ole, open_document, open_xml, plain_text, rich_text, web_page
from signing.intake.office.kinds import HTML, OLE, OPEN_DOCUMENT, OPEN_XML, RTF, TEXT
from signing.intake.office.package import names_in, open_package

OLE_STORAGE = "application/x-ole-storage"
ZIP = "application/zip"
WARNINGS = (
    "tracked-changes", "hidden-text", "hidden-sheets", "hidden-rows", "hidden-slides", "outside", "macros",
    "scripts-left-out", "comments-left-out", "office-signature", "live-values", "formulas", "embedded", "old-format",
    "encoding-guessed", "web-page",
)  # fmt: skip
"""Every code, what weighs most first: a card has room for a few."""


def media_type(source: Path, kind: Kind, found: str) -> tuple[Kind, str]:
    """Return kind and media type of what the first bytes call a zip, an old office file or a text.

    An archive that is no office file stays an archive. Raises `Refused`: `office-password`, `kind-office-other`.
    """
    if kind in (Kind.OFFICE, Kind.ARCHIVE) and found == ZIP:
        named = _of_zip(source)
        return (Kind.OFFICE, named) if named else (Kind.ARCHIVE, ZIP)
    if found == OLE_STORAGE:
        return Kind.OFFICE, ole.media_type(source)
    return (Kind.OFFICE, found) if found in (RTF, HTML, TEXT) else (kind, found)


def inspect_office(source: Path, found: str, limits: GateLimits) -> Findings:
    """Judge an office file by what it holds; raises `Refused`. Pages are not known before it is converted."""
    codes = set(_codes(source, found, limits))
    return Findings(pages=0, warnings=tuple(code for code in WARNINGS if code in codes))


def _codes(source: Path, found: str, limits: GateLimits) -> Iterator[str]:
    if found in OPEN_XML:
        yield from open_xml.warnings(open_package(source, limits), found)
    elif found in OPEN_DOCUMENT:
        yield from open_document.warnings(open_package(source, limits))
    elif found in OLE:
        yield from ole.warnings(source)
    elif found == RTF:
        yield from rich_text.warnings(source.read_bytes())
    elif found == HTML:
        yield from ("web-page", *web_page.sifted(source.read_bytes()).codes)
    elif found == TEXT:
        yield from plain_text.warnings(source.read_bytes())


def _of_zip(source: Path) -> str | None:
    names = names_in(source)
    if "mimetype" in names:
        return open_document.media_type(_mimetype(source))
    return open_xml.media_type(names)


def _mimetype(source: Path) -> bytes:
    """Return the first part, which lies there unpacked (ISO 26300-3, 3.3)."""
    with source.open("rb") as stream:
        head = stream.read(200)
    name = int.from_bytes(head[26:28], "little")
    start = 30 + name + int.from_bytes(head[28:30], "little")
    return head[start : start + int.from_bytes(head[18:22], "little")]
