"""XML read as a row of elements, without entities, without depth that breaks a reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from signing.errors import Refused

DEPTH = 400
"""Elements inside each other; tables in tables in a text box reach sixty."""
ELEMENTS = 3_000_000
"""Of one part: three seconds of reading."""
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Element:
    """The beginning of an element, or text between two of them (`name` is empty then)."""

    name: str
    """Without its namespace."""
    attributes: dict[str, str]
    """By names without their namespaces."""
    text: str = ""
    space: str = ""
    """Its namespace."""


def elements(body: bytes) -> Iterator[Element]:
    """Yield elements and texts in order; refuse `office-broken`, `bomb` (entities, elements), `office-too-deep`."""
    reading = _Reading()
    for start in range(0, len(body), _CHUNK):
        yield from reading.feed(body[start : start + _CHUNK], is_last=start + _CHUNK >= len(body))


class _Reading:
    def __init__(self) -> None:
        self._found: list[Element] = []
        self._depth = self._count = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity
        self._parser = parser

    def feed(self, chunk: bytes, *, is_last: bool) -> list[Element]:
        """Return what a further piece of the part brings."""
        self._found = []
        try:
            self._parser.Parse(chunk, is_last)
        except (expat.ExpatError, ValueError) as error:
            raise Refused("office-broken", reason=type(error).__name__) from error
        return self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > DEPTH:
            raise Refused("office-too-deep")
        if self._count > ELEMENTS:
            raise Refused("bomb", what="elements")
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        space, _, local = name.rpartition(" ")
        self._found.append(Element(local, plain, space=space))

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _text(self, text: str) -> None:
        self._found.append(Element("", {}, text))

    def _entity(self, *_declared: object) -> None:
        raise Refused("bomb", what="entities")
