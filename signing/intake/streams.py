"""Streams that unfold into more than a machine can hold: deflate bombs, stacked filters, giant pictures."""

from __future__ import annotations

from collections.abc import Iterable

import pikepdf

from signing.errors import Refused
from signing.intake.limits import GateLimits

_PICTURES = {"/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/CCF"}
"""Decoded by viewers only; their size is judged by /Width and /Height."""
_COMPRESSING = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL", "/BrotliDecode"}


def check_streams(streams: Iterable[pikepdf.Object], limits: GateLimits) -> None:
    """Decode each stream once under qpdf's own limits (`structure.opened_by_qpdf` set them) and add up.

    Refuses `bomb` for a stream or a sum over the limits, for compression stacked on compression and for a
    picture whose raster is too large; `damaged` for a stream that does not decode.
    """
    total = 0
    for stream in streams:
        filters = _filters(stream)
        _check_picture(stream, limits)
        if sum(name in _COMPRESSING for name in filters) > 1:
            raise Refused("bomb", what="stacked-filters")
        if _PICTURES.intersection(filters):
            continue
        total += _decoded_bytes(stream, limits)
        if total > limits.total_bytes:
            raise Refused("bomb", what="streams")


def _decoded_bytes(stream: pikepdf.Object, limits: GateLimits) -> int:
    try:
        size = len(stream.read_bytes(pikepdf.StreamDecodeLevel.specialized))
    except pikepdf.PdfError as error:
        if "limit exceeded" in str(error):
            raise Refused("bomb", what="stream") from None
        raise Refused("damaged", reason="stream") from error
    if size > limits.stream_bytes:
        raise Refused("bomb", what="stream")
    return size


def _filters(stream: pikepdf.Object) -> list[str]:
    named = stream.get("/Filter")
    if named is None:
        return []
    return [str(named)] if isinstance(named, pikepdf.Name) else [str(name) for name in named]


def _check_picture(stream: pikepdf.Object, limits: GateLimits) -> None:
    if stream.get("/Subtype") != pikepdf.Name.Image:
        return
    width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
    bits = 1 if stream.get("/ImageMask") else int(stream.get("/BitsPerComponent", 8)) * _components(stream)
    if width * height * bits // 8 > limits.image_bytes:
        raise Refused("bomb", what="picture", width_px=width, height_px=height)


def _components(stream: pikepdf.Object) -> int:
    """Return how many numbers one pixel has; four when in doubt."""
    space = stream.get("/ColorSpace")
    one = (pikepdf.Name.DeviceGray, pikepdf.Name("/G"), pikepdf.Name.CalGray, pikepdf.Name.Indexed, pikepdf.Name("/I"))
    first = space[0] if isinstance(space, pikepdf.Array) and len(space) else space
    return 1 if any(first == name for name in one) else 4
