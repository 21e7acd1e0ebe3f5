"""A code that is spent for no signature: it proves who proposes or approves a change, and for which one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from signing.activation.confirming import check_not_locked
from signing.activation.ledger import Entered
from signing.activation.store import ActivationStore, ActivationTransaction
from signing.confirmation import lockout, totp
from signing.errors import LockedPerson, NotConfirmed, NotEnrolled, RecordRefused, SigningError, WrongCode
from signing.people import PersonId
from signing.ports import Clock

MATTER_LENGTH = 64
"""A SHA-256 of what the code is for."""


class Proving:
    """See `prove`. The same step never counts here and for a signature: both move the person's last step."""

    def __init__(self, *, store: ActivationStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def prove(self, person: PersonId, code: str, *, matter: str) -> None:
        """Spend a code of `person` for one matter; a repeat of a proved matter does nothing.

        The try is counted in a commit of its own before the code is compared (invariant 4). Raises `NotEnrolled`,
        `LockedPerson`, `LockedOut`, `RecordSpent` (three wrong codes for this matter), `WrongCode`.
        """
        if len(matter) != MATTER_LENGTH or not set(matter) <= set("0123456789abcdef"):
            raise RecordRefused(reason="incomplete")
        subject = f"{matter}/{person}"
        if await self._store.run(lambda tx: _count(tx, person, subject, now=self._clock.now())):
            return
        error = await self._store.run(lambda tx: _spend(tx, person, subject, code, now=self._clock.now()))
        if error is not None:
            raise error


def _count(tx: ActivationTransaction, person: PersonId, subject: str, *, now: datetime) -> bool:
    """Count a try; return True when the matter was proved before and nothing is left to do."""
    if any(row.kind == Entered.CODE_SPENT for row in tx.rows_of(subject)):
        return True
    factor = tx.factor(person)
    check_not_locked(factor)
    if factor.secret is None:
        raise NotEnrolled
    lockout.check_record(_tries(tx, subject))
    tx.append(Entered.CODE_TRIED, subject, at=now)
    tx.save_factor(replace(factor, failures=factor.failures + 1))
    return False


def _spend(
    tx: ActivationTransaction, person: PersonId, subject: str, code: str, *, now: datetime
) -> SigningError | None:
    """Compare and, when right, commit. The error is returned, not raised: what was counted must stay."""
    factor = tx.factor(person)
    if factor.is_locked or factor.secret is None:
        return LockedPerson(person=person)
    try:
        step = totp.matching_step(factor.secret, code, now, factor.last_step)
    except WrongCode:
        return _wrong(tx, subject, factor.failures)
    if not tx.spend_step(person, step):
        return _wrong(tx, subject, factor.failures)
    tx.save_factor(replace(factor, failures=0))
    tx.append(Entered.CODE_SPENT, subject, at=now, step=step)
    return None


def _wrong(tx: ActivationTransaction, subject: str, failures: int) -> NotConfirmed:
    tries = _tries(tx, subject)
    try:
        lockout.check_person(failures)
        lockout.check_record(tries)
    except NotConfirmed as error:
        return error
    return WrongCode(attempts_left=lockout.tries_left(tries=tries, failures=failures))


def _tries(tx: ActivationTransaction, subject: str) -> int:
    return sum(row.kind == Entered.CODE_TRIED for row in tx.rows_of(subject))
