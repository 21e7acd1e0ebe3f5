"""What in a PDF acts, fetches or hides: scripts, launches, forms that send, attachments, outside content.

Every dictionary of the file is looked at, used or not: what is dormant today can be woken by a later change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pikepdf

from signing.document import clean_name
from signing.errors import Refused
from signing.intake.object_graph import ObjectGraph

_ACTIONS = {
    "/GoTo3DView", "/GoToE", "/GoToR", "/Hide", "/ImportData", "/Launch", "/Movie", "/Rendition", "/ResetForm",
    "/RichMediaExecute", "/SetOCGState", "/Sound", "/SubmitForm", "/Thread", "/Trans",
}  # fmt: skip
"""ISO 32000-2 table 201 without GoTo, GoToDp, Named and URI (and JavaScript, which has its own code)."""
_ANNOTATIONS = {"/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound"}
_OUTSIDE = {"/OPI", "/Alternates"}
"""Pictures that are replaced when printed."""
_PASSIVE_OPENING = {"/GoTo", "/GoToDp"}
_HARMLESS_ANNOTATIONS = {"/Link", "/Widget", "/Popup"}
_FIELDS = {"/Tx", "/Btn", "/Ch"}
"""Fields that are filled in; a field for a signature is none of them."""
_INVISIBLE = 2 | 32
"""Annotation flags Hidden and NoView (ISO 32000-2 table 167)."""


def check_active_content(pdf: pikepdf.Pdf, graph: ObjectGraph) -> None:
    """Refuse `xfa`, `javascript`, `active-content` (facts: `what`) and `hidden` (facts: `what`)."""
    for check in (_check_code, _check_action, _check_trigger, _check_outside, _check_rich_text, _check_layer):
        for dictionary in graph.dictionaries:
            check(dictionary)
    _check_opening(pdf.Root)
    _check_layers(pdf.Root)
    _check_dormant_pages(pdf, graph)


def list_warnings(pdf: pikepdf.Pdf, graph: ObjectGraph) -> tuple[str, ...]:
    """Return the codes of what is allowed but must be told: links, comments, forms, layers and the like."""
    return tuple(sorted(set(_warnings(pdf, graph))))


def _check_code(dictionary: pikepdf.Object) -> None:
    if "/XFA" in dictionary:
        raise Refused("xfa")
    if "/JS" in dictionary or "/JavaScript" in dictionary or _name(dictionary, "/S") == "/JavaScript":
        raise Refused("javascript")


def _check_action(dictionary: pikepdf.Object) -> None:
    action, subtype = _name(dictionary, "/S"), _name(dictionary, "/Subtype")
    if action in _ACTIONS and _name(dictionary, "/Type") != "/StructElem":
        raise Refused("active-content", what=action[1:])
    if subtype in _ANNOTATIONS:
        raise Refused("active-content", what=subtype[1:])


def _check_trigger(dictionary: pikepdf.Object) -> None:
    for trigger in _values(dictionary.get("/AA")):
        if _name(trigger, "/S") not in _PASSIVE_OPENING | {"/Named"}:
            raise Refused("active-content", what="AA")


def _check_outside(dictionary: pikepdf.Object) -> None:
    if "/EmbeddedFiles" in dictionary or "/EF" in dictionary or _name(dictionary, "/Type") == "/EmbeddedFile":
        named = str(dictionary.get("/UF", dictionary.get("/F", "")))
        raise Refused("active-content", what="EmbeddedFile", file=clean_name(named, fallback=""))
    if isinstance(dictionary, pikepdf.Stream) and ("/F" in dictionary or "/FFilter" in dictionary):
        raise Refused("active-content", what="ExternalStream")
    if _name(dictionary, "/FS") == "/URL" or isinstance(dictionary.get("/Ref"), pikepdf.Dictionary):
        raise Refused("active-content", what="ExternalFile")
    if _name(dictionary, "/Subtype") == "/PS" or (_OUTSIDE & set(dictionary.keys())):
        raise Refused("active-content", what="PrintOnly")


def _check_rich_text(dictionary: pikepdf.Object) -> None:
    """Refuse rich text (XHTML) that names other files or defines entities."""
    for key in ("/RC", "/RV"):
        text = str(dictionary.get(key, ""))
        if re.search(r"<!|<\s*(img|link|script|object|iframe)\b", text, re.IGNORECASE):
            raise Refused("active-content", what="RichText")


def _check_layer(dictionary: pikepdf.Object) -> None:
    """Refuse a layer that is meant for the screen only or for paper only: what is read is not what is printed."""
    usage = dictionary.get("/Usage") if _name(dictionary, "/Type") == "/OCG" else None
    if isinstance(usage, pikepdf.Dictionary):
        places = (("/View", "/ViewState"), ("/Print", "/PrintState"))
        if any(_name(usage.get(place, pikepdf.Dictionary()), state) == "/OFF" for place, state in places):
            raise Refused("hidden", what="layers")


def _check_opening(root: pikepdf.Object) -> None:
    opening = root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and _name(opening, "/S") not in _PASSIVE_OPENING:
        raise Refused("active-content", what="OpenAction")


def _check_layers(root: pikepdf.Object) -> None:
    """Refuse layers that are off: the signer would not see them."""
    properties = root.get("/OCProperties")
    shown = properties.get("/D") if isinstance(properties, pikepdf.Dictionary) else None
    if not isinstance(shown, pikepdf.Dictionary):
        return
    if len(shown.get("/OFF", [])) or _name(shown, "/BaseState") == "/OFF":
        raise Refused("hidden", what="layers")


def _check_dormant_pages(pdf: pikepdf.Pdf, graph: ObjectGraph) -> None:
    """Refuse pages that nothing refers to: content prepared to be swapped in later, or thought to be deleted."""
    kept = graph.typed.get("/Page", set()) | graph.typed.get("/Catalog", set()) | graph.typed.get("/Pages", set())
    if kept - graph.reachable(pdf.Root.objgen):
        raise Refused("hidden", what="pages")


def _warnings(pdf: pikepdf.Pdf, graph: ObjectGraph) -> Iterator[str]:
    root = pdf.Root
    if "/OCProperties" in root:
        yield "layers"
    if "/UR3" in root.get("/Perms", pikepdf.Dictionary()):
        yield "usage-rights"
    for dictionary in graph.dictionaries:
        yield from _warnings_of(dictionary)


def _warnings_of(dictionary: pikepdf.Object) -> Iterator[str]:
    if _name(dictionary, "/S") == "/URI":
        yield "links"
    if _name(dictionary, "/FT") in _FIELDS:
        yield "forms"
    if "/Subtype" not in dictionary or "/Rect" not in dictionary:
        return
    if _name(dictionary, "/Subtype") not in _HARMLESS_ANNOTATIONS:
        yield "comments"
    if int(dictionary.get("/F", 0)) & _INVISIBLE and _name(dictionary, "/FT") != "/Sig":
        yield "hidden-annotations"


def _name(dictionary: pikepdf.Object, key: str) -> str:
    value = dictionary.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _values(dictionary: pikepdf.Object | None) -> Iterator[pikepdf.Object]:
    if isinstance(dictionary, pikepdf.Dictionary):
        yield from (value for _, value in dictionary.items() if isinstance(value, pikepdf.Dictionary))
