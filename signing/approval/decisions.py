"""Everything but Sign that people decide: reject, hand over, later, ask, answer, remind, cancel, look."""

from __future__ import annotations

from datetime import datetime, timedelta

from signing.activation.mandate import is_mandate
from signing.approval import delegation, route, seats, telling
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
            if moved.part is None:  # of a part, the route says whether one refusal is the end
                await tell(tx, moved.requester, Notice.REJECTED, request=request, signer=by, reason=moved.reason)
        return moved

    async def agree(self, request: RequestId, *, by: PersonId) -> SigningRequest:
        """Say yes where the route asks for an approval without a key."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await _for_signer(tx, request, by)
            if found.needs_key:
                raise NotAllowedNow(state=found.state.value, wanted=Step.AGREE.value)
            digests = [document.sha256 for document in found.documents]
            facts = {"sha256": digests, "part_of": found.lead}
            return await move(tx, found, Step.AGREE, tag=Tag.REQUEST_AGREED, actor=by, now=now, facts=facts)

    async def delegate(self, request: RequestId, *, by: PersonId, to: PersonId) -> SigningRequest:
        """Hand the request over to a permitted deputy, who signs with their own key."""
        async with self._store.begin() as tx:
            found = await _for_signer(tx, request, by)
            signer, deputy, requester = [await tx.people.get(p) for p in (by, to, found.requester)]
            delegation.check_way(found.links, signer, deputy)
            delegation.check(signer, deputy, requester=requester, policy=self._policy)
            await seats.check(tx, found, deputy)
            moved = await self._ask(tx, found, handed_on(standing_of(found), to=to), tag=Tag.REQUEST_DELEGATED, by=by)
            await tell(tx, moved.requester, Notice.DELEGATED, request=moved.lead, signer=by, deputy=moved.signer)
        return moved

    async def reassign(self, request: RequestId, *, by: PersonId, to: PersonId) -> SigningRequest:
        """The requester asks somebody else instead."""
        async with self._store.begin() as tx:
            found = await _for_requester(tx, request, by)
            if found.part is not None:
                raise NotAllowed(reason="route_names")
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
                await refresh(tx, request, found.signer)
                await refresh(tx, found.lead, found.requester)
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

    async def tell_amount(self, request: RequestId, *, by: PersonId, hundredths: int) -> SigningRequest:
        """Say how much a draft is about, in the policy's currency; the last word before it is sent counts.

        Raises `NotAllowedNow` for what was sent, and `NotAllowed(reason="amount_of_deal")` where the deal says it.
        """
        async with self._store.begin() as tx:
            found = await _for_requester(tx, request, by)
            return await telling.tell(tx, found, hundredths=hundredths, policy=self._policy)

    async def remind(self, request: RequestId, *, by: PersonId) -> SigningRequest:
        """Remind the signer, at most once in the policy's hours (`NotAllowed(reason="too_soon", next_at)`).

        In quiet hours the reminder comes when they are over, if the request still waits then.
        """
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await _for_requester(tx, request, by)
            parts = await tx.circulations.parts_of(request)
            asked = [each for each in (found, *parts) if each.state is State.WAITING and each.signer is not None]
            if not asked:
                raise NotAllowedNow(state=found.state.value, wanted="remind")
            pause = timedelta(hours=self._policy.remind_every_hours)
            if found.reminded_at is not None and now < found.reminded_at + pause:
                raise NotAllowed(reason="too_soon", next_at=(found.reminded_at + pause).isoformat())
            moved = found.touched(reminded_at=now)
            await keep(tx, moved, tag=Tag.REQUEST_REMINDED, actor=by, now=now)
            await refresh(tx, request, by)
            for each in asked:
                facts = {"request": each.id, "by": by}
                await tx.jobs.add(Job(kind=Kind.REMIND, subject=each.id, facts=facts))
        return moved

    async def resume(self, request: RequestId, *, by: PersonId) -> SigningRequest:
        """Ask the signer again after a freeze: the requester or an administrator decides that."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if by != found.requester and not (await tx.people.get(by)).is_administrator:
                raise NotYourTurn(reason="not_the_requester")
            parts = [part for part in await tx.circulations.parts_of(request) if part.state is State.FROZEN]
            for stopped in parts or [found]:
                await _check_signer(tx, stopped.signer)
                if is_mandate(stopped.signer):  # a person decided: the mandate may be used once more
                    await tx.jobs.add(Job(kind=Kind.SEAL, subject=stopped.id, facts={"request": stopped.id}))
                resumed = await move(tx, stopped, Step.RESUME, tag=Tag.REQUEST_RESUMED, actor=by, now=now, reason="")
            return found if parts else resumed

    async def cancel(self, request: RequestId, *, by: PersonId) -> SigningRequest:
        """Take the request back; possible until the key is at work."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await _for_requester(tx, request, by)
            if found.part is not None or await _is_key_at_work(tx, found):
                raise NotAllowedNow(state=State.SIGNING.value, wanted=Step.CANCEL.value)
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
                await refresh(tx, found.lead, found.requester)

    async def expire(self, request: RequestId) -> None:
        """The deadline has come; does nothing when the request is finished or the clock was wrong."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.is_final or found.state is State.SIGNING or found.part is not None:
                return
            is_at_work = await _is_key_at_work(tx, found)
            if now < found.deadline or is_at_work:
                again = now + _A_MINUTE if is_at_work else found.deadline
                await tx.jobs.add(Job(kind=Kind.EXPIRE, subject=request, facts={"request": request}, due=again))
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
        barred = await seats.taken(tx, found)
        settled = await acting(tx, standing, requester=found.requester, now=now, policy=self._policy, barred=barred)
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


async def _is_key_at_work(tx: Transaction, lead: SigningRequest) -> bool:
    """Return whether a part of the request has its code already: then it is let finish."""
    return any(part.state is State.SIGNING for part in await tx.circulations.parts_of(lead.id))


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
