"""The whole story of a signature, one method a step: submit → approve → confirm → sign → deliver.

Everything else a person may decide is in `approval/decisions.py`; the making of a signature is in `signature.py`.
Each step is one short transaction: state, journal row and promised jobs are committed together.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import timedelta

from signing.activation.record import LIFETIME, ActivationRecord, Entry, new_nonce
from signing.approval import route
from signing.approval.decisions import freeze
from signing.approval.policy import ApprovalPolicy
from signing.audit import Tag
from signing.document import Document, Sha256
from signing.errors import (
    KeyUnavailable,
    LockedOut,
    LockedPerson,
    NotAllowed,
    NotAllowedNow,
    NotFound,
    NotYourTurn,
    RecordExpired,
    RecordRefused,
    RecordSpent,
    SignatureRefused,
    SigningError,
    UnknownOutcome,
)
from signing.moves import SYSTEM, move, note
from signing.notices import Kind, Notice, refresh, tell, tell_administrators
from signing.people import PersonId
from signing.ports import Activation, Clock, Delivery, Job, KeyFacts, Signature, Store, StoredRecord, Transaction
from signing.request import ReplyTo, RequestId, SigningRequest, State, Step, new_request_id
from signing.signature import SignaturePipeline


STOPS: dict[type[SigningError], str] = {
    SignatureRefused: "self_check",
    RecordRefused: "record_refused",
    LockedPerson: "locked",
}
"""Errors of the sign step that waiting cannot mend, with the reason the request is frozen for."""


class SigningWorkflow:
    """The steps from documents to a delivered signature."""

    def __init__(
        self,
        *,
        store: Store,
        activation: Activation,
        pipeline: SignaturePipeline,
        clock: Clock,
        policy: ApprovalPolicy,
    ) -> None:
        self._store = store
        self._activation = activation
        self._pipeline = pipeline
        self._clock = clock
        self._policy = policy

    async def draft(
        self, documents: Sequence[Document], *, by: PersonId, reply_to: ReplyTo, comment: str = ""
    ) -> SigningRequest:
        """Keep documents that passed the gate (`signing.intake.reception`) until the requester chooses a signer."""
        now = self._clock.now()
        request = SigningRequest(
            id=new_request_id(), version=1, state=State.DRAFT, requester=by, signer=None,
            documents=tuple(documents), comment=comment.strip()[:1000], reply_to=reply_to, created_at=now,
            deadline=now + timedelta(days=self._policy.request_ttl_days),
        )  # fmt: skip
        async with self._store.begin() as tx:
            await tx.requests.add(request)
            digests = [document.sha256 for document in documents]
            await note(tx, Tag.REQUEST_DRAFTED, subject=request.id, actor=by, now=now, sha256=digests)
            await _expire_at(tx, request)
            await refresh(tx, request.id, by)
        return request

    async def submit(self, request: RequestId, *, by: PersonId, to: PersonId) -> SigningRequest:
        """Ask `to` to sign; one tap of the requester."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.requester != by:
                raise NotYourTurn(reason="not_the_requester")
            route.check(await tx.people.get(by), await tx.people.get(to), policy=self._policy)
            deadline = now + timedelta(days=self._policy.request_ttl_days)
            moved = await move(
                tx, found, Step.SUBMIT, tag=Tag.REQUEST_SUBMITTED, actor=by, now=now, facts={"to": to},
                signer=to, deadline=deadline,
            )  # fmt: skip
            await _expire_at(tx, moved)
        return moved

    async def approve(
        self, requests: Sequence[RequestId], *, by: PersonId, key: str | None = None
    ) -> ActivationRecord:
        """The signer tapped Sign: write down what exactly one code will cover. Nothing is decided yet.

        `key` is a label when the signer chose one; else the last used certificate counts. Earlier open records
        that cover one of these requests are dropped. Raises `NotYourTurn`, `NotAllowedNow`, `KeyUnavailable`.
        """
        now = self._clock.now()
        chosen = _usable(await self._activation.keys(by), key, person=by)
        async with self._store.begin() as tx:
            await self._check_signer(tx, by)
            found = [await _waiting(tx, request, by) for request in requests]
            record = self._record(found, by=by, key=chosen)
            await _drop_open(tx, by, covering=frozenset(requests))
            await tx.records.add(record)
            for request in requests:
                await note(
                    tx, Tag.REQUEST_APPROVED, subject=request, actor=by, now=now, nonce=record.nonce,
                    record=record.digest(),
                )  # fmt: skip
        return record

    async def withdraw(self, nonce: str, *, by: PersonId) -> None:
        """Cancel on the second step: the record is dropped, the requests wait as before."""
        async with self._store.begin() as tx:
            stored = await tx.records.get(nonce)
            if stored.record.signer == by and await tx.records.move(nonce, to="dropped"):
                await refresh_all(tx, stored)

    async def confirm(self, nonce: str, *, by: PersonId, code: str) -> tuple[RequestId, ...]:
        """The signer entered a code: spend it in the activation module, then set the requests to work.

        Repeats after success answer the same. Raises the kinds of `NotConfirmed`, `StaleRequest`,
        `NotYourTurn`; three wrong codes freeze what the record covers, ten in a row lock the person.
        """
        async with self._store.begin() as tx:
            stored = await tx.records.get(nonce)
            await self._check_signer(tx, by)
        requests = await self._check_confirmable(stored, by)
        if stored.state == "confirmed":
            return requests
        try:
            await self._activation.confirm(stored.record, code)
        except SigningError as error:
            await self._not_confirmed(stored, error)
            raise
        await self._confirmed(stored)
        return requests

    async def sign(self, request: RequestId, *, nonce: str) -> None:
        """Job: make what is missing of a request's signatures, then complete it (`signature.py` has the steps).

        Idempotent. Errors that waiting can mend (token, time-stamp authority, workers) are raised for the queue to
        repeat; the others stop the request with a reason.
        """
        async with self._store.read() as tx:
            found = await tx.requests.get(request)
            stored = await tx.records.get(nonce)
            done = {signature.document for signature in await tx.signatures.of(request)}
        if found.state is not State.SIGNING:
            return
        made: list[Signature] = []
        try:
            for place, entry in enumerate(stored.record.entries):
                if entry.request == request and entry.document not in done:
                    made.append(await self._pipeline.make(found, stored.record, place))
        except UnknownOutcome:
            await self._release(found, reason="unknown_outcome")
        except (SignatureRefused, RecordRefused, LockedPerson) as error:
            await self._stop(found, reason=STOPS[type(error)], error=error)
        else:
            await self._complete(request, made)

    async def delay(self, request: RequestId, *, reason: str) -> None:
        """Say once on the cards that the signature waits for something that is away (`reason`)."""
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.state is State.SIGNING and found.reason != reason:
                await tx.requests.save(found.touched(reason=reason))
                await refresh(tx, request, found.requester, found.signer)
                await tell(tx, found.requester, Notice.DELAYED, request=request, reason=reason)

    async def reconcile(self) -> None:
        """After a start: rebuild every job from rows, and finish what the module confirmed unheard."""
        async with self._store.read() as tx:
            unfinished = await tx.requests.unfinished()
        for request in unfinished:
            await self._reconcile(request)

    # the parts of the steps

    def _record(self, requests: Sequence[SigningRequest], *, by: PersonId, key: KeyFacts) -> ActivationRecord:
        now = self._clock.now()
        entries = tuple(
            Entry(
                request=request.id, document=document.position, sha256=document.sha256,
                size_bytes=document.size_bytes, format="pades", level=self._policy.level,
                destination=f"{request.reply_to.platform}:{request.reply_to.chat_id}",
            )
            for request in requests
            for document in request.documents
        )  # fmt: skip
        return ActivationRecord(
            nonce=new_nonce(), signer=by, key=key.label, certificate_sha256=key.certificate_sha256 or Sha256(""),
            policy=self._policy.name, policy_sha256=self._policy.sha256(), shown_at=now, expires_at=now + LIFETIME,
            entries=entries,
        )  # fmt: skip

    async def _check_signer(self, tx: Transaction, by: PersonId) -> None:
        person = await tx.people.get(by)
        if person.locked_at is not None:
            raise LockedPerson(person=person.name)

    async def _check_confirmable(self, stored: StoredRecord, by: PersonId) -> tuple[RequestId, ...]:
        record = stored.record
        requests = covered(record)
        if record.signer != by:
            raise NotYourTurn(reason="somebody_else")
        if stored.state == "confirmed":
            return requests
        if stored.state == "spent":
            raise RecordSpent()
        if stored.state != "open" or record.expires_at <= self._clock.now():
            raise RecordExpired()
        await self._check_one_waits(requests, by)
        return requests

    async def _check_one_waits(self, requests: Sequence[RequestId], by: PersonId) -> None:
        """A list is worth its code while one of it still waits; what moved meanwhile is left alone."""
        refusals: list[SigningError] = []
        async with self._store.read() as tx:
            for request in requests:
                try:
                    await _waiting(tx, request, by)
                except SigningError as refusal:
                    refusals.append(refusal)
        if len(refusals) == len(requests):
            raise refusals[0]

    async def _confirmed(self, stored: StoredRecord) -> None:
        """The code was right: every covered request goes to work; one that moved meanwhile is left alone."""
        record, now = stored.record, self._clock.now()
        async with self._store.begin() as tx:
            if not await tx.records.move(record.nonce, to="confirmed"):
                return
            for request in covered(record):
                found = await tx.requests.get(request)
                if found.state is not State.WAITING or found.signer != record.signer:
                    continue
                await move(
                    tx, found, Step.CONFIRM, tag=Tag.REQUEST_CONFIRMED, actor=record.signer, now=now,
                    facts={"nonce": record.nonce, "record": record.digest()}, reason="",
                )  # fmt: skip
                await _sign_job(tx, request, record.nonce)

    async def _not_confirmed(self, stored: StoredRecord, error: SigningError) -> None:
        """Journal a failed confirmation; freeze or lock where the module says that it is enough."""
        record, now = stored.record, self._clock.now()
        async with self._store.begin() as tx:
            for request in covered(record):
                await note(
                    tx, Tag.REQUEST_NOT_CONFIRMED, subject=request, actor=record.signer, now=now,
                    error=type(error).__name__,
                )  # fmt: skip
            if isinstance(error, RecordSpent | LockedOut) and await tx.records.move(record.nonce, to="spent"):
                for request in covered(record):
                    found = await tx.requests.get(request)
                    if found.state is State.WAITING:
                        await freeze(tx, found, reason="wrong_codes", actor=SYSTEM, now=now)
            if isinstance(error, LockedOut):
                await tell_administrators(tx, Notice.LOCKED_OUT, signer=record.signer)

    async def _complete(self, request: RequestId, made: Sequence[Signature]) -> None:
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.state is not State.SIGNING:
                return
            for signature in made:
                if await tx.signatures.add(signature):
                    await note(
                        tx, Tag.SIGNATURE_MADE, subject=request, actor=signature.signer, now=now,
                        document=signature.document, signed_sha256=signature.signed_sha256, nonce=signature.nonce,
                        level=signature.level,
                    )  # fmt: skip
            signer = found.signer or SYSTEM
            moved = await move(
                tx, found, Step.COMPLETE, tag=Tag.REQUEST_SIGNED, actor=signer, now=now, reason=""
            )
            await _promise_delivery(tx, moved)
            owner = {"request": request, "person": signer}
            await tx.jobs.add(Job(kind=Kind.KEY_USED, subject=f"{request}:{signer}", facts=owner))

    async def _release(self, found: SigningRequest, *, reason: str) -> None:
        """The key may have been used and nobody knows: administrators are told, the signer is asked again."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            current = await tx.requests.get(found.id)
            with contextlib.suppress(NotAllowedNow):
                await move(
                    tx, current, Step.RELEASE, tag=Tag.REQUEST_RELEASED, actor=SYSTEM, now=now,
                    facts={"reason": reason}, reason=reason,
                )  # fmt: skip
                await tell_administrators(tx, Notice.UNKNOWN_OUTCOME, request=found.id, signer=found.signer)

    async def _stop(self, found: SigningRequest, *, reason: str, error: SigningError) -> None:
        now = self._clock.now()
        async with self._store.begin() as tx:
            current = await tx.requests.get(found.id)
            if current.state is State.SIGNING:
                why = str(error.facts.get("reason", ""))
                await note(tx, Tag.SIGNATURE_REFUSED, subject=found.id, actor=SYSTEM, now=now, why=why)
                await freeze(tx, current, reason=reason, actor=SYSTEM, now=now)

    async def _reconcile(self, request: SigningRequest) -> None:
        async with self._store.begin() as tx:
            await _expire_at(tx, request)
            if request.postponed_until is not None:
                wake = Job(kind=Kind.WAKE, subject=request.id, facts={"request": request.id})
                await tx.jobs.add(Job(kind=wake.kind, subject=wake.subject, facts=wake.facts, due=request.postponed_until))
            stored = await tx.records.confirmed_for(request.id) if request.state is State.SIGNING else None
            if stored is not None:
                await _sign_job(tx, request.id, stored.record.nonce)
            opened = await tx.records.open_for(request.signer) if request.signer else ()
        for stored in opened:
            if request.id in covered(stored.record) and await self._activation.confirmed(stored.record.nonce):
                await self._confirmed(stored)


def covered(record: ActivationRecord) -> tuple[RequestId, ...]:
    """Return the requests of a record, each once, in the order shown."""
    return tuple(dict.fromkeys(entry.request for entry in record.entries))


async def refresh_all(tx: Transaction, stored: StoredRecord) -> None:
    """Promise the signer fresh cards of everything the record covers."""
    for request in covered(stored.record):
        await refresh(tx, request, stored.record.signer)


def _usable(keys: Sequence[KeyFacts], label: str | None, *, person: PersonId) -> KeyFacts:
    certified = [key for key in keys if key.certificate_sha256]
    for key in certified:
        if label is None or key.label == label:
            return key
    raise KeyUnavailable(reason="no_key" if not keys else "no_certificate", person=person)


async def _waiting(tx: Transaction, request: RequestId, by: PersonId) -> SigningRequest:
    found = await tx.requests.get(request)
    if found.signer != by:
        raise NotYourTurn(reason="somebody_else", state=found.state.value)
    if found.state is not State.WAITING:
        raise NotAllowedNow(state=found.state.value, wanted=Step.CONFIRM.value)
    return found


async def _drop_open(tx: Transaction, by: PersonId, *, covering: frozenset[RequestId]) -> None:
    for stored in await tx.records.open_for(by):
        if covering & set(covered(stored.record)):
            await tx.records.move(stored.record.nonce, to="dropped")


async def _expire_at(tx: Transaction, request: SigningRequest) -> None:
    facts = {"request": request.id}
    await tx.jobs.add(Job(kind=Kind.EXPIRE, subject=request.id, facts=facts, due=request.deadline))


async def _sign_job(tx: Transaction, request: RequestId, nonce: str) -> None:
    await tx.jobs.add(Job(kind=Kind.SIGN, subject=request, facts={"request": request, "nonce": nonce}))


async def _promise_delivery(tx: Transaction, request: SigningRequest) -> None:
    channel = f"{request.reply_to.platform}:{request.reply_to.chat_id}"
    await tx.deliveries.promise(Delivery(request=request.id, channel=channel, state="promised"))
    facts = {"request": request.id, "channel": channel}
    await tx.jobs.add(Job(kind=Kind.DELIVER, subject=f"{request.id}|{channel}", facts=facts))


__all__ = ["NotAllowed", "NotFound", "SigningWorkflow", "covered", "refresh_all"]
