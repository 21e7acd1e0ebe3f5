"""Every seam of the core as a Protocol; the fills are in `storage`, `bot` and `signing` itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

from signing.activation.mandate import Standing
from signing.activation.record import ActivationRecord
from signing.document import Sha256
from signing.facts import (
    Delivery,
    Enrolment,
    Hole,
    Job,
    KeyFacts,
    MadeSignature,
    Signature,
    StoredRecord,
)
from signing.people import PersonId
from signing.request import SigningRequest
from signing.store_ports import (
    Deliveries,
    Jobs,
    Notes,
    People,
    Records,
    Requests,
    Signatures,
    Store,
    Transaction,
)

__all__ = [
    "Activation", "Clock", "Deliveries", "Delivery", "Documents", "Enrolment", "Hole", "Job", "Jobs", "KeyFacts",
    "MadeSignature", "Mandates", "Notes", "People", "Pipeline", "Records", "Requests", "SecondChannel", "Signature",
    "Signatures", "Store", "StoredRecord", "TimestampAuthority", "Transaction", "Workers",
]  # fmt: skip

P = ParamSpec("P")
R = TypeVar("R")


class Clock(Protocol):
    """The time, passed in."""

    def now(self) -> datetime:
        """Return the current moment, UTC aware."""


class Documents(Protocol):
    """Bytes named by their SHA-256; written once, never changed."""

    async def put(self, body: bytes) -> Sha256: ...
    async def adopt(self, path: Path) -> Sha256:
        """Take over a finished file (fsync, rename); the path is gone afterwards."""

    async def get(self, sha256: Sha256) -> bytes:
        """Return the bytes; raise `NotFound` when absent or when they no longer match their name."""

    def path(self, sha256: Sha256) -> Path:
        """Return where the bytes lie, for a worker to read."""

    def spool(self) -> Path:
        """Return a fresh path in a private folder, on the same disk, that `adopt` may take."""


class Workers(Protocol):
    """Disposable processes without network that parse hostile documents."""

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a module-level function in a fresh worker; its `SigningError`s come home, all else is `WorkerFailed`."""


class Activation(Protocol):
    """The activation module as seen from outside: the only door to a key (invariant 2)."""

    async def keys(self, person: PersonId | None = None) -> tuple[KeyFacts, ...]:
        """Return the keys this person may use, last used first; all keys when None."""

    async def confirm(self, record: ActivationRecord, code: str) -> None:
        """Spend the code, one commit with the intents; repeats do nothing. Raises `NotConfirmed`, `RecordRefused`."""

    async def confirmed(self, nonce: str) -> bool:
        """Return whether the record was confirmed (for a bot that died before it heard the answer)."""

    async def prove(self, person: PersonId, code: str, *, matter: str) -> None:
        """Spend the code for one matter (a SHA-256) that is no signature; raises the kinds of `NotConfirmed`."""

    async def sign(self, nonce: str, entry: int, prepared: Path, hole: Hole) -> MadeSignature:
        """Sign one entry; a repeat returns the same. Raises `RecordRefused`, `UnknownOutcome`, `KeyUnavailable`."""

    async def enrol(self, person: PersonId, *, account: str) -> Enrolment:
        """Begin (or begin again) an enrolment; the seed counts only after `finish_enrolment`."""

    async def finish_enrolment(self, person: PersonId, first: str, second: str) -> tuple[str, ...]:
        """Check two consecutive codes, make the seed count, return ten recovery codes. Raises `WrongCode`."""

    async def recover(self, person: PersonId, recovery_code: str) -> None:
        """Spend a recovery code: the old seed stops counting and a new enrolment may begin. Raises `WrongCode`."""

    async def enrolled(self, person: PersonId) -> bool: ...
    async def lock(self, person: PersonId) -> None:
        """Lock at once: no code of this person counts, records under way are refused."""

    async def unlock(self, person: PersonId) -> None: ...
    async def sign_head(self, head: bytes) -> bytes:
        """Sign a journal head with the journal's own key."""

    async def journal_public_key(self) -> bytes:
        """Return the DER `SubjectPublicKeyInfo` that heads are verified with."""

    async def status(self) -> dict[str, Any]:
        """Return plain facts for doctor: token, PIN, keys, clock, ledger."""


class Mandates(Protocol):
    """Standing mandates as the activation module keeps them: what is sealed without a code for each."""

    async def mandates(self) -> tuple[Standing, ...]:
        """Return every mandate that was granted, and what is left of it."""

    async def use_mandate(self, record: ActivationRecord) -> Standing:
        """Count one use and write the intent, in one commit; a repeat does nothing. Raises `MandateRefused`,
        `RecordRefused`, `KeyUnavailable`, `RecordExpired`."""

    async def confirmed(self, nonce: str) -> bool: ...


class Pipeline(Protocol):
    """Makes one finished, self-checked signature of a confirmed record (`signing.signature`)."""

    async def make(self, request: SigningRequest, record: ActivationRecord, place: int) -> Signature: ...


class TimestampAuthority(Protocol):
    """An RFC 3161 authority."""

    async def stamp(self, value: bytes) -> bytes:
        """Return a verified DER `TimeStampToken` over SHA-256 of `value`; raise `TimestampUnavailable`."""


class SecondChannel(Protocol):
    """A way to reach a key's owner that is not the approving chat."""

    async def tell(self, address: str, *, subject: str, text: str) -> None:
        """Send plain words; raise `DeliveryFailed` when the address refuses for good."""
