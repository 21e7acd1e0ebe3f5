"""`batch`: up to fifty calls in one, written as queries, in order, each with its own outcome (reference 2.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from playground.bitrix24.php import read_query
from playground.bitrix24.refusal import Refusal

MOST = 50
_BARRED = re.compile(r"batch|.*getfile|disk\.(file|folder|storage)\.upload.*|.*file\.(upload|download)")
_REFERENCE = re.compile(r"\$result((?:\[[^\]]*\])+)")

Inner = Callable[[str, Mapping[str, Any]], dict[str, Any]]


def run(params: Mapping[str, Any], inner: Inner) -> dict[str, Any]:
    """Return the result of a batch: outcomes by the name of the call; an empty map comes as a list."""
    given = params.get("cmd") or {}
    commands = given if isinstance(given, dict) else dict(enumerate(given))
    if len(commands) > MOST:
        raise Refusal("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded", status=400)
    told: dict[str, dict[str, Any]] = {
        f"result{part}": {} for part in ("", "_error", "_total", "_next", "_time")
    }  # fmt: skip
    for name, command in commands.items():
        try:
            _keep(told, str(name), _one(str(command), told["result"], inner))
        except Refusal as refusal:
            told["result_error"][str(name)] = refusal.body()
            if str(params.get("halt", 0)) in ("1", "True", "true"):
                break
    return {part: _as_php_writes_it(found) for part, found in told.items()}


def _as_php_writes_it(found: dict[str, Any]) -> dict[str, Any] | list[Any]:
    """Return a map, or a list where the names are 0, 1 … or there are none."""
    return list(found.values()) if list(found) == [str(place) for place in range(len(found))] else found


def _one(command: str, results: Mapping[str, Any], inner: Inner) -> dict[str, Any]:
    method, _, query = command.partition("?")
    name = method.strip().lower().removesuffix(".json")
    if _BARRED.fullmatch(name):
        raise Refusal("ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage", status=405)
    return inner(name, _filled(read_query(query), results))


def _filled(value: Any, results: Mapping[str, Any]) -> Any:
    """Return the parameters with what earlier results say put in the places that name it."""
    match value:
        case dict():
            return {key: _filled(inner, results) for key, inner in value.items()}
        case list():
            return [_filled(inner, results) for inner in value]
    return _REFERENCE.sub(lambda found: _referred(found[1], results), str(value))


def _keep(told: Mapping[str, dict[str, Any]], name: str, body: Mapping[str, Any]) -> None:
    for part in ("result", "total", "next", "time"):
        if part in body:
            told["result" if part == "result" else f"result_{part}"][name] = body[part]


def _referred(path: str, results: Mapping[str, Any]) -> str:
    """Return what `[name][key]…` names in the earlier results; what is not there is empty."""
    found: Any = results
    for key in re.findall(r"\[([^\]]*)\]", path):
        if isinstance(found, list):
            found = found[int(key)] if key.isdigit() and int(key) < len(found) else ""
        else:
            found = found.get(key, "") if isinstance(found, dict) else ""
    return str(found)
