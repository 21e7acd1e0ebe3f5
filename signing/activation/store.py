"""What the activation module remembers, as a Protocol; the fill is `storage/activation_store.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from signing.activation.ledger import Entered, LedgerRow
from signing.people import PersonId

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Factor:
    """The second factor of one person."""

    person: PersonId
    secret: str | None = field(default=None, repr=False)
    """The seed that counts, base32; None before the first enrolment and after a recovery."""
    pending: str | None = field(default=None, repr=False)
    """A seed shown but not yet proved by two codes."""
    last_step: int = -1
    """Moves only up, also across seeds."""
    failures: int = 0
    """Wrong codes in a row."""
    is_locked: bool = False


@dataclass(frozen=True, kw_only=True)
class StoredKey:
    """A key that the module may use."""

    label: str
    store: str
    algorithm: str
    is_seal: bool
    is_test: bool
    owners: tuple[PersonId, ...]
    public_key_der: bytes = field(repr=False)
    chain_der: tuple[bytes, ...] = field(default=(), repr=False)


class ActivationTransaction(Protocol):
    """Everything one step may change, committed together. Nothing is ever deleted."""

    def append(self, kind: Entered, subject: str, *, at: datetime, **facts: Any) -> LedgerRow:
        """Add a row to the ledger."""

    def rows_of(self, subject: str) -> tuple[LedgerRow, ...]:
        """Return the rows about one subject, oldest first."""

    def authorised_for(self, request: str) -> tuple[LedgerRow, ...]:
        """Return the authorised rows of one request, oldest first."""

    def authorised_over(self, sha256: str) -> tuple[LedgerRow, ...]:
        """Return the authorised rows about these shown bytes, oldest first."""

    def rows(self) -> Sequence[LedgerRow]:
        """Return the whole ledger, oldest first."""

    def head(self) -> tuple[int, str] | None:
        """Return (seq, hash) of the last row."""

    def head_is_sound(self) -> bool:
        """Return whether the last row is the one that was last appended (a keyed note beside the ledger says so)."""

    def record(self, nonce: str) -> bytes | None:
        """Return a record's canonical form as first seen."""

    def add_record(self, nonce: str, canonical: bytes) -> None:
        """Keep a record's canonical form; a nonce has one for ever."""

    def mandate(self, mandate: str) -> bytes | None:
        """Return a mandate's canonical form as first seen."""

    def add_mandate(self, mandate: str, canonical: bytes) -> None:
        """Keep a mandate's canonical form; its number has one for ever."""

    def mandates(self) -> tuple[str, ...]:
        """Return the numbers of all of them, granted or only tried."""

    def factor(self, person: PersonId) -> Factor:
        """Return the person's factor; an empty one when there is none."""

    def factors(self) -> tuple[Factor, ...]:
        """Return everybody's factors."""

    def save_factor(self, factor: Factor) -> None:
        """Store everything but the last step, which only `spend_step` moves."""

    def spend_step(self, person: PersonId, step: int) -> bool:
        """Move the last step up to `step` by one conditional update; False when it was there already."""

    def set_recovery(self, person: PersonId, hashes: Sequence[str]) -> None:
        """Make these the person's recovery codes; earlier ones stop counting."""

    def spend_recovery(self, person: PersonId, code_hash: str, *, at: datetime) -> bool:
        """Use a recovery code up; False when it is unknown, old or used."""

    def keys(self) -> tuple[StoredKey, ...]:
        """Return all keys by label."""

    def key(self, label: str) -> StoredKey | None:
        """Return a key, or None."""

    def save_key(self, key: StoredKey) -> None:
        """Store a key's newest facts."""

    def note_use(self, label: str, person: PersonId, *, seq: int) -> None:
        """Remember the ledger row that last used this key for this person."""

    def last_uses(self, person: PersonId) -> dict[str, int]:
        """Return the newest such row by label."""


class ActivationStore(Protocol):
    """Transactions, one at a time."""

    async def run(self, work: Callable[[ActivationTransaction], R]) -> R:
        """Run `work` in one transaction: durable when it returns, undone when it raises."""

    def close(self) -> None:
        """Wait for the transaction under way and let the store go."""

    def derived_key(self, purpose: str) -> bytes:
        """Return a secret key for one purpose, the same at every start."""
