"""The routes that a company keeps ready, each with the documents, departments and amounts it is for."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from signing.activation.record import DETACHED
from signing.amount import Amount
from signing.approval import routes
from signing.approval.routes import Route
from signing.errors import NotAllowed, NotFound, RouteRefused
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
    """Whole numbers in the currency of the book."""
    required: bool = False
    """What it is for goes along this route or another required one, never to one person of choice."""
    allow_self: bool = False
    """May it end with the requester's own signature alone?"""

    @property
    def has_bounds(self) -> bool:
        """Whether it is for some amounts only."""
        return self.amount_from is not None or self.amount_below is not None

    def takes(self, form: str) -> bool:
        """Return whether a draft of that form goes along: one whose signature lies beside it, where it must only."""
        return self.required or form not in DETACHED

    def to_json(self) -> dict[str, Any]:
        """Return every rule as plain JSON values."""
        return {**vars(self), "route": routes.to_json(self.route)}


@dataclass(frozen=True, kw_only=True)
class RouteBook:
    """All routes of the policy file, and who belongs to which department."""

    templates: tuple[Template, ...] = ()
    departments: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Each department with the names of its people."""
    currency: str = ""
    """Of all amounts, such as `EUR`; empty: the file names none."""

    def to_json(self) -> dict[str, Any]:
        """Return every rule as plain JSON values."""
        return {**vars(self), "templates": [template.to_json() for template in self.templates]}

    @property
    def has_bounds(self) -> bool:
        """Whether amounts decide anything here."""
        return any(template.has_bounds for template in self.templates)

    def template(self, name: str) -> Template:
        """Return the route of that name; raise `NotFound` when the policy has none."""
        for template in self.templates:
            if template.name == name:
                return template
        raise NotFound(what="route")

    def departments_of(self, person: Person) -> frozenset[str]:
        """Return the departments that somebody belongs to."""
        return frozenset(name for name, people in self.departments if any(is_called(person, one) for one in people))

    def counted(self, amount: Amount | None) -> Amount | None:
        """Return the amount if it decides anything here: some route has bounds, in the same currency."""
        return amount if self.has_bounds and amount is not None and amount.currency == self.currency else None

    def fitting(
        self, requester: Person, documents: Sequence[str], *, amount: Amount | None = None
    ) -> tuple[Template, ...]:
        """Return the routes that a request of these file names may take: the required ones where there are any.

        An amount that nobody has told, or in another currency, is within all bounds: what might be required binds.
        """
        return self.fitting_in(self.departments_of(requester), documents, amount=amount)

    def fitting_in(
        self, departments: Collection[str], documents: Sequence[str], *, amount: Amount | None = None
    ) -> tuple[Template, ...]:
        """Return the routes for a requester of these departments."""
        told = self.counted(amount)
        fitting = [t for t in self.templates if _is_for(t, departments, documents) and _is_within(t, told)]
        required = [template for template in fitting if template.required]
        return tuple(required or fitting)

    def is_required(self, requester: Person, documents: Sequence[str], *, amount: Amount | None) -> bool:
        """Return whether one person of choice is not enough for these documents."""
        return any(template.required for template in self.fitting(requester, documents, amount=amount))

    def check(self, template: Template, requester: Person, documents: Sequence[str], *, amount: Amount | None) -> None:
        """Raise `NotAllowed` when a request may not take this route.

        `reason`: `amount_missing`, `amount_unfit`, or `route_unfit` for everything else.
        """
        told = self.counted(amount)
        if template not in self.fitting(requester, documents, amount=amount):
            reason = "route_unfit" if _is_within(template, told) else "amount_unfit"
            raise NotAllowed(reason=reason, route=template.name)
        if template.has_bounds and told is None:
            raise NotAllowed(reason="amount_missing", route=template.name)


def _is_for(template: Template, departments: Collection[str], documents: Sequence[str]) -> bool:
    patterns = [_plain(pattern) for pattern in template.documents]
    if patterns and not any(fnmatchcase(_plain(name), pattern) for name in documents for pattern in patterns):
        return False
    return not template.departments or bool(set(template.departments) & set(departments))


def _is_within(template: Template, amount: Amount | None) -> bool:
    if amount is None:
        return True
    above = template.amount_from is None or template.amount_from * 100 <= amount.hundredths
    return above and (template.amount_below is None or amount.hundredths < template.amount_below * 100)


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
