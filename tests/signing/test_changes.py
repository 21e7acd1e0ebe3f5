"""What two administrators decide about besides roles: keys, certificates, authenticators, mandates; done once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from signing.changes import CERTIFICATE, FACTOR, KEY, MANDATE, OWNER, is_agreed, use_agreement
from signing.errors import ActivationUnavailable, NotAllowed
from signing.proposal import ProposalState
from tests.fakes.activation import RIGHT
from tests.signing.board import Beginning, Board, beginning, begun


@pytest.fixture(scope="module")
def start() -> Beginning:
    """A company of two administrators, both with a second factor."""
    return beginning("Boris")


@pytest.fixture
async def board(start: Beginning) -> AsyncIterator[Board]:
    """A copy of that company."""
    async with begun(start) as made:
        yield made


async def test_a_crash_after_it_was_brought_about_is_finished_after_the_start(board: Board) -> None:
    proposal = await board.proposals.propose(FACTOR, board.house.id("Ivan"), {}, by=board.house.id("Vera"), code=RIGHT)
    await board.proposals.approve(proposal.id, by=board.house.id("Boris"), code=RIGHT)
    board.ceremony.dies_after = 1
    with pytest.raises(ActivationUnavailable):
        await board.proposals.apply(proposal.id)
    assert (await board.stored(proposal)).state is ProposalState.APPLYING
    assert not await board.house.activation.enrolled(board.house.id("Ivan")), "the module did it and nobody heard"
    async with board.house.store.begin() as tx:
        await tx.jobs.clear()
    await board.proposals.reconcile()
    async with board.house.store.read() as tx:
        assert "proposal-apply" in [job.kind for job in await tx.jobs.waiting()]
    assert (await board.proposals.apply(proposal.id)).state is ProposalState.APPLIED
    assert (await board.person("Ivan")).enrolled_at is None


KEYS: list[tuple[str, str, dict[str, Any]]] = [
    (KEY, "new", {"algorithm": "P-256", "seal": False}),
    (OWNER, "seal", {}),
    (CERTIFICATE, "ivan", {"chain": [b"certificate".hex()]}),
    (FACTOR, "Ivan", {}),
]


@pytest.mark.parametrize(("kind", "subject", "change"), KEYS, ids=[case[0] for case in KEYS])
async def test_keys_and_factors_wait_for_a_second_administrator(
    board: Board, kind: str, subject: str, change: dict[str, Any]
) -> None:
    house = board.house
    await board.ceremony.generate_key("seal", algorithm="P-256", owners=[house.id("Ivan")], is_seal=True)
    board.ceremony.asked.clear()
    more: dict[str, dict[str, Any]] = {KEY: {"owners": [house.id("Anna")]}, OWNER: {"owner": house.id("Olga")}}
    change = {**change, **more.get(kind, {})}
    about = house.id("Ivan") if kind == FACTOR else subject
    proposal = await board.proposals.propose(kind, about, change, by=house.id("Vera"), code=RIGHT)
    assert board.ceremony.asked == []
    await board.proposals.approve(proposal.id, by=house.id("Boris"), code=RIGHT)
    assert (await board.proposals.apply(proposal.id)).state is ProposalState.APPLIED
    assert len(board.ceremony.asked) == 1
    if kind == FACTOR:
        assert (await board.person("Ivan")).enrolled_at is None


async def test_a_mandate_is_agreed_by_two_and_the_agreement_is_used_once(board: Board) -> None:
    house, terms = board.house, {"type": "leave", "count": 100, "until": "2026-12-31 23:00 UTC"}
    await board.ceremony.generate_key("seal", algorithm="P-256", owners=[house.id("Ivan")], is_seal=True)
    proposal = await board.proposals.propose(MANDATE, "seal", {"terms": terms}, by=house.id("Vera"), code=RIGHT)
    await board.proposals.approve(proposal.id, by=house.id("Boris"), code=RIGHT)
    async with house.store.read() as tx:
        assert not await is_agreed(tx, "seal", terms, now=house.clock.now()), "approved is not yet brought about"
    await board.proposals.apply(proposal.id)
    async with house.store.begin() as tx:
        assert await is_agreed(tx, "seal", terms, now=house.clock.now())
        assert not await is_agreed(tx, "seal", {**terms, "count": 101}, now=house.clock.now())
        assert not await is_agreed(tx, "seal", terms, now=house.clock.move(hours=24))
        house.clock.move(hours=-24)
        await use_agreement(tx, "seal", terms, now=house.clock.now())
        assert not await is_agreed(tx, "seal", terms, now=house.clock.now())


async def test_a_bot_that_is_not_the_consoles_user_leaves_it_to_the_console(board: Board) -> None:
    proposal = await board.proposals.propose(FACTOR, board.house.id("Ivan"), {}, by=board.house.id("Vera"), code=RIGHT)
    await board.proposals.approve(proposal.id, by=board.house.id("Boris"), code=RIGHT)
    board.ceremony.is_console = False
    with pytest.raises(NotAllowed, match="peer"):
        await board.proposals.apply(proposal.id)
    board.ceremony.is_console = True
    assert (await board.proposals.apply(proposal.id)).state is ProposalState.APPLIED
