"""Everything but Sign that people decide: reject, hand over, later, ask, answer, remind, cancel, look."""

from __future__ import annotations

from datetime import datetime, timedelta

from signing.activation.mandate import is_mandate
from signing.approval import delegation, route
from signing.approval.absence import Standing, acting, handed_on, standing_of
from signing.approval.policy import ApprovalPolicy
from signing.audit import Tag
from signing.errors import LockedPerson, NotAllowed, NotAllowedNow, NotYourTurn
from signing.moves import SYSTEM, freeze, keep, move, note
from signing.notices import Kind, Notice, refresh, tell
from signing.people import Person, PersonId
from signing.ports import Clock, Job, Store, Transaction
from signing.request import RequestId, SigningRequest, State, Step

REASON_LENGTH = 1000
"""Characters of a reason, question or answer that are kept."""

_MUST_WAIT = frozenset({State.WAITING, State.FROZEN, State.SIGNING})


class Decisions:
    """The decisions around a signature; each is one short transaction and a normal answer when repeated."""

    def __init__(self, *, store: Store, clock: Clock, policy: ApprovalPolicy) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy

    async def reject(self, request: RequestId, *, by: PersonId, reason: str) -> SigningRequest:
        """Refuse to sign, with a reason: a code such as `wrong_amount`, or the signer's own words."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await _for_signer(tx, request, by)
            moved = await move(
                tx, found, Step.REJECT, tag=Tag.REQUEST_REJECTED, actor=by, now=now, reason=_short(reason)
            )
            await tell(tx, moved.requester, Notice.REJECTED, request=request, signer=by, reason=moved.reason)
        return moved

    async def delegate(self, request: RequestId, *, by: PersonId, to: PersonId) -> SigningRequest:
        """Hand the request over to a permitted deputy, who signs with the own key."""
        async with self._store.begin() as tx:
            found = await _for_signer(tx, request, by)
            signer, deputy, requester = [await tx.people.get(p) for p in (by, to, found.requester)]
            delegation.check_way(found.links, signer, deputy)
            delegation.check(signer, deputy, requester=requester, policy=self._policy)
            moved = await self._ask(tx, found, handed_on(standing_of(found), to=to), tag=Tag.REQUEST_DELEGATED, by=by)
            await tell(tx, moved.requester, Notice.DELEGATED, request=request, signer=by, deputy=moved.signer)
        return moved

    async def reassign(self, request: RequestId, *, by: PersonId, to: PersonId) -> SigningRequest:
        """The requester asks somebody else instead."""
        async with self._store.begin() as tx:
            found = await _for_requester(tx, request, by)
            route.check(await tx.people.get(by), await tx.people.get(to), policy=self._policy)
            return await self._ask(tx, found, Standing(signer=to), tag=Tag.REQUEST_REASSIGNED, by=by)

    async def postpone(self, request: RequestId, *, by: PersonId, until: datetime) -> SigningRequest:
        """Put the card aside until a moment before the deadline; then it comes back by itself."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await _for_signer(tx, request, by)
            if not now < until:
                raise NotAllowed(reason="too_late")
            until = max(min(until, found.deadline - _AN_HOUR), now + _A_MINUTE)
            moved = await move(
                tx, found, Step.POSTPONE, tag=Tag.REQUEST_POSTPONED, actor=by, now=now,
                facts={"until": until.isoformat()}, postponed_until=until,
            )  # fmt: skip
            await tx.jobs.add(Job(kind=Kind.WAKE, subject=request, facts={"request": request}, due=until))
        return moved

    async def wake(self, request: RequestId) -> None:
        """A postponed card comes back; does nothing when it is not postponed any more."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            due = found.postponed_until is not None and found.postponed_until <= now
            if found.state is State.WAITING and due and found.signer:
                await keep(
                    tx, found.touched(postponed_until=None), tag=Tag.REQUEST_SHOWN, actor=SYSTEM, now=now,
                    facts={"to": found.signer},
                )  # fmt: skip
                await refresh(tx, request, found.requester, found.signer)
                await tell(tx, found.signer, Notice.REMINDER, request=request, requester=found.requester)

    async def ask(self, request: RequestId, *, by: PersonId, question: str) -> None:
        """Send the requester a question; the request stays pending."""
        async with self._store.begin() as tx:
            found = await _for_signer(tx, request, by)
            text = _short(question)
            await note(tx, Tag.REQUEST_QUESTIONED, subject=request, actor=by, now=self._clock.now(), question=text)
            await tell(tx, found.requester, Notice.QUESTION, request=request, signer=by, text=text)

    async def answer(self, request: RequestId, *, by: PersonId, text: str) -> None:
        """Answer the signer's question."""
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            _check(found, found.requester, by)
            if found.signer is None or found.is_final:
                raise NotAllowedNow(state=found.state.value, wanted="answer")
            words = _short(text)
            await note(tx, Tag.REQUEST_ANSWERED, subject=request, actor=by, now=self._clock.now(), answer=words)
            await tell(tx, found.signer, Notice.ANSWER, request=request, requester=by, text=words)

    async def remind(self, request: RequestId, *, by: PersonId) -> SigningRequest:
        """Remind the signer, at most once in the policy's hours (`NotAllowed(reason="too_soon", next_at)`).

        In quiet hours the reminder comes when they are over, if the request still waits then.
        """
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await _for_requester(tx, request, by)
            if found.state is not State.WAITING or found.signer is None:
                raise NotAllowedNow(state=found.state.value, wanted="remind")
            pause = timedelta(hours=self._policy.remind_every_hours)
            if found.reminded_at is not None and now < found.reminded_at + pause:
                raise NotAllowed(reason="too_soon", next_at=(found.reminded_at + pause).isoformat())
            moved = found.touched(reminded_at=now)
            await keep(tx, moved, tag=Tag.REQUEST_REMINDED, actor=by, now=now)
            await refresh(tx, request, by)
            await tx.jobs.add(Job(kind=Kind.REMIND, subject=request, facts={"request": request, "by": by}))
        return moved

    async def resume(self, request: RequestId, *, by: PersonId) -> SigningRequest:
        """Ask the signer again after a freeze: the requester or an administrator decides that."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if by != found.requester and not (await tx.people.get(by)).is_administrator:
                raise NotYourTurn(reason="not_the_requester")
            await _check_signer(tx, found.signer)
            if is_mandate(found.signer):  # a person decided: the mandate may be used once more
                await tx.jobs.add(Job(kind=Kind.SEAL, subject=request, facts={"request": request}))
            return await move(tx, found, Step.RESUME, tag=Tag.REQUEST_RESUMED, actor=by, now=now, reason="")

    async def cancel(self, request: RequestId, *, by: PersonId) -> SigningRequest:
        """Take the request back; possible until the key is at work."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await _for_requester(tx, request, by)
            asked = found.state in _MUST_WAIT
            moved = await move(tx, found, Step.CANCEL, tag=Tag.REQUEST_CANCELLED, actor=by, now=now)
            if asked and moved.signer and moved.signer != by:
                await tell(tx, moved.signer, Notice.CANCELLED, request=request, requester=by)
        return moved

    async def look(self, request: RequestId, *, by: PersonId) -> None:
        """Remember that the signer opened the pages; the requester sees it once."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.signer == by and found.state is State.WAITING and found.looked_at is None:
                await keep(tx, found.touched(looked_at=now), tag=Tag.REQUEST_LOOKED_AT, actor=by, now=now)
                await refresh(tx, request, found.requester)

    async def expire(self, request: RequestId) -> None:
        """The deadline has come; does nothing when the request is finished or the clock was wrong."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.is_final or found.state is State.SIGNING:
                return
            if now < found.deadline:
                await tx.jobs.add(
                    Job(kind=Kind.EXPIRE, subject=request, facts={"request": request}, due=found.deadline)
                )
                return
            moved = await move(tx, found, Step.EXPIRE, tag=Tag.REQUEST_EXPIRED, actor=SYSTEM, now=now)
            if found.state is not State.DRAFT:
                await tell(tx, moved.requester, Notice.EXPIRED, request=request, signer=moved.signer)

    async def freeze(self, request: RequestId, *, reason: str, by: PersonId = SYSTEM) -> None:
        """Stop a request with a reason code; its people and the administrators are told."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.state in (State.WAITING, State.SIGNING):
                await freeze(tx, found, reason=reason, actor=by, now=now)

    async def _ask(
        self, tx: Transaction, found: SigningRequest, standing: Standing, *, tag: Tag, by: PersonId
    ) -> SigningRequest:
        """Ask somebody else, or whoever stands in for that person now."""
        now = self._clock.now()
        settled = await acting(tx, standing, requester=found.requester, now=now, policy=self._policy)
        return await move(
            tx, found, Step.REASSIGN, tag=tag, actor=by, now=now, facts=settled.facts(), **settled.changes(),
            prompted_at=now, nudges=0, postponed_until=None, looked_at=None, reason="",
        )  # fmt: skip


_AN_HOUR = timedelta(hours=1)
_A_MINUTE = timedelta(minutes=1)


async def _for_signer(tx: Transaction, request: RequestId, by: PersonId) -> SigningRequest:
    found = await tx.requests.get(request)
    await _check_person(tx, by)
    _check(found, found.signer, by)
    return found


async def _for_requester(tx: Transaction, request: RequestId, by: PersonId) -> SigningRequest:
    found = await tx.requests.get(request)
    _check(found, found.requester, by)
    return found


async def _check_person(tx: Transaction, by: PersonId) -> Person:
    person = await tx.people.get(by)
    if person.locked_at is not None:
        raise NotAllowed(reason="locked")
    return person


async def _check_signer(tx: Transaction, signer: PersonId | None) -> None:
    """Nobody is asked again who cannot answer."""
    person = await tx.people.get(signer) if signer is not None and not is_mandate(signer) else None
    if person is not None and person.locked_at is not None:
        raise LockedPerson(person=person.name)
    if person is not None and not person.may_sign:
        raise NotAllowed(reason="not_a_signer", person=person.name)


def _check(request: SigningRequest, expected: PersonId | None, by: PersonId) -> None:
    if expected != by:
        raise NotYourTurn(reason="somebody_else", state=request.state.value)


def _short(words: str) -> str:
    return words.strip()[:REASON_LENGTH]
