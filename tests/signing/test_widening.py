"""Whatever administrators do in whatever order: no right widens without two of them, or a day without objection."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.changes import ROLE
from signing.errors import SigningError
from signing.membership import CONSOLE
from signing.people import PersonId, Role
from signing.proposal import Proposal, ProposalState
from tests.fakes.activation import RIGHT
from tests.signing.board import Beginning, Board, beginning, begun

ADMINISTRATORS = ("Vera", "Boris", "Clara")
OTHERS = ("Anna", "Ivan")
EVERYBODY = (*ADMINISTRATORS, *OTHERS)
ENROLLED = (*ADMINISTRATORS, "Ivan")
DAY = timedelta(days=1)
Act = tuple[str, str, str, int]
VERBS = (
    "propose", "propose", "propose", "approve", "approve", "approve", "approve", "work", "work", "work", "object",
    "lock", "unlock", "take", "wait", "wait",
)  # fmt: skip
WHO = st.sampled_from((*ADMINISTRATORS, *ADMINISTRATORS, *OTHERS, "console"))
ACTS = st.lists(
    st.tuples(st.sampled_from(VERBS), WHO, st.sampled_from(EVERYBODY), st.integers(0, 3)), min_size=10, max_size=40
)


@dataclass
class Seen:
    """What the test itself saw of one proposal, without asking the program."""

    at: datetime
    target: str
    voices: set[str] = field(default_factory=set)
    objected: bool = False
    alone: bool = False
    """Nobody but the proposer and who gains could have approved it when it was made."""


@dataclass
class Story:
    """One company and the acts upon it."""

    board: Board
    made: list[Proposal] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    locked: set[str] = field(default_factory=set)
    widened: int = 0
    administrators: set[str] = field(default_factory=lambda: set(ADMINISTRATORS))

    async def act(self, act: Act) -> None:
        """Do one act; one that is refused changes nothing."""
        verb, who, whom, number = act
        if verb == "work":
            await self._work()
            return
        before = await self.roles()
        with contextlib.suppress(SigningError):
            await getattr(self, f"_{verb}")(who, whom, number)
        after = await self.roles()
        assert not any(after[name] - before[name] for name in EVERYBODY), f"{verb} widened rights"

    async def _work(self) -> None:
        """What the bot does by itself: the hour of every proposal, and bringing about what was approved."""
        for made, seen in zip(self.made, self.seen, strict=True):
            before = await self.roles()
            with contextlib.suppress(SigningError):
                await self.board.proposals.due(made.id)
                await self.board.proposals.apply(made.id)
            self._judge(before, await self.roles(), seen)

    async def roles(self) -> dict[str, frozenset[Role]]:
        """Return everybody's roles."""
        async with self.board.house.store.read() as tx:
            return {person.name: person.roles for person in await tx.people.all()}

    def by(self, who: str) -> PersonId:
        """Return who acts."""
        return CONSOLE if who == "console" else self.board.house.id(who)

    def _judge(self, before: dict[str, frozenset[Role]], after: dict[str, frozenset[Role]], seen: Seen) -> None:
        for name in EVERYBODY:
            new, now = after[name] - before[name], self.board.house.clock.now()
            if not new:
                continue
            if Role.ADMINISTRATOR in new and name in ENROLLED:
                self.administrators.add(name)
            self.widened += 1
            assert seen.target == name
            assert not seen.objected
            two = len(seen.voices) >= 2 and now < seen.at + DAY * (2 if seen.alone else 1)
            assert two or (seen.alone and seen.at + DAY <= now < seen.at + 2 * DAY)

    def newest(self, number: int) -> int:
        """Return the place of the newest proposal but `number`."""
        return max(0, len(self.made) - 1 - number)

    async def _propose(self, who: str, whom: str, number: int) -> None:
        role = sorted(set(Role) - {Role.REQUESTER})[number]
        made = await self.board.proposals.propose(
            ROLE, self.board.house.id(whom), {"role": role.value}, by=self.by(who), code=RIGHT
        )
        if any(one.id == made.id for one in self.made):
            return
        voices = {who} - {"console"}
        able = self.administrators - self.locked - voices - {whom}
        self.made.append(made)
        self.seen.append(Seen(at=made.created_at, target=whom, voices=voices, alone=len(able) < 2 - len(voices)))

    async def _approve(self, who: str, whom: str, number: int) -> None:
        place = self.newest(number)
        if self.made and who != "console":
            await self.board.proposals.approve(self.made[place].id, by=self.by(who), code=RIGHT)
            assert who in self.administrators - self.locked
            assert who != self.seen[place].target
            self.seen[place].voices.add(who)

    async def _object(self, who: str, whom: str, number: int) -> None:
        if self.made:
            place = self.newest(number)
            ended = await self.board.proposals.object(self.made[place].id, by=self.by(who))
            self.seen[place].objected = ended.state is ProposalState.OBJECTED

    async def _lock(self, who: str, whom: str, number: int) -> None:
        await self.board.house.membership.lock(self.board.house.id(whom), by=self.by(who))
        self.locked.add(whom)

    async def _unlock(self, who: str, whom: str, number: int) -> None:
        await self.board.house.membership.unlock(self.board.house.id(whom), by=self.by(who))
        self.locked.discard(whom)

    async def _take(self, who: str, whom: str, number: int) -> None:
        role = sorted(set(Role) - {Role.REQUESTER})[number]
        await self.board.house.membership.take_role(self.board.house.id(whom), role, by=self.by(who))
        if role is Role.ADMINISTRATOR:
            self.administrators.discard(whom)

    async def _wait(self, who: str, whom: str, number: int) -> None:
        self.board.house.clock.move(hours=(1, 12, 23, 25)[number])


async def tell(acts: list[Act], start: Beginning, check: Callable[[Story], None]) -> None:
    """Play the acts on a fresh company."""
    async with begun(start) as board:
        story = Story(board=board)
        for act in acts:
            await story.act(act)
        check(story)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTS)
def test_no_order_of_acts_widens_a_right_without_two_administrators_or_a_day(acts: list[Act]) -> None:
    asyncio.run(tell(acts, beginning("Boris", "Clara"), lambda _: None))


def test_the_judge_sees_what_happens_at_all() -> None:
    def widened(story: Story) -> None:
        assert story.seen[0].voices == {"Vera", "Boris"}
        assert story.widened == 1

    acts: list[Act] = [
        ("propose", "Vera", "Anna", 3), ("approve", "Boris", "Anna", 0), ("work", "console", "Anna", 0),
    ]  # fmt: skip
    asyncio.run(tell(acts, beginning("Boris", "Clara"), widened))
