"""Internal documents that the company seal signs by itself where a standing mandate covers them; else people are asked.

Nobody is asked and no code is entered; the activation module counts every use before the key is touched. What stands
as the signer is the mandate, never a person (invariant 11).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from signing.activation.mandate import VISIBLE, Claim, Mandate, Standing, is_mandate
from signing.activation.record import LIFETIME, ActivationRecord, Entry, new_nonce
from signing.amount import facts_of
from signing.approval import route
from signing.approval.covering import check_documents, covering
from signing.approval.policy import ApprovalPolicy
from signing.audit import Tag
from signing.errors import KeyUnavailable, MandateRefused, NotYourTurn, RecordRefused, SigningError
from signing.moves import SYSTEM, freeze, move, note
from signing.notices import Kind, Notice, tell_administrators
from signing.people import PersonId
from signing.ports import Clock, Job, Mandates, Store, StoredRecord, Transaction
from signing.request import RequestId, SigningRequest, State, Step
from signing.second_step import covered, destinations, sign_job

SPACE = "automatic"
"""Notes by request: what was claimed, under which mandate, who is asked otherwise, and why it was not covered."""

CODED = "mandate_"
"""How the codes of reasons begin that a mandate gives; the phrases `reason-mandate-<code>` say them."""

LOW = 0.1
"""The share of count or value at which the administrators hear that a mandate is nearly used up."""
SOON = timedelta(days=7)
"""So long before its end they hear of that."""
TOLD = "mandate-told"
"""Notes by mandate and matter: each is told once."""


class Automatic:
    """Ask for a document to be sealed, then seal it; both may be repeated."""

    def __init__(self, *, store: Store, mandates: Mandates, clock: Clock, policy: ApprovalPolicy) -> None:
        self._store = store
        self._mandates = mandates
        self._clock = clock
        self._policy = policy

    async def ask(
        self,
        request: RequestId,
        *,
        by: PersonId,
        claim: Claim,
        otherwise: PersonId | None,
        deadline: datetime | None = None,
        form: str | None = None,
    ) -> SigningRequest:
        """Let a draft's document be sealed under the mandate that covers it.

        Where none does, the reason is kept and journalled; the draft then stays for its requester to ask `otherwise`,
        or is taken back when nobody is named. Repeats find what was done. `form` as in `submit`.
        Raises `NotAllowed(reason="route_required")`: a mandate is no way around a route.
        """
        now = self._clock.now()
        standings = await self._mandates.mandates()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.requester != by:
                raise NotYourTurn(reason="not_the_requester")
            if found.state is not State.DRAFT:
                return found
            route.check_free(await tx.people.get(by), found, policy=self._policy)
            body: dict[str, Any] = {"claim": vars(claim), "otherwise": otherwise}
            try:
                check_documents(found.documents, form=form or found.format)
                chosen = covering(standings, claim, now=now).mandate
            except MandateRefused as refusal:
                reason = coded(refusal)
                await self._keep(tx, found, {**body, "refused": reason}, reason=reason)
                return found if otherwise else await _take_back(tx, found, reason=reason, now=now)
            await self._keep(tx, found, {**body, "granted_by": chosen.granted_by})
            until = min(deadline or found.deadline, found.deadline)
            moved = await move(
                tx, found, Step.SUBMIT, tag=Tag.REQUEST_SUBMITTED, actor=by, now=now,
                facts={"to": chosen.signer, **facts_of(found.amount)}, signer=chosen.signer, deadline=until,
            )  # fmt: skip
            await tx.jobs.add(Job(kind=Kind.EXPIRE, subject=request, facts={"request": request}, due=moved.deadline))
            await seal_job(tx, request)
            return moved

    async def seal(self, request: RequestId) -> None:
        """Job: have the mandate's use counted by the module, then set the request to work.

        Raises what waiting can mend (the module is away, the record's ten minutes are over): the queue repeats it.
        """
        async with self._store.read() as tx:
            found = await tx.requests.get(request)
            stored = await _open_record(tx, found)
        if found.state is not State.WAITING or not is_mandate(found.signer):
            return
        if stored is None or not await self._mandates.confirmed(stored.record.nonce):
            if stored is None or stored.record.expires_at <= self._clock.now():
                stored = await self._record(found)
            if stored is None:
                return
            try:
                standing = await self._mandates.use_mandate(stored.record)
            except (MandateRefused, RecordRefused, KeyUnavailable) as refusal:
                await self._refused(request, stored.record, reason=coded(refusal))
                return
            await self._tell_low(standing)
        await self._covered(request, stored.record)

    async def watch(self) -> None:
        """Tell the administrators once of each mandate that ends soon; called every so often."""
        now = self._clock.now()
        for standing in await self._mandates.mandates():
            if not standing.end(now) and standing.mandate.until - now <= SOON:
                await self._tell(standing, "soon")

    async def _record(self, found: SigningRequest) -> StoredRecord | None:
        """Write down what the mandate shall cover; an older record that nobody used is dropped."""
        now = self._clock.now()
        mandate = await self._mandate_of(found.signer)
        async with self._store.begin() as tx:
            current = await tx.requests.get(found.id)
            if current.state is not State.WAITING or current.signer != found.signer:
                return None
            if (old := await _open_record(tx, current)) is not None:
                await tx.records.move(old.record.nonce, to="dropped")
            body = await tx.notes.get(space=SPACE, name=found.id, now=now)
            if mandate is None or body is None:
                await fall_back(tx, current, reason="mandate_no_mandate", now=now)
                return None
            document, claim = found.documents[0], Claim(**body["claim"])
            entry = Entry(
                request=found.id, document=document.position, sha256=document.sha256, size_bytes=document.size_bytes,
                format=VISIBLE, level=self._policy.level, destination=", ".join(await destinations(tx, found)),
            )  # fmt: skip
            record = ActivationRecord(
                nonce=new_nonce(), signer=mandate.signer, key=mandate.key,
                certificate_sha256=mandate.certificate_sha256, policy=mandate.signer, policy_sha256=mandate.digest(),
                shown_at=now, expires_at=now + LIFETIME, entries=(entry,), claim=claim,
            )  # fmt: skip
            await tx.records.add(record)
        return StoredRecord(record=record, state="open")

    async def _mandate_of(self, signer: PersonId | None) -> Mandate | None:
        standings = await self._mandates.mandates()
        return next((one.mandate for one in standings if one.mandate.signer == signer), None)

    async def _covered(self, request: RequestId, record: ActivationRecord) -> None:
        """The module has counted the use: the request goes to work, unless it moved meanwhile."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if not await tx.records.move(record.nonce, to="confirmed"):
                return
            if found.state is State.WAITING and found.signer == record.signer and record.claim is not None:
                await move(
                    tx, found, Step.SEAL, tag=Tag.REQUEST_SEALED, actor=record.signer, now=now, reason="",
                    facts={"nonce": record.nonce, "record": record.digest(), **vars(record.claim)},
                )  # fmt: skip
                await sign_job(tx, found, record.nonce)

    async def _refused(self, request: RequestId, record: ActivationRecord, *, reason: str) -> None:
        async with self._store.begin() as tx:
            await tx.records.move(record.nonce, to="dropped")
            await fall_back(tx, await tx.requests.get(request), reason=reason, now=self._clock.now())

    async def _keep(self, tx: Transaction, found: SigningRequest, body: dict[str, Any], *, reason: str = "") -> None:
        await tx.notes.put(space=SPACE, name=found.id, body=body)
        if reason:
            await _journal(tx, found, body, reason=reason, now=self._clock.now())

    async def _tell_low(self, standing: Standing) -> None:
        mandate = standing.mandate
        is_low = standing.left <= mandate.count * LOW
        if mandate.total is not None:
            is_low = is_low or mandate.total - standing.spent <= mandate.total * LOW
        if is_low:
            await self._tell(standing, "used-up" if standing.left == 0 else "low")

    async def _tell(self, standing: Standing, matter: str) -> None:
        now, mandate = self._clock.now(), standing.mandate
        async with self._store.begin() as tx:
            name = f"{mandate.id}:{matter}"
            if await tx.notes.get(space=TOLD, name=name, now=now) is None:
                await tx.notes.put(space=TOLD, name=name, body={}, expires_at=mandate.until + SOON)
                await tell_administrators(
                    tx, Notice(f"mandate-{matter}"), signer=mandate.signer, mandate=mandate.id, left=standing.left,
                    until=f"{mandate.until:%Y-%m-%d %H:%M} UTC",
                )  # fmt: skip


async def fall_back(tx: Transaction, found: SigningRequest, *, reason: str, now: datetime) -> None:
    """A document was not sealed after all: ask the person named for that case; without one stop, or take it back.

    Does nothing for a request that waits for a person already.
    """
    if found.state is not State.WAITING or not is_mandate(found.signer):
        return
    body = await tx.notes.get(space=SPACE, name=found.id, now=now) or {}
    await tx.notes.put(space=SPACE, name=found.id, body={**body, "refused": reason})
    await _journal(tx, found, body, reason=reason, now=now)
    person = await tx.people.get(body["otherwise"]) if body.get("otherwise") else None
    if person is not None and person.may_sign:
        await move(
            tx, found, Step.REASSIGN, tag=Tag.REQUEST_REASSIGNED, actor=SYSTEM, now=now,
            facts={"to": person.id, "why": reason}, signer=person.id, reason="", prompted_at=now,
        )  # fmt: skip
    elif reason == UNKNOWN:
        await freeze(tx, found, reason=reason, actor=SYSTEM, now=now)
    else:
        await _take_back(tx, found, reason=reason, now=now)


UNKNOWN = "unknown_outcome"


async def seal_job(tx: Transaction, request: RequestId) -> None:
    """Promise that a request which waits for its mandate is sealed."""
    await tx.jobs.add(Job(kind=Kind.SEAL, subject=request, facts={"request": request}))


async def told_of(tx: Transaction, request: SigningRequest, *, now: datetime) -> PersonId | None:
    """Return who is told that the key of a signed request was used: its signer, or who granted the mandate."""
    if not is_mandate(request.signer):
        return request.signer
    body = await tx.notes.get(space=SPACE, name=request.id, now=now) or {}
    return PersonId(body["granted_by"]) if body.get("granted_by") else None


async def why_not(tx: Transaction, request: RequestId, *, now: datetime) -> str:
    """Return the code of the reason why a document was not sealed although that was asked; empty otherwise."""
    body = await tx.notes.get(space=SPACE, name=request, now=now)
    return "" if body is None else str(body.get("refused", ""))


def standing_of(request: SigningRequest) -> str:
    """Return how a request stands, by name: its state, but `sealing`, `sealed` and `not-sealed` where a mandate counts.

    So that no message says of such a document that somebody was asked, signed or took it back.
    """
    if request.state is State.CANCELLED and request.reason.startswith(CODED):
        return "not-sealed"
    if not is_mandate(request.signer):
        return request.state.value
    known = {State.WAITING: "sealing", State.SIGNING: "sealing", State.SIGNED: "sealed"}
    return known.get(request.state, request.state.value)


async def _open_record(tx: Transaction, found: SigningRequest) -> StoredRecord | None:
    opened = await tx.records.open_for(found.signer) if found.signer else ()
    return next((stored for stored in opened if found.id in covered(stored.record)), None)


async def _take_back(tx: Transaction, found: SigningRequest, *, reason: str, now: datetime) -> SigningRequest:
    return await move(tx, found, Step.CANCEL, tag=Tag.REQUEST_CANCELLED, actor=SYSTEM, now=now, reason=reason)


async def _journal(tx: Transaction, found: SigningRequest, body: dict[str, Any], *, reason: str, now: datetime) -> None:
    claim = body.get("claim", {})
    await note(tx, Tag.REQUEST_NOT_SEALED, subject=found.id, actor=SYSTEM, now=now, why=reason, **claim)


def coded(refusal: SigningError) -> str:
    """Return the reason of a refusal as a code of its own: `mandate_count`, `mandate_no_mandate` …"""
    if isinstance(refusal, KeyUnavailable):
        return "mandate_key"
    if isinstance(refusal, RecordRefused):
        return f"{CODED}refused"
    return f"{CODED}{refusal.facts.get('reason', 'refused')}"
