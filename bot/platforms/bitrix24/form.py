"""Forms as PHP's `http_build_query` writes them: `auth[user][0]=7` becomes nested dictionaries, everything is text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

MAX_BYTES = 256 * 1024
MAX_KEYS = 500
MAX_DEPTH = 6


class BadForm(ValueError):
    """Not a form, or one that is larger than the portal's ever are."""


def read_form(body: bytes) -> dict[str, Any]:
    """Return the nested form; lists come as dictionaries with the keys "0", "1" …. Raises `BadForm`."""
    if len(body) > MAX_BYTES:
        raise BadForm("too large")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=MAX_KEYS)
    except ValueError as error:
        raise BadForm("not a form") from error
    form: dict[str, Any] = {}
    for key, value in pairs:
        _put(form, _path(key), value)
    return form


def write_query(params: Mapping[str, Any]) -> str:
    """Return nested parameters as such a form; what is none is empty, because leaving it out would mean the default."""
    pairs = (pair for name, value in params.items() for pair in _pairs(name, value))
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def _pairs(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _pairs(f"{name}[{key}]", inner)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _pairs(f"{name}[{place}]", inner)
    elif isinstance(value, bool):
        yield name, "1" if value else "0"
    else:
        yield name, "" if value is None else str(value)


def _path(key: str) -> list[str]:
    head, *rest = key.replace("]", "").split("[")
    path = [head, *rest]
    if not head or len(path) > MAX_DEPTH:
        raise BadForm("a strange key")
    return path


def _put(form: dict[str, Any], path: list[str], value: str) -> None:
    *above, last = path
    place: Any = form
    for name in above:
        place = place.setdefault(name, {})
        if not isinstance(place, Mapping):
            raise BadForm("a value and a list under one key")
    key = last or str(len(place))
    if key in place:
        raise BadForm("one key twice")
    place[key] = value
