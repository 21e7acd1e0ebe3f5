"""What is remembered, as Protocols: every store of one transaction; `ports` speaks of all seams together."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol

from signing.activation.record import ActivationRecord
from signing.audit import Event
from signing.circulations import Circulations
from signing.document import Sha256
from signing.facts import (
    Delivery,
    Job,
    Signature,
    StoredRecord,
)
from signing.lookup import Chain, Histories
from signing.people import Account, Person, PersonId
from signing.presence import Absences
from signing.proposal import ProposalRows
from signing.request import RequestId, SigningRequest
from signing.staff import Staff


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
        """Return the requester's newest requests first, without the parts of a route."""

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
    async def newest_of(self, request: RequestId) -> tuple[Signature, ...]:
        """Return of each document the signature made last, whose file carries the earlier ones too."""

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

    async def spend_invites(self, *, now: datetime, person: PersonId | None = None) -> int:
        """Use up every link, or every one of a person, that could still be used; return how many."""


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
    def circulations(self) -> Circulations: ...
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
