"""Standing mandates, enforced where the key is: granted with a code, used up row by row, revoked at once (invariant 2).

What is left is counted from the ledger's own rows, so there is no second count that could say something else.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from signing.activation.confirming import authorise, check_certificate, check_record, was_confirmed
from signing.activation.key_room import KeyRoom
from signing.activation.ledger import Entered, LedgerRow
from signing.activation.mandate import PREFIX, VISIBLE, Mandate, Standing
from signing.activation.record import LIFETIME, ActivationRecord
from signing.activation.spending import check_enrolled, count_try, spend_code
from signing.activation.store import ActivationStore, ActivationTransaction, StoredKey
from signing.confirmation import lockout
from signing.errors import KeyUnavailable, MandateRefused, NotFound, RecordExpired, RecordRefused, SigningError
from signing.people import PersonId
from signing.ports import Clock


class Mandates:
    """What may be done with mandates; only a console may call `grant`."""

    def __init__(self, *, store: ActivationStore, keys: KeyRoom, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def grant(self, mandate: Mandate, code: str) -> None:
        """Spend an administrator's `code` for exactly this mandate; a repeat of a granted one does nothing.

        (1) The mandate makes sense, is in time, and the only one ever seen under its number.
        (2) Who grants it is enrolled and not locked; the key is a seal, its certificate the shown one, and it answers.
        (3) The try is counted, in a commit of its own.
        (4) The code counts: spent step and `mandate:granted` are one commit.

        Raises `MandateRefused`, `RecordExpired`, `KeyUnavailable` and the kinds of `NotConfirmed`. Who is an
        administrator is not known here: in production only the administrators' console may call this.
        """
        if await self._store.run(lambda tx: _is_granted(tx, mandate)):
            return
        _check_in_time(mandate, now=self._clock.now())  # (1)
        key = await self._store.run(lambda tx: self._check_granter(tx, mandate))  # (2)
        await self._keys.find(key)  # (2)
        await self._store.run(lambda tx: self._count(tx, mandate))  # (3)
        error = await self._store.run(lambda tx: self._spend(tx, mandate, code))  # (4)
        if error is not None:
            raise error

    async def revoke(self, mandate: str) -> None:
        """End a mandate at once; raise `NotFound`. It only restricts, so nobody's code is needed."""
        await self._store.run(lambda tx: self._revoke(tx, mandate))

    async def standings(self) -> tuple[Standing, ...]:
        """Return every mandate that was granted, and what is left of it."""
        return await self._store.run(_standings)

    async def use(self, record: ActivationRecord) -> Standing:
        """Cover one automatic record; a repeat of a covered one does nothing. Returns what is left.

        (1) The record is well formed, in time, for one document, and the only one ever seen under its nonce.
        (2) It names the mandate and its digest; the mandate covers type and value, and is not used up, over or revoked.
        (3) The key is the mandate's, a seal, its certificate the one that was shown when it was granted.
        (4) The use (count and value) and the intent: one commit, before the key is touched.

        Raises `MandateRefused`, `RecordRefused`, `RecordExpired`, `KeyUnavailable`. Whether the document is of the type
        and worth the value that the record claims cannot be seen here.
        """
        return await self._store.run(lambda tx: self._use(tx, record))

    def _check_granter(self, tx: ActivationTransaction, mandate: Mandate) -> StoredKey:
        check_enrolled(tx.factor(mandate.granted_by))
        return check_seal(tx.key(mandate.key), mandate, now=self._clock.now())

    def _count(self, tx: ActivationTransaction, mandate: Mandate) -> None:
        _check_same(tx, mandate)
        if tx.mandate(mandate.id) is None:
            tx.add_mandate(mandate.id, mandate.canonical())
        now, digest = self._clock.now(), mandate.digest()
        count_try(tx, mandate.granted_by, Entered.MANDATE_TRIED, mandate.signer, at=now, mandate=digest)

    def _spend(self, tx: ActivationTransaction, mandate: Mandate, code: str) -> SigningError | None:
        """Compare and, when right, commit. The error is returned, not raised: what was counted must stay."""
        if _is_granted(tx, mandate):
            return None
        now = self._clock.now()
        try:
            _check_in_time(mandate, now=now)
        except SigningError as error:
            return error
        step = spend_code(tx, mandate.granted_by, code, mandate.signer, now=now)
        if isinstance(step, SigningError):
            return step
        facts = {"mandate": mandate.digest(), "signer": mandate.granted_by, "step": step}
        tx.append(Entered.MANDATE_GRANTED, mandate.signer, at=now, **facts)
        return None

    def _revoke(self, tx: ActivationTransaction, mandate: str) -> None:
        try:
            standing = standing_of(tx, PersonId(PREFIX + mandate))
        except MandateRefused:
            raise NotFound(what="mandate") from None
        if standing.revoked_at is None:
            tx.append(Entered.MANDATE_REVOKED, standing.mandate.signer, at=self._clock.now())

    def _use(self, tx: ActivationTransaction, record: ActivationRecord) -> Standing:
        if was_confirmed(tx, record):
            return standing_of(tx, record.signer)
        now = self._clock.now()
        check_record(record, now=now)  # (1)
        if len(record.entries) != 1:
            raise RecordRefused(reason="entries")
        if record.claim is None:
            raise RecordRefused(reason="incomplete")
        if record.entries[0].format != VISIBLE:
            raise MandateRefused(reason="form")
        standing = standing_of(tx, record.signer)
        standing.check(record.claim, now=now)  # (2)
        _check_key(tx, record, standing.mandate, now=now)  # (2) (3)
        tx.add_record(record.nonce, record.canonical())
        digest, entry = record.digest(), record.entries[0]
        tx.append(
            Entered.MANDATE_USED, record.signer, at=now, nonce=record.nonce, record=digest, request=entry.request,
            document=entry.document, **vars(record.claim),
        )  # fmt: skip
        tx.append(Entered.RECORD_AUTOMATIC, record.nonce, at=now, signer=record.signer, record=digest)
        authorise(tx, record, at=now)  # (4)
        return standing_of(tx, record.signer)


