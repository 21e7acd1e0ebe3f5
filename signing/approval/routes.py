"""Who must say yes, as small frozen objects that compose: one, all of, any of, at least n of m, in order.

Pure: answers go in, who is asked next comes out (`advance`). A yes can only help: a route that is satisfied stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from signing.errors import RouteRefused
from signing.request import Act


class Seat(NamedTuple):
    """One person in one part; a person may sit twice in a route, once to approve and once to sign."""

    person: str
    """A person's id; in a template, the name by which the policy file calls the person."""
    act: Act


class Answer(StrEnum):
    """What came from a seat; no answer is no entry."""

    YES = "yes"
    NO = "no"


Answers = Mapping[Seat, Answer]


class Standing(StrEnum):
    """How a route stands with the answers so far."""

    OPEN = "open"
    SATISFIED = "satisfied"
    FAILED = "failed"
    """It cannot be satisfied any more."""


@dataclass(frozen=True, kw_only=True)
class One:
    """One person signs or approves."""

    person: str
    act: Act
    veto: bool = False
    """A refusal of this person ends the route, also where others could say yes instead."""

    @property
    def seat(self) -> Seat:
        return Seat(self.person, self.act)


@dataclass(frozen=True, kw_only=True)
class AllOf:
    """Everybody, side by side."""

    of: tuple[Route, ...]

    def __post_init__(self) -> None:
        _check_members(self.of)


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """Whoever is first; the others are not needed then."""

    of: tuple[Route, ...]

    def __post_init__(self) -> None:
        _check_members(self.of)


@dataclass(frozen=True, kw_only=True)
class AtLeast:
    """`need` of them, side by side."""

    need: int
    of: tuple[Route, ...]

    def __post_init__(self) -> None:
        _check_members(self.of)
        if not 1 <= self.need <= len(self.of):
            raise RouteRefused(reason="need", need=self.need, number=len(self.of))


@dataclass(frozen=True, kw_only=True)
class InOrder:
    """One step after the other; it stands only outermost, so that the steps of a route can be counted."""

    of: tuple[Route, ...]

    def __post_init__(self) -> None:
        _check_members(self.of)


Route = One | AllOf | AnyOf | AtLeast | InOrder


@dataclass(frozen=True, kw_only=True)
class Next:
    """What follows from the answers."""

    standing: Standing
    ask: tuple[One, ...] = ()
    """Whose answer is wanted now; empty unless the route is open."""


def advance(route: Route, answers: Answers) -> Next:
    """Return whether the route is satisfied or failed, else who is asked now. Deterministic; changes nothing."""
    if any(one.veto and answers.get(one.seat) is Answer.NO for one in seats(route)):
        return Next(standing=Standing.FAILED)
    standing = _standing(route, answers)
    return Next(standing=standing, ask=tuple(_asked(route, answers)) if standing is Standing.OPEN else ())


def steps(route: Route) -> tuple[Route, ...]:
    """Return the steps that follow one another; a route without order is one step."""
    return route.of if isinstance(route, InOrder) else (route,)


def step_of(route: Route, answers: Answers) -> int:
    """Return which step is open, 1 for the first; the last one when all are done."""
    done = [_standing(step, answers) is Standing.SATISFIED for step in steps(route)]
    return min((place for place, is_done in enumerate(done, 1) if not is_done), default=len(done))


def seats(route: Route) -> Iterator[One]:
    """Yield everybody the route names, in the order written."""
    if isinstance(route, One):
        yield route
    else:
        for member in route.of:
            yield from seats(member)


def needed(route: Route) -> int:
    """Return how many members of a composition must be satisfied."""
    if isinstance(route, AtLeast):
        return route.need
    return 1 if isinstance(route, One | AnyOf) else len(route.of)


def check(route: Route) -> None:
    """Raise `RouteRefused`: somebody asked twice for the same, or a route that ends without any signature."""
    found = [one.seat for one in seats(route)]
    for seat in found:
        if found.count(seat) > 1:
            raise RouteRefused(reason="twice", person=seat.person, act=seat.act.value)
    approved = {seat: Answer.YES for seat in found if seat.act is Act.APPROVES}
    if _standing(route, approved) is Standing.SATISFIED:
        raise RouteRefused(reason="nobody_signs")


def is_enough(route: Route, person: str) -> bool:
    """Return whether the route could end with this person's signature alone, whatever others approve."""
    yes = {one.seat: Answer.YES for one in seats(route) if one.act is Act.APPROVES or one.person == person}
    return _standing(route, yes) is Standing.SATISFIED


def can_do_without(route: Route, people: frozenset[str]) -> bool:
    """Return whether the route can still be satisfied when these people do not answer."""
    yes = {one.seat: Answer.YES for one in seats(route) if one.person not in people}
    return _standing(route, yes) is Standing.SATISFIED


def renamed(route: Route, name: Callable[[str], str]) -> Route:
    """Return the route with every person called as `name` says."""
    if isinstance(route, One):
        return replace(route, person=name(route.person))
    return replace(route, of=tuple(renamed(member, name) for member in route.of))


def to_json(route: Route) -> dict[str, Any]:
    """Return plain JSON values; every kind of composition has a key of its own."""
    if isinstance(route, One):
        return {route.act.value: route.person, **({"veto": True} if route.veto else {})}
    members = [to_json(member) for member in route.of]
    if isinstance(route, AtLeast):
        return {"at_least": members, "need": route.need}
    return {_KEYS[type(route)]: members}


def from_json(body: Mapping[str, Any]) -> Route:
    """Rebuild a route from `to_json`; raise `RouteRefused` when it is none."""
    for act in Act:
        if act.value in body:
            return One(person=body[act.value], act=act, veto=bool(body.get("veto")))
    for kind, key in _KEYS.items():
        if key in body:
            return kind(of=tuple(from_json(member) for member in body[key]))
    if "at_least" in body:
        return AtLeast(need=body["need"], of=tuple(from_json(member) for member in body["at_least"]))
    raise RouteRefused(reason="unknown_rule")


_KEYS: dict[type[AllOf | AnyOf | InOrder], str] = {AllOf: "all", AnyOf: "any", InOrder: "in_order"}


def _check_members(members: tuple[Route, ...]) -> None:
    """Nothing asked is nothing said: an empty composition would be satisfied by silence."""
    if not members:
        raise RouteRefused(reason="empty")
    if any(isinstance(member, InOrder) for member in members):
        raise RouteRefused(reason="order_inside")


def _standing(route: Route, answers: Answers) -> Standing:
    if isinstance(route, One):
        answer = answers.get(route.seat)
        return Standing.OPEN if answer is None else _OF[answer]
    found = [_standing(member, answers) for member in route.of]
    satisfied, failed = found.count(Standing.SATISFIED), found.count(Standing.FAILED)
    if satisfied >= needed(route):
        return Standing.SATISFIED
    return Standing.FAILED if len(found) - failed < needed(route) else Standing.OPEN


_OF = {Answer.YES: Standing.SATISFIED, Answer.NO: Standing.FAILED}


def _asked(route: Route, answers: Answers) -> Iterator[One]:
    if _standing(route, answers) is not Standing.OPEN:
        return
    if isinstance(route, One):
        yield route
        return
    members = [member for member in route.of if _standing(member, answers) is Standing.OPEN]
    for member in members[:1] if isinstance(route, InOrder) else members:
        yield from _asked(member, answers)
