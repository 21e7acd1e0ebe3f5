"""A code is spent for one thing that was shown: every try is counted first, the right code works once (invariant 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from signing.activation.ledger import Entered
from signing.activation.store import ActivationTransaction, Factor
from signing.confirmation import lockout, totp
from signing.errors import LockedPerson, NotConfirmed, NotEnrolled, SigningError, WrongCode
from signing.people import PersonId

TRIES = frozenset({Entered.RECORD_TRIED, Entered.MANDATE_TRIED, Entered.CODE_TRIED})


def check_not_locked(factor: Factor) -> None:
    """Raise `LockedPerson` (by an administrator or the person) or `LockedOut` (by wrong codes)."""
    if factor.is_locked:
        raise LockedPerson(person=factor.person)
    lockout.check_person(factor.failures)


def check_enrolled(factor: Factor) -> None:
    """Raise as `check_not_locked`, or `NotEnrolled`."""
    check_not_locked(factor)
    if factor.secret is None:
        raise NotEnrolled


def count_try(
    tx: ActivationTransaction, person: PersonId, kind: Entered, subject: str, *, at: datetime, **facts: str
) -> None:
    """Count a try before the code is compared; raise when there is none left."""
    factor = tx.factor(person)
    check_not_locked(factor)
    lockout.check_record(_tries(tx, subject))
    tx.append(kind, subject, at=at, signer=person, **facts)
    tx.save_factor(replace(factor, failures=factor.failures + 1))


def spend_code(
    tx: ActivationTransaction, person: PersonId, code: str, subject: str, *, now: datetime
) -> int | SigningError:
    """Return the time step that is spent now. The error is returned, not raised: what was counted must stay."""
    factor = tx.factor(person)
    if factor.is_locked or factor.secret is None:
        return LockedPerson(person=person)
    try:
        step = totp.matching_step(factor.secret, code, now, factor.last_step)
    except WrongCode:
        return _wrong(factor, tries=_tries(tx, subject))
    except SigningError as error:
        return error
    if not tx.spend_step(person, step):
        return _wrong(factor, tries=_tries(tx, subject))
    tx.save_factor(replace(factor, failures=0))
    return step


def _wrong(factor: Factor, *, tries: int) -> NotConfirmed:
    try:
        lockout.check_person(factor.failures)
        lockout.check_record(tries)
    except NotConfirmed as error:
        return error
    return WrongCode(attempts_left=lockout.tries_left(tries=tries, failures=factor.failures))


def _tries(tx: ActivationTransaction, subject: str) -> int:
    return sum(row.kind in TRIES for row in tx.rows_of(subject))
