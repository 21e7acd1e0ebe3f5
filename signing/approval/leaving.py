"""Going away, coming back, being left in peace: absences begin and end; `watch` moves the requests they concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from signing.audit import Tag
from signing.errors import NotAllowed
from signing.moves import CONSOLE, SYSTEM, note
from signing.notices import Kind, Notice, tell, watch
from signing.people import Person, PersonId
from signing.ports import Clock, Job, Store, Transaction
from signing.presence import MAX_LINKS, Absence, QuietHours, days_of
from signing.request import SigningRequest, State

LONGEST = timedelta(days=400)
"""A typing error in the year is no absence of ten years."""
GROUND_LENGTH = 80
"""Characters of a ground: it stands in the stamp."""


class Leaving:
    """Writes absences down and ends them; each call is one short transaction."""

    def __init__(self, *, store: Store, clock: Clock, timezone: str = "UTC") -> None:
        """`timezone` counts for people who have not told their own."""
        self._store = store
        self._clock = clock
        self._timezone = timezone

    async def leave(
        self, person: PersonId, *, by: PersonId, first: date, last: date, deputy: PersonId | None, ground: str = ""
    ) -> Absence:
        """Write down that `person` is away from `first` to `last`, both included; an earlier absence is replaced.

        `by` is the person or an administrator. Raises `NotAllowed` (`days_turned`, `days_over`, `days_too_many`,
        `not_a_deputy`, `not_a_signer`, `deputy_circle`, `deputy_chain_too_long`, `not_an_administrator`).
        Does not widen `deputies`: who may stand in at all is an administrator's decision.
        """
        now = self._clock.now()
        async with self._store.begin() as tx:
            leaver = await tx.people.get(person)
            await _check_may(tx, person, by)
            since, until = days_of(first, last, zone=leaver.timezone or self._timezone)
            absence = Absence(
                person=person, first_day=first, last_day=last, since=max(since, now), until=until, deputy=deputy,
                ground=" ".join(ground.split())[:GROUND_LENGTH] if deputy else "", by=by,
            )  # fmt: skip
            _check_days(absence, is_over=until <= now)
            await _check_deputy(tx, leaver, absence)
            await tx.absences.put(absence)
            facts = {"first": first.isoformat(), "last": last.isoformat(), "deputy": deputy, "ground": absence.ground}
            await note(tx, Tag.PERSON_AWAY, subject=person, actor=by, now=now, **facts)
            await tx.jobs.add(turn_job(person))
            days = (first.isoformat(), last.isoformat())
            if deputy is not None:
                await tell(
                    tx, deputy, Notice.DEPUTISES, signer=person, ground=absence.ground, first_day=days[0],
                    last_day=days[1],
                )  # fmt: skip
            if by != person:
                await tell(tx, person, Notice.WRITTEN_AWAY, deputy=deputy, first_day=days[0], last_day=days[1])
        return absence

    async def come_back(self, person: PersonId, *, by: PersonId) -> int:
        """End an absence early; return how many requests come back. Raises `NotAllowed(reason="not_away")`."""
        async with self._store.begin() as tx:
            await _check_may(tx, person, by)
            if await tx.absences.of(person) is None:
                raise NotAllowed(reason="not_away")
            return await self._end(tx, person, by=by)

    async def keep_quiet(self, person: PersonId, *, hours: QuietHours | None, words: str) -> None:
        """Write down when a person is left in peace, as it was said in `words`; None: the company's hours count."""
        async with self._store.begin() as tx:
            await tx.absences.keep_quiet_hours(person, hours)
            now = self._clock.now()
            await note(tx, Tag.PERSON_CHANGED, subject=person, actor=person, now=now, quiet=words)

    async def turn(self, person: PersonId) -> None:
        """Job: an absence begins or ends, or the clock was wrong; promises the next turn."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            absence = await tx.absences.of(person)
            if absence is None:
                return
            if absence.until <= now:
                await self._end(tx, person, by=SYSTEM)
                return
            for request in await concerned(tx, person, now=now) if absence.is_on(now) else ():
                await watch(tx, request.id)
            due = absence.until if absence.is_on(now) else absence.since
            await tx.jobs.add(Job(kind=Kind.ABSENCE, subject=person, facts={"person": person}, due=due))

    async def review(self, person: PersonId) -> None:
        """Look again at what concerns a person whose deputies are others now."""
        async with self._store.begin() as tx:
            for request in await concerned(tx, person, now=self._clock.now()):
                await watch(tx, request.id)

    async def reconcile(self) -> None:
        """After a start: promise the turns of every absence anew."""
        async with self._store.begin() as tx:
            for absence in await tx.absences.all():
                await tx.jobs.add(turn_job(absence.person))

    async def _end(self, tx: Transaction, person: PersonId, *, by: PersonId) -> int:
        now, returning = self._clock.now(), 0
        await tx.absences.end(person)
        await note(tx, Tag.PERSON_BACK, subject=person, actor=by, now=now)
        for request in await concerned(tx, person, now=now):
            await watch(tx, request.id)
            returning += any(link.is_absence and link.person == person for link in request.links)
        if by != person:
            await tell(tx, person, Notice.BACK, number=returning)
        return returning


def turn_job(person: PersonId) -> Job:
    """Return the job that looks whether an absence begins or ends now."""
    return Job(kind=Kind.ABSENCE, subject=person, facts={"person": person})


async def concerned(tx: Transaction, person: PersonId, *, now: datetime) -> tuple[SigningRequest, ...]:
    """Return the waiting requests that are with a person, came by that person, or have found nobody who is there."""
    stranded = {absence.person for absence in await tx.absences.all() if absence.is_on(now)} | {person}
    waiting = [request for request in await tx.requests.unfinished() if request.state is State.WAITING]
    return tuple(r for r in waiting if r.signer in stranded or any(link.person == person for link in r.links))


async def _check_may(tx: Transaction, person: PersonId, by: PersonId) -> None:
    if by not in (person, CONSOLE) and not (await tx.people.get(by)).is_administrator:
        raise NotAllowed(reason="not_an_administrator")


def _check_days(absence: Absence, *, is_over: bool) -> None:
    if absence.last_day < absence.first_day:
        raise NotAllowed(reason="days_turned")
    if is_over:
        raise NotAllowed(reason="days_over")
    if absence.last_day - absence.first_day > LONGEST:
        raise NotAllowed(reason="days_too_many", number=LONGEST.days)


async def _check_deputy(tx: Transaction, leaver: Person, absence: Absence) -> None:
    if absence.deputy is None:
        return
    deputy = await tx.people.get(absence.deputy)
    if deputy.id == leaver.id or deputy.id not in leaver.deputies:
        raise NotAllowed(reason="not_a_deputy", person=deputy.name)
    if not deputy.may_sign:
        raise NotAllowed(reason="not_a_signer", person=deputy.name)
    others = [other for other in await tx.absences.all() if other.person != leaver.id and other.overlaps(absence)]
    way = way_through(absence, others)
    if len(set(way)) < len(way):
        names = " → ".join([(await tx.people.get(person)).name for person in way])
        raise NotAllowed(reason="deputy_circle", person=deputy.name, way=names)
    if len(way) - 1 > MAX_LINKS:
        raise NotAllowed(reason="deputy_chain_too_long", person=deputy.name, number=MAX_LINKS)


def way_through(absence: Absence, others: Sequence[Absence]) -> list[PersonId]:
    """Return the longest way of hand-overs that goes through a new absence; in a circle its first person is last, too.

    `others` are the absences at the same time.
    """
    onward: Mapping[PersonId, PersonId] = {one.person: one.deputy for one in others if one.deputy is not None}
    way = [absence.person, *([absence.deputy] if absence.deputy else [])]
    while way[-1] in onward and len(set(way)) == len(way):
        way.append(onward[way[-1]])
    if len(set(way)) < len(way):
        return way[way.index(way[-1]) :]
    return [*max(_ways_to(absence.person, onward, seen=frozenset(way)), key=len), *way]


def _ways_to(
    person: PersonId, onward: Mapping[PersonId, PersonId], *, seen: frozenset[PersonId]
) -> list[list[PersonId]]:
    before = [one for one, deputy in onward.items() if deputy == person and one not in seen]
    longer = [[*way, one] for one in before for way in _ways_to(one, onward, seen=seen | {one})]
    return [[], *longer]
