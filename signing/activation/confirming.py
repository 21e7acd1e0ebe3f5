"""The confirmation of a record: a code is spent for exactly what was shown, or nothing happens."""

from __future__ import annotations

from datetime import datetime

from signing.activation.key_room import KeyRoom
from signing.activation.ledger import Entered, subject_of
from signing.activation.mandate import is_mandate
from signing.activation.record import LIFETIME, MAX_ENTRIES, ActivationRecord
from signing.activation.spending import check_enrolled, count_try, spend_code
from signing.activation.store import ActivationStore, ActivationTransaction, StoredKey
from signing.errors import KeyUnavailable, NotAllowed, RecordExpired, RecordRefused, SigningError
from signing.keys.certificate import check_dates, fingerprint_of
from signing.people import PersonId
from signing.ports import Clock

FORMATS = frozenset({"pades", "cades"})
"""What `measure` knows how to compare with the shown bytes; other formats need their own rule there."""

LEVELS = frozenset({"B-B", "B-T"})

COVERED = frozenset({Entered.RECORD_CONFIRMED, Entered.RECORD_AUTOMATIC})


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
        if record.is_automatic or is_mandate(record.signer):
            raise RecordRefused(reason="automatic")
        if await self._store.run(lambda tx: was_confirmed(tx, record)):
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


def check_key(key: StoredKey | None, *, signer: PersonId, certificate_sha256: str, now: datetime) -> StoredKey:
    """Return the key when this signer may use it with this certificate now; raise `KeyUnavailable`, `NotAllowed`."""
    if key is None:
        raise KeyUnavailable(reason="no_key")
    if signer not in key.owners:
        raise NotAllowed(reason="not_your_key", key=key.label)
    return check_certificate(key, certificate_sha256, now=now)


def check_certificate(key: StoredKey, certificate_sha256: str, *, now: datetime) -> StoredKey:
    """Return the key when its certificate is the shown one and in time; raise `KeyUnavailable`."""
    if not key.chain_der:
        raise KeyUnavailable(reason="no_certificate", key=key.label)
    if fingerprint_of(key.chain_der[0]) != certificate_sha256:
        raise KeyUnavailable(reason="key_changed", key=key.label)
    check_dates(key.chain_der[0], now=now)
    return key


def is_confirmed(tx: ActivationTransaction, nonce: str) -> bool:
    """Return whether the ledger holds what covers this record: a code, or a mandate."""
    return any(row.kind in COVERED for row in tx.rows_of(nonce))


def was_confirmed(tx: ActivationTransaction, record: ActivationRecord) -> bool:
    """Return the same for a whole record; raise `RecordRefused` when its nonce had another one."""
    _check_same(tx, record)
    return is_confirmed(tx, record.nonce)


def _check_same(tx: ActivationTransaction, record: ActivationRecord) -> None:
    if tx.record(record.nonce) not in {None, record.canonical()}:
        raise RecordRefused(reason="other_record")


def _check_signer(tx: ActivationTransaction, record: ActivationRecord, *, now: datetime) -> StoredKey:
    check_enrolled(tx.factor(record.signer))
    key = tx.key(record.key)
    return check_key(key, signer=record.signer, certificate_sha256=record.certificate_sha256, now=now)


def _count(tx: ActivationTransaction, record: ActivationRecord, *, now: datetime) -> None:
    _check_same(tx, record)
    if tx.record(record.nonce) is None:
        tx.add_record(record.nonce, record.canonical())
    count_try(tx, record.signer, Entered.RECORD_TRIED, record.nonce, at=now, record=record.digest())


def _spend(tx: ActivationTransaction, record: ActivationRecord, code: str, *, now: datetime) -> SigningError | None:
    """Compare and, when right, commit. The error is returned, not raised: what was counted must stay."""
    if is_confirmed(tx, record.nonce):
        return None
    try:
        check_record(record, now=now)
    except SigningError as error:
        return error
    step = spend_code(tx, record.signer, code, record.nonce, now=now)
    if isinstance(step, SigningError):
        return step
    digest = record.digest()
    tx.append(Entered.RECORD_CONFIRMED, record.nonce, at=now, signer=record.signer, record=digest, step=step)
    authorise(tx, record, at=now)
    return None


def authorise(tx: ActivationTransaction, record: ActivationRecord, *, at: datetime) -> None:
    """Write the intents, one an entry; what covers them is in the same commit."""
    digest = record.digest()
    for place, entry in enumerate(record.entries):
        tx.append(
            Entered.AUTHORISED, subject_of(record.nonce, place), at=at, record=digest, request=entry.request,
            document=entry.document, sha256=entry.sha256, key=record.key, signer=record.signer,
        )  # fmt: skip


def _is_hex(text: str, length: int) -> bool:
    return len(text) == length and set(text) <= set("0123456789abcdef")
