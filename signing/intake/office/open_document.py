"""What people must be told about an odt, ods or odp (ISO 26300), found in its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from signing.errors import Refused
from signing.intake.office.kinds import OPEN_DOCUMENT
from signing.intake.office.markup import Element, elements
from signing.intake.office.open_xml import formula
from signing.intake.office.package import Package

_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_ELSEWHERE = re.compile(r"^(\.\./|/|[A-Za-z][A-Za-z0-9+.-]+:)")
_CODE = re.compile(r"^(Basic/[^/]+/(?!script-lb\.xml)[^/]+\.xml|Scripts/.+)$")


def media_type(mimetype: bytes) -> str | None:
    """Return the media type by the part `mimetype`; a template is what it makes."""
    named = mimetype.decode("ascii", "replace").strip().removesuffix("-template")
    return named if named in OPEN_DOCUMENT else None


def warnings(package: Package) -> Iterator[str]:
    """Yield the codes of warnings, some more than once; refuse `office-password` and what `markup` refuses."""
    if any(element.name == "encryption-data" for element in elements(package.read("META-INF/manifest.xml"))):
        raise Refused("office-password")
    if any(_CODE.match(name) for name in package.names):
        yield "macros"
    if "META-INF/documentsignatures.xml" in package.names:
        yield "office-signature"
    for name in ("content.xml", "styles.xml"):
        for element in elements(package.read(name)):
            yield from _of_element(element)


def _of_element(element: Element) -> Iterator[str]:
    if element.name:
        yield from (code for code, applies in _RULES.items() if applies(element.name, element.attributes))
        if element.name in ("date", "time") and element.space == _TEXT and element.attributes.get("fixed") != "true":
            yield "live-values"  # in other namespaces a date is when a change or a comment was made
        yield from formula(element.attributes.get("formula", ""))


def _is_outside(name: str, attributes: dict[str, str]) -> bool:
    if name in ("a", "event-listener"):  # a link to click, of which the gate for PDF tells; a macro of its own
        return False
    return name in ("dde-source", "dde-connection-decl") or bool(_ELSEWHERE.match(attributes.get("href", "")))


_RULES: dict[str, Callable[[str, dict[str, str]], bool]] = {
    "tracked-changes": lambda name, _: name == "changed-region",
    "comments-left-out": lambda name, _: name == "annotation",
    "hidden-text": lambda name, given: (
        name in ("hidden-text", "hidden-paragraph")
        or (name == "text-properties" and given.get("display") == "none")
        or (name == "section" and given.get("display") in ("none", "condition"))
    ),
    "hidden-sheets": lambda name, given: name == "table-properties" and given.get("display") == "false",
    "hidden-rows": lambda _, given: given.get("visibility") in ("collapse", "filter"),
    "hidden-slides": lambda name, given: name == "drawing-page-properties" and given.get("visibility") == "hidden",
    "embedded": lambda name, _: name in ("object", "object-ole", "applet", "plugin", "floating-frame"),
    "outside": _is_outside,
    "formulas": lambda _, given: "formula" in given,
    "macros": lambda name, _: name == "event-listener",
}
