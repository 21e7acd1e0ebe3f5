"""PDF objects as they are written, ready but for their numbers (ISO 32000-1 7.3): made once, put into any document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Reference:
    """To an object that stands earlier in the same sequence."""

    place: int
    """0-based."""


Plain: TypeAlias = "Reference | str | bytes | int | float | dict[str, Plain] | list[Plain]"
"""PDF in Python values: `"/Name"` or anything written already, `b"string"`, numbers, dictionaries, arrays.

A percent sign in a name is `#25` (7.3.5)."""


@dataclass(frozen=True, kw_only=True)
class PdfObject:
    """One indirect object."""

    dictionary: bytes
    """With `%d` for the number of each object that it refers to."""
    refers: tuple[int, ...]
    """Places of those objects."""
    stream: bytes | None = None

    def written(self, numbers: Sequence[int]) -> bytes:
        """Return what stands between `obj` and `endobj`; `numbers` are those of the earlier objects."""
        dictionary = self.dictionary % tuple(numbers[place] for place in self.refers)
        return dictionary if self.stream is None else b"%b\nstream\n%b\nendstream" % (dictionary, self.stream)


def pdf_object(entries: dict[str, Plain], stream: bytes | None = None) -> PdfObject:
    """Make an object of a dictionary, or of a stream that is deflated already."""
    if stream is not None:
        entries = {**entries, "/Filter": "/FlateDecode", "/Length": len(stream)}
    refers: list[int] = []
    return PdfObject(dictionary=_written(entries, refers).encode("ascii"), refers=tuple(refers), stream=stream)


def _written(value: Plain, refers: list[int]) -> str:
    match value:
        case Reference():
            refers.append(value.place)
            shown = "%d 0 R"
        case dict():
            shown = f"<<{' '.join(f'{key} {_written(item, refers)}' for key, item in value.items())}>>"
        case list():
            shown = f"[{' '.join(_written(item, refers) for item in value)}]"
        case bytes():
            shown = f"<{value.hex()}>"
        case float():
            shown = f"{value:.4f}".rstrip("0").rstrip(".")
        case _:
            shown = str(value)
    return shown
