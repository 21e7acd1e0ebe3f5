"""Pictures of the pages, drawn from the very bytes that will be signed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signing.errors import Refused

if TYPE_CHECKING:
    import pypdfium2

_TALLEST = 4
"""Height of a picture at most this many widths: a till receipt must not become a bomb."""


_ROAMING_BYTES = 120_000
"""What a telephone abroad loads in a second or two; the grain of photographed paper costs most of it."""


def render(source: Path, *, pages: Sequence[int], width_px: int = 1000, quality: int = 60) -> list[bytes]:
    """Return one JPEG for each 0-based number in `pages`, `width_px` wide, 30 to 120 KB for a page of an office.

    A page that stays larger is encoded again with less `quality`, twice at most.

    Annotations and form fields are drawn, as a reader shows them. Runs in a disposable worker after the gate.
    Raises `Refused("damaged")` when a page cannot be drawn, `Refused("no-such-page")` for a wrong number.
    """
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(source) as document:
            document.init_forms()
            _check_numbers(pages, len(document))
            return [_draw(document, number, width_px=width_px, quality=quality) for number in pages]
    except pypdfium2.PdfiumError as error:
        raise Refused("damaged", reason="pdfium") from error


def _check_numbers(pages: Sequence[int], count: int) -> None:
    wrong = next((number for number in pages if not 0 <= number < count), None)
    if wrong is not None:
        raise Refused("no-such-page", page=wrong + 1, pages=count)


def _draw(document: pypdfium2.PdfDocument, number: int, *, width_px: int, quality: int) -> bytes:
    page = document[number]
    try:
        width, height = page.get_size()
        scale = min(width_px / max(width, 1), _TALLEST * width_px / max(height, 1))
        image = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    finally:
        page.close()
    for attempt in (quality, quality * 2 // 3, quality // 3):
        body = io.BytesIO()
        image.save(body, "JPEG", quality=attempt, optimize=True, progressive=True)
        if body.tell() <= _ROAMING_BYTES:
            break
    return body.getvalue()
