"""Who acts now: the one place that turns whom somebody asks into whoever is there to sign; pure, and one loader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from signing.approval import route
from signing.approval.policy import ApprovalPolicy
from signing.errors import SigningError
from signing.people import Person, PersonId
from signing.ports import Transaction
from signing.presence import MAX_LINKS, Absence, Link
from signing.request import SigningRequest


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Who is asked, and by which hand-overs it came from the one who was asked first."""

    signer: PersonId
    links: tuple[Link, ...] = ()

    @property
    def principal(self) -> PersonId | None:
        """For whom the signer acts; None for oneself."""
        return self.links[0].person if self.links else None

    @property
    def ground(self) -> str:
        """On what ground, in the words of those who handed over."""
        return "; ".join(dict.fromkeys(link.ground for link in self.links if link.ground))

    def changes(self) -> dict[str, Any]:
        """Return the fields of a `SigningRequest` that say so."""
        return {
            "signer": self.signer, "delegated_from": self.principal, "ground": self.ground, "links": self.links
        }  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """Return what the journal says about it."""
        if self.principal is None:
            return {"to": self.signer}
        way = [link.person for link in self.links]
        return {"to": self.signer, "for": self.principal, "way": way, "ground": self.ground}


def standing_of(request: SigningRequest) -> Standing:
    """Return how a request that was submitted stands now."""
    if request.signer is None:
        raise ValueError("a draft has no signer")
    return Standing(signer=request.signer, links=request.links)


def settled(
    standing: Standing,
    *,
    requester: Person,
    people: Mapping[PersonId, Person],
    absences: Mapping[PersonId, Absence],
    policy: ApprovalPolicy,
    barred: frozenset[PersonId] = frozenset(),
) -> Standing:
    """Return who acts now. `absences` are those of this moment, by person; nobody `barred` is chosen.

    First the hand-overs of absences are taken back, but not those under a later one by hand while they hold. Then
    whoever is away passes on to the deputy, and the deputy to the next, as long as each is permitted, nobody comes
    twice and there are no more than `MAX_LINKS`. Nobody is chosen whom `requester` could not have asked directly; when
    nobody is there, it stays with the one who is away. Settling what is settled changes nothing.
    """
    begun = _taken_back(_without_what_is_over(standing, people=people, absences=absences))
    return _onward(begun, requester=requester, people=people, absences=absences, policy=policy, barred=barred)


def next_of(
    person: PersonId, *, people: Mapping[PersonId, Person], absences: Mapping[PersonId, Absence]
) -> Link | None:
    """Return the hand-over of somebody who is away to a permitted deputy (`absence.deputy`)."""
    absence = absences.get(person)
    if absence is None or absence.deputy is None or absence.deputy not in people[person].deputies:
        return None
    return Link(person=person, is_absence=True, ground=absence.ground)


def _without_what_is_over(
    standing: Standing, *, people: Mapping[PersonId, Person], absences: Mapping[PersonId, Absence]
) -> Standing:
    holders = [*(link.person for link in standing.links), standing.signer]
    for place, link in enumerate(standing.links):
        holds = not link.is_absence or (
            next_of(link.person, people=people, absences=absences) == link
            and absences[link.person].deputy == holders[place + 1]
        )
        if not holds:
            return Standing(signer=link.person, links=standing.links[:place])
    return standing


def _taken_back(standing: Standing) -> Standing:
    """Return the standing without its last hand-overs, as far as absences made them."""
    holder, links = standing.signer, standing.links
    while links and links[-1].is_absence:
        holder, links = links[-1].person, links[:-1]
    return Standing(signer=holder, links=links)


def _onward(
    standing: Standing,
    *,
    requester: Person,
    people: Mapping[PersonId, Person],
    absences: Mapping[PersonId, Absence],
    policy: ApprovalPolicy,
    barred: frozenset[PersonId],
) -> Standing:
    chosen, signer, links = standing, standing.signer, standing.links
    while len(links) < MAX_LINKS and (link := next_of(signer, people=people, absences=absences)) is not None:
        deputy = absences[signer].deputy
        seen = {one.person for one in links} | {signer}
        if deputy is None or deputy in seen or deputy not in people or not people[deputy].may_sign:
            break
        signer, links = deputy, (*links, link)
        if signer not in absences and signer not in barred and _may_be_asked(requester, people[signer], policy):
            chosen = Standing(signer=signer, links=links)
    return chosen


def _may_be_asked(requester: Person, signer: Person, policy: ApprovalPolicy) -> bool:
    try:
        route.check(requester, signer, policy=policy)
    except SigningError:
        return False
    return True


async def acting(
    tx: Transaction,
    standing: Standing,
    *,
    requester: PersonId,
    now: datetime,
    policy: ApprovalPolicy,
    barred: frozenset[PersonId] = frozenset(),
) -> Standing:
    """Return who acts now for whoever is asked: what `submit`, `reassign`, hand-overs and routes call.

    `barred` are people of other seats of the same route (`seats.taken`).
    """
    absences = {absence.person: absence for absence in await tx.absences.all() if absence.is_on(now)}
    if not absences and not any(link.is_absence for link in standing.links):
        return standing
    people = {person.id: person for person in await tx.people.all()}
    return settled(
        standing, requester=people[requester], people=people, absences=absences, policy=policy, barred=barred
    )


def handed_on(standing: Standing, *, to: PersonId, ground: str = "") -> Standing:
    """Return the standing after its signer handed it over by hand; see `delegation.check_way` for what is refused."""
    link = Link(person=standing.signer, ground=ground)
    return replace(standing, signer=to, links=(*standing.links, link))
