"""Another policy file counts when two administrators want it, and never because somebody edited the disk."""

from __future__ import annotations

import pytest

from signing.agreed_policy import agreed_text, digest_of_text, in_force
from signing.changes import POLICY
from signing.errors import NotAllowed, NotAllowedNow
from signing.proposal import ProposalState
from tests.fakes.activation import RIGHT
from tests.signing.board import Beginning, beginning, begun
from tests.signing.conftest import House

ONE = '[[route]]\nname = "One"\n[[route.step]]\nsigns = ["Ivan"]\n'
TWO = ONE + '[[route]]\nname = "Two"\n[[route.step]]\nsigns = ["Olga"]\n'


@pytest.fixture(scope="module")
def start() -> Beginning:
    """A founded company with two administrators."""
    return beginning("Boris")


async def test_a_file_edited_on_the_disk_waits_for_two_administrators(start: Beginning) -> None:
    async with begun(start) as board:
        store, clock = board.house.store, board.house.clock
        assert await in_force(store, ONE, clock=clock) == ONE, "the first start that looks remembers it"
        assert await in_force(store, TWO, clock=clock) == ONE
        assert await in_force(store, "", clock=clock) == ONE, "to take the file away would widen rights, too"
        made = await board.proposals.propose(
            POLICY, digest_of_text(TWO), {"text": TWO}, by=board.house.id("Vera"), code=RIGHT
        )
        first = made.difference[0]
        assert (first.what, first.old, first.new) == ("routes", ("One",), ("One", "Two"))
        board.house.clock.move(minutes=1)
        await board.proposals.approve(made.id, by=board.house.id("Boris"), code=RIGHT)
        done = await board.proposals.apply(made.id)
        assert done.state is ProposalState.APPLIED
        assert await in_force(store, TWO, clock=clock) == TWO
        async with store.read() as tx:
            assert await agreed_text(tx) == TWO
        assert (await board.journal("policy")).count("policy:agreed") == 2


async def test_a_file_with_faults_or_the_one_in_force_is_not_proposed(start: Beginning) -> None:
    async with begun(start) as board:
        store, clock = board.house.store, board.house.clock
        await in_force(store, ONE, clock=clock)
        for text, fault in (("[[route]]\n", NotAllowed), (ONE, NotAllowedNow)):
            with pytest.raises(fault):
                await board.proposals.propose(POLICY, digest_of_text(text), {"text": text})
        with pytest.raises(NotAllowed):
            await board.proposals.propose(POLICY, digest_of_text(ONE), {"text": TWO})


async def test_in_the_founding_period_the_file_counts_at_once(house: House) -> None:
    assert await in_force(house.store, ONE, clock=house.clock) == ONE
    assert await in_force(house.store, TWO, clock=house.clock) == TWO
    async with house.store.read() as tx:
        assert await agreed_text(tx) == TWO
