"""A plain page of words: headings, facts with their names, paragraphs; drawn as a PDF by `drawing.py`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading and what stands below it."""

    heading: str
    rows: tuple[tuple[str, str], ...]
    """(name of the fact, fact); a row without a name is a paragraph over the whole width."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is written, in the reader's language."""

    title: str
    lead: str
    """One or two sentences below the title."""
    sections: tuple[Section, ...]
    foot: str
    """At the end of every page, before its number."""


def write_sheet(sheet: Sheet, target: Path) -> None:
    """Worker: write the sheet as a PDF of as many pages as it takes."""
    # pyHanko costs a second: only whoever draws pays for it.
    from signing.evidence.drawing import draw

    draw(sheet, target)
