"""What PHP's `http_build_query` makes of a nested value: the encoding of everything the portal posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote_plus


def build_query(form: Mapping[str, object]) -> bytes:
    """Return the form; true is 1, false is 0, null and empty lists vanish, brackets are percent-encoded."""
    pairs = (pair for name, value in form.items() for pair in _pairs(name, value))
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()


def read_query(query: str) -> dict[str, Any]:
    """Return what PHP reads from a query: nested, everything text, a map with the keys 0, 1 … is a list."""
    form: dict[str, Any] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        head, *rest = key.replace("]", "").split("[")
        place = form
        for above, below in zip([head, *rest], rest, strict=False):
            place = place.setdefault(above, {})
            head = below
        place[head or str(len(place))] = value
    return {key: _listed(value) for key, value in form.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(found) for key, found in value.items()}
    is_list = list(inner) == [str(place) for place in range(len(inner))]
    return list(inner.values()) if is_list else inner


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
