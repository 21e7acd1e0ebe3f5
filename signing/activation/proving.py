"""A code that is spent for no signature: it proves who proposes or approves a change, and for which one."""

from __future__ import annotations

from datetime import datetime

from signing.activation.ledger import Entered
from signing.activation.spending import check_enrolled, count_try, spend_code
from signing.activation.store import ActivationStore, ActivationTransaction
from signing.errors import RecordRefused, SigningError
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
    check_enrolled(tx.factor(person))
    count_try(tx, person, Entered.CODE_TRIED, subject, at=now)
    return False


def _spend(
    tx: ActivationTransaction, person: PersonId, subject: str, code: str, *, now: datetime
) -> SigningError | None:
    """Compare and, when right, commit. The error is returned, not raised: what was counted must stay."""
    step = spend_code(tx, person, code, subject, now=now)
    if isinstance(step, SigningError):
        return step
    tx.append(Entered.CODE_SPENT, subject, at=now, signer=person, step=step)
    return None
