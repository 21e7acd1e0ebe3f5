"""The policy file: routes in TOML, one table a route, one table a step; every fault is found, with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signing.approval import routes, templates
from signing.approval.routes import AllOf, AnyOf, AtLeast, InOrder, One, Route
from signing.approval.templates import RouteBook, Template
from signing.errors import RouteRefused
from signing.people import Person
from signing.request import Act

_ROUTE = {
    "name": str, "documents": list, "departments": list, "amount_from": int, "amount_below": int, "required": bool,
    "allow_self": bool, "step": list,
}  # fmt: skip
_CURRENCY = re.compile(r"[A-Z]{3}")
_GROUP = {"signs": list, "approves": list, "of": list, "need": (int, str), "veto": list}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong with the file."""

    line: int
    error: RouteRefused


@dataclass(frozen=True, kw_only=True)
class PolicyFile:
    """What a policy file says; with faults the book has the routes that are sound."""

    book: RouteBook
    faults: tuple[Fault, ...]


def read(text: str) -> PolicyFile:
    """Return what `text` says and everything that is wrong with it. Does not know who is there: `check_people` does."""
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        number = int(line.group(1)) if line else text.count("\n") + 1
        return PolicyFile(book=RouteBook(), faults=(Fault(line=number, error=RouteRefused(reason="syntax")),))
    return _Reader(text).read(body)


def check_people(found: PolicyFile, text: str, people: Iterable[Person]) -> tuple[Fault, ...]:
    """Return every name of the file that fits nobody here, or several."""
    known, lines, faults = tuple(people), _Lines(text), list[Fault]()
    for place, template in enumerate(found.book.templates):
        called = [one.person for one in routes.seats(template.route)]
        misnamed = [(name, error) for name in called if (error := _misnamed(name, known)) is not None]
        faults += [Fault(line=lines.of_word(place, name), error=error) for name, error in misnamed]
        try:
            if not misnamed:
                templates.resolved(template.route, known)
        except RouteRefused as error:  # two names of one person
            faults.append(Fault(line=lines.of_route(place), error=error))
    for _department, names in found.book.departments:
        faults += [Fault(line=lines.of(name), error=e) for name in names if (e := _misnamed(name, known)) is not None]
    return tuple(dict.fromkeys(faults))


def _misnamed(name: str, people: Sequence[Person]) -> RouteRefused | None:
    fits = sum(templates.is_called(person, name) for person in people)
    return None if fits == 1 else RouteRefused(reason="several" if fits else "nobody", person=name)


class _Lines:
    """Where things stand in the text."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines() or [""]
        heads = [at for at, line in enumerate(self._lines) if re.match(r"\s*\[\[\s*route\s*\]\]", line)]
        self._heads = heads or [0]

    def of_route(self, place: int) -> int:
        """Return the line of a route's head, 1 for the first line of the file."""
        return self._heads[min(place, len(self._heads) - 1)] + 1

    def of_step(self, place: int, step: int) -> int:
        """Return the line of a step's head."""
        begin, end = self._block(place)
        steps = [at for at in range(begin, end) if re.match(r"\s*\[\[\s*route\.step\s*\]\]", self._lines[at])]
        return steps[step] + 1 if step < len(steps) else begin + 1

    def of_key(self, place: int, key: str) -> int:
        """Return the line of a key of a route."""
        begin, end = self._block(place)
        wanted = re.compile(rf"\s*\"?{re.escape(key)}\"?\s*=")
        return next((at + 1 for at in range(begin, end) if wanted.match(self._lines[at])), begin + 1)

    def of_word(self, place: int, word: str) -> int:
        """Return the line of a route on which a word stands."""
        begin, end = self._block(place)
        return next((at + 1 for at in range(begin, end) if word in self._lines[at]), begin + 1)

    def of(self, word: str) -> int:
        """Return the first line with a word."""
        return next((at + 1 for at, line in enumerate(self._lines) if word in line), 1)

    def _block(self, place: int) -> tuple[int, int]:
        begin = self.of_route(place) - 1
        return begin, next((at for at in self._heads if at > begin), len(self._lines))


