"""Photos of paper into one PDF: upright, on A4, the pictures' own bytes kept where that is possible."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signing.errors import Refused
from signing.intake.limits import GateLimits

if TYPE_CHECKING:
    from PIL import Image

_A4_MM = (210, 297)
_MARGIN_MM = 8
_JPEG_QUALITY = 88
_ORIENTATION = 0x0112
"""EXIF tag; 1 is upright."""
_TURNED = (3, 6, 8)
"""Orientations that a page can undo; the mirrored ones need new pixels."""
_PRIVATE_SEGMENTS = {0xFE, *range(0xE1, 0xEE)} - {0xE2}
"""JPEG comment, EXIF, XMP, Photoshop: place and device. APP0 and APP14 tell how to decode, APP2 holds colours."""


def photos_to_pdf(sources: Sequence[Path], target: Path) -> int:
    """Write the photos to `target`, in order, one page each (a TIFF: one a frame); return the number of pages.

    A JPEG's image data is embedded as it is and turned by the page; other photos are kept without loss (PNG, TIFF)
    or encoded once as JPEG (HEIC, WEBP); transparency becomes white. Place, device and time of the photo are left
    out. The same photos make the same bytes. Runs in a disposable worker. Raises `Refused`.
    """
    import img2pdf

    limits = GateLimits()
    pictures = [picture for source in sources for picture in _pictures(source, limits)]
    paper = tuple(img2pdf.mm_to_pt(side) for side in _A4_MM)
    edge = img2pdf.mm_to_pt(_MARGIN_MM)
    layout = img2pdf.get_layout_fun(pagesize=paper, border=(edge, edge), fit=img2pdf.FitMode.into, auto_orient=True)
    with target.open("wb") as stream:
        img2pdf.convert(
            *pictures, outputstream=stream, layout_fun=layout, nodate=True, rotation=img2pdf.Rotation.ifvalid,
            engine=img2pdf.Engine.internal, producer="Countersign",
        )  # fmt: skip
    if target.stat().st_size > limits.file_bytes:
        raise Refused("too-large", size_mb=round(target.stat().st_size / 2**20, 1), limit_mb=limits.file_bytes >> 20)
    return len(pictures)


def _pictures(source: Path, limits: GateLimits) -> Iterator[bytes]:
    """Yield what `img2pdf` embeds without touching it: a bare JPEG or PNG for each page."""
    from signing.intake.image import check_pixels, frame_count, open_image

    with open_image(source, limits) as image:
        orientation = image.getexif().get(_ORIENTATION, 1)
        if image.format in ("JPEG", "MPO") and orientation in (1, *_TURNED):
            image.load()  # a photo that was cut off is found here, not on paper
            yield bare_jpeg(source.read_bytes(), orientation=orientation)
            return
        for frame in range(frame_count(image)):
            image.seek(frame)
            check_pixels(image, limits)
            yield _encoded(image, is_lossless=image.format in ("PNG", "TIFF"))


def bare_jpeg(body: bytes, *, orientation: int) -> bytes:
    """Return the first picture of a JPEG file without EXIF, comments and what follows it; pixels untouched.

    Only the orientation is put back, as a 34-byte EXIF block. Raises `Refused("damaged-image")`.
    """
    kept, at = [body[:2], _exif(orientation) if orientation != 1 else b""], 2
    while body[at : at + 1] == b"\xff" and body[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(body[at + 2 : at + 4], "big")
        is_foreign_app2 = body[at + 1] == 0xE2 and not body.startswith(b"ICC_PROFILE", at + 4)
        if body[at + 1] not in _PRIVATE_SEGMENTS and not is_foreign_app2:
            kept.append(body[at:end])
        at = end
    stop = body.find(b"\xff\xd9", at)  # cannot occur inside the coded data, where ff is followed by 00
    if body[at : at + 2] != b"\xff\xda" or stop < 0:
        raise Refused("damaged-image", reason="jpeg")
    return b"".join([*kept, body[at : stop + 2]])


def _exif(orientation: int) -> bytes:
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    block = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    return b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block


def _encoded(image: Image.Image, *, is_lossless: bool) -> bytes:
    from PIL import ImageOps

    upright = _opaque(ImageOps.exif_transpose(image))
    body = io.BytesIO()
    if is_lossless:
        upright.save(body, "PNG")
    else:
        upright.save(body, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return body.getvalue()


def _opaque(image: Image.Image) -> Image.Image:
    """Return a copy in black, grey or colour, on white, with nothing attached to it."""
    from PIL import Image

    if image.mode in ("1", "L", "RGB") and "transparency" not in image.info:
        plain = image.copy()
    elif image.mode.startswith("I"):
        plain = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")  # 16 bits to 8
    else:
        coloured = image.convert("RGBA")
        plain = Image.new("RGB", image.size, "white")
        plain.paste(coloured, mask=coloured.getchannel("A"))
    plain.info.clear()
    return plain
