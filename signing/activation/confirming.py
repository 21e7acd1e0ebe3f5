"""The confirmation of a record: a code is spent for exactly what was shown, or nothing happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from signing.activation.key_room import KeyRoom
from signing.activation.ledger import Entered, subject_of
from signing.activation.record import LIFETIME, MAX_ENTRIES, ActivationRecord
from signing.activation.store import ActivationStore, ActivationTransaction, Factor, StoredKey
from signing.confirmation import lockout, totp
from signing.errors import (
    KeyUnavailable,
    LockedPerson,
    NotAllowed,
    NotConfirmed,
    NotEnrolled,
    RecordExpired,
    RecordRefused,
    SigningError,
    WrongCode,
)
from signing.keys.certificate import check_dates, fingerprint_of
from signing.people import PersonId
from signing.ports import Clock

FORMATS = frozenset({"pades", "cades"})
"""What `measure` knows how to compare with the shown bytes; other formats need their own rule there."""

LEVELS = frozenset({"B-B", "B-T"})


class Confirmation:
    """See `confirm`."""

    def __init__(self, *, store: ActivationStore, keys: KeyRoom, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def confirm(self, record: ActivationRecord, code: str) -> None:
        """Spend `code` for `record`; a repeat of a confirmed record does nothing.

        (1) The record is well formed, in time, and the only one ever seen under its nonce.
        (2) The signer is enrolled and not locked.
        (3) The key is the signer's, its certificate is the shown one and in time, and the key answers.
        (4) The try is counted, in a commit of its own.
        (5) The code belongs to the current or the previous step and was not used.
        (6) The spent step, the confirmation and the intents: one commit.

        Raises `RecordRefused`, `RecordExpired`, `NotEnrolled`, `LockedPerson`, `LockedOut`, `RecordSpent`,
        `KeyUnavailable`, `NotAllowed` (somebody else's key), `WrongCode`. Does not look at the documents: `sign` does.
        """
        if await self._store.run(lambda tx: _is_confirmed(tx, record)):
            return
        now = self._clock.now()
        check_record(record, now=now)  # (1)
        key = await self._store.run(lambda tx: _check_signer(tx, record, now=now))  # (1) (2) (3)
        await self._keys.find(key)  # (3)
        await self._store.run(lambda tx: _count(tx, record, now=now))  # (4)
        # The clock is read again: finding a lost token may have taken a while.
        error = await self._store.run(lambda tx: _spend(tx, record, code, now=self._clock.now()))  # (5) (6)
        if error is not None:
            raise error

    async def confirmed(self, nonce: str) -> bool:
        """Return whether this record was confirmed."""
        return await self._store.run(lambda tx: is_confirmed(tx, nonce))


def check_record(record: ActivationRecord, *, now: datetime) -> None:
    """Raise `RecordRefused` or `RecordExpired`; looks at the record alone."""
    entries = record.entries
    names = {(entry.request, entry.document) for entry in entries}
    if not 0 < len(entries) <= MAX_ENTRIES or len(names) != len(entries):
        raise RecordRefused(reason="entries")
    texts = (record.signer, record.key, record.policy, *(e.request for e in entries), *(e.destination for e in entries))
    digests = (record.certificate_sha256, record.policy_sha256, *(entry.sha256 for entry in entries))
    if not all(texts) or not all(_is_hex(digest, 64) for digest in digests) or not _is_hex(record.nonce, 32):
        raise RecordRefused(reason="incomplete")
    if any(e.format not in FORMATS or e.level not in LEVELS or e.size_bytes <= 0 or e.document < 0 for e in entries):
        raise RecordRefused(reason="incomplete")
    if not record.shown_at <= record.expires_at <= record.shown_at + LIFETIME:
        raise RecordRefused(reason="lifetime")
    if not record.shown_at <= now < record.expires_at:
        raise RecordExpired


def check_not_locked(factor: Factor) -> None:
    """Raise `LockedPerson` (by an administrator or the person) or `LockedOut` (by wrong codes)."""
    if factor.is_locked:
        raise LockedPerson(person=factor.person)
    lockout.check_person(factor.failures)


def check_key(key: StoredKey | None, *, signer: PersonId, certificate_sha256: str, now: datetime) -> StoredKey:
    """Return the key when this signer may use it with this certificate now; raise `KeyUnavailable`, `NotAllowed`."""
    if key is None:
        raise KeyUnavailable(reason="no_key")
    if signer not in key.owners:
        raise NotAllowed(reason="not_your_key", key=key.label)
    if not key.chain_der:
        raise KeyUnavailable(reason="no_certificate", key=key.label)
    if fingerprint_of(key.chain_der[0]) != certificate_sha256:
        raise KeyUnavailable(reason="key_changed", key=key.label)
    check_dates(key.chain_der[0], now=now)
    return key


def is_confirmed(tx: ActivationTransaction, nonce: str) -> bool:
    """Return whether the ledger holds this record's confirmation."""
    return any(row.kind == Entered.RECORD_CONFIRMED for row in tx.rows_of(nonce))


def _is_confirmed(tx: ActivationTransaction, record: ActivationRecord) -> bool:
    _check_same(tx, record)
    return is_confirmed(tx, record.nonce)


def _check_same(tx: ActivationTransaction, record: ActivationRecord) -> None:
    if tx.record(record.nonce) not in {None, record.canonical()}:
        raise RecordRefused(reason="other_record")


def _check_signer(tx: ActivationTransaction, record: ActivationRecord, *, now: datetime) -> StoredKey:
    factor = tx.factor(record.signer)
    check_not_locked(factor)
    if factor.secret is None:
        raise NotEnrolled
    key = tx.key(record.key)
    return check_key(key, signer=record.signer, certificate_sha256=record.certificate_sha256, now=now)


def _count(tx: ActivationTransaction, record: ActivationRecord, *, now: datetime) -> None:
    _check_same(tx, record)
    if tx.record(record.nonce) is None:
        tx.add_record(record.nonce, record.canonical())
    factor = tx.factor(record.signer)
    check_not_locked(factor)
    lockout.check_record(_tries(tx, record.nonce))
    tx.append(Entered.RECORD_TRIED, record.nonce, at=now, signer=record.signer, record=record.digest())
    tx.save_factor(replace(factor, failures=factor.failures + 1))


def _spend(tx: ActivationTransaction, record: ActivationRecord, code: str, *, now: datetime) -> SigningError | None:
    """Compare and, when right, commit. The error is returned, not raised: what was counted must stay."""
    if is_confirmed(tx, record.nonce):
        return None
    factor = tx.factor(record.signer)
    if factor.is_locked or factor.secret is None:
        return LockedPerson(person=record.signer)
    try:
        check_record(record, now=now)
        step = totp.matching_step(factor.secret, code, now, factor.last_step)
    except WrongCode:
        return _wrong(factor, tries=_tries(tx, record.nonce))
    except SigningError as error:
        return error
    if not tx.spend_step(record.signer, step):
        return _wrong(factor, tries=_tries(tx, record.nonce))
    tx.save_factor(replace(factor, failures=0))
    digest = record.digest()
    tx.append(Entered.RECORD_CONFIRMED, record.nonce, at=now, signer=record.signer, record=digest, step=step)
    for place, entry in enumerate(record.entries):
        tx.append(
            Entered.AUTHORISED, subject_of(record.nonce, place), at=now, record=digest, request=entry.request,
            document=entry.document, sha256=entry.sha256, key=record.key, signer=record.signer,
        )  # fmt: skip
    return None


def _wrong(factor: Factor, *, tries: int) -> NotConfirmed:
    try:
        lockout.check_person(factor.failures)
        lockout.check_record(tries)
    except NotConfirmed as error:
        return error
    return WrongCode(attempts_left=lockout.tries_left(tries=tries, failures=factor.failures))


def _tries(tx: ActivationTransaction, nonce: str) -> int:
    return sum(row.kind == Entered.RECORD_TRIED for row in tx.rows_of(nonce))


def _is_hex(text: str, length: int) -> bool:
    return len(text) == length and set(text) <= set("0123456789abcdef")
