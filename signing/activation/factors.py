"""The second factor of each person: enrolled, recovered, locked; the seeds never leave but once, to be shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from signing.activation.ledger import Entered
from signing.activation.store import ActivationStore, ActivationTransaction, Factor
from signing.confirmation import lockout, recovery, totp
from signing.errors import LockedOut, NotAllowed, NotEnrolled, SigningError, WrongCode
from signing.people import PersonId
from signing.ports import Clock, Enrolment


class Factors:
    """Second factors by person."""

    def __init__(self, *, store: ActivationStore, clock: Clock, issuer: str) -> None:
        """`issuer` is what authenticators show above the account."""
        self._store = store
        self._clock = clock
        self._issuer = issuer
        self._recovery_key = store.derived_key("recovery")

    async def enrol(self, person: PersonId, *, account: str) -> Enrolment:
        """Begin an enrolment, or begin it again: a seed that was shown and not proved is forgotten.

        Raises `NotAllowed` when the person has a factor: it must be recovered or reset first, or whoever reaches
        this call could replace it.
        """
        secret = totp.new_secret()

        def begin(tx: ActivationTransaction) -> None:
            factor = tx.factor(person)
            if factor.secret is not None:
                raise NotAllowed(reason="already_enrolled")
            tx.save_factor(replace(factor, pending=secret))
            tx.append(Entered.FACTOR_BEGUN, person, at=self._clock.now())

        await self._store.run(begin)
        return Enrolment(secret=secret, uri=totp.enrolment_uri(secret, account=account, issuer=self._issuer))

    async def finish_enrolment(self, person: PersonId, first: str, second: str) -> tuple[str, ...]:
        """Check two consecutive codes and make the seed count; return ten recovery codes, shown once.

        Raises `WrongCode`, `NotEnrolled` (nothing was begun), `LockedOut` (ten wrong tries in a row).
        """
        codes = recovery.new_codes()

        def finish(tx: ActivationTransaction, factor: Factor, now: datetime) -> None:
            if factor.pending is None:
                raise NotEnrolled
            step = totp.consecutive_step(factor.pending, first, second, now)
            tx.save_factor(replace(factor, secret=factor.pending, pending=None, failures=0))
            # Spent at once: the codes typed here open nothing later. A recovered person may stand there already.
            tx.spend_step(person, step)
            tx.set_recovery(person, [self._hash(code, person) for code in codes])
            tx.append(Entered.FACTOR_ENROLLED, person, at=now)

        await self._try(person, finish)
        return codes

    async def recover(self, person: PersonId, recovery_code: str) -> None:
        """Spend a recovery code: the old seed stops counting, a new enrolment may begin.

        Raises `WrongCode`, `LockedOut`; tries count together with those of one-time codes.
        """

        def spend(tx: ActivationTransaction, factor: Factor, now: datetime) -> None:
            if not tx.spend_recovery(person, self._hash(recovery_code, person), at=now):
                raise WrongCode
            tx.save_factor(replace(factor, secret=None, pending=None, failures=0))
            tx.append(Entered.FACTOR_RECOVERED, person, at=now)

        await self._try(person, spend)

    async def reset(self, person: PersonId) -> None:
        """Take the factor away (an administrator at the console): a new enrolment may begin."""

        def forget(tx: ActivationTransaction) -> None:
            tx.save_factor(replace(tx.factor(person), secret=None, pending=None, failures=0))
            tx.set_recovery(person, [])
            tx.append(Entered.FACTOR_RESET, person, at=self._clock.now())

        await self._store.run(forget)

    async def enrolled(self, person: PersonId) -> bool:
        """Return whether the person has a factor that counts."""
        return await self._store.run(lambda tx: tx.factor(person).secret is not None)

    async def lock(self, person: PersonId) -> None:
        """Lock at once: no code counts, records under way are refused."""
        await self._set_lock(person, is_locked=True)

    async def unlock(self, person: PersonId) -> None:
        """Lift a lock of either kind and forget wrong codes."""
        await self._set_lock(person, is_locked=False)

    async def _set_lock(self, person: PersonId, *, is_locked: bool) -> None:
        kind = Entered.PERSON_LOCKED if is_locked else Entered.PERSON_UNLOCKED

        def change(tx: ActivationTransaction) -> None:
            factor = tx.factor(person)
            tx.save_factor(replace(factor, is_locked=is_locked, failures=factor.failures if is_locked else 0))
            tx.append(kind, person, at=self._clock.now())

        await self._store.run(change)

    async def _try(self, person: PersonId, attempt: Callable[[ActivationTransaction, Factor, datetime], None]) -> None:
        """Count a try in a commit of its own, then make it: a crash between the two costs a try, never saves one."""
        now = self._clock.now()

        def count(tx: ActivationTransaction) -> None:
            factor = tx.factor(person)
            lockout.check_person(factor.failures)
            tx.append(Entered.FACTOR_TRIED, person, at=now)
            tx.save_factor(replace(factor, failures=factor.failures + 1))

        await self._store.run(count)
        try:
            await self._store.run(lambda tx: attempt(tx, tx.factor(person), now))
        except WrongCode as error:
            raise await self._store.run(lambda tx: _wrong(tx.factor(person))) from error

    def _hash(self, code: str, person: PersonId) -> str:
        return recovery.code_hash(code, person=person, key=self._recovery_key)


def _wrong(factor: Factor) -> SigningError:
    left = lockout.FAILURES_IN_A_ROW - factor.failures
    return WrongCode(attempts_left=left) if left > 0 else LockedOut()
