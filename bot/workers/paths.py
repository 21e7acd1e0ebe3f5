"""Which files a call opens to its worker."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

WRITTEN = "target"
"""The one parameter of a work function whose files may be written; all other paths are for reading."""
SCRATCH = "scratch"
"""The one parameter that names a folder to work in: made for the call, gone after it, however it ends."""


def paths_in(value: object) -> Iterator[Path]:
    """Yield the paths in an argument: itself, or inside lists, dictionaries and dataclasses."""
    if isinstance(value, Path):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from paths_in([getattr(value, field.name) for field in dataclasses.fields(value)])
    elif isinstance(value, dict):
        yield from paths_in(list(value.values()))
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from paths_in(item)
