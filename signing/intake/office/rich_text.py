"""What people must be told about an RTF file, found by its control words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from signing.errors import Refused
from signing.intake.office.open_xml import field

DEPTH = 400
"""Groups inside each other."""
_WORDS = (
    (re.compile(rb"\\(revised|deleted)(?![0-9a-z])"), "tracked-changes"),
    (re.compile(rb"\\\*\\annotation\b|\\\*\\atnid\b"), "comments-left-out"),
    (re.compile(rb"\\objdata\b|\\\*\\objclass\b"), "embedded"),
    (re.compile(rb"\\v(?![0-9a-z])"), "hidden-text"),
    (re.compile(rb"\\\*\\template\b"), "outside"),
    (re.compile(rb"\\chdate\b|\\chtime\b"), "live-values"),
)
_FIELD = re.compile(rb"\\\*\\fldinst\s*(?:\{[^{}]*?)?([A-Za-z]{2,20})")
_BRACES = re.compile(rb"\\[\\{}]|[{}]")


def warnings(body: bytes) -> Iterator[str]:
    """Yield the codes of warnings, some more than once; refuse `office-too-deep` and `office-broken`."""
    _check_groups(body)
    yield from (code for pattern, code in _WORDS if pattern.search(body))
    for found in _FIELD.finditer(body):
        yield from field(found[1].decode())


def _check_groups(body: bytes) -> None:
    depth = 0
    for brace in _BRACES.finditer(body):
        depth += {b"{": 1, b"}": -1}.get(brace[0], 0)
        if depth > DEPTH:
            raise Refused("office-too-deep")
    if depth > 0:
        raise Refused("office-broken", reason="rtf")
