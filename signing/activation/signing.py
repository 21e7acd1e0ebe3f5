"""The making of one signature: the ledger first, the key once, the result kept (invariants 1 to 3)."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakValueDictionary

from signing.activation.cms import CmsTemplate, template_for
from signing.activation.confirming import check_key
from signing.activation.key_room import KeyRoom
from signing.activation.ledger import Entered, LedgerRow, subject_of
from signing.activation.mandating import check_standing
from signing.activation.measure import EarlierIncrement, Measured, measure
from signing.activation.record import DETACHED, ActivationRecord, Entry
from signing.activation.spending import check_not_locked
from signing.activation.store import ActivationStore, ActivationTransaction, StoredKey
from signing.document import Sha256
from signing.errors import KeyUnavailable, RecordRefused, UnknownOutcome
from signing.keys.certificate import is_signature
from signing.keys.store import Key, Pending
from signing.people import PersonId
from signing.ports import Clock, Hole, MadeSignature

PATIENCE_S = 20.0
"""How long one call waits for a slow key; then the caller asks again."""

POLL_S = 0.5


@dataclass(frozen=True, kw_only=True)
class _Order:
    """One entry of a confirmed record, ready to be signed."""

    nonce: str
    place: int
    entry: Entry
    signer: PersonId
    key: StoredKey
    last: LedgerRow
    """The newest row about this entry."""
    stated_at: datetime | None
    """The time that the signature itself states, to the second; None where the document carries it."""

    @property
    def subject(self) -> str:
        return subject_of(self.nonce, self.place)

    @property
    def is_open(self) -> bool:
        """Whether the key was never asked, or said a definite no."""
        return self.last.kind in {Entered.AUTHORISED, Entered.WITHHELD}


class Signing:
    """See `sign`."""

    def __init__(self, *, store: ActivationStore, keys: KeyRoom, clock: Clock, patience_s: float = PATIENCE_S) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._patience_s = patience_s
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._under_way: set[asyncio.Task[MadeSignature]] = set()

    async def sign(self, nonce: str, entry: int, chunks: AsyncIterator[bytes], hole: Hole) -> MadeSignature:
        """Sign one entry of a confirmed record over the prepared bytes in `chunks`.

        (1) The record is confirmed and unchanged, the signer not locked (the mandate not revoked), the certificate
            the shown one and in time.
        (2) The bytes are the shown ones, and what follows is ours (`measure`).
        (3) What was made before is returned; an attempt without a result is an unknown outcome, for ever.
        (4) The key answers; else the entry stays authorised.
        (5) The attempt is committed.
        (6) The key signs, once.
        (7) The signature is verified with the certificate and committed; only then it is returned.

        Raises `RecordRefused`, `MandateRefused`, `LockedPerson`, `LockedOut`, `NotAllowed`, `UnknownOutcome`;
        `KeyUnavailable` is worth a repeat. Does not look into the file: the self-check of the result does.
        """
        order = await self._store.run(functools.partial(self._order, nonce=nonce, place=entry))  # (1)
        earlier = functools.partial(self._store.run, functools.partial(_earlier, order=order))
        measured = await measure(chunks, entry=order.entry, hole=hole, earlier=earlier)  # (2)
        turn = self._turns.setdefault(order.subject, asyncio.Lock())
        # A caller that hangs up does not stop what was begun: a key that was asked must be heard.
        task = asyncio.create_task(self._in_turn(turn, order, measured, hole))
        self._under_way.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Wait until every key that was asked has been heard."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _forget(self, task: asyncio.Task[MadeSignature]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # heard, also when the caller is gone

    async def _in_turn(
        self, turn: AbstractAsyncContextManager[None], order: _Order, measured: Measured, hole: Hole
    ) -> MadeSignature:
        async with turn:
            template = template_for(order.key.chain_der, states_time=order.stated_at is not None)
            again = functools.partial(self._order, nonce=order.nonce, place=order.place)
            if not order.is_open:
                order = await self._store.run(again)  # who had the turn before may have finished or withheld it
            if not order.is_open:
                return await self._resume(order, measured, template)  # (3)
            key = await self._keys.find(order.key)  # (4)
            order = await self._store.run(lambda tx: self._attempt(tx, again(tx), measured, hole))  # (5)
            if not order.is_open:
                return await self._resume(order, measured, template)  # (3)
            return await self._ask(order, key, measured, template)  # (6) (7)

    def _order(self, tx: ActivationTransaction, *, nonce: str, place: int) -> _Order:
        record, digest = _confirmed_record(tx, nonce)
        if not 0 <= place < len(record.entries):
            raise RecordRefused(reason="no_such_entry")
        rows = [row for row in tx.rows_of(subject_of(nonce, place)) if row.kind.startswith("signature:")]
        if not rows or rows[0].facts["record"] != digest:
            raise RecordRefused(reason="not_authorised")
        key = self._key(tx, record)
        entry = record.entries[place]
        return _Order(
            nonce=nonce, place=place, entry=entry, signer=record.signer, key=key, last=rows[-1],
            stated_at=self._clock.now().replace(microsecond=0) if entry.format in DETACHED else None,
        )  # fmt: skip

    def _key(self, tx: ActivationTransaction, record: ActivationRecord) -> StoredKey:
        """Return the key while what covered the record still counts: its signer, or its mandate."""
        now = self._clock.now()
        if record.is_automatic:
            return check_standing(tx, record, now=now)
        check_not_locked(tx.factor(record.signer))
        key, certificate = tx.key(record.key), record.certificate_sha256
        return check_key(key, signer=record.signer, certificate_sha256=certificate, now=now)

    def _attempt(self, tx: ActivationTransaction, order: _Order, measured: Measured, hole: Hole) -> _Order:
        """Commit the attempt together with what was checked anew; return the order as it was before."""
        if order.is_open:
            stated = {"stated_at": order.stated_at.isoformat()} if order.stated_at else {}
            tx.append(
                Entered.ATTEMPTED, order.subject, at=self._clock.now(), digest=measured.digest.hex(),
                hole=[hole.start, hole.end], size_bytes=measured.size_bytes, **stated,
            )  # fmt: skip
        return order

    async def _ask(self, order: _Order, key: Key, measured: Measured, template: CmsTemplate) -> MadeSignature:
        message = template.to_be_signed(measured.digest, order.stated_at)
        answer = await self._heard(order, lambda: key.sign(message))
        if isinstance(answer, Pending):
            await self._enter(Entered.PENDING, order, ticket=answer.ticket)
            answer = await self._collect(order, key, answer)
        return await self._keep(order, answer, measured, template)

    async def _resume(self, order: _Order, measured: Measured, template: CmsTemplate) -> MadeSignature:
        if order.last.kind == Entered.ATTEMPTED:
            raise UnknownOutcome(nonce=order.nonce, entry=order.place)
        attempt = await self._store.run(lambda tx: _last(tx.rows_of(order.subject), Entered.ATTEMPTED))
        if attempt.facts["digest"] != measured.digest.hex():
            raise RecordRefused(reason="other_bytes_signed")
        if order.last.kind == Entered.MADE:
            facts = order.last.facts
            return MadeSignature(cms=bytes.fromhex(facts["cms"]), value=bytes.fromhex(facts["value"]))
        if order.stated_at is not None:
            order = replace(order, stated_at=datetime.fromisoformat(attempt.facts["stated_at"]))
        key = await self._keys.find(order.key)
        answer = await self._collect(order, key, Pending(ticket=order.last.facts["ticket"]))
        return await self._keep(order, answer, measured, template)

    async def _collect(self, order: _Order, key: Key, pending: Pending) -> bytes:
        waited_s = 0.0
        while True:
            answer = await self._heard(order, lambda: key.collect(pending.ticket))
            if not isinstance(answer, Pending):
                return answer
            if waited_s >= self._patience_s:
                raise KeyUnavailable(reason="pending", key=order.key.label)
            await asyncio.sleep(POLL_S)
            waited_s += POLL_S

    async def _heard(self, order: _Order, question: Callable[[], bytes | Pending]) -> bytes | Pending:
        """Ask the key. A definite no is written down, so that the entry may be tried again; silence is not."""
        try:
            return await self._keys.ask(question)
        except KeyUnavailable as error:
            await self._enter(Entered.WITHHELD, order, reason=str(error.facts.get("reason")))
            raise
        except UnknownOutcome as error:
            raise UnknownOutcome(**{**error.facts, "nonce": order.nonce, "entry": order.place}) from error

    async def _keep(self, order: _Order, value: bytes, measured: Measured, template: CmsTemplate) -> MadeSignature:
        message = template.to_be_signed(measured.digest, order.stated_at)
        if not is_signature(value, message, public_key_der=order.key.public_key_der):
            # Not a signature by this certificate, so none exists.
            await self._enter(Entered.WITHHELD, order, reason="invalid_signature")
            raise KeyUnavailable(reason="invalid_signature", key=order.key.label)
        made = MadeSignature(cms=template.finish(measured.digest, value, order.stated_at), value=value)
        await self._store.run(functools.partial(self._commit, order=order, made=made))
        return made

    def _commit(self, tx: ActivationTransaction, *, order: _Order, made: MadeSignature) -> None:
        row = tx.append(Entered.MADE, order.subject, at=self._clock.now(), cms=made.cms.hex(), value=made.value.hex())
        tx.note_use(order.key.label, order.signer, seq=row.seq)

    async def _enter(self, kind: Entered, order: _Order, **facts: str) -> None:
        now = self._clock.now()
        await self._store.run(lambda tx: tx.append(kind, order.subject, at=now, **facts))


def _confirmed_record(tx: ActivationTransaction, nonce: str) -> tuple[ActivationRecord, Sha256]:
    canonical = tx.record(nonce)
    if canonical is None:
        raise RecordRefused(reason="not_confirmed")
    return _parsed(canonical)


@functools.lru_cache(maxsize=16)
def _parsed(canonical: bytes) -> tuple[ActivationRecord, Sha256]:
    """Return a stored record and the digest of what is stored; a list is read once, not once a document."""
    return ActivationRecord.from_json(json.loads(canonical)), Sha256(hashlib.sha256(canonical).hexdigest())


def _earlier(tx: ActivationTransaction, order: _Order) -> tuple[EarlierIncrement, ...]:
    """Return what this ledger made on the same shown bytes, oldest first.

    Several people who sign one document side by side were shown the same bytes, each in a request of their own: what
    binds them is the digest, which no caller can make up, and not a name that one gives.
    """
    found = []
    for authorised in tx.authorised_over(order.entry.sha256):
        if authorised.subject == order.subject:
            continue
        rows = tx.rows_of(authorised.subject)
        if rows[-1].kind == Entered.MADE:
            attempt = _last(rows, Entered.ATTEMPTED).facts
            hole = Hole(start=attempt["hole"][0], end=attempt["hole"][1])
            found.append(
                EarlierIncrement(
                    hole=hole, size_bytes=attempt["size_bytes"], digest=attempt["digest"],
                    value=rows[-1].facts["value"],
                )
            )  # fmt: skip
    return tuple(found)


def _last(rows: tuple[LedgerRow, ...], kind: Entered) -> LedgerRow:
    return next(row for row in reversed(rows) if row.kind == kind)
