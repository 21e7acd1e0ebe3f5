"""Typefaces that a file asks for and this machine has not: others take their place, and lines break elsewhere."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from ctypes import POINTER, byref, c_char_p, c_int, c_void_p
from pathlib import Path

from signing.intake.limits import GateLimits
from signing.intake.office.kinds import DOCX, OPEN_DOCUMENT, OPEN_XML, PPTX, RTF, XLSX
from signing.intake.office.markup import Element, elements
from signing.intake.office.package import Package, open_package

_TWINS = {
    "calibri": "carlito", "cambria": "caladea", "arial": "liberation sans", "helvetica": "liberation sans",
    "times new roman": "liberation serif", "times": "liberation serif", "courier new": "liberation mono",
    "courier": "liberation mono", "calibri light": "carlito",
}  # fmt: skip
"""Typefaces with the widths of Word's own: whoever has these loses nothing."""
_SIGNS = ("symbol", "wingdings", "webdings", "opensymbol", "zapf")
"""Typefaces of signs, which LibreOffice draws with its own."""
_GENERIC = {"", "serif", "sans-serif", "sans", "monospace", "system-ui"}
_PARTS = {
    DOCX: ("word/document.xml", "word/theme/theme1.xml"),
    XLSX: ("xl/styles.xml",),
    PPTX: ("ppt/slides/slide", "ppt/theme/theme1.xml"),
}
_RTF_TABLE = re.compile(rb"\{\\f\d+[^{};]*? ([^{};\\]+);")


def missing(source: Path, media_type: str) -> bool:
    """Tell whether a file names a typeface that is neither here nor has a twin of the same widths here.

    Reads the list of typefaces: only in a worker that may (`program.OfficeProgram`). Raises what `open_package` does.
    """
    wanted = {name.strip().strip("'\"").casefold() for name in _named(source, media_type)} - _GENERIC
    return any(not name.startswith(_SIGNS) and not _is_here(name) for name in sorted(wanted)[:_ASKED])


_ASKED = 40
"""So many names are looked up; no letter has more typefaces."""


def _named(source: Path, media_type: str) -> Iterator[str]:
    if media_type in OPEN_XML:
        package = open_package(source, GateLimits())
        for element in _elements(package, _PARTS[media_type]):
            yield from _of_open_xml(element, media_type)
    elif media_type in OPEN_DOCUMENT:
        for element in _elements(open_package(source, GateLimits()), ("content.xml", "styles.xml")):
            if element.name == "font-face":
                yield element.attributes.get("font-family", "")
    elif media_type == RTF:
        yield from (name.decode("ascii", "ignore") for name in _RTF_TABLE.findall(source.read_bytes()))


def _elements(package: Package, beginnings: tuple[str, ...]) -> Iterator[Element]:
    for name in package.named(*beginnings, ending=".xml"):
        yield from elements(package.read(name))


def _of_open_xml(element: Element, media_type: str) -> Iterator[str]:
    given = element.attributes
    if element.name == "rFonts":
        yield from (given[kind] for kind in ("ascii", "hAnsi", "cs") if kind in given)
    elif element.name == "latin" and not given.get("typeface", "+").startswith("+"):  # + points into the theme
        yield given["typeface"]
    elif element.name == "name" and media_type == XLSX:
        yield given.get("val", "")


def _is_here(name: str) -> bool:
    found = _match(name)
    return found is None or found in (name, _TWINS.get(name))


def _match(name: str) -> str | None:
    """Return the family that fontconfig gives for a name, None when it cannot be asked."""
    try:
        library = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return None
    for function, result in (("FcPatternCreate", c_void_p), ("FcFontMatch", c_void_p)):
        getattr(library, function).restype = result
    pattern, family, status = c_void_p(library.FcPatternCreate()), c_char_p(), c_int()
    library.FcPatternAddString(pattern, b"family", name.encode())
    library.FcConfigSubstitute(None, pattern, 0)
    library.FcDefaultSubstitute(pattern)
    library.FcFontMatch.argtypes = [c_void_p, c_void_p, POINTER(c_int)]
    match = library.FcFontMatch(None, pattern, byref(status))
    if match is None:
        return None
    library.FcPatternGetString(c_void_p(match), b"family", 0, byref(family))
    return (family.value or b"").decode("utf-8", "replace").casefold()
