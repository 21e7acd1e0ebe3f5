"""The whole story of a signature, one method a step: submit → approve → confirm → sign → deliver.

Everything else a person may decide is in `approval/decisions.py`; the making of a signature is in `signature.py`.
Each step is one short transaction: state, journal row and promised jobs are committed together.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from signing.activation.mandate import is_mandate
from signing.activation.record import ActivationRecord
from signing.amount import Amount, facts_of
from signing.approval import route
from signing.approval.absence import Standing, acting
from signing.approval.policy import ApprovalPolicy
from signing.audit import Tag
from signing.automatic import UNKNOWN, coded, fall_back, seal_job, told_of
from signing.dispatch import expire_at, promise_anew, promise_deliveries
from signing.document import Document
from signing.errors import (
    LockedOut,
    LockedPerson,
    MandateRefused,
    NotAllowed,
    NotAllowedNow,
    NotYourTurn,
    RecordRefused,
    SignatureRefused,
    SigningError,
    UnknownOutcome,
)
from signing.moves import SYSTEM, freeze, move, note
from signing.notices import Kind, Notice, alarm, refresh, tell, tell_administrators
from signing.people import PersonId
from signing.ports import Activation, Clock, Job, Pipeline, Signature, Store
from signing.request import ReplyTo, RequestId, SigningRequest, State, Step, new_request_id
from signing.routing import Routing
from signing.second_step import SecondStep, covered, sign_job

STOPS: dict[type[SigningError], str] = {
    SignatureRefused: "self_check",
    RecordRefused: "record_refused",
    LockedPerson: "locked",
    LockedOut: "locked",
    NotAllowed: "record_refused",
}
"""Errors of the sign step that waiting cannot mend, with the reason the request is frozen for."""


COMMENT_LENGTH = 1000
"""Characters of a requester's comment that are kept."""

SLOW_KEY = "key_pending"
"""The reason of a delay that is nobody's fault: some keys take minutes."""


