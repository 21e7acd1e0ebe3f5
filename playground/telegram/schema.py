"""Judges the parameters of a Bot API request by bot_api_schema.json: an unknown or ill-typed field is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playground.telegram.files import Upload
from playground.telegram.refusal import Json, Refused, bad_request

_TOKEN = re.compile(r'"[^"]*"|\w+|\[\]|[|()]')
_SPOKEN = {"string": "String", "number": "Number", "float": "Number", "boolean": "Boolean", "true": "Boolean"}
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "message_id": "message identifier is not specified",
}


@dataclass(frozen=True)
class Literal:
    """Exactly this value."""

    value: str | int


@dataclass(frozen=True)
class ListOf:
    """A list of items of one type."""

    item: Type


@dataclass(frozen=True)
class OneOf:
    """A value of any of these types."""

    options: tuple[Type, ...]


Type = str | Literal | ListOf | OneOf


class IllTyped(Exception):
    """A value does not fit; `path` leads to it, `fault` says what is wrong with it."""

    def __init__(self, path: tuple[str, ...], fault: str) -> None:
        super().__init__(path, fault)
        self.path = path
        self.fault = fault


class Schema:
    """The methods and objects of one version of the Bot API."""

    def __init__(self, table: Json) -> None:
        self._methods: dict[str, dict[str, str]] = table["methods"]
        self._objects: dict[str, dict[str, str]] = table["objects"]
        self._unions: dict[str, str] = table["unions"]

    def methods(self) -> Iterable[str]:
        """Return the names of all methods."""
        return self._methods

    def read(self, method: str, raw: Mapping[str, object]) -> Json:
        """Return `raw` as typed parameters of `method`; form fields arrive as text, JSON bodies as values.

        Raises `Refused` with Telegram's words. Limits (lengths, counts) are not checked here.
        """
        fields = self._methods[method]
        for name in raw.keys() - fields.keys():
            raise bad_request(f'field "{name}" is not known to method {method}')
        for name, expression in fields.items():
            if name not in raw and not expression.endswith("?"):
                raise bad_request(_MISSING.get(name, f'parameter "{name}" is required'))
        return {name: self._read_field(name, raw[name], parse(fields[name])) for name in raw}

    def _read_field(self, name: str, value: object, type_: Type) -> object:
        if isinstance(value, str):
            value = self._from_form(name, value, type_)
        try:
            self._fit(value, type_, (name,))
        except IllTyped as wrong:
            raise _refusal(name, wrong) from None
        return value

    def _from_form(self, name: str, text: str, type_: Type) -> object:
        options = self._options(type_)
        if "number" in options and re.fullmatch(r"-?\d+", text):
            return int(text)
        literals = {option.value for option in options if isinstance(option, Literal)}
        if text.isdecimal() and int(text) in literals:
            return int(text)
        if literals or options & {"string", "file"}:
            return text
        try:
            return json.loads(text.lower() if options <= {"boolean", "true"} else text)
        except ValueError:
            raise bad_request(f"can't parse {_spaced(name)} JSON object") from None

    def _options(self, type_: Type) -> set[Type]:
        if isinstance(type_, OneOf):
            return {deep for option in type_.options for deep in self._options(option)}
        if isinstance(type_, str) and type_ in self._unions:
            return self._options(parse(self._unions[type_]))
        return {type_}

    def _fit(self, value: object, type_: Type, path: tuple[str, ...]) -> None:
        options = self._options(type_)
        if len(options) > 1:
            self._fit_any(value, options, path)
        else:
            self._fit_one(value, options.pop(), path)

    def _fit_any(self, value: object, options: set[Type], path: tuple[str, ...]) -> None:
        misfits: list[IllTyped] = []
        for option in options:
            try:
                return self._fit(value, option, path)
            except IllTyped as misfit:
                misfits.append(misfit)
        # The misfit found deepest belongs to the option that the sender meant.
        raise max(misfits, key=lambda misfit: (len(misfit.path), misfit.fault))

    def _fit_one(self, value: object, type_: Type, path: tuple[str, ...]) -> None:
        if isinstance(type_, Literal):
            fits = type(value) is type(type_.value) and value == type_.value
            return _require(fits=fits, path=path, wanted=f'"{type_.value}"')
        if isinstance(type_, ListOf):
            _require(fits=isinstance(value, list), path=path, wanted="Array")
            assert isinstance(value, list)
            for index, item in enumerate(value):
                self._fit(item, type_.item, (*path, str(index)))
            return None
        assert isinstance(type_, str)
        if type_ in self._objects:
            return self._fit_object(value, type_, path)
        return _require(fits=_is(value, type_), path=path, wanted=_SPOKEN.get(type_, type_))

    def _fit_object(self, value: object, name: str, path: tuple[str, ...]) -> None:
        _require(fits=isinstance(value, dict), path=path, wanted="Object")
        assert isinstance(value, dict)
        fields = self._objects[name]
        for field, expression in fields.items():
            if field in value:
                self._fit(value[field], parse(expression), (*path, field))
            elif not expression.endswith("?"):
                raise IllTyped((*path, field), "is required")
        for field in value.keys() - fields.keys():
            raise IllTyped((*path, field), f"is not known to {name}")


@cache
def parse(expression: str) -> Type:
    """Return the type that `expression` (`"A"|B[]?`) describes; the trailing `?` is ignored."""
    tokens = _TOKEN.findall(expression.rstrip("?"))
    type_ = _parse_union(tokens)
    assert not tokens, expression
    return type_


def _parse_union(tokens: list[str]) -> Type:
    options = [_parse_item(tokens)]
    while tokens and tokens[0] == "|":
        tokens.pop(0)
        options.append(_parse_item(tokens))
    return options[0] if len(options) == 1 else OneOf(tuple(options))


def _parse_item(tokens: list[str]) -> Type:
    token = tokens.pop(0)
    item: Type = token
    if token == "(":
        item = _parse_union(tokens)
        tokens.pop(0)
    elif token.startswith('"'):
        item = Literal(token.strip('"'))
    elif token.isdecimal():
        item = Literal(int(token))
    while tokens and tokens[0] == "[]":
        tokens.pop(0)
        item = ListOf(item)
    return item


def _is(value: object, name: str) -> bool:
    if name == "file":
        return isinstance(value, Upload) or (isinstance(value, str) and value.startswith("attach://"))
    kinds: dict[str, tuple[type, ...]] = {"string": (str,), "number": (int,), "float": (int, float), "boolean": (bool,)}
    if name == "true":
        return value is True
    return isinstance(value, kinds[name]) and (name == "boolean" or not isinstance(value, bool))


def _require(*, fits: bool, path: tuple[str, ...], wanted: str) -> None:
    if not fits:
        raise IllTyped(path, f"must be of type {wanted}")


def _refusal(name: str, wrong: IllTyped) -> Refused:
    if name == "parse_mode":
        return bad_request("unsupported parse_mode")
    return bad_request(f'can\'t parse {_spaced(name)}: Field "{".".join(wrong.path)}" {wrong.fault}')


def _spaced(name: str) -> str:
    return name.replace("_", " ")


@cache
def bot_api() -> Schema:
    """Return the committed schema of the Bot API."""
    table: Any = json.loads(Path(__file__).with_name("bot_api_schema.json").read_text())
    return Schema(table)
