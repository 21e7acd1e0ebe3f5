"""The routes that a company keeps ready, each with the documents, departments and amounts it is for."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from signing.approval import routes
from signing.approval.routes import Route
from signing.errors import NotFound, RouteRefused
from signing.people import Person


@dataclass(frozen=True, kw_only=True)
class Template:
    """One route of the policy file; people stand in it by the names of the file."""

    name: str
    route: Route
    documents: tuple[str, ...] = ()
    """Patterns of file names, such as `*contract*`; none: whatever the name."""
    departments: tuple[str, ...] = ()
    """Whose requests it is for; none: everybody's."""
    amount_from: int | None = None
    amount_below: int | None = None
    """In the company's own currency; a request whose amount nobody has told fits, and the requester chooses."""
    required: bool = False
    """What it is for goes along this route or another required one, never to one person of choice."""
    allow_self: bool = False
    """May it end with the requester's own signature alone?"""

    def to_json(self) -> dict[str, Any]:
        """Return every rule as plain JSON values."""
        return {**vars(self), "route": routes.to_json(self.route)}


@dataclass(frozen=True, kw_only=True)
class RouteBook:
    """All routes of the policy file, and who belongs to which department."""

    templates: tuple[Template, ...] = ()
    departments: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Each department with the names of its people."""

    def to_json(self) -> dict[str, Any]:
        """Return every rule as plain JSON values."""
        return {"templates": [template.to_json() for template in self.templates], "departments": self.departments}

    def template(self, name: str) -> Template:
        """Return the route of that name; raise `NotFound` when the policy has none."""
        for template in self.templates:
            if template.name == name:
                return template
        raise NotFound(what="route")

    def departments_of(self, person: Person) -> frozenset[str]:
        """Return the departments that somebody belongs to."""
        return frozenset(name for name, people in self.departments if any(is_called(person, one) for one in people))

    def fitting(
        self, requester: Person, documents: Sequence[str], *, amount: int | None = None
    ) -> tuple[Template, ...]:
        """Return the routes that a request of these file names may take: the required ones where there are any."""
        return self.fitting_in(self.departments_of(requester), documents, amount=amount)

    def fitting_in(
        self, departments: Collection[str], documents: Sequence[str], *, amount: int | None = None
    ) -> tuple[Template, ...]:
        """Return the routes for a requester of these departments."""
        fitting = [t for t in self.templates if _fits(t, departments, documents, amount)]
        required = [template for template in fitting if template.required]
        return tuple(required or fitting)

    def is_required(self, requester: Person, documents: Sequence[str]) -> bool:
        """Return whether one person of choice is not enough for these documents."""
        return any(template.required for template in self.fitting(requester, documents))


def _fits(template: Template, departments: Collection[str], documents: Sequence[str], amount: int | None) -> bool:
    patterns = [_plain(pattern) for pattern in template.documents]
    if patterns and not any(fnmatchcase(_plain(name), pattern) for name in documents for pattern in patterns):
        return False
    if template.departments and not set(template.departments) & set(departments):
        return False
    if amount is None:
        return True
    above = template.amount_from is None or template.amount_from <= amount
    return above and (template.amount_below is None or amount < template.amount_below)


def is_called(person: Person, name: str) -> bool:
    """Return whether the policy file means this person by `name`: the id, the name or the position."""
    return _plain(name) in {_plain(person.id), _plain(person.name), _plain(person.title)} - {""}


def resolved(route: Route, people: Iterable[Person]) -> Route:
    """Return the route with people by id; raise `RouteRefused` (`nobody`, `several`, and the codes of `check`)."""
    known = tuple(people)

    def found(name: str) -> str:
        fits = [person for person in known if is_called(person, name)]
        if len(fits) != 1:
            raise RouteRefused(reason="several" if fits else "nobody", person=name)
        return fits[0].id

    made = routes.renamed(route, found)
    routes.check(made)
    return made


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).casefold().split())
