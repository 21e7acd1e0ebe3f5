"""The stamp covers nothing that was drawn, on any page, and stands upright as people see it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from signing.formats.drawing import draw
from signing.formats.placement import find_spot
from signing.formats.stamp import Corner, StampPlace
from tests.signing.formats.desk import STAMP, Desk

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>')
ROTATIONS = (0, 90, 180, 270)


def _words(path: Path, page: int = 1) -> dict[str, tuple[float, float, float, float]]:
    """Return the box of each word on a page (1-based) as people see it, from its top left corner."""
    told = subprocess.run(
        ["pdftotext", "-cropbox", "-bbox", "-f", str(page), "-l", str(page), path, "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return {word: (float(a), float(b), float(c), float(d)) for a, b, c, d, word in WORD.findall(told)}


def _ink_lost(source: Path, signed: Path, page: int) -> int:
    """Return how many pixels that were not paper look different after signing."""
    pictures = []
    for path in (source, signed):
        with pypdfium2.PdfDocument(path) as document:
            document.init_forms()
            pictures.append(document[page].render(scale=1, grayscale=True, may_draw_forms=True).to_pil().convert("L"))
    before, after = (picture.tobytes() for picture in pictures)
    return sum(1 for old, new in zip(before, after, strict=True) if old < 200 and abs(old - new) > 40)


def _checks(*, above: int) -> str:
    """Return a chequered area from `above` to the top of an A4 page."""
    return "0 g " + " ".join(f"{x} {y} 6 6 re f" for x in range(0, 595, 12) for y in range(above, 842, 12))


@pytest.mark.parametrize("rotation", ROTATIONS)
@pytest.mark.parametrize("crop", [None, (40, 90, 500, 800)], ids=["whole", "cropped"])
def test_the_stamp_is_upright_and_inside_the_page(
    desk: Desk, rotation: int, crop: tuple[float, float, float, float] | None
) -> None:
    source = desk.sheet(rotation=rotation, crop=crop, lines=12)
    path, _ = desk.sign(source)

    words = _words(path, page=2)
    with pypdfium2.PdfDocument(path) as document:
        width, height = document[1].get_size()
    for word in ("Марковић", "7F3K-22QX", "TEST"):
        left, top, right, bottom = words[word]
        assert right - left > bottom - top, "it reads from left to right"
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
    assert words["Марковић"][1] < words["7F3K-22QX"][1], "and from the top down"
    assert _ink_lost(source, path, 1) == 0


@pytest.mark.parametrize(
    ("corner", "right", "bottom"),
    [
        (Corner.AUTO, True, True),
        (Corner.BOTTOM_RIGHT, True, True),
        (Corner.BOTTOM_LEFT, False, True),
        (Corner.TOP_RIGHT, True, False),
        (Corner.TOP_LEFT, False, False),
    ],
)
def test_an_empty_page_gives_the_corner_asked_for(desk: Desk, corner: Corner, right: bool, bottom: bool) -> None:
    spot = find_spot(desk.sheet(lines=0), draw(replace(STAMP, place=StampPlace(corner=corner))))

    left, low, *_ = spot.rect
    assert (left > 595 / 2, low < 842 / 2) == (right, bottom)
    assert spot.covers_nothing


@pytest.mark.parametrize(("page", "expected"), [(-1, 4), (0, 0), (2, 2), (99, 4), (-99, 0)])
def test_the_page_is_chosen_and_kept_within_the_document(desk: Desk, page: int, expected: int) -> None:
    assert find_spot(desk.sheet(pages=5), draw(replace(STAMP, place=StampPlace(page=page)))).page == expected


@pytest.mark.parametrize("lines", [10, 40, 50, 53])
def test_the_stamp_avoids_text(desk: Desk, lines: int) -> None:
    source = desk.sheet(lines=lines)
    path, prepared = desk.prepare(source)
    assert prepared.covers_nothing
    assert _ink_lost(source, path, 1) == 0


def test_the_stamp_avoids_drawings_and_pictures(desk: Desk) -> None:
    # a photograph below, thin lines of a table above it
    paint = "0.5 g 0 0 595 300 re f 0 G 0.4 w " + " ".join(f"0 {y} m 595 {y} l S" for y in range(310, 560, 30))
    source = desk.sheet(lines=5, paint=paint)
    path, prepared = desk.prepare(source)
    assert prepared.covers_nothing
    assert _ink_lost(source, path, 1) == 0


def test_tinted_paper_is_not_ink(desk: Desk) -> None:
    assert find_spot(desk.sheet(lines=20, paint="0.9 0.95 1 rg 0 0 595 842 re f"), draw(STAMP)).covers_nothing


def test_a_full_page_says_that_something_is_covered(desk: Desk) -> None:
    spot = find_spot(desk.sheet(lines=0, paint=_checks(above=0)), draw(STAMP))
    assert not spot.covers_nothing


def test_a_tight_page_gets_a_smaller_stamp(desk: Desk) -> None:
    # free within the margins: a strip 70 pt high, where a stamp of 76 pt finds no place
    source = desk.sheet(lines=0, paint=_checks(above=88))
    wide = find_spot(desk.sheet(name="wide.pdf", lines=0), draw(STAMP)).rect
    tight = find_spot(source, draw(STAMP))
    assert tight.covers_nothing
    assert tight.rect[3] - tight.rect[1] < wide[3] - wide[1]


def test_a_second_stamp_stands_beside_the_first(desk: Desk) -> None:
    first, _ = desk.sign(desk.sheet())
    second, _ = desk.sign(first, stamp=replace(STAMP, name="Somebody Else"), target="second.pdf")

    with pikepdf.open(second) as pdf:
        one, two = ([float(side) for side in field.Rect] for field in pdf.Root.AcroForm.Fields)
    assert one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]
    assert _ink_lost(first, second, 1) == 0


@pytest.mark.parametrize("size", [(120, 90), (240, 320), (842, 595), (2384, 3370), (600, 3000)])
def test_odd_sizes_get_a_stamp_in_proportion(desk: Desk, size: tuple[float, float]) -> None:
    left, low, right, top = find_spot(desk.sheet(size=size, lines=0), draw(STAMP)).rect

    assert 0 <= left < right <= size[0]
    assert 0 <= low < top <= size[1]
    assert (right - left) * (top - low) <= size[0] * size[1] / 6


@pytest.mark.parametrize("size", [(120, 90), (2384, 3370)])
def test_stamps_of_odd_sizes_pass_the_self_check(desk: Desk, size: tuple[float, float]) -> None:
    _, finished = desk.sign(desk.sheet(size=size, lines=0))
    assert finished.level == "B-T"


def test_a_filled_form_field_is_ink(desk: Desk) -> None:
    """Fields are drawn by their appearances: a stamp must not stand on somebody's answer."""
    source = desk.sheet(lines=0)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        box = pikepdf.Array([300, 20, 590, 300])
        drawn = pdf.make_stream(b"0 g " + b" ".join(b"0 %d 290 6 re f" % row for row in range(0, 280, 12)))
        drawn.Type, drawn.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        drawn.BBox = pikepdf.Array([0, 0, 290, 280])
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T=pikepdf.String("sum"),
                Rect=box, F=4, V=pikepdf.String("1"), AP=pikepdf.Dictionary(N=drawn),
            )
        )  # fmt: skip
        pdf.pages[-1].Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
        pdf.save(source)

    left, low, right, top = find_spot(source, draw(STAMP)).rect
    assert right <= 300 or low >= 300 or left >= 590 or top <= 20
