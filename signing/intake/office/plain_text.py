"""A plain text of any usual encoding as an OpenDocument text that we write ourselves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from xml.sax.saxutils import escape

from signing.errors import Refused

LINES = 100_000
"""Two thousand pages of fifty lines."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_RUSSIAN = ("cp1251", "koi8-r", "cp866")
_COMMON = frozenset("оеаинтсрвл")
"""Ten letters that make up more than half of any Russian text, and of most Cyrillic ones."""
_TAB = "    "
_UNFIT = re.compile("[^\t\n\r\f\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""


def decoded(body: bytes) -> tuple[str, bool]:
    """Return the text, and whether its encoding was guessed; refuse `text-encoding`."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _strictly(body[len(mark) :], encoding), False
    try:
        return body.decode("utf-8"), False
    except UnicodeDecodeError:
        return _guessed(body), True


def warnings(body: bytes) -> Iterator[str]:
    """Yield the codes of warnings; refuse `text-encoding` and `too-many-pages`."""
    text, is_guessed = decoded(body)
    if text.count("\n") > LINES:
        raise Refused("too-many-pages", limit=2_000)
    if is_guessed:
        yield "encoding-guessed"


def document(body: bytes) -> bytes:
    """Return a flat OpenDocument text: a paragraph a line, each in the direction of its first letter."""
    text, _ = decoded(body)
    rows = _UNFIT.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    paragraphs = (_paragraph(part, at) for row in rows for at, part in enumerate(row.split("\f")))
    return f"{_HEAD}{''.join(paragraphs)}</office:text></office:body></office:document>".encode()


def _strictly(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        raise Refused("text-encoding") from None


def _guessed(body: bytes) -> str:
    """Return the reading with the most common Russian letters; Western European without any."""
    readings = [body.decode(encoding, "replace") for encoding in _RUSSIAN]
    best = max(readings, key=_likelihood)
    if _likelihood(best) > 0.2:
        return best
    try:
        return body.decode("cp1252")
    except UnicodeDecodeError:
        raise Refused("text-encoding") from None


def _likelihood(text: str) -> float:
    letters = [char for char in text[:20_000] if ord(char) > 127]
    return sum(char in _COMMON for char in letters) / len(letters) if letters else 0.0


def _paragraph(row: str, place: int) -> str:
    style = "R" if _is_right_to_left(row) else "L"
    body = escape(row.replace("\t", _TAB))
    spaced = re.sub("  +", lambda found: f' <text:s text:c="{len(found[0]) - 1}"/>', body)
    if spaced.startswith(" "):
        spaced = f"<text:s/>{spaced[1:]}"  # a space at the beginning would not count
    return f'<text:p text:style-name="{style}{"B" if place else ""}">{spaced}</text:p>'


def _is_right_to_left(row: str) -> bool:
    strong = (unicodedata.bidirectional(char) for char in row)
    return next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L"


def _style(name: str, properties: str) -> str:
    return (
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties {properties}/>'
        '<style:text-properties style:font-name="Liberation Mono" fo:font-family="Liberation Mono" '
        'style:font-name-complex="Noto Sans" fo:font-size="10pt" style:font-size-complex="10pt"/></style:style>'
    )


_LEFT = 'style:writing-mode="lr-tb" fo:text-align="start"'
_RIGHT = 'style:writing-mode="rl-tb" fo:text-align="end"'  # the end of a line that is thought to begin at the left
_BREAK = ' fo:break-before="page"'
_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<office:document xmlns:office="{_NAMES}:office:1.0" xmlns:style="{_NAMES}:style:1.0" '
    f'xmlns:text="{_NAMES}:text:1.0" xmlns:fo="{_NAMES}:xsl-fo-compatible:1.0" '
    'office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles>'
    '<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="210mm" '
    'fo:page-height="297mm" fo:margin="20mm"/></style:page-layout>'
    + _style("L", _LEFT) + _style("R", _RIGHT) + _style("LB", _LEFT + _BREAK) + _style("RB", _RIGHT + _BREAK)
    + '</office:automatic-styles><office:master-styles><style:master-page style:name="Standard" '
    'style:page-layout-name="A4"/></office:master-styles><office:body><office:text>'
)  # fmt: skip
