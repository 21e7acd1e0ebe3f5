"""Every seam of the core as a Protocol; the fills are in `storage`, `bot` and `signing` itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

from signing.activation.mandate import Standing
from signing.activation.record import ActivationRecord
from signing.audit import Event
from signing.document import Sha256
from signing.facts import Delivery, Enrolment, Hole, Job, KeyFacts, MadeSignature, Signature, StoredRecord
from signing.lookup import Chain, Histories
from signing.people import Account, Person, PersonId
from signing.presence import Absences
from signing.proposal import ProposalRows
from signing.request import RequestId, SigningRequest
from signing.staff import Staff

__all__ = [
    "Absences", "Activation", "Clock", "Deliveries", "Delivery", "Documents", "Enrolment", "Hole", "Job", "Jobs",
    "Journal", "KeyFacts", "MadeSignature", "Mandates", "Notes", "People", "Pipeline", "Records", "Requests",
    "SecondChannel", "Signature", "Signatures", "Store", "StoredRecord", "TimestampAuthority", "Transaction",
    "Workers",
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


class Jobs(Protocol):
    """What is promised but not yet done, added in the transaction that changes the state."""

    async def add(self, job: Job) -> None:
        """Promise a job; a waiting job of the same kind and subject is replaced (new facts, new due time)."""


class Requests(Protocol):
    """Signing requests by id."""

    async def add(self, request: SigningRequest) -> None: ...
    async def get(self, request: RequestId) -> SigningRequest:
        """Return it or raise `NotFound`."""

    async def save(self, request: SigningRequest) -> None:
        """Store by compare-and-swap: the stored version must be `request.version - 1`, else `StaleRequest`."""

    async def waiting_for(self, signer: PersonId) -> tuple[SigningRequest, ...]:
        """Return what waits for this signer (WAITING, oldest first), postponed ones included."""

    async def made_by(self, requester: PersonId, *, limit: int) -> tuple[SigningRequest, ...]:
        """Return the requester's newest requests first."""

    async def unfinished(self) -> tuple[SigningRequest, ...]:
        """Return every request that is not final, for `reconcile`."""

    async def recent_signers(self, requester: PersonId, *, limit: int) -> tuple[PersonId, ...]:
        """Return whom the requester asked lately, newest first, without repeats."""


class Records(Protocol):
    """Activation records that were shown."""

    async def add(self, record: ActivationRecord) -> None: ...
    async def get(self, nonce: str) -> StoredRecord: ...
    async def move(self, nonce: str, *, to: str) -> bool:
        """Move an open record on; False when it was not open any more."""

    async def open_for(self, signer: PersonId) -> tuple[StoredRecord, ...]: ...
    async def of(self, request: RequestId) -> tuple[StoredRecord, ...]:
        """Return every record that covers the request, oldest first."""

    async def confirmed_for(self, request: RequestId) -> StoredRecord | None:
        """Return the newest confirmed record that covers the request."""


class Signatures(Protocol):
    """The exactly-once gate: primary key request × document × signer."""

    async def add(self, signature: Signature) -> bool:
        """Insert; False when this document already carries this signer's signature."""

    async def of(self, request: RequestId) -> tuple[Signature, ...]: ...
    async def by_signed(self, sha256: Sha256) -> Signature | None:
        """Return the signature that produced these bytes."""


class Deliveries(Protocol):
    """What was promised to whom, with receipts."""

    async def promise(self, delivery: Delivery) -> None: ...
    async def get(self, request: RequestId, channel: str) -> Delivery: ...
    async def move(
        self, request: RequestId, channel: str, *, to: str, receipt: dict[str, Any] | None = None
    ) -> None: ...
    async def of(self, request: RequestId) -> tuple[Delivery, ...]: ...
    async def failed_to(self, channel: str) -> tuple[Delivery, ...]:
        """Return what could not be brought to one place."""


