"""A route in plain words: who must say yes, and how far it has come; for cards, pages and the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.phrases import reason, say
from signing.approval import routes, templates
from signing.approval.progress import Progress, answers_of
from signing.approval.routes import One, Route
from signing.approval.templates import Template
from signing.errors import RouteRefused
from signing.people import Person, PersonId
from signing.request import SigningRequest, State

Name = Callable[[str], str]
"""How a person of the route is called."""

OFFERED = 3
"""Routes whose steps are told when there is a choice."""
_YES = "✓ "
_STATES = {
    State.SIGNED: _YES, State.AGREED: _YES, State.REJECTED: "✗ ", State.FROZEN: "⏸ ", State.SIGNING: "⏳ ",
}  # fmt: skip


def plain(language: str, route: Route, name: Name) -> list[str]:
    """Return one sentence a step."""
    return [_sentence(language, step, lambda one: _called(language, one, name)) for step in routes.steps(route)]


def short(language: str, route: Route, name: Name) -> str:
    """Return the whole route on one line."""
    return " → ".join(plain(language, route, name))


def head(language: str, progress: Progress) -> str:
    """Return which route it is, and which step is open."""
    number = len(routes.steps(progress.route))
    return say(language, "route-head", route=progress.name, step=progress.step, number=number)


def told(language: str, progress: Progress, name: Name) -> list[str]:
    """Return one line a step, with a mark for what is done, open or still to come, and one for every answer."""
    open_step = progress.step
    answers = answers_of(progress.parts)
    lines = []
    for place, step in enumerate(routes.steps(progress.route), 1):
        is_done = routes.advance(step, answers).standing is routes.Standing.SATISFIED
        mark = "✅ " if is_done else "⏳ " if place == open_step else "▫️ "
        said = _sentence(language, step, lambda one: _marked(language, one, progress, name))
        lines.append(mark + (said.replace(_YES, "", 1) if isinstance(step, One) else said))  # one mark says it
    return lines


def _sentence(language: str, route: Route, called: Callable[[One], str]) -> str:
    if isinstance(route, One):
        return say(language, f"route-{route.act.value}-one", people=called(route))
    need = routes.needed(route)
    how = "all" if need == len(route.of) else "any" if need == 1 else "some"
    ones = [member for member in route.of if isinstance(member, One)]
    if len(ones) == len(route.of) and len({one.act for one in ones}) == 1:
        how = "one" if len(ones) == 1 else how
        return say(language, f"route-{ones[0].act.value}-{how}", people=", ".join(map(called, ones)), need=need)
    parts = "; ".join(_sentence(language, member, called) for member in route.of)
    return say(language, f"route-group-{how}", parts=parts, need=need)


def _called(language: str, one: One, name: Name) -> str:
    return say(language, "route-veto", person=name(one.person)) if one.veto else name(one.person)


def _marked(language: str, one: One, progress: Progress, name: Name) -> str:
    part, called = progress.part_at(one.seat), _called(language, one, name)
    if part is None:
        return called
    if part.signer not in (None, one.person):
        called = say(language, "route-deputy", deputy=name(str(part.signer)), person=name(one.person))
    return f"{_STATES.get(part.state, '')}{called}"


def offer(language: str, offered: Sequence[Template], people: Mapping[PersonId, Person]) -> list[str]:
    """Return a line for each of the first routes that may be chosen: its name, and who says yes along it."""
    told = ways(language, offered[:OFFERED], people)
    return [say(language, "draft-route-line", route=name, steps=steps) for name, steps in told.items()]


def ways(language: str, offered: Sequence[Template], people: Mapping[PersonId, Person]) -> dict[str, str]:
    """Return by name who says yes along the routes that may be chosen."""
    told = {}
    for template in offered:
        try:
            route = templates.resolved(template.route, people.values())
        except RouteRefused:  # then the press tells what is wrong with it
            continue
        told[template.name] = short(language, route, lambda person: people[PersonId(person)].name)
    return told


def question(language: str, *, routes_offered: bool, people_offered: bool) -> str:
    """Return what a draft asks its requester."""
    if routes_offered:
        return say(language, "draft-route" if people_offered else "draft-route-only")
    return say(language, "draft-who" if people_offered else "draft-nobody")


def stopped(language: str, progress: Progress | None, name: Name) -> list[str]:
    """Return who cannot go on, and why."""
    return [
        say(language, "route-stopped", person=name(str(part.signer)), reason=reason(language, part.reason))
        for part in (progress.stopped if progress else ())
    ]


def decided(request: SigningRequest, progress: Progress | None, name: Name) -> str:
    """Return who signed or refused; of a request that went along a route, everybody who signed."""
    people = progress.deciders(request) if progress and request.signer is None else (request.signer,)
    return ", ".join(name(str(person)) for person in people if person)
