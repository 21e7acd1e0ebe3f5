"""Finds a free rectangle for the stamp: where the page, as people see it, carries no ink."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image

from signing.formats.stamp import Corner, DrawnStamp

_CELLS = 260
"""Of the page's longer side: a cell is some 3 pt of an A4 page, and thin lines still leave a grey trace in it."""

_MARGIN = 18.0
_SCALES = (1.0, 0.85, 0.7)
"""The stamp shrinks before it covers anything."""

_A4_WIDTH = 595.0


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a stamp goes, in the page's own user space."""

    page: int
    rect: tuple[float, float, float, float]
    """Left, bottom, right, top."""
    rotation: int
    """Of the page as shown: the stamp must be turned by it to stand upright."""
    covers_nothing: bool


def find_spot(source: Path, stamp: DrawnStamp) -> Spot:
    """Return the free place nearest to the wished corner, on the wished page (clamped to the document).

    Free means: nothing drawn, annotations included. Without a free place the smallest stamp stands in the corner.
    """
    with pypdfium2.PdfDocument(source) as document:
        # without it pdfium leaves the fields of forms out of the picture, earlier stamps among them
        document.init_forms()
        number = min(max(stamp.place.page + (len(document) if stamp.place.page < 0 else 0), 0), len(document) - 1)
        page = document[number]
        view = _View.of(page)
        rect, free = _search(_Ink(page, view), view, stamp)
    return Spot(page=number, rect=view.to_page(rect), rotation=view.rotation, covers_nothing=free)


_Rect = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class _View:
    """The page as shown: its size after rotation, and the way back to user space."""

    width: float
    height: float
    rotation: int
    crop: _Rect

    @classmethod
    def of(cls, page: pypdfium2.PdfPage) -> _View:
        width, height = page.get_size()
        left, bottom, right, top = page.get_bbox()
        return cls(width=width, height=height, rotation=page.get_rotation(), crop=(left, bottom, right, top))

    @property
    def scale(self) -> float:
        """How much larger than A4 the page is; a poster's stamp need not be a poster itself."""
        return min(min(self.width, self.height) / _A4_WIDTH, 3.0)

    def to_page(self, rect: _Rect) -> _Rect:
        (x1, y1), (x2, y2) = self._point(rect[0], rect[1]), self._point(rect[2], rect[3])
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)

    def _point(self, u: float, v: float) -> tuple[float, float]:
        left, bottom, right, top = self.crop
        match self.rotation:
            case 90:
                return right - v, bottom + u
            case 180:
                return right - u, top - v
            case 270:
                return left + v, top - u
        return left + u, bottom + v


class _Ink:
    """The page as one number: a row of bits below the other, the last row lowest; a set bit is not plain paper."""

    def __init__(self, page: pypdfium2.PdfPage, view: _View) -> None:
        self.per_point = _CELLS / max(view.width, view.height)
        bitmap = page.render(scale=self.per_point, grayscale=True, may_draw_forms=True)
        picture: Image.Image = bitmap.to_pil().convert("L")
        self.columns, self.rows = picture.size
        counts = picture.histogram()
        paper = counts.index(max(counts))
        ink = picture.point([0 if abs(level - paper) <= 3 else 255 for level in range(256)]).convert(
            "1", dither=Image.Dither.NONE
        )
        self._stride = (self.columns + 7) // 8 * 8
        self._bits = int.from_bytes(ink.tobytes(), "big")

    def free_spot(self, columns: int, rows: int, margin: int, *, right: bool, bottom: bool) -> tuple[int, int] | None:
        """Return the top left cell of the free rectangle nearest to a corner; None when there is none."""
        across, down = self.columns - columns - 2 * margin, self.rows - rows - 2 * margin
        if across < 0:
            return None
        # a bit now stands for the rectangle whose lower right cell it is; those that leave a row are not asked for
        taken = _spread(_spread(self._bits, columns, by=1), rows, by=self._stride)
        top_row = (self.rows - rows - margin) * self._stride + self._stride - self.columns + margin
        within, best, nearest = (2 << across) - 1, None, across + down + 1
        for far in range(down + 1):
            if far >= nearest:
                break
            row = down - far if bottom else far
            free = ~(taken >> top_row - row * self._stride) & within
            if free:
                # bit 0 is the rightmost place within the margins
                place = (free & -free).bit_length() - 1 if right else free.bit_length() - 1
                distance = far + (place if right else across - place)
                if distance < nearest:
                    best, nearest = (margin + across - place, margin + row), distance
        return best


def _spread(bits: int, length: int, *, by: int) -> int:
    """Return bits where position i is set when any of i, i + `by` … i + (`length` - 1) * `by` is."""
    done = 1
    while done < length:
        step = min(done, length - done)
        bits |= bits >> step * by
        done += step
    return bits


def _search(ink: _Ink, view: _View, stamp: DrawnStamp) -> tuple[_Rect, bool]:
    corner = Corner.BOTTOM_RIGHT if stamp.place.corner is Corner.AUTO else stamp.place.corner
    to_right, to_bottom = corner.endswith("right"), corner.startswith("bottom")
    margin = round(_MARGIN * view.scale * ink.per_point)
    for scale in _SCALES:
        width, height = stamp.width * scale * view.scale, stamp.height * scale * view.scale
        # one cell around it stays free, and a cell more for rounding
        columns, rows = int(width * ink.per_point) + 4, int(height * ink.per_point) + 4
        best = ink.free_spot(columns, rows, margin, right=to_right, bottom=to_bottom)
        if best is not None:
            left = (best[0] + 2) / ink.per_point
            top = view.height - (best[1] + 2) / ink.per_point
            return (left, top - height, left + width, top), True
    return _in_corner(view, width, height, to_right=to_right, to_bottom=to_bottom), False


def _in_corner(view: _View, width: float, height: float, *, to_right: bool, to_bottom: bool) -> _Rect:
    left = view.width - width - _MARGIN / 2 if to_right else _MARGIN / 2
    bottom = _MARGIN / 2 if to_bottom else view.height - height - _MARGIN / 2
    return left, bottom, left + width, bottom + height
