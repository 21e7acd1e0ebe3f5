"""A PDF with fields, marks or parts that nobody sees becomes plain pages; never one that carries a signature."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from signing.errors import Refused

if TYPE_CHECKING:
    from signing.intake.gate import Verdict

MENDED = frozenset({"forms", "comments", "hidden-annotations", "usage-rights"})
"""Warnings that plain pages do not bring."""
_REFUSALS = {"javascript": None, "hidden": "pages"}
"""Refusals that plain pages do not bring, with what they must be about."""
_KEPT = ("/Type", "/Pages", "/Lang", "/ViewerPreferences", "/PageLayout", "/MarkInfo", "/StructTreeRoot", "/Metadata")
"""What of a catalogue makes pages and their reading; all else acts, fills in, leads or hides."""


def is_wanted(verdict: Verdict) -> bool:
    """Tell whether mending would take away something that people must be told about."""
    return bool(MENDED.intersection(verdict.warnings)) and not verdict.earlier and verdict.docmdp is None


def may_help(refusal: Refused) -> bool:
    """Tell whether plain pages would not be refused for this."""
    return refusal.code in _REFUSALS and _REFUSALS[refusal.code] in (None, refusal.facts.get("what"))


def make_plain(source: Path, target: Path) -> bool:
    """Write the pages of a PDF with fields and marks drawn into them; False, and nothing written, for a signed one.

    Nothing is left to click or to fill in, and no object that no page needs. Runs in a disposable worker.
    Raises `Refused("damaged")`. Not checked: what came out; the gate looks at it as at any PDF.
    """
    import pikepdf

    if _is_signed(source):
        return False
    try:
        with pikepdf.open(io.BytesIO(_flattened(source))) as pdf:
            for page in pdf.pages:
                for key in ("/Annots", "/AA"):
                    if key in page.obj:
                        del page.obj[key]
            root = pdf.Root
            for key in [key for key in root.keys() if key not in _KEPT]:  # noqa: SIM118  # a PDF dictionary, no mapping
                del root[key]
            pdf.remove_unreferenced_resources()
            pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    except pikepdf.PdfError as error:
        raise Refused("damaged", reason="mending") from error
    return True


def _is_signed(source: Path) -> bool:
    import pikepdf

    try:
        with pikepdf.open(source) as pdf:
            return any(_is_signature(thing) for thing in pdf.objects)
    except pikepdf.PdfError as error:
        raise Refused("damaged", reason="mending") from error


def _is_signature(thing: object) -> bool:
    import pikepdf

    return isinstance(thing, pikepdf.Dictionary) and "/ByteRange" in thing


def _flattened(source: Path) -> bytes:
    """Return the PDF with everything that a reader shows on its pages drawn into them."""
    import pypdfium2
    from pypdfium2 import raw

    body = io.BytesIO()
    try:
        with pypdfium2.PdfDocument(source) as document:
            document.init_forms()
            for number in range(len(document)):
                page = document[number]
                if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_FAIL:
                    raise Refused("damaged", reason="mending")
                page.close()
            document.save(body)
    except pypdfium2.PdfiumError as error:
        raise Refused("damaged", reason="mending") from error
    return body.getvalue()