class _Reader:
    """Reads one parsed file; gathers faults instead of stopping at the first."""

    def __init__(self, text: str) -> None:
        self._lines = _Lines(text)
        self._faults: list[Fault] = []

    def read(self, body: Mapping[str, Any]) -> PolicyFile:
        for key in body.keys() - {"route", "departments", "currency"}:
            self._fault(self._lines.of(key), "unknown_key", key=key, known="route, departments, currency")
        currency, departments = self._currency(body.get("currency", "")), self._departments(body.get("departments", {}))
        listed = body.get("route", [])
        if not isinstance(listed, list) or not listed:
            self._fault(1, "no_routes")
            listed = []
        made = [self._route(place, table, dict(departments)) for place, table in enumerate(listed)]
        names = [str(table.get("name")) for table in listed]
        for place, name in enumerate(names):
            if name in names[:place]:
                self._fault(self._lines.of_key(place, "name"), "name_twice", name=name)
        sound = tuple(template for template in made if template)
        book = RouteBook(templates=sound, departments=departments, currency=currency)
        return PolicyFile(book=book, faults=tuple(sorted(self._faults, key=lambda fault: fault.line)))

    def _currency(self, named: Any) -> str:
        if named == "" or (isinstance(named, str) and _CURRENCY.fullmatch(named)):
            return str(named)
        self._fault(self._lines.of("currency"), "currency", currency=str(named))
        return ""

    def _departments(self, body: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
        if not isinstance(body, dict):
            self._fault(self._lines.of("departments"), "type", key="departments", wanted="[departments]")
            return ()
        for name, people in body.items():
            if not _are_words(people):
                self._fault(self._lines.of(name), "type", key=name, wanted='["Anna Petrova", "Ivan Marković"]')
        return tuple((name, tuple(people)) for name, people in body.items() if _are_words(people))

    def _route(self, place: int, table: Mapping[str, Any], departments: Mapping[str, Any]) -> Template | None:
        before = len(self._faults)
        self._check_keys(table, _ROUTE, lambda key: self._lines.of_key(place, key))
        if not str(table.get("name", "")).strip():
            self._fault(self._lines.of_route(place), "no_name")
        for name in table.get("departments", ()):
            if name not in departments:
                self._fault(self._lines.of_key(place, "departments"), "unknown_department", name=name)
        lowest, below = table.get("amount_from"), table.get("amount_below")
        if isinstance(lowest, int) and isinstance(below, int) and lowest >= below:
            self._fault(self._lines.of_key(place, "amount_from"), "amounts", lowest=lowest, below=below)
        steps = [self._step(place, number, step) for number, step in enumerate(table.get("step", ()))]
        if not steps:
            self._fault(self._lines.of_route(place), "empty")
        sound = [step for step in steps if step is not None]
        if len(self._faults) > before or len(sound) != len(steps):
            return None
        route: Route = sound[0] if len(sound) == 1 else InOrder(of=tuple(sound))
        try:
            routes.check(route)
        except RouteRefused as error:
            self._faults.append(Fault(line=self._lines.of_route(place), error=error))
            return None
        return Template(
            name=table["name"], route=route, documents=tuple(table.get("documents", ())),
            departments=tuple(table.get("departments", ())), amount_from=lowest, amount_below=below,
            required=table.get("required", False), allow_self=table.get("allow_self", False),
        )  # fmt: skip

    def _step(self, place: int, number: int, table: Any) -> Route | None:
        line = self._lines.of_step(place, number)
        try:
            return self._group(table, line)
        except RouteRefused as error:
            self._faults.append(Fault(line=line, error=error))
            return None

    def _group(self, table: Any, line: int) -> Route:
        if not isinstance(table, dict):
            raise RouteRefused(reason="unknown_rule")
        self._check_keys(table, _GROUP, lambda _key: line)
        said = [key for key in ("signs", "approves", "of") if key in table]
        if len(said) != 1:
            raise RouteRefused(reason="both" if said else "unknown_rule")
        members, veto = table[said[0]], table.get("veto", ())
        if said[0] != "of" and not _are_words(members):
            raise RouteRefused(reason="type", key=said[0], wanted='["Ivan Marković"]')
        if strangers := [name for name in veto if said[0] == "of" or name not in members]:
            raise RouteRefused(reason="veto", person=strangers[0])
        if said[0] == "of":
            return _needed(tuple(self._group(member, line) for member in members), table.get("need", "all"))
        ones = tuple(One(person=name, act=Act(said[0]), veto=name in veto) for name in members)
        return _needed(ones, table.get("need", "all"))

    def _check_keys(self, table: Mapping[str, Any], known: Mapping[str, Any], line_of: Any) -> None:
        for key, value in table.items():
            if key not in known:
                self._fault(line_of(key), "unknown_key", key=key, known=", ".join(known))
            elif not isinstance(value, known[key]) or (isinstance(value, bool) and known[key] is not bool):
                self._fault(line_of(key), "type", key=key, wanted=_WANTED.get(key, '["…"]'))
            elif key in ("documents", "departments") and not _are_words(value):
                self._fault(line_of(key), "type", key=key, wanted='["…"]')

    def _fault(self, line: int, reason: str, **facts: Any) -> None:
        self._faults.append(Fault(line=line, error=RouteRefused(reason=reason, **facts)))


_WANTED = {
    "name": '"…"', "amount_from": "10000", "amount_below": "10000", "required": "true", "allow_self": "true",
    "step": "[[route.step]]", "need": '"all", "any", 2',
}  # fmt: skip


def _needed(members: tuple[Route, ...], need: int | str) -> Route:
    """Compose the members of a step: a single one needs no composition."""
    if need == "all":
        return members[0] if len(members) == 1 else AllOf(of=members)
    if need == "any":
        return AnyOf(of=members)
    if isinstance(need, str):
        raise RouteRefused(reason="type", key="need", wanted=_WANTED["need"])
    return AtLeast(need=need, of=members)


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and word.strip() for word in value)
