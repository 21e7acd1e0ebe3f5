"""The stamp says what it was told, in any script it has, and its QR code can be read."""

from __future__ import annotations

import re
import subprocess
import zlib
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import segno

from signing.formats.drawing import HEIGHT, draw
from signing.formats.stamp import DrawnStamp, Stamp
from signing.formats.typeface import BOLD, REGULAR
from tests.signing.formats.desk import STAMP, Desk

SIZE = re.compile(rb"/[RB] ([\d.]+) Tf")


def _text(path: Path) -> str:
    told = subprocess.run(["pdftotext", "-f", "2", "-l", "2", path, "-"], capture_output=True, text=True, check=True)
    return told.stdout


def _sizes(stamp: Stamp) -> list[float]:
    return [float(size) for size in SIZE.findall(zlib.decompress(draw(stamp).contents))]


def _letters(drawn: DrawnStamp, name: str) -> bytes:
    """Return the /ToUnicode map of a font."""
    stream = drawn.fonts[name][-2].stream
    assert stream is not None
    return zlib.decompress(stream)


def test_every_word_of_the_stamp_can_be_copied(desk: Desk) -> None:
    path, _ = desk.sign(desk.sheet())
    text = _text(path)
    for words in (STAMP.name, STAMP.title, STAMP.time_text, STAMP.number_text, *STAMP.labels, "TEST"):
        assert words in text


@pytest.mark.parametrize("name", ["Đorđe Ćirić-Žižić", "Łukasz Gęś", "Ґанна Їжак", "Ѓорѓи Ќосев", "Ñandú d’Ärzte №5 €"])
def test_letters_of_europe_are_drawn(desk: Desk, name: str) -> None:
    path, _ = desk.sign(desk.sheet(), stamp=replace(STAMP, name=name))
    assert name in _text(path)


def test_a_letter_outside_the_typeface_is_a_question_mark(desk: Desk) -> None:
    path, _ = desk.sign(desk.sheet(), stamp=replace(STAMP, name="山田 Taro"))
    assert "?? Taro" in _text(path)


def test_a_letter_in_two_parts_is_drawn_as_one() -> None:
    assert REGULAR.glyphs("и\u0306") == REGULAR.glyphs("й")


def test_a_real_key_does_not_say_test(desk: Desk) -> None:
    path, _ = desk.sign(desk.sheet(), stamp=replace(STAMP, is_test=False))
    assert "TEST" not in _text(path)


def test_long_text_shrinks_to_fit() -> None:
    assert max(_sizes(replace(STAMP, name=f"{STAMP.name} {STAMP.name}"))) < max(_sizes(STAMP))


def test_text_without_end_is_cut() -> None:
    endless = replace(STAMP, title="директор " * 60)
    assert b"<2026>" in _letters(draw(endless), "R")  # an ellipsis
    assert b"<2026>" not in _letters(draw(STAMP), "R")
    assert min(_sizes(endless)) >= 4.5


def test_the_next_stamp_of_a_signer_finds_its_fonts_made() -> None:
    later = replace(STAMP, time_text="24 November 2026, 09:57 CET", number_text="Request 9ABC-DEF1", qr_url="https://x")
    first, second = draw(STAMP), draw(later)
    assert first.contents != second.contents
    assert all(second.fonts[name] is first.fonts[name] for name in ("R", "B"))
    assert draw(replace(STAMP, name="Жанна")).fonts["B"] is not first.fonts["B"]


def test_the_qr_code_shows_the_address(desk: Desk) -> None:
    path, _ = desk.sign(desk.sheet())
    assert STAMP.qr_url is not None
    wanted = segno.make(STAMP.qr_url, error="m", micro=False, boost_error=False, mask=3).matrix
    with pikepdf.open(path) as pdf:
        left, low, right, top = (float(side) for side in pdf.Root.AcroForm.Fields[0].Rect)
    scale, per_point = (top - low) / HEIGHT, 6
    with pypdfium2.PdfDocument(path) as document:
        document.init_forms()
        page = document[1]
        height = page.get_size()[1]
        picture = page.render(scale=per_point, grayscale=True, may_draw_forms=True).to_pil().convert("L")
    # the code stands 11.5 pt from the stamp's left and 8 pt from its top, 60 pt wide
    x, y, side = left + 11.5 * scale, height - top + 8 * scale, 60 * scale / len(wanted)
    seen = [
        [
            picture.getpixel(((x + (column + 0.5) * side) * per_point, (y + (row + 0.5) * side) * per_point)) < 128
            for column in range(len(wanted))
        ]
        for row in range(len(wanted))
    ]
    assert seen == [[bool(module) for module in row] for row in wanted]
    assert right > left


def test_a_stamp_without_address_is_narrower() -> None:
    assert draw(replace(STAMP, qr_url=None)).width < draw(STAMP).width


def test_the_subset_holds_only_the_letters_used() -> None:
    some, all_letters = BOLD.glyphs("Иван"), range(400)
    assert len(BOLD.subset(some)) < len(BOLD.subset(all_letters)) / 3


def test_the_fonts_are_what_the_script_makes(tmp_path: Path) -> None:
    from signing.formats.fonts.make_fonts import FONTS, make

    sources = Path("/usr/share/fonts/truetype/paratype")
    for name, style in FONTS.items():
        made = tmp_path / f"{style}.ttf"
        make(sources / name, made, style)
        committed = Path("signing/formats/fonts") / f"CountersignSans-{style}.ttf"
        assert made.read_bytes() == committed.read_bytes()
