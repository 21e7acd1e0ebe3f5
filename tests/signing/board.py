"""A founded company with three administrators, for tests of what two of them decide."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from signing.changes import kinds
from signing.founding import Founding
from signing.membership import CONSOLE
from signing.people import Person, PersonId, Role
from signing.ports import Clock, Store
from signing.proposal import Proposal
from signing.proposals import Proposals
from storage.database import Database
from storage.migrations import upgrade
from tests.conftest import HandClock
from tests.fakes.activation import FakeActivation
from tests.fakes.ceremony import FakeCeremony
from tests.signing.conftest import House, assembled, furnished

QUICK = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""A disk that need not be waited for: what a crash leaves is tested elsewhere."""


@dataclass(kw_only=True)
class Board:
    """The administrators Vera, Boris and Clara over the people of the house."""

    house: House
    ceremony: FakeCeremony
    proposals: Proposals
    founding: Founding

    async def person(self, name: str) -> Person:
        """Return a person as stored now."""
        async with self.house.store.read() as tx:
            return await tx.people.get(self.house.id(name))

    async def stored(self, proposal: Proposal) -> Proposal:
        """Return a proposal as stored now."""
        async with self.house.store.read() as tx:
            return await tx.proposals.get(proposal.id)

    async def newcomer(self, name: str, *roles: Role, enrolled: bool = False) -> PersonId:
        """Add a person as the founders do."""
        person = await self.house.membership.add(name=name, roles=roles, note_of_identity="seen", by=CONSOLE)
        self.house.people[name] = person
        if enrolled:
            await self.house.enrol(name)
        return person.id

    async def journal(self, subject: str) -> list[str]:
        """Return the tags about one subject."""
        async with self.house.store.read() as tx:
            return [event.tag.value for event in await tx.journal.of(subject)]


def proposals_of(
    store: Store, activation: FakeActivation, clock: Clock, *, ceremony: FakeCeremony | None = None
) -> Proposals:
    """Return what two administrators decide with, over Fakes of the module."""
    held = ceremony or FakeCeremony(activation=activation)
    register = kinds(store=store, activation=activation, ceremony=held)
    return Proposals(store=store, activation=activation, clock=clock, kinds=register)


def board_of(house: House) -> Board:
    """Return the board of a house."""
    ceremony = FakeCeremony(activation=house.activation)
    proposals = proposals_of(house.store, house.activation, house.clock, ceremony=ceremony)
    founding = Founding(store=house.store, clock=house.clock)
    return Board(house=house, ceremony=ceremony, proposals=proposals, founding=founding)


async def seated(house: House, *administrators: str, founded: bool = True) -> Board:
    """Enrol Vera and the other administrators, and end the founding period."""
    made = board_of(house)
    await house.enrol("Vera")
    for name in administrators:
        await made.newcomer(name, Role.ADMINISTRATOR, enrolled=True)
    if founded:
        house.clock.move(minutes=1)
        await made.founding.end(by=CONSOLE)
    return made


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """A founded company, made once and copied for each story."""

    path: Path
    activation: FakeActivation
    people: dict[str, Person]
    moment: datetime


@cache
def beginning(*administrators: str) -> Beginning:
    """Return a founded company of Vera and these administrators; made once."""
    path = Path(tempfile.mkdtemp()) / "founded.sqlite3"
    upgrade(f"sqlite:///{path}")

    async def found() -> Beginning:
        clock = HandClock()
        async with await Database.open(f"sqlite:///{path}") as database:
            house = await furnished(database, clock)
            await seated(house, *administrators)
        return Beginning(path=path, activation=house.activation, people=house.people, moment=clock.moment)

    return asyncio.run(found())


@asynccontextmanager
async def begun(start: Beginning) -> AsyncIterator[Board]:
    """Open a copy of a founded company."""
    with tempfile.TemporaryDirectory(dir=QUICK) as folder:
        path, clock = Path(folder) / "bot.sqlite3", HandClock(moment=start.moment)
        shutil.copy(start.path, path)
        async with await Database.open(f"sqlite:///{path}") as database:
            yield board_of(assembled(database, clock, deepcopy(start.activation), dict(start.people)))
