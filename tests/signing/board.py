"""A founded company with three administrators, for tests of what two of them decide."""

from __future__ import annotations

from dataclasses import dataclass

from signing.changes import kinds
from signing.founding import Founding
from signing.membership import CONSOLE
from signing.people import Person, PersonId, Role
from signing.proposal import Proposal
from signing.proposals import Proposals
from tests.fakes.ceremony import FakeCeremony
from tests.signing.conftest import House


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


def board_of(house: House) -> Board:
    """Return the board of a house."""
    ceremony = FakeCeremony(activation=house.activation)
    register = kinds(store=house.store, activation=house.activation, ceremony=ceremony)
    proposals = Proposals(store=house.store, activation=house.activation, clock=house.clock, kinds=register)
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
