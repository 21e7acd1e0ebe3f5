"""A workflow over a real database, with a Fake activation and a pipeline that makes no signatures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from signing.activation.record import ActivationRecord
from signing.amount import Amount
from signing.approval.decisions import Decisions
from signing.approval.leaving import Leaving
from signing.approval.policy import ApprovalPolicy
from signing.approval.reminders import ReminderPolicy
from signing.approval.watch import Watch
from signing.automatic import Automatic
from signing.document import Document, Sha256
from signing.membership import CONSOLE, Membership
from signing.people import Account, Person, PersonId, Role
from signing.ports import Signature
from signing.request import ReplyTo, SigningRequest
from signing.workflow import SigningWorkflow
from storage.database import Database
from storage.migrations import upgrade
from storage.store import SqlStore
from tests.conftest import HandClock
from tests.fakes.activation import FakeActivation, a_key


@dataclass
class PaperPipeline:
    """Stands in for `signing.signature`: asks the Fake module and returns a row; may fail as told."""

    clock: HandClock
    activation: FakeActivation
    failures: list[Exception] = field(default_factory=list)

    async def make(self, request: SigningRequest, record: ActivationRecord, place: int) -> Signature:
        """Return a signature row without bytes behind it."""
        if self.failures:
            raise self.failures.pop(0)
        self.activation.signed.append((record.nonce, place))
        entry = record.entries[place]
        return Signature(
            request=request.id, document=entry.document, signer=record.signer, nonce=record.nonce,
            signed_sha256=Sha256("f" * 64), size_bytes=1, level=entry.level,
            certificate_sha256=record.certificate_sha256, signed_at=self.clock.now(),
        )  # fmt: skip


@dataclass(kw_only=True)
class House:
    """The core, assembled as `bot.app` does it."""

    clock: HandClock
    store: SqlStore
    database: Database
    activation: FakeActivation
    pipeline: PaperPipeline
    workflow: SigningWorkflow
    decisions: Decisions
    automatic: Automatic
    membership: Membership
    watch: Watch
    leaving: Leaving
    people: dict[str, Person]

    def id(self, name: str) -> PersonId:
        """Return a person's id by first name."""
        return self.people[name].id

    async def drafted(
        self, *, documents: int = 1, by: str = "Anna", amount: Amount | None = None, form: str = "pades"
    ) -> SigningRequest:
        """Return a fresh draft of Anna's."""
        made = [
            Document(position=place, name=f"{place}.pdf", sha256=Sha256(f"{place}" * 64), size_bytes=10, pages=1)
            for place in range(documents)
        ]
        where = ReplyTo(platform="telegram", chat_id="1001")
        return await self.workflow.draft(
            made, by=self.id(by), reply_to=where, comment="please", form=form, amount=amount
        )

    async def asked(self, *, to: str = "Ivan", documents: int = 1) -> SigningRequest:
        """Return a request that waits for a signer."""
        draft = await self.drafted(documents=documents)
        return await self.workflow.submit(draft.id, by=self.id("Anna"), to=self.id(to))

    async def now(self, request: SigningRequest) -> SigningRequest:
        """Return the request as it is stored now."""
        async with self.store.read() as tx:
            return await tx.requests.get(request.id)

    async def tags(self, request: SigningRequest) -> list[str]:
        """Return what the journal says about the request."""
        async with self.store.read() as tx:
            return [event.tag.value for event in await tx.journal.of(request.id)]

    async def enrol(self, name: str) -> None:
        """Give a person the second factor."""
        secret = await self.membership.invite(self.id(name), by=CONSOLE, purpose="enrol")
        await self.membership.open_enrolment(secret)
        await self.membership.finish_enrolment(secret, first="1", second="2", timezone="Europe/Podgorica")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """Anna asks; Ivan and Olga sign, Olga stands in for Ivan; Vera administers."""
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    upgrade(url)
    async with await Database.open(url) as database:
        yield await furnished(database, clock)


def assembled(database: Database, clock: HandClock, activation: FakeActivation, people: dict[str, Person]) -> House:
    """Put the core together over a database."""
    store, policy = SqlStore(database, clock), ApprovalPolicy()
    pipeline = PaperPipeline(clock=clock, activation=activation)
    return House(
        clock=clock, store=store, database=database, activation=activation, pipeline=pipeline, people=people,
        workflow=SigningWorkflow(
            store=store, activation=activation, pipeline=pipeline, clock=clock, policy=policy
        ),
        automatic=Automatic(store=store, mandates=activation, clock=clock, policy=policy),
        decisions=Decisions(store=store, clock=clock, policy=policy),
        membership=Membership(store=store, activation=activation, clock=clock),
        watch=Watch(store=store, clock=clock, policy=policy, reminders=ReminderPolicy(timezone="Europe/Podgorica")),
        leaving=Leaving(store=store, clock=clock, timezone="Europe/Podgorica"),
    )  # fmt: skip


async def furnished(database: Database, clock: HandClock) -> House:
    """Add the people of the house, bind and enrol them."""
    activation = FakeActivation()
    house = assembled(database, clock, activation, {})
    roles = {"Anna": [], "Ivan": [Role.SIGNER], "Olga": [Role.SIGNER], "Vera": [Role.ADMINISTRATOR]}
    for place, (name, held) in enumerate(roles.items()):
        person = await house.membership.add(name=name, roles=held, note_of_identity="passport", by=CONSOLE)
        house.people[name] = person
        secret = await house.membership.invite(person.id, by=CONSOLE)
        account = Account(
            platform="telegram", account_id=str(1001 + place), chat_id=str(1001 + place), person=person.id
        )
        await house.membership.bind(secret, account)
    for name in ("Ivan", "Olga"):
        activation.owned.append(a_key(house.id(name), label=name.lower()))
        await house.enrol(name)
    return house
