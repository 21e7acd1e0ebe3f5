"""What PHP's `http_build_query` makes of a nested value: the encoding of everything the portal posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote_plus


def build_query(form: Mapping[str, object]) -> bytes:
    """Return the form; true is 1, false is 0, null and empty lists vanish, brackets are percent-encoded."""
    pairs = (pair for name, value in form.items() for pair in _pairs(name, value))
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()


def _pairs(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _pairs(f"{name}[{key}]", inner)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _pairs(f"{name}[{place}]", inner)
    elif isinstance(value, bool):
        yield name, "1" if value else "0"
    elif value is not None:
        yield name, str(value)
