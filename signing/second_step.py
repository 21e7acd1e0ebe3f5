"""The second step: one activation record that was shown, one code that confirms it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from signing.activation.record import LIFETIME, ActivationRecord, Entry, new_nonce
from signing.approval.policy import ApprovalPolicy
from signing.audit import Tag
from signing.document import Sha256
from signing.errors import (
    KeyUnavailable,
    LockedOut,
    LockedPerson,
    NotAllowedNow,
    NotYourTurn,
    RecordExpired,
    RecordSpent,
    SigningError,
)
from signing.filing import place_of
from signing.moves import SYSTEM, freeze, move, note
from signing.notices import Kind, Notice, alarm, refresh, tell, tell_administrators
from signing.people import PersonId
from signing.ports import Activation, Clock, Job, KeyFacts, Store, StoredRecord, Transaction
from signing.request import Part, RequestId, SigningRequest, State, Step


class SecondStep:
    """Approve, withdraw, confirm: between the tap on Sign and the key."""

    def __init__(self, *, store: Store, activation: Activation, clock: Clock, policy: ApprovalPolicy) -> None:
        self._store = store
        self._activation = activation
        self._clock = clock
        self._policy = policy

    async def approve(self, requests: Sequence[RequestId], *, by: PersonId, key: str | None = None) -> ActivationRecord:
        """The signer tapped Sign: write down what exactly one code will cover. Nothing is decided yet.

        `key` is a label when the signer chose one; else the last used certificate counts. Earlier open records
        that cover one of these requests are dropped. Raises `NotYourTurn`, `NotAllowedNow`, `KeyUnavailable`.
        """
        now = self._clock.now()
        try:
            chosen = _usable(await self._activation.keys(by), key, person=by, now=now)
        except KeyUnavailable as trouble:
            await self._cannot_sign(requests, by, reason=str(trouble.facts.get("reason")))
            raise
        async with self._store.begin() as tx:
            await self._check_signer(tx, by)
            found = [await _waiting(tx, request, by) for request in requests]
            places = {request.id: ", ".join(await destinations(tx, request)) for request in found}
            record = self._record(found, by=by, key=chosen, places=places)
            await _drop_open(tx, by, covering=frozenset(requests))
            await tx.records.add(record)
            for request in requests:
                await note(
                    tx, Tag.REQUEST_APPROVED, subject=request, actor=by, now=now, nonce=record.nonce,
                    record=record.digest(),
                )  # fmt: skip
        return record

    async def _cannot_sign(self, requests: Sequence[RequestId], by: PersonId, *, reason: str) -> None:
        """Nothing the signer can mend: the administrators are told, and who asked may ask somebody else."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = [await _waiting(tx, request, by) for request in requests]
            if await alarm(tx, Notice.CANNOT_SIGN, about=by, now=now, signer=by, reason=reason):
                for request in found:
                    if request.requester != by:
                        await tell(
                            tx, request.requester, Notice.CANNOT_SIGN, request=request.lead, signer=by, reason=reason
                        )

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
        await self.confirmed(stored)
        return requests

    async def _locked_out(self, tx: Transaction, signer: PersonId) -> None:
        """The module has locked the person: say so in our list too, and stop what waits for the person."""
        now, person = self._clock.now(), await tx.people.get(signer)
        if person.locked_at is None:
            await tx.people.save(replace(person, locked_at=now))
            await note(tx, Tag.PERSON_LOCKED, subject=signer, actor=SYSTEM, now=now, why="wrong_codes")
            await tell_administrators(tx, Notice.LOCKED_OUT, signer=signer)
        for request in await tx.requests.waiting_for(signer):
            await freeze(tx, request, reason="locked", actor=SYSTEM, now=now)

    def _record(
        self, requests: Sequence[SigningRequest], *, by: PersonId, key: KeyFacts, places: Mapping[RequestId, str]
    ) -> ActivationRecord:
        now = self._clock.now()
        entries = tuple(
            Entry(
                request=request.id, document=document.position, sha256=document.sha256,
                size_bytes=document.size_bytes, format=request.format, level=self._policy.level,
                destination=places[request.id],
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

    async def confirmed(self, stored: StoredRecord) -> None:
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
                    facts={"nonce": record.nonce, "record": record.digest()}, reason="", part=await _in_turn(tx, found),
                )  # fmt: skip
                if found.part is None:
                    await sign_job(tx, found, record.nonce)

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
                    # Handed over or reassigned meanwhile: then somebody else's wrong codes are no reason to stop.
                    if found.state is State.WAITING and found.signer == record.signer:
                        await freeze(tx, found, reason="wrong_codes", actor=SYSTEM, now=now)
            if isinstance(error, LockedOut):
                await self._locked_out(tx, record.signer)


def covered(record: ActivationRecord) -> tuple[RequestId, ...]:
    """Return the requests of a record, each once, in the order shown."""
    return tuple(dict.fromkeys(entry.request for entry in record.entries))


async def refresh_all(tx: Transaction, stored: StoredRecord) -> None:
    """Promise the signer fresh cards of everything the record covers."""
    for request in covered(stored.record):
        await refresh(tx, request, stored.record.signer)


def _usable(keys: Sequence[KeyFacts], label: str | None, *, person: PersonId, now: datetime) -> KeyFacts:
    """Return the chosen key, else the first one, whose certificate counts now: no code is asked for in vain."""
    certified = [key for key in keys if key.certificate_sha256]
    for key in certified:
        if label in (None, key.label) and _is_in_time(key, now):
            return key
    lacking = "certificate_dates" if certified else "no_certificate"
    raise KeyUnavailable(reason=lacking if keys else "no_key", person=person)


def _is_in_time(key: KeyFacts, now: datetime) -> bool:
    starts, ends = key.not_before, key.not_after
    return (starts is None or starts <= now) and (ends is None or now < ends)


async def _waiting(tx: Transaction, request: RequestId, by: PersonId) -> SigningRequest:
    found = await tx.requests.get(request)
    if found.signer != by:
        raise NotYourTurn(reason="somebody_else", state=found.state.value)
    if found.state is not State.WAITING or not found.needs_key:
        raise NotAllowedNow(state=found.state.value, wanted=Step.CONFIRM.value)
    return found


async def _drop_open(tx: Transaction, by: PersonId, *, covering: frozenset[RequestId]) -> None:
    for stored in await tx.records.open_for(by):
        if covering & set(covered(stored.record)):
            await tx.records.move(stored.record.nonce, to="dropped")


async def _in_turn(tx: Transaction, request: SigningRequest) -> Part | None:
    """Return the part with its turn: after every signer of the same request whose code came before."""
    if request.part is None:
        return None
    turns = [other.part.turn for other in await tx.circulations.parts_of(request.lead) if other.part]
    return replace(request.part, turn=max(turns) + 1)


async def sign_job(tx: Transaction, request: SigningRequest, nonce: str) -> None:
    """Promise the sign step of one request; the signers of one document never have theirs side by side."""
    await tx.jobs.add(Job(kind=Kind.SIGN, subject=request.lead, facts={"request": request.id, "nonce": nonce}))


async def destinations(tx: Transaction, request: SigningRequest) -> tuple[str, ...]:
    """Return where the signed files go: the requester's private chat, also when the request came from a group.

    A document that lies somewhere, as in a deal, goes back there first; any other one goes to the place that was
    chosen for it too.
    """
    origin = request.reply_to
    there = f"{origin.platform}:{origin.chat_id}"
    if origin.keeps_file:
        accounts = await tx.people.accounts_of(request.requester)
        return (there, *(f"{a.platform}:{a.chat_id}" for a in accounts if a.platform != origin.platform))
    place = await place_of(tx, request.lead)
    return (await address_of(tx, request, request.requester) or there, *((place.channel,) if place else ()))


async def address_of(tx: Transaction, request: SigningRequest, person: PersonId | None) -> str | None:
    """Return a person's private chat on the platform of the request, such as `telegram:1001`."""
    for account in await tx.people.accounts_of(person) if person else ():
        if account.platform == request.reply_to.platform:
            return f"{account.platform}:{account.chat_id}"
    return None
