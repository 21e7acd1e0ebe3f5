"""How a worker's answer comes home: JSON read by the type the work is declared to return.

A worker may have been taken over by the document that it read, and unpickling its answer would let it run code in
the bot. So nothing in the answer chooses a type: our own annotation does, and the answer only fills it.
"""

from __future__ import annotations

import base64
import dataclasses
import functools
import json
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from signing.errors import SigningError, WorkerFailed, from_wire, to_wire

OUT_OF_MEMORY = b'{"failed": "memory"}'


class ReplyGarbled(ValueError):
    """The reply is not what the work is declared to return."""


def result_line(result: object) -> bytes:
    """Return the reply for a result made of dataclasses, enums, times, bytes and JSON values."""
    return json.dumps({"result": _plain(result)}).encode()


def error_line(error: BaseException) -> bytes:
    """Return the reply for an error; of a foreign one only the class and the line of code leave the worker."""
    if isinstance(error, SigningError):
        return json.dumps(to_wire(error), default=str).encode()
    trace, where = error.__traceback__, ""
    while trace is not None:
        where, trace = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}", trace.tb_next
    return json.dumps({"failed": type(error).__name__, "where": where}).encode()


def read_reply(line: bytes, work: Callable[..., Any]) -> Any:
    """Return the result as `work` declares it; raise the worker's `SigningError`, or `WorkerFailed`."""
    try:
        body = json.loads(line)
        if "result" in body:
            return _typed(_hints(work)["return"], body["result"])
        error = from_wire(body) if "error" in body else _failed(body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise WorkerFailed(reason="garbled") from None
    raise error


@functools.cache
def _hints(declared: Any) -> dict[str, Any]:
    return get_type_hints(declared)


def _failed(body: dict[str, Any]) -> WorkerFailed:
    facts = {name: str(body[name])[:100] for name in ("failed", "where") if body.get(name)}
    return WorkerFailed(reason=facts.pop("failed", "crashed"), **facts)


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):  # not an abstract class: its search through subclasses copies the mother's pages
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    write = next((write for kind, write in _WRITTEN if isinstance(value, kind)), None)
    return value if write is None else write(value)


_WRITTEN: tuple[tuple[type, Callable[[Any], object]], ...] = (
    (Enum, lambda value: value.value),
    (datetime, datetime.isoformat),
    (bytes, lambda value: base64.b64encode(value).decode()),
)


def _typed(kind: Any, value: Any) -> Any:
    while isinstance(kind, NewType):
        kind = kind.__supertype__
    if kind is Any:
        return value
    if get_origin(kind) is not None:
        return _generic(get_origin(kind), get_args(kind), value)
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, value)
    return _scalar(kind, value)


def _dataclass(kind: Any, value: Any) -> Any:
    hints = _hints(kind)
    named = {field.name for field in dataclasses.fields(kind) if field.init}
    if not isinstance(value, dict) or not set(value) <= named:
        raise ReplyGarbled(kind.__name__)
    return kind(**{name: _typed(hints[name], item) for name, item in value.items()})


def _generic(origin: Any, arguments: tuple[Any, ...], value: Any) -> Any:
    if origin in (Union, types.UnionType):
        return _any_of(arguments, value)
    if origin in (dict, Mapping) or issubclass(origin, Mapping):
        return {_typed(arguments[0], key): _typed(arguments[1], item) for key, item in dict(value).items()}
    if not isinstance(value, list):
        raise ReplyGarbled(str(origin))
    if origin is tuple and arguments[-1] is not Ellipsis:
        return tuple(_typed(kind, item) for kind, item in zip(arguments, value, strict=True))
    made = [_typed(arguments[0], item) for item in value]
    return made if origin in (list, Sequence) or not isinstance(origin, type) else origin(made)


def _any_of(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None:
        if type(None) in kinds:
            return None
        raise ReplyGarbled("None")
    for kind in kinds:
        try:
            return _typed(kind, value)
        except (ValueError, TypeError):
            continue
    raise ReplyGarbled(str(kinds))


def _scalar(kind: Any, value: Any) -> Any:
    if kind is bytes and isinstance(value, str):
        return base64.b64decode(value, validate=True)
    if kind is datetime and isinstance(value, str):
        return datetime.fromisoformat(value)
    if kind is float and isinstance(value, int):
        return float(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if kind is type(None) and value is None:
        return None
    if kind in (str, int, float, bool, dict, list) and type(value) is kind:
        return value
    raise ReplyGarbled(str(kind))
