"""A request on its way along a route: each person of the open step is asked in a part of their own.

A part is a request like any other, with its own signer, card and state, so whatever can be done with a request can be
done with a part. Every move of a part promises `advance`, which looks at the rows and takes the next step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from signing.activation.record import DETACHED, INSIDE
from signing.amount import Amount, facts_of
from signing.approval import routes, seats, templates
from signing.approval.absence import Standing as Asked
from signing.approval.absence import acting
from signing.approval.policy import ApprovalPolicy
from signing.approval.progress import next_of, seat_of, turn_of
from signing.approval.routes import One, Route, Standing
from signing.audit import Tag
from signing.circulations import Circulation
from signing.dispatch import promise_deliveries
from signing.document import Document, EarlierSignature
from signing.errors import LockedPerson, NotAllowed, NotYourTurn, SigningError
from signing.moves import SYSTEM, freeze, move, note
from signing.notices import Kind, Notice, refresh, tell, watch
from signing.people import Person, PersonId
from signing.ports import Clock, Job, Store, Transaction
from signing.request import Act, Part, RequestId, SigningRequest, State, Step, new_request_id
from signing.second_step import sign_job

ENOUGH = "route_enough"
"""Why a part ends unanswered: others were enough."""
REFUSED = "route_refused"
"""Why a part ends unanswered: somebody's refusal has ended the route."""

_LIVE = (State.WAITING, State.FROZEN)


class Routing:
    """Sends requests along routes, and takes them on from step to step."""

    def __init__(self, *, store: Store, clock: Clock, policy: ApprovalPolicy) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy

    async def circulate(
        self, request: RequestId, *, by: PersonId, along: str, comment: str, deadline: datetime
    ) -> SigningRequest:
        """Send a draft along the route of that name.

        Raises `NotYourTurn`, `NotFound`, `NotAllowed`, `LockedPerson` (somebody it cannot do without), and
        `RouteRefused` when the policy file names people who are not there.
        """
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.requester != by:
                raise NotYourTurn(reason="not_the_requester")
            requester, names = await tx.people.get(by), [document.name for document in found.documents]
            route = await route_for(
                tx, requester, names, along=along, form=found.format, amount=found.amount, policy=self._policy
            )
            circulation = Circulation(request=request, name=along, rule=routes.to_json(route))
            facts = {"route": along, "rule": circulation.rule, "policy": self._policy.sha256()}
            moved = await move(
                tx, found, Step.CIRCULATE, tag=Tag.REQUEST_CIRCULATED, actor=by, now=now,
                facts=facts | facts_of(found.amount), deadline=deadline, comment=comment or found.comment,
                format=INSIDE if found.format in DETACHED else found.format,
            )  # fmt: skip
            await tx.circulations.add(circulation)
            await tx.jobs.add(Job(kind=Kind.EXPIRE, subject=request, facts={"request": request}, due=deadline))
        return moved

    async def advance(self, request: RequestId) -> None:
        """Job: see how a request stands on its route; ask the next people, or end it. Idempotent.

        While a key is at work for one of its parts nothing else happens: whoever has entered a code is let finish.
        """
        now = self._clock.now()
        async with self._store.begin() as tx:
            lead = await tx.requests.get(request)
            parts = await tx.circulations.parts_of(request)
            if await _next_turn(tx, parts):
                pass
            elif lead.is_final:
                await _close(tx, parts, lead, now=now)
            elif lead.state is State.CIRCULATING:
                await self._step(tx, lead, parts, now=now)
            await refresh(tx, lead.id, lead.requester)

    async def _step(
        self, tx: Transaction, lead: SigningRequest, parts: Sequence[SigningRequest], *, now: datetime
    ) -> None:
        route = routes.from_json((await tx.circulations.get(lead.id)).rule)
        following = next_of(route, parts)
        if following.standing is Standing.SATISFIED:
            await move(tx, lead, Step.CONCLUDE, tag=Tag.REQUEST_SIGNED, actor=SYSTEM, now=now, reason="")
            await promise_deliveries(tx, lead, policy=self._policy)
        elif following.standing is Standing.FAILED:
            await _fail(tx, lead, parts, route, now=now)
        else:
            wanted = {one.seat: one for one in following.ask}
            await _end(tx, [p for p in parts if seat_of(p) not in wanted], Step.CANCEL, reason=ENOUGH, now=now)
            asked = {seat_of(part) for part in parts}
            for one in following.ask:
                if one.seat not in asked:
                    await _ask(tx, lead, one, now=now, policy=self._policy)


async def route_for(
    tx: Transaction, requester: Person, documents: Sequence[str], *, along: str, form: str, amount: Amount | None,
    policy: ApprovalPolicy,
) -> Route:  # fmt: skip
    """Return the route of that name with people by id, if this requester may send such documents along it.

    `form` is a name of `signing.formats.FORMATS`; a required route puts signatures inside the document, whatever the
    company's rule for one person is. Raises what `Routing.circulate` does.
    """
    template, people = policy.routes.template(along), await tx.people.all()
    if not template.takes(form):  # nobody could put a signature onto the others'
        raise NotAllowed(reason="route_inside")
    policy.routes.check(template, requester, documents, amount=amount)
    route = templates.resolved(template.route, people)
    if routes.is_enough(route, requester.id) and not (policy.self_sign or template.allow_self):
        raise NotAllowed(reason="self_sign")
    by_id = {person.id: person for person in people}
    absent = {one.person: fault for one in routes.seats(route) if (fault := _fault(by_id[PersonId(one.person)], one))}
    if not routes.can_do_without(route, frozenset(absent)):
        raise next(iter(absent.values()))
    return route


