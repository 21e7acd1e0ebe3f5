"""Lists of the CRM: filters with their prefixes, and the order (reference 2.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from playground.bitrix24.refusal import Refusal

Row = dict[str, Any]

_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": lambda value, wanted: value >= wanted,
    "<=": lambda value, wanted: value <= wanted,
    ">": lambda value, wanted: value > wanted,
    "<": lambda value, wanted: value < wanted,
    "!@": lambda value, wanted: value not in wanted,
    "@": lambda value, wanted: value in wanted,
    "%": lambda value, wanted: str(wanted).casefold() in str(value).casefold(),
    "!": lambda value, wanted: value != wanted,
    "=": lambda value, wanted: value == wanted,
    "": lambda value, wanted: value == wanted,
}
"""By prefix, longer ones first."""


def listed(rows: Sequence[Row], params: Mapping[str, Any]) -> list[Row]:
    """Return the rows that fit the filter, in the order that was asked for; an unknown field is refused."""
    wanted = params.get("filter") or {}
    if not isinstance(wanted, Mapping):
        raise Refusal("INVALID_ARG_VALUE", "Invalid filter")
    found = [row for row in rows if all(_fits(row, key, value) for key, value in wanted.items())]
    order = params.get("order") or {"id": "ASC"}
    for name, direction in reversed(list(order.items())):
        found.sort(key=lambda row, name=name: _comparable(row[name]), reverse=str(direction).upper() == "DESC")  # type: ignore[misc]  # bound at once
    return found


def _fits(row: Row, key: str, wanted: Any) -> bool:
    prefix = next(prefix for prefix in _TESTS if key.startswith(prefix))
    name = key.removeprefix(prefix)
    if name not in row:
        raise Refusal("INVALID_ARG_VALUE", f"Invalid filter: field '{name}' is not allowed in filter")
    value = row[name]
    if isinstance(wanted, list):
        return _TESTS[prefix](_comparable(value), [_comparable(one) for one in wanted])
    return value is not None and _TESTS[prefix](_comparable(value), _comparable(wanted))


def _comparable(value: Any) -> Any:
    """Return moments as moments and numbers as numbers: the portal takes both as text."""
    if not isinstance(value, str):
        return value
    if value.isascii() and value.isdigit():
        return int(value)
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value
