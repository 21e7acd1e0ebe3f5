"""Draws a sheet of words as a PDF, with the letters of the stamp's typeface."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from signing.evidence.sheet import Section, Sheet
from signing.formats.appearance import add
from signing.formats.embedding import embedded
from signing.formats.typeface import BOLD, REGULAR, Typeface

WIDTH, HEIGHT = 595, 842
"""A4 in points."""
MARGIN, FOOT = 56, 64
LABEL_WIDTH = 132
"""Of the column with the names of facts."""
SIZE, LEADING = 9.5, 13.5
_FACES = {"F1": REGULAR, "F2": BOLD}
_INK, _GREY = "0.1 g", "0.42 g"


def draw(sheet: Sheet, target: Path) -> None:
    """Write the sheet as a PDF of as many pages as it takes."""
    layout = _Layout()
    layout.put(sheet.title, "F2", 19.0, leading=25)
    layout.y -= 4
    layout.put(sheet.lead, "F1", 10.5, leading=15, colour=_GREY)
    for section in sheet.sections:
        layout.section(section)
    layout.write(target, foot=sheet.foot)


def wrapped(text: str, face: Typeface, size: float, width: float) -> Iterator[str]:
    """Yield lines no wider than `width`; a word that is too long, such as a fingerprint, is cut."""
    for paragraph in text.split("\n"):
        line = ""
        for piece in (piece for word in paragraph.split() for piece in _cut(word, face, size, width)):
            longer = f"{line} {piece}".strip()
            if line and face.width(longer, size) > width:
                yield line
                longer = piece
            line = longer
        yield line


def _cut(word: str, face: Typeface, size: float, width: float) -> Iterator[str]:
    rest = word
    while face.width(rest, size) > width:
        fits = next(n for n in range(len(rest), 0, -1) if n == 1 or face.width(rest[:n], size) <= width)
        yield rest[:fits]
        rest = rest[fits:]
    yield rest


@dataclass
class _Layout:
    """Operators page by page, from the top down."""

    pages: list[list[str]] = field(default_factory=lambda: [[]])
    y: float = HEIGHT - MARGIN
    glyphs: dict[str, set[int]] = field(default_factory=lambda: {name: set() for name in _FACES})

    def section(self, section: Section) -> None:
        """Put a heading with at least one row below it."""
        self._need(16 + 2 * LEADING + 14)
        self.y -= 16
        self.put(section.heading, "F2", 11.5, leading=17)
        self.pages[-1].append(f"0.8 G 0.5 w {MARGIN} {self.y + 15:.2f} m {WIDTH - MARGIN} {self.y + 15:.2f} l S")
        self.y -= 4
        for name, fact in section.rows:
            self._row(name, fact)

    def put(self, text: str, face: str, size: float, *, leading: float, colour: str = _INK) -> None:
        """Put a paragraph over the whole width."""
        for line in wrapped(text, _FACES[face], size, WIDTH - 2 * MARGIN):
            self._need(leading)
            self.y -= leading
            self._line(line, face, size, MARGIN, colour)

    def _row(self, name: str, fact: str) -> None:
        if not name:
            self.put(fact, "F1", SIZE, leading=LEADING)
            self.y -= 4
            return
        names = list(wrapped(name, REGULAR, SIZE, LABEL_WIDTH - 10))
        facts = list(wrapped(fact, REGULAR, SIZE, WIDTH - 2 * MARGIN - LABEL_WIDTH))
        for at in range(max(len(names), len(facts))):
            self._need(LEADING)
            self.y -= LEADING
            for lines, left, colour in ((names, 0, _GREY), (facts, LABEL_WIDTH, _INK)):
                if at < len(lines):
                    self._line(lines[at], "F1", SIZE, MARGIN + left, colour)
        self.y -= 1.5

    def _need(self, height: float) -> None:
        if self.y - height < FOOT:
            self.pages.append([])
            self.y = HEIGHT - MARGIN

    def _line(self, text: str, face: str, size: float, x: float, colour: str, *, y: float | None = None) -> None:
        glyphs = _FACES[face].glyphs(text)
        self.glyphs[face].update(glyphs)
        code = "".join(f"{glyph:04x}" for glyph in glyphs)
        height = self.y if y is None else y
        self.pages[-1].append(f"{colour} BT /{face} {size:g} Tf {x:.2f} {height:.2f} Td <{code}> Tj ET")

    def write(self, target: Path, *, foot: str) -> None:
        """Write the pages with their foot."""
        drawn, self.pages = self.pages, []
        for number, page in enumerate(drawn, 1):
            self.pages.append(page)
            self._line(f"{foot}   ·   {number} / {len(drawn)}", "F1", 8, MARGIN, _GREY, y=34)
        writer = PdfFileWriter()  # type: ignore[no-untyped-call]  # pyHanko leaves it open
        fonts = self._fonts(writer)
        for page in drawn:
            _add_page(writer, page, fonts)
        with target.open("wb") as file:
            writer.write(file)  # type: ignore[no-untyped-call]  # as above

    def _fonts(self, writer: PdfFileWriter) -> generic.DictionaryObject:
        made = generic.DictionaryObject()  # type: ignore[no-untyped-call]  # as above
        for name, face in _FACES.items():
            made[generic.pdf_name(f"/{name}")] = add(writer, embedded(face, frozenset(self.glyphs[name])))
        return made


def _add_page(writer: PdfFileWriter, operators: Sequence[str], fonts: generic.DictionaryObject) -> None:
    resources = generic.DictionaryObject({generic.pdf_name("/Font"): fonts})  # type: ignore[no-untyped-call]  # as above
    contents = writer.add_object(generic.StreamObject(stream_data="\n".join(operators).encode("ascii")))
    box = (0, 0, WIDTH, HEIGHT)
    page = PageObject(contents=contents, media_box=box, resources=resources)  # type: ignore[no-untyped-call]  # as above
    writer.insert_page(page)  # type: ignore[no-untyped-call]  # as above
