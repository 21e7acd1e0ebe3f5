"""What an activation store must forget when it comes back from a backup: codes and confirmations are older than it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signing.activation.ledger import Entered, LedgerRow
from signing.activation.store import ActivationTransaction
from signing.confirmation.totp import step_at

SUBJECT = "store"
_UNTOUCHED = frozenset({Entered.AUTHORISED.value, Entered.WITHHELD.value})


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What was taken back."""

    factors: int
    """People of whom every code up to now is spent."""
    confirmations: int
    """Documents that a code had confirmed and no key had signed."""
    mandates: int
    """Standing mandates: how much of them was used since is not known, so they are revoked."""


def forget(tx: ActivationTransaction, *, now: datetime, made_at: str) -> Forgotten:
    """Spend every code up to now, every confirmation that was not used, and every mandate.

    All were perhaps used between the backup (`made_at`) and now. A confirmation is closed the way a crash closes it,
    as an attempt without a result, which is never repeated (invariant 3).
    """
    factors = [factor.person for factor in tx.factors()]
    for person in factors:
        tx.spend_step(person, step_at(now))
    rows = tx.rows()
    confirmed, standing = _confirmed(rows), _standing(rows)
    for subject in confirmed:
        tx.append(Entered.ATTEMPTED, subject, at=now, reason="restored")
    for subject in standing:
        tx.append(Entered.MANDATE_REVOKED, subject, at=now)
    done = Forgotten(factors=len(factors), confirmations=len(confirmed), mandates=len(standing))
    tx.append(Entered.RESTORED, SUBJECT, at=now, made_at=made_at, step=step_at(now), **vars(done))
    return done


def _confirmed(rows: Sequence[LedgerRow]) -> list[str]:
    last = {row.subject: row.kind for row in rows if row.kind.startswith("signature:")}
    return [subject for subject, kind in last.items() if kind in _UNTOUCHED]


def _standing(rows: Sequence[LedgerRow]) -> list[str]:
    granted = {row.subject for row in rows if row.kind == Entered.MANDATE_GRANTED}
    return sorted(granted - {row.subject for row in rows if row.kind == Entered.MANDATE_REVOKED})
