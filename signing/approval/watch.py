"""What time does to waiting requests: deputies of absences are asked, returned signers asked again, people reminded.

Every step is a job that looks at the state first and promises the next one; jobs may be repeated or lost and come back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from signing.activation.mandate import is_mandate
from signing.approval import delegation, seats
from signing.approval.absence import Standing, acting, handed_on, standing_of
from signing.approval.policy import ApprovalPolicy
from signing.approval.reminders import Overdue, ReminderPolicy, Rung
from signing.audit import Tag
from signing.moves import SYSTEM, keep, move
from signing.notices import Kind, Notice, tell, watch
from signing.people import Person, PersonId
from signing.ports import Clock, Job, Store, Transaction
from signing.presence import MAX_LINKS, QuietHours
from signing.request import RequestId, SigningRequest, State, Step

_A_DAY = timedelta(days=1)
_JUST_NOW = timedelta(hours=1)
"""So long after a morning its digest is still owed to who had something waiting: a promise of the night is not moved to
the next day. What came after the morning has its card, and no list beside it."""


class Watch:
    """Handlers of what the core promises to itself about waiting requests."""

    def __init__(
        self, *, store: Store, clock: Clock, policy: ApprovalPolicy, reminders: ReminderPolicy | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self._reminders = reminders or ReminderPolicy()

    async def look(self, request: RequestId) -> None:
        """See to one waiting request: who acts now, what is due, when to look again."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.state is not State.WAITING or found.signer is None or is_mandate(found.signer):
                return
            settled = await acting(
                tx, standing_of(found), requester=found.requester, now=now, policy=self._policy,
                barred=await seats.taken(tx, found),
            )  # fmt: skip
            if settled != standing_of(found):
                await self._stand_in(tx, found, settled, now=now)
                return
            waiting = await tx.requests.waiting_for(found.signer)
            oldest = min((one.created_at for one in waiting), default=found.created_at)
            await self._promise_morning(tx, found.signer, at=max(oldest, now - _JUST_NOW))
            await self._climb(tx, found, now=now)

    async def remind(self, request: RequestId, *, by: PersonId) -> None:
        """Bring the requester's reminder, as soon as the quiet hours are over."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.state is not State.WAITING or found.signer is None:
                return
            hours, zone = await self._hours(tx, found.signer)
            due = hours.loud(now, zone=zone)
            if due > now:
                facts = {"request": request, "by": by}
                await tx.jobs.add(Job(kind=Kind.REMIND, subject=request, facts=facts, due=due))
                return
            await tell(tx, found.signer, Notice.REMINDER, request=request, requester=by)

    async def morning(self, person: PersonId) -> None:
        """It is morning where the person is: what waits is told, and the next morning promised."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            if not await tx.requests.waiting_for(person):
                return
            hours, zone = await self._hours(tx, person)
            here = await _back_at(tx, person, now=now)
            if here > now or hours.is_quiet(now, zone=zone):
                await self._promise_morning(tx, person, at=here)
                return
            day = now.astimezone(ZoneInfo(zone)).date().isoformat()
            await tx.jobs.add(Job(kind=Kind.DIGEST, subject=person, facts={"person": person, "day": day}))
            await self._promise_morning(tx, person, at=now + _JUST_NOW)

    async def _stand_in(self, tx: Transaction, found: SigningRequest, settled: Standing, *, now: datetime) -> None:
        """Ask whoever acts now; what was shown to the earlier one and not confirmed is void."""
        is_away = settled.links and settled.links[-1].is_absence
        for stored in await tx.records.open_for(found.signer) if found.signer else ():
            if any(entry.request == found.id for entry in stored.record.entries):
                await tx.records.move(stored.record.nonce, to="dropped")
        tag = Tag.REQUEST_STOOD_IN if is_away else Tag.REQUEST_RETURNED
        moved = await move(
            tx, found, Step.REASSIGN, tag=tag, actor=SYSTEM, now=now, facts=settled.facts(), **settled.changes(),
            prompted_at=now, nudges=0, postponed_until=None, looked_at=None, reason="",
        )  # fmt: skip
        if not is_away:
            await tell(tx, found.requester, Notice.RETURNED, request=found.lead, signer=moved.signer)
            return
        absent = next(link.person for link in settled.links if link.is_absence)
        absence = await tx.absences.of(absent)
        last = absence.last_day.isoformat() if absence else ""
        await tell(
            tx, found.requester, Notice.STANDS_IN, request=found.lead, signer=absent, deputy=moved.signer, last_day=last
        )

    async def _climb(self, tx: Transaction, found: SigningRequest, *, now: datetime) -> None:
        """Take the next step of the ladder when it is due, else look again when it will be."""
        rung, signer = self._reminders.next_rung(found), found.signer
        if rung is None or signer is None:
            return
        hours, zone = await self._hours(tx, signer)
        pause = timedelta(hours=self._policy.remind_every_hours)
        due = self._reminders.due(found, hours=hours, zone=zone, pause=pause)
        # Whoever is away and has no deputy is left in peace as well; a deputy may turn up meanwhile.
        back = await _back_at(tx, signer, now=now)
        due = (
            min(max(due, hours.loud(back, zone=zone)), now + _A_DAY)
            if back > now
            else max(due, hours.loud(now, zone=zone))
        )
        if due >= found.deadline:
            return
        if due > now:
            await tx.jobs.add(Job(kind=Kind.WATCH, subject=found.id, facts={"request": found.id}, due=due))
            return
        steps = {Rung.REMIND: self._nudge, Rung.DEPUTY: self._overdue, Rung.ADMINISTRATOR: self._escalate}
        await steps[rung](tx, found, await tx.people.get(signer), now)

    async def _nudge(self, tx: Transaction, found: SigningRequest, signer: Person, now: datetime) -> None:
        await self._step(tx, found, tag=Tag.REQUEST_REMINDED, now=now, reminded_at=now)
        await tell(tx, signer.id, Notice.REMINDER, request=found.id, requester=found.requester)

    async def _overdue(self, tx: Transaction, found: SigningRequest, signer: Person, now: datetime) -> None:
        """Offer the deputy, or ask the deputy, as the company wants it; without one the ladder goes on."""
        deputy = await self._deputy(tx, found, signer, now=now)
        facts = {"whom": deputy.id if deputy else None}
        if deputy is not None and self._reminders.overdue is Overdue.HAND_OVER:
            handed = handed_on(standing_of(found), to=deputy.id)
            moved = await move(
                tx, found, Step.REASSIGN, tag=Tag.REQUEST_ESCALATED, actor=SYSTEM, now=now,
                facts={**handed.facts(), **facts}, **handed.changes(), prompted_at=now, nudges=0, postponed_until=None,
                looked_at=None, reason="",
            )  # fmt: skip
            for person in (found.requester, signer.id):
                await tell(tx, person, Notice.PASSED_ON, request=found.id, signer=signer.id, deputy=moved.signer)
            return
        await self._step(tx, found, tag=Tag.REQUEST_ESCALATED, now=now, facts=facts)
        if deputy is not None:
            await tell(tx, signer.id, Notice.HAND_OVER, request=found.id, deputy=deputy.id)

    async def _escalate(self, tx: Transaction, found: SigningRequest, signer: Person, now: datetime) -> None:
        await self._step(tx, found, tag=Tag.REQUEST_ESCALATED, now=now, facts={"whom": "administrators"})
        for person in await tx.people.all():
            if person.is_administrator:
                hours, zone = await self._hours(tx, person.id)
                await tell(
                    tx, person.id, Notice.WAITS_LONG, request=found.id, due=hours.loud(now, zone=zone),
                    signer=signer.id, requester=found.requester,
                )  # fmt: skip

    async def _step(
        self, tx: Transaction, found: SigningRequest, *, tag: Tag, now: datetime, facts: dict[str, Any] | None = None,
        **changes: Any,
    ) -> None:  # fmt: skip
        moved = found.touched(nudges=found.nudges + 1, prompted_at=now, **changes)
        await keep(tx, moved, tag=tag, actor=SYSTEM, now=now, facts=facts)
        await watch(tx, found.id)

    async def _deputy(self, tx: Transaction, found: SigningRequest, signer: Person, *, now: datetime) -> Person | None:
        """Return the first permitted deputy who is there, in the administrator's order."""
        people = {person.id: person for person in await tx.people.all()}
        away = {absence.person for absence in await tx.absences.all() if absence.is_on(now)}
        seen = away | {link.person for link in found.links} | await seats.taken(tx, found)
        fit = delegation.deputies(signer, people.values(), requester=people[found.requester], policy=self._policy)
        able = {person.id for person in fit if person.id not in seen} if len(found.links) < MAX_LINKS else set()
        return next((people[one] for one in signer.deputies if one in able), None)

    async def _promise_morning(self, tx: Transaction, person: PersonId, *, at: datetime) -> None:
        hours, zone = await self._hours(tx, person)
        due = hours.morning(at, zone=zone)
        await tx.jobs.add(Job(kind=Kind.MORNING, subject=person, facts={"person": person}, due=due))

    async def _hours(self, tx: Transaction, person: PersonId) -> tuple[QuietHours, str]:
        found = await tx.people.get(person)
        own = await tx.absences.quiet_hours(person)
        return own or self._reminders.quiet, found.timezone or self._reminders.timezone


async def _back_at(tx: Transaction, person: PersonId, *, now: datetime) -> datetime:
    """Return when somebody is there again: now, for those who are."""
    absence = await tx.absences.of(person)
    return absence.until if absence is not None and absence.is_on(now) else now