class People(Protocol):
    """People and their accounts."""

    async def add(self, person: Person) -> None: ...
    async def save(self, person: Person) -> None: ...
    async def get(self, person: PersonId) -> Person:
        """Return the person or raise `NotFound`."""

    async def all(self) -> tuple[Person, ...]: ...
    async def bind(self, account: Account) -> bool:
        """Bind an account; False when the account or the person (on that platform) is bound already."""

    async def unbind(self, platform: str, person: PersonId) -> None: ...
    async def account(self, platform: str, account_id: str) -> Account | None: ...
    async def accounts_of(self, person: PersonId) -> tuple[Account, ...]: ...
    async def invite(self, *, secret_sha256: Sha256, purpose: str, person: PersonId, expires_at: datetime) -> None:
        """Remember a single-use link by its hash; `purpose` is `bind` or `enrol`."""

    async def invited(self, *, secret_sha256: Sha256, purpose: str, now: datetime) -> PersonId | None:
        """Return whose link this is while it is unused and in time; does not spend it."""

    async def open_invite(self, *, secret_sha256: Sha256, until: datetime) -> None:
        """Shorten the link's life once its page was opened (never lengthens it)."""

    async def spend_invite(self, *, secret_sha256: Sha256, now: datetime) -> bool:
        """Use it up; only one caller ever gets True."""

    async def spend_invites(self, *, now: datetime) -> int:
        """Use up every link that could still be used; return how many."""


class Journal(Chain, Protocol):
    """The append-only journal with its hash chain."""

    async def add(self, event: Event) -> None: ...
    async def of(self, subject: str) -> tuple[Event, ...]:
        """Return the events about one subject, oldest first."""


class Notes(Protocol):
    """What a platform must remember about what it sent: cards, button tokens, prompts (opaque to the core)."""

    async def put(self, *, space: str, name: str, body: dict[str, Any], expires_at: datetime | None = None) -> None: ...
    async def get(self, *, space: str, name: str, now: datetime) -> dict[str, Any] | None: ...
    async def take(self, *, space: str, name: str, now: datetime) -> dict[str, Any] | None:
        """Return and delete in one step: only one caller ever gets it."""

    async def drop(self, *, space: str, prefix: str) -> None: ...
    async def all(self, *, space: str, prefix: str) -> tuple[tuple[str, dict[str, Any]], ...]: ...


class Transaction(Protocol):
    """Everything one command may change, committed together."""

    @property
    def requests(self) -> Requests: ...
    @property
    def records(self) -> Records: ...
    @property
    def signatures(self) -> Signatures: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def people(self) -> People: ...
    @property
    def absences(self) -> Absences: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def history(self) -> Histories: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def notes(self) -> Notes: ...
    @property
    def proposals(self) -> ProposalRows: ...
    @property
    def staff(self) -> Staff: ...


class Store(Protocol):
    """Short transactions; never held across the network."""

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a writing transaction: commit on leaving, roll back on any error."""

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a reading transaction on the read engine; writing through it fails."""


class Workers(Protocol):
    """Disposable processes without network that parse hostile documents."""

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a module-level function in a fresh worker; its `SigningError`s come home, all else is `WorkerFailed`."""


class Activation(Protocol):
    """The activation module as seen from outside: the only door to a key (invariant 2)."""

    async def keys(self, person: PersonId | None = None) -> tuple[KeyFacts, ...]:
        """Return the keys this person may use, last used first; all keys when None."""

    async def confirm(self, record: ActivationRecord, code: str) -> None:
        """Spend the code for this record: the spent step and the intents are one commit. Repeats of a confirmed
        nonce do nothing. Raises `NotConfirmed` (its kinds), `RecordRefused`, `KeyUnavailable`."""

    async def confirmed(self, nonce: str) -> bool:
        """Return whether the record was confirmed (for a bot that died before it heard the answer)."""

    async def prove(self, person: PersonId, code: str, *, matter: str) -> None:
        """Spend the code for one matter (a SHA-256) that is no signature; raises the kinds of `NotConfirmed`."""

    async def sign(self, nonce: str, entry: int, prepared: Path, hole: Hole) -> MadeSignature:
        """Sign one entry of a confirmed record; a repeat returns the stored result. Raises `RecordRefused`
        (bytes are not the shown ones), `UnknownOutcome`, `KeyUnavailable` (worth a retry)."""

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