class SigningWorkflow:
    """The steps from documents to a delivered signature."""

    def __init__(
        self,
        *,
        store: Store,
        activation: Activation,
        pipeline: Pipeline,
        clock: Clock,
        policy: ApprovalPolicy,
    ) -> None:
        self._store = store
        self._activation = activation
        self._pipeline = pipeline
        self._clock = clock
        self._policy = policy
        self._second = SecondStep(store=store, activation=activation, clock=clock, policy=policy)
        self._routing = Routing(store=store, clock=clock, policy=policy)

    async def draft(
        self, documents: Sequence[Document], *, by: PersonId, reply_to: ReplyTo, comment: str = "",
        form: str = "pades", amount: Amount | None = None,
    ) -> SigningRequest:  # fmt: skip
        """Keep documents that passed the gate (`signing.intake.reception`) until the requester chooses a signer.

        `form` is a name of `signing.formats.FORMATS`; `amount` is what the documents' own place says, kept where it
        decides between routes. Raises `NotAllowed(reason="too_many_requests")`.
        """
        now = self._clock.now()
        request = SigningRequest(
            id=new_request_id(), version=1, state=State.DRAFT, requester=by, signer=None,
            documents=tuple(documents), comment=_comment(comment), format=form, reply_to=reply_to, created_at=now,
            deadline=now + timedelta(days=self._policy.request_ttl_days), amount=self._policy.routes.counted(amount),
        )  # fmt: skip
        async with self._store.begin() as tx:
            made = await tx.requests.made_by(by, limit=self._policy.requests_per_day)
            route.check_pace(by, made, now=now, policy=self._policy)
            await tx.requests.add(request)
            digests = [document.sha256 for document in documents]
            await note(tx, Tag.REQUEST_DRAFTED, subject=request.id, actor=by, now=now, sha256=digests)
            await expire_at(tx, request)
            await refresh(tx, request.id, by)
        return request

    async def submit(
        self,
        request: RequestId,
        *,
        by: PersonId,
        to: PersonId,
        comment: str = "",
        deadline: datetime | None = None,
        form: str | None = None,
    ) -> SigningRequest:
        """Ask `to` to sign; one tap of the requester.

        `comment` replaces the draft's own when there is one; `deadline` counts when it is earlier than the policy's;
        `form` is a name of `signing.formats.FORMATS`, None keeps the draft's.
        """
        now = self._clock.now()
        last = now + timedelta(days=self._policy.request_ttl_days)
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.requester != by:
                raise NotYourTurn(reason="not_the_requester")
            signer, requester = await tx.people.get(to), await tx.people.get(by)
            route.check(requester, signer, policy=self._policy)
            route.check_free(requester, found, policy=self._policy)
            asked = await acting(tx, Standing(signer=to), requester=by, now=now, policy=self._policy)
            acts = await tx.people.get(asked.signer)
            route.check_room(by, acts, await tx.requests.waiting_for(acts.id), policy=self._policy)
            moved = await move(
                tx, found, Step.SUBMIT, tag=Tag.REQUEST_SUBMITTED, actor=by, now=now,
                facts={**asked.facts(), **facts_of(found.amount)},
                deadline=min(deadline or last, last), comment=_comment(comment) or found.comment,
                format=form or found.format, **asked.changes(), prompted_at=now,
            )  # fmt: skip
            await expire_at(tx, moved)
        return moved

    async def circulate(
        self, request: RequestId, *, by: PersonId, along: str, comment: str = "", deadline: datetime | None = None
    ) -> SigningRequest:
        """Send the request along the route of that name, instead of to one person (`routing.py` has the steps)."""
        last = self._clock.now() + timedelta(days=self._policy.request_ttl_days)
        until = min(deadline or last, last)
        return await self._routing.circulate(request, by=by, along=along, comment=_comment(comment), deadline=until)

    async def advance(self, request: RequestId) -> None:
        """Job: take a request that goes along a route to its next step; idempotent."""
        await self._routing.advance(request)

    async def approve(self, requests: Sequence[RequestId], *, by: PersonId, key: str | None = None) -> ActivationRecord:
        """The signer tapped Sign: write down what exactly one code will cover. Nothing is decided yet.

        `key` is a label when the signer chose one; else the last used certificate counts. Earlier open records
        that cover one of these requests are dropped. Raises `NotYourTurn`, `NotAllowedNow`, `KeyUnavailable`.
        """
        return await self._second.approve(requests, by=by, key=key)

    async def withdraw(self, nonce: str, *, by: PersonId) -> None:
        """Cancel on the second step: the record is dropped, the requests wait as before."""
        await self._second.withdraw(nonce, by=by)

    async def confirm(self, nonce: str, *, by: PersonId, code: str) -> tuple[RequestId, ...]:
        """The signer entered a code: spend it in the activation module, then set the requests to work.

        Returns what the record covers; repeats after success answer the same. Raises the kinds of `NotConfirmed`,
        `NotAllowedNow`, `NotYourTurn`; three wrong codes freeze what the record covers, ten in a row lock the person.
        """
        return await self._second.confirm(nonce, by=by, code=code)

    async def sign(self, request: RequestId, *, nonce: str) -> None:
        """Job: make what is missing of a request's signatures, then complete it (`signature.py` has the steps).

        Idempotent. Errors that waiting can mend (token, time-stamp authority, workers) are raised for the queue to
        repeat; the others stop the request with a reason.
        """
        async with self._store.read() as tx:
            found = await tx.requests.get(request)
            stored = await tx.records.get(nonce)
            kept = await tx.signatures.of(found.lead)
            done = {signature.document for signature in kept if signature.signer == found.signer}
        if found.state is not State.SIGNING:
            return
        entries = enumerate(stored.record.entries)
        missing = [place for place, entry in entries if entry.request == request and entry.document not in done]
        try:
            made = await self._make(found, stored.record, missing)
        except UnknownOutcome:
            await self._release(found, reason=UNKNOWN)
        except MandateRefused as refusal:
            await self._release(found, reason=coded(refusal))
        except tuple(STOPS) as error:
            reason = next(STOPS[kind] for kind in type(error).__mro__ if kind in STOPS)
            await self._stop(found, reason=reason, error=error)
        else:
            await self._complete(request, made)

    async def delay(self, request: RequestId, *, reason: str) -> None:
        """Say once on the cards that the signature waits for something that is away (`reason`)."""
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.state is State.SIGNING and found.reason != reason:
                await tx.requests.save(found.touched(reason=reason))
                await refresh(tx, request, found.signer)
                await refresh(tx, found.lead, found.requester)
                await tell(tx, found.requester, Notice.DELAYED, request=found.lead, reason=reason)
                if reason != SLOW_KEY:
                    await alarm(tx, Notice.AWAY, about=reason, now=self._clock.now(), reason=reason)

    async def reconcile(self) -> None:
        """After a start: rebuild every job from rows, and finish what the module confirmed unheard."""
        async with self._store.read() as tx:
            unfinished = await tx.requests.unfinished()
        for request in unfinished:
            await self._reconcile(request)

    async def _make(self, request: SigningRequest, record: ActivationRecord, places: Sequence[int]) -> list[Signature]:
        """Make signatures side by side; an error is raised when all have ended, so that nothing runs on unheard."""
        making = (self._pipeline.make(request, record, place) for place in places)
        made: list[Signature] = []
        for outcome in await asyncio.gather(*making, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
            made.append(outcome)
        return made

    async def _complete(self, request: RequestId, made: Sequence[Signature]) -> None:
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.state is not State.SIGNING:
                return
            for signature in made:
                if await tx.signatures.add(signature):
                    await note(
                        tx, Tag.SIGNATURE_MADE, subject=signature.request, actor=signature.signer, now=now,
                        document=signature.document, signed_sha256=signature.signed_sha256, nonce=signature.nonce,
                        level=signature.level,
                    )  # fmt: skip
            signer = found.signer or SYSTEM
            moved = await move(tx, found, Step.COMPLETE, tag=Tag.REQUEST_SIGNED, actor=signer, now=now, reason="")
            if moved.part is None:
                await promise_deliveries(tx, moved, policy=self._policy)
            if (owner := await told_of(tx, moved, now=now)) is not None:
                facts = {"request": request, "person": owner}
                await tx.jobs.add(Job(kind=Kind.KEY_USED, subject=f"{request}:{owner}", facts=facts))

    async def _release(self, found: SigningRequest, *, reason: str) -> None:
        """The key may have been used and nobody knows: administrators are told, the signer is asked again.

        What a mandate covered falls to the person who was named for that case.
        """
        now = self._clock.now()
        async with self._store.begin() as tx:
            current = await tx.requests.get(found.id)
            with contextlib.suppress(NotAllowedNow):
                moved = await move(
                    tx, current, Step.RELEASE, tag=Tag.REQUEST_RELEASED, actor=SYSTEM, now=now,
                    facts={"reason": reason}, reason=reason,
                )  # fmt: skip
                if reason == UNKNOWN:
                    await tell_administrators(tx, Notice.UNKNOWN_OUTCOME, request=found.id, signer=found.signer)
                await fall_back(tx, moved, reason=reason, now=now)

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
            await promise_anew(tx, request)
            if request.postponed_until is not None:
                facts = {"request": request.id}
                await tx.jobs.add(Job(kind=Kind.WAKE, subject=request.id, facts=facts, due=request.postponed_until))
            is_mine = request.state is State.SIGNING and request.part is None
            stored = await tx.records.confirmed_for(request.id) if is_mine else None
            if stored is not None:
                await sign_job(tx, request, stored.record.nonce)
            if is_mandate(request.signer) and request.state is State.WAITING:
                await seal_job(tx, request.id)
            is_person = request.signer is not None and not is_mandate(request.signer)
            opened = await tx.records.open_for(request.signer) if request.signer and is_person else ()
        for stored in opened:
            if request.id in covered(stored.record) and await self._activation.confirmed(stored.record.nonce):
                await self._second.confirmed(stored)


def _comment(words: str) -> str:
    return words.strip()[:COMMENT_LENGTH]
