"""Draws a stamp as one PDF content stream with its fonts; of our own words only, so no worker is needed for it."""

from __future__ import annotations

import string
import zlib
from collections.abc import Iterator

import segno

from signing.formats.embedding import embedded
from signing.formats.stamp import DrawnStamp, Stamp
from signing.formats.typeface import BOLD, REGULAR, Typeface

HEIGHT = 76.0
"""Points, at scale 1."""

_QR = 60.0
_TEXT_WIDTH = 150.0
_PAD = 8.0
_BAR = 3.5
_SMALLEST = 4.5
"""Points; below it text is cut with an ellipsis rather than shrunk."""

_INK = "0.10 0.13 0.18"
_SOFT = "0.36 0.40 0.46"
_ACCENT = "0.05 0.43 0.38"
_TEST = "0.78 0.24 0.10"


FACES = {"R": REGULAR, "B": BOLD}
"""Resource names of the fonts in a drawing."""

_ALWAYS = {"R": string.digits + string.ascii_uppercase, "B": ""}
"""Letters of times and numbers, used or not: so the next stamp of the same signer finds its font made."""


def draw(stamp: Stamp) -> DrawnStamp:
    """Draw a stamp on white; long text shrinks to fit."""
    pen = _Pen()
    width = _width(stamp)
    pen.box(0, 0, width, HEIGHT, "1 1 1")
    pen.frame(width, HEIGHT)
    pen.box(0, 0, _BAR, HEIGHT, _TEST if stamp.is_test else _ACCENT)
    left = _BAR + _PAD
    if stamp.qr_url:
        pen.qr(stamp.qr_url, left, (HEIGHT - _QR) / 2)
        left += _QR + _PAD
    _write(pen, stamp, left=left, width=width)
    fonts = {name: embedded(FACES[name], frozenset(glyphs)) for name, glyphs in sorted(pen.glyphs.items())}
    contents = zlib.compress(pen.operators())
    return DrawnStamp(place=stamp.place, width=width, height=HEIGHT, contents=contents, fonts=fonts)


def _width(stamp: Stamp) -> float:
    return _BAR + _PAD + (_QR + _PAD if stamp.qr_url else 0) + _TEXT_WIDTH + _PAD


def _write(pen: _Pen, stamp: Stamp, *, left: float, width: float) -> None:
    lines = [("B", 11.0, _INK, stamp.name), ("R", 8.0, _INK, stamp.title), ("R", 8.0, _INK, stamp.stands_in)]
    lines += [("R", 7.0, _SOFT, text) for text in (stamp.time_text, stamp.number_text)]
    lines += [("R", 6.5, _TEST if stamp.is_test else _ACCENT, text) for text in stamp.labels]
    lines = [line for line in lines if line[3]]
    room = HEIGHT - 2 * _PAD + 2
    leading = min(1.32, room / sum(size for _, size, _, _ in lines))
    baseline = (HEIGHT + leading * sum(size for _, size, _, _ in lines)) / 2
    badge = pen.badge("TEST", width - 4, HEIGHT - 4) if stamp.is_test else 0.0
    for position, (face, size, colour, text) in enumerate(lines):
        baseline -= size * leading
        room = _TEXT_WIDTH - (badge if position == 0 else 0)
        pen.line(face, min(size, size * leading), colour, text, at=(left, baseline + size * 0.3), width=room)


class _Pen:
    """Collects operators of ISO 32000-1 8.5 and 9.4."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.glyphs: dict[str, set[int]] = {}

    def operators(self) -> bytes:
        return "\n".join(self._parts).encode("ascii")

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self._parts.append(f"{colour} rg {x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")

    def frame(self, width: float, height: float) -> None:
        self._parts.append(f"0.78 0.81 0.85 RG 0.6 w 0.3 0.3 {width - 0.6:.2f} {height - 0.6:.2f} re S")

    def line(self, face: str, size: float, colour: str, text: str, *, at: tuple[float, float], width: float) -> None:
        size, text = _fitted(FACES[face], text, size, width)
        glyphs = FACES[face].glyphs(text)
        self.glyphs.setdefault(face, set(FACES[face].glyphs(_ALWAYS[face]))).update(glyphs)
        shown = "".join(f"{glyph:04x}" for glyph in glyphs)
        self._parts.append(f"BT {colour} rg /{face} {size:.2f} Tf {at[0]:.2f} {at[1]:.2f} Td <{shown}> Tj ET")

    def badge(self, word: str, right: float, top: float) -> float:
        """Draw white letters on a coloured tab; return how much room it took."""
        width = BOLD.width(word, 7) + 7
        self.box(right - width, top - 10.5, width, 10.5, _TEST)
        self.line("B", 7, "1 1 1", word, at=(right - width + 3.5, top - 7.8), width=width)
        return width

    def qr(self, url: str, x: float, y: float) -> None:
        # a fixed mask: trying all eight costs three times the rest
        matrix = segno.make(url, error="m", micro=False, boost_error=False, mask=3).matrix
        side = _QR / len(matrix)
        self._parts.append(f"q {side:.4f} 0 0 {-side:.4f} {x:.2f} {y + _QR:.2f} cm 0 0 0 rg")
        self._parts += [
            f"{start} {row} {length} 1 re" for row, modules in enumerate(matrix) for start, length in _runs(modules)
        ]
        self._parts.append("f Q")


def _fitted(face: Typeface, text: str, size: float, width: float) -> tuple[float, str]:
    wide = face.width(text, size)
    if wide <= width:
        return size, text
    size = max(_SMALLEST, size * width / wide)
    while len(text) > 1 and face.width(text, size) > width + 0.01:
        text = text[:-2].rstrip() + "…"
    return size, text


def _runs(modules: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Yield (start, length) of each run of dark modules."""
    start = None
    for position, dark in enumerate((*modules, 0)):
        if dark and start is None:
            start = position
        elif not dark and start is not None:
            yield start, position - start
            start = None