def _fault(person: Person, one: One) -> SigningError | None:
    """Return why somebody cannot answer from that seat today."""
    if person.locked_at is not None:
        return LockedPerson(person=person.name)
    if one.act is Act.SIGNS and not person.may_sign:
        return NotAllowed(reason="not_a_signer", person=person.name)
    return None


async def _next_turn(tx: Transaction, parts: Sequence[SigningRequest]) -> bool:
    """Promise the signature of whoever entered the code first; False when nobody's key is at work."""
    at_work = [part for part in parts if part.state is State.SIGNING and part.part is not None]
    if not at_work:
        return False
    first = min(at_work, key=turn_of)
    stored = await tx.records.confirmed_for(first.id)
    if stored is not None:
        await sign_job(tx, first, stored.record.nonce)
    return True


async def _ask(tx: Transaction, lead: SigningRequest, one: One, *, now: datetime, policy: ApprovalPolicy) -> None:
    """Ask one person; somebody who cannot answer today is asked when the administrators have helped."""
    seat = PersonId(one.person)
    part = SigningRequest(
        id=new_request_id(), version=1, state=State.WAITING, requester=lead.requester, signer=seat,
        documents=await _documents(tx, lead), comment=lead.comment, reply_to=lead.reply_to, created_at=now,
        deadline=lead.deadline, pages_accepted_at=lead.pages_accepted_at, prompted_at=now,
        part=Part(of=lead.id, seat=seat, act=one.act), amount=lead.amount,
    )  # fmt: skip
    barred = await seats.taken(tx, part)
    asked = await acting(tx, Asked(signer=seat), requester=lead.requester, now=now, policy=policy, barred=barred)
    part = replace(part, **asked.changes())
    await tx.requests.add(part)
    await note(
        tx, Tag.REQUEST_SUBMITTED, subject=part.id, actor=lead.requester, now=now, **asked.facts(), part_of=lead.id,
        act=one.act.value, sha256=[document.sha256 for document in part.documents],
    )  # fmt: skip
    await refresh(tx, part.id, part.signer)
    await watch(tx, part.id)
    person = await tx.people.get(asked.signer)
    if (fault := _fault(person, one)) is not None:
        reason = "locked" if isinstance(fault, LockedPerson) else str(fault.facts["reason"])
        await freeze(tx, part, reason=reason, actor=SYSTEM, now=now)


async def _documents(tx: Transaction, lead: SigningRequest) -> tuple[Document, ...]:
    """Return the documents as they are now: with the signatures of the steps before."""
    made = sorted(await tx.signatures.of(lead.id), key=lambda signature: signature.size_bytes)
    documents = []
    for document in lead.documents:
        theirs = [signature for signature in made if signature.document == document.position]
        earlier = [
            EarlierSignature(
                signer=(await tx.people.get(signature.signer)).name, signed_at=signature.signed_at.isoformat(),
                intact=True, trusted=True,
            )
            for signature in theirs
        ]  # fmt: skip
        now = replace(document, earlier=(*document.earlier, *earlier))
        if theirs:
            now = replace(now, sha256=theirs[-1].signed_sha256, size_bytes=theirs[-1].size_bytes)
        documents.append(now)
    return tuple(documents)


async def _fail(
    tx: Transaction, lead: SigningRequest, parts: Sequence[SigningRequest], route: Route, *, now: datetime
) -> None:
    """The route cannot be satisfied any more: the request is refused, in the words of the refusal that decided."""
    vetoes = {one.seat for one in routes.seats(route) if one.veto}
    refused = [part for part in parts if part.state is State.REJECTED]
    last = max(refused, key=lambda part: (seat_of(part) in vetoes, part.finished_at or now))
    by = last.signer or SYSTEM
    await move(tx, lead, Step.REJECT, tag=Tag.REQUEST_REJECTED, actor=by, now=now, reason=last.reason)
    await tell(tx, lead.requester, Notice.REJECTED, request=lead.id, signer=by, reason=last.reason)


async def _close(tx: Transaction, parts: Sequence[SigningRequest], lead: SigningRequest, *, now: datetime) -> None:
    """The request is final: nobody is asked any more."""
    if lead.state is State.EXPIRED:
        await _end(tx, parts, Step.EXPIRE, reason="", now=now)
        return
    reason = {State.SIGNED: ENOUGH, State.REJECTED: REFUSED}.get(lead.state, "")
    for part in await _end(tx, parts, Step.CANCEL, reason=reason, now=now):
        if lead.state is State.CANCELLED and part.signer not in (None, lead.requester):
            await tell(tx, part.signer, Notice.CANCELLED, request=part.id, requester=lead.requester)


async def _end(
    tx: Transaction, parts: Sequence[SigningRequest], step: Step, *, reason: str, now: datetime
) -> list[SigningRequest]:
    tag = Tag.REQUEST_EXPIRED if step is Step.EXPIRE else Tag.REQUEST_CANCELLED
    live = [part for part in parts if part.state in _LIVE]
    return [
        await move(tx, part, step, tag=tag, actor=SYSTEM, now=now, facts={"why": reason}, reason=reason)
        for part in live
    ]