def check_standing(tx: ActivationTransaction, record: ActivationRecord, *, now: datetime) -> StoredKey:
    """Return the key of a covered record while its mandate was not revoked; what is left of it does not matter."""
    standing = standing_of(tx, record.signer)
    stopped = {"revoked": standing.revoked_at is not None, "granter_locked": standing.is_granter_locked}
    for reason, is_so in stopped.items():
        if is_so:
            raise MandateRefused(reason=reason, mandate=standing.mandate.id)
    return _check_key(tx, record, standing.mandate, now=now)


def check_seal(key: StoredKey | None, mandate: Mandate, *, now: datetime) -> StoredKey:
    """Return the key when it is a company seal with the mandate's certificate; never a person's own key."""
    if key is None:
        raise KeyUnavailable(reason="no_key", key=mandate.key)
    if not key.is_seal:
        raise MandateRefused(reason="not_a_seal", key=key.label)
    return check_certificate(key, mandate.certificate_sha256, now=now)


def standing_of(tx: ActivationTransaction, signer: PersonId) -> Standing:
    """Return how a mandate stands by the ledger's rows; raise `MandateRefused` when none was granted."""
    rows, canonical = tx.rows_of(signer), tx.mandate(signer.removeprefix(PREFIX))
    granted = next((row for row in rows if row.kind == Entered.MANDATE_GRANTED), None)
    if granted is None or canonical is None:
        raise MandateRefused(reason="no_mandate")
    if hashlib.sha256(canonical).hexdigest() != granted.facts["mandate"]:
        raise MandateRefused(reason="changed")
    mandate = _parsed(canonical)
    factor = tx.factor(mandate.granted_by)
    return _standing(mandate, rows, is_locked=factor.is_locked or factor.failures >= lockout.FAILURES_IN_A_ROW)


def _standing(mandate: Mandate, rows: Sequence[LedgerRow], *, is_locked: bool) -> Standing:
    values = [row.facts["value"] for row in rows if row.kind == Entered.MANDATE_USED]
    revoked = next((row for row in rows if row.kind == Entered.MANDATE_REVOKED), None)
    return Standing(
        mandate=mandate, used=len(values), spent=sum(value or 0 for value in values), is_granter_locked=is_locked,
        revoked_at=datetime.fromisoformat(revoked.at) if revoked else None,
    )  # fmt: skip


def _standings(tx: ActivationTransaction) -> tuple[Standing, ...]:
    """Return those that were granted; one that was changed afterwards covers nothing, the ledger's check names it."""
    found = []
    for mandate in tx.mandates():
        with contextlib.suppress(MandateRefused):
            found.append(standing_of(tx, PersonId(PREFIX + mandate)))
    return tuple(found)


def _check_key(tx: ActivationTransaction, record: ActivationRecord, mandate: Mandate, *, now: datetime) -> StoredKey:
    shown = (record.policy, record.policy_sha256, record.key, record.certificate_sha256)
    if shown != (mandate.signer, mandate.digest(), mandate.key, mandate.certificate_sha256):
        raise RecordRefused(reason="not_the_mandate")
    return check_seal(tx.key(mandate.key), mandate, now=now)


def _is_granted(tx: ActivationTransaction, mandate: Mandate) -> bool:
    _check_same(tx, mandate)
    return any(row.kind == Entered.MANDATE_GRANTED for row in tx.rows_of(mandate.signer))


def _check_same(tx: ActivationTransaction, mandate: Mandate) -> None:
    if tx.mandate(mandate.id) not in {None, mandate.canonical()}:
        raise MandateRefused(reason="other_mandate")


def _check_in_time(mandate: Mandate, *, now: datetime) -> None:
    Mandate.from_json(mandate.to_json())  # makes sense
    if not mandate.shown_at <= mandate.expires_at <= mandate.shown_at + LIFETIME:
        raise MandateRefused(reason="malformed")
    if not mandate.shown_at <= now < min(mandate.expires_at, mandate.until):
        raise RecordExpired


@functools.lru_cache(maxsize=64)
def _parsed(canonical: bytes) -> Mandate:
    """Return a stored mandate; it is read once, not once a use."""
    return Mandate.from_json(json.loads(canonical))
