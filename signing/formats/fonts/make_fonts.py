"""Makes the stamp's typefaces from PT Sans: our letters, no hints, and a name of their own (the licence asks it).

python signing/formats/fonts/make_fonts.py /usr/share/fonts/truetype/paratype
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.misc import timeTools
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = {"PTS55F.ttf": "Regular", "PTS75F.ttf": "Bold"}

LETTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),  # Latin of Europe
    *range(0x218, 0x21C),
    *range(0x400, 0x460),  # Cyrillic, the Serbian and Macedonian letters too
    *(0x490, 0x491, 0x2010, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2022, 0x2026),
    *(0x20AC, 0x20BD, 0x2116),
]


def make(source: Path, target: Path, style: str) -> None:
    """Write the subset of `source` to `target`; the same input always gives the same bytes."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(
        hinting=False, layout_features=[], name_IDs=[0, 1, 2, 4, 6, 13], notdef_outline=True, glyph_names=False
    )
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "kern", "DSIG", "gasp"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    names = {1: "Countersign Sans", 2: style, 4: f"Countersign Sans {style}", 6: f"CountersignSans-{style}"}
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["head"].modified = timeTools.timestampFromString("Thu Jan  1 00:00:00 2026")
    font.save(target)


if __name__ == "__main__":
    for name, weight in FONTS.items():
        make(Path(sys.argv[1]) / name, Path(__file__).with_name(f"CountersignSans-{weight}.ttf"), weight)
