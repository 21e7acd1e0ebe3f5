"""Two administrators widen rights, one restricts; alone it takes a day, and everybody who would be wronged is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from signing.changes import ROLE
from signing.errors import NotAllowed, NotAllowedNow, NotEnrolled, SigningError, WrongCode
from signing.membership import CONSOLE
from signing.people import Role
from signing.proposal import Proposal, ProposalId, ProposalState
from signing.restoration import void_what_was_open
from tests.fakes.activation import RIGHT
from tests.signing.board import Beginning, Board, beginning, begun, seated
from tests.signing.conftest import House

SIGNER = {"role": "signer"}


@pytest.fixture(scope="module")
def start() -> Beginning:
    """A company of two administrators, both with a second factor."""
    return beginning("Boris")


@pytest.fixture
async def board(start: Beginning) -> AsyncIterator[Board]:
    """A copy of that company."""
    async with begun(start) as made:
        yield made


async def propose(board: Board, *, by: str = "Vera", who: str = "Anna", **change: str) -> Proposal:
    return await board.proposals.propose(ROLE, board.house.id(who), change or SIGNER, by=board.house.id(by), code=RIGHT)


async def told(board: Board, notice: str) -> set[str]:
    async with board.house.store.read() as tx:
        jobs = await tx.jobs.waiting()
    people = {person.id: name for name, person in board.house.people.items()}
    return {people[job.facts["person"]] for job in jobs if job.kind == "tell" and job.facts["notice"] == notice}


async def test_while_a_company_is_set_up_a_change_takes_effect_at_once(house: House) -> None:
    board = await seated(house, "Boris", founded=False)
    done = await board.proposals.propose(ROLE, house.id("Anna"), SIGNER)
    assert done.state is ProposalState.APPLIED
    assert Role.SIGNER in (await board.person("Anna")).roles


async def test_a_second_administrator_widens_and_each_step_is_journalled(board: Board) -> None:
    proposal = await propose(board)
    assert Role.SIGNER not in (await board.person("Anna")).roles
    assert (proposal.difference[0].old, proposal.difference[0].new) == (("requester",), ("requester", "signer"))
    approved = await board.proposals.approve(proposal.id, by=board.house.id("Boris"), code=RIGHT)
    assert approved.state is ProposalState.APPROVED
    assert (await board.proposals.apply(proposal.id)).state is ProposalState.APPLIED
    assert Role.SIGNER in (await board.person("Anna")).roles
    assert await board.journal(proposal.id) == ["proposal:made", "proposal:approved", "proposal:applied"]
    assert "person:given_role" in await board.journal(board.house.id("Anna"))
    assert await told(board, "role-given") == {"Anna"}


async def test_the_proposer_and_whoever_gains_by_it_approve_nothing(board: Board) -> None:
    await board.newcomer("Clara", Role.ADMINISTRATOR)
    proposal = await propose(board)
    with pytest.raises(NotAllowed, match="own_proposal"):
        await board.proposals.approve(proposal.id, by=board.house.id("Vera"), code=RIGHT)
    mine = await propose(board, who="Boris", role="signer")
    with pytest.raises(NotAllowed, match="benefits"):
        await board.proposals.approve(mine.id, by=board.house.id("Boris"), code=RIGHT)
    for stranger in ("Anna", "Ivan"):
        with pytest.raises(NotAllowed, match="no_right"):
            await board.proposals.approve(proposal.id, by=board.house.id(stranger), code=RIGHT)
    with pytest.raises(NotEnrolled):
        await board.proposals.approve(proposal.id, by=board.house.id("Clara"), code=RIGHT)


async def test_without_the_right_code_nobody_proposes_or_approves(board: Board) -> None:
    with pytest.raises(WrongCode):
        await board.proposals.propose(ROLE, board.house.id("Anna"), SIGNER, by=board.house.id("Vera"), code="000000")
    proposal = await propose(board)
    with pytest.raises(WrongCode):
        await board.proposals.approve(proposal.id, by=board.house.id("Boris"), code="000000")
    assert (await board.stored(proposal)).voices == (board.house.id("Vera"),)


async def test_the_console_alone_is_no_administrators_voice(board: Board) -> None:
    await board.newcomer("Clara", Role.ADMINISTRATOR, enrolled=True)
    board.house.clock.move(days=2)
    proposal = await board.proposals.propose(ROLE, board.house.id("Anna"), SIGNER)
    first = await board.proposals.approve(proposal.id, by=board.house.id("Vera"), code=RIGHT)
    assert first.state is ProposalState.OPEN
    second = await board.proposals.approve(proposal.id, by=board.house.id("Boris"), code=RIGHT)
    assert second.state is ProposalState.APPROVED


async def test_after_a_day_nothing_of_it_takes_effect(board: Board) -> None:
    proposal = await propose(board)
    board.house.clock.move(hours=24)
    with pytest.raises(NotAllowedNow):
        await board.proposals.approve(proposal.id, by=board.house.id("Boris"), code=RIGHT)
    await board.proposals.due(proposal.id)
    assert (await board.stored(proposal)).state is ProposalState.EXPIRED
    assert (await board.proposals.apply(proposal.id)).state is ProposalState.EXPIRED
    assert Role.SIGNER not in (await board.person("Anna")).roles


async def test_what_was_approved_and_not_brought_about_in_a_day_expires_too(board: Board) -> None:
    proposal = await propose(board)
    await board.proposals.approve(proposal.id, by=board.house.id("Boris"), code=RIGHT)
    board.house.clock.move(hours=24)
    with pytest.raises(NotAllowedNow):
        await board.proposals.apply(proposal.id)
    assert Role.SIGNER not in (await board.person("Anna")).roles


async def test_a_proposal_whose_subject_changed_meanwhile_is_refused(board: Board) -> None:
    proposal = await propose(board)
    await board.house.membership.lock(board.house.id("Anna"), by=board.house.id("Boris"))
    with pytest.raises(NotAllowedNow, match="proposal_changed"):
        await board.proposals.approve(proposal.id, by=board.house.id("Boris"), code=RIGHT)
    assert (await board.stored(proposal)).state is ProposalState.STALE
    other = await propose(board, role="operator")
    await board.proposals.approve(other.id, by=board.house.id("Boris"), code=RIGHT)
    await board.house.membership.unlock(board.house.id("Anna"), by=board.house.id("Boris"))
    with pytest.raises(NotAllowedNow, match="proposal_changed"):
        await board.proposals.apply(other.id)


async def test_a_sole_administrator_waits_a_day_and_every_signer_is_told(house: House) -> None:
    board = await seated(house)
    proposal = await propose(board)
    assert proposal.effective_at is not None
    assert await told(board, "proposed") == {"Vera", "Ivan", "Olga", "Anna"}
    await board.proposals.due(proposal.id)
    assert (await board.stored(proposal)).state is ProposalState.OPEN, "too early"
    house.clock.move(hours=24)
    await board.proposals.due(proposal.id)
    assert (await board.proposals.apply(proposal.id)).state is ProposalState.APPLIED
    assert Role.SIGNER in (await board.person("Anna")).roles


@pytest.mark.parametrize("objector", ["Ivan", "Vera", "console"])
async def test_any_signer_may_object_also_a_locked_one(house: House, objector: str) -> None:
    board = await seated(house)
    proposal = await propose(board)
    by = CONSOLE if objector == "console" else house.id(objector)
    if objector == "Ivan":
        await house.membership.lock(by, by=house.id("Vera"))
    await board.proposals.object(proposal.id, by=by)
    house.clock.move(hours=30)
    await board.proposals.due(proposal.id)
    assert (await board.proposals.apply(proposal.id)).state is ProposalState.OBJECTED
    with pytest.raises(NotAllowed):
        await board.proposals.object((await propose(board, role="auditor")).id, by=house.id("Anna"))


async def test_the_voice_of_somebody_who_was_locked_meanwhile_counts_no_more(board: Board) -> None:
    await board.newcomer("Clara", Role.ADMINISTRATOR, enrolled=True)
    board.house.clock.move(days=2)
    proposal = await propose(board)
    await board.house.membership.lock(board.house.id("Vera"), by=board.house.id("Boris"))
    after = await board.proposals.approve(proposal.id, by=board.house.id("Clara"), code=RIGHT)
    assert (after.state, after.voices) == (ProposalState.OPEN, (board.house.id("Clara"),))
    done = await board.proposals.approve(proposal.id, by=board.house.id("Boris"), code=RIGHT)
    assert done.state is ProposalState.APPROVED


async def test_what_a_sole_administrator_wanted_who_is_locked_by_then_does_not_take_effect(house: House) -> None:
    board = await seated(house)
    proposal = await propose(board)
    await house.membership.lock(house.id("Vera"), by=house.id("Vera"))
    house.clock.move(hours=24)
    await board.proposals.due(proposal.id)
    assert (await board.stored(proposal)).state is ProposalState.STALE
    assert Role.SIGNER not in (await board.person("Anna")).roles


async def test_what_waited_in_a_backup_is_void_after_the_restore(board: Board) -> None:
    waiting, approved = await propose(board), await propose(board, role="auditor")
    await board.proposals.approve(approved.id, by=board.house.id("Boris"), code=RIGHT)
    async with board.house.store.begin() as tx:
        await void_what_was_open(tx, made_at=board.house.clock.now().isoformat(), now=board.house.clock.now())
    for one in (waiting, approved):
        assert (await board.proposals.apply(one.id)).state is ProposalState.STALE
    assert (await board.person("Anna")).roles == {Role.REQUESTER}


async def test_a_young_factor_does_not_approve(board: Board) -> None:
    await board.newcomer("Clara", Role.ADMINISTRATOR, enrolled=True)
    proposal = await propose(board)
    board.house.clock.move(seconds=1)
    secret = await board.house.membership.invite(board.house.id("Boris"), by=CONSOLE, purpose="enrol")
    await board.house.membership.recover(secret, "code-0")
    await board.house.membership.open_enrolment(secret)
    await board.house.membership.finish_enrolment(secret, first="1", second="2", timezone=None)
    with pytest.raises(NotAllowed, match="young_factor"):
        await board.proposals.approve(proposal.id, by=board.house.id("Boris"), code=RIGHT)


async def test_the_same_wish_is_one_proposal(board: Board) -> None:
    assert (await propose(board)).id == (await propose(board)).id


async def test_two_who_approve_together_are_counted_once_each(board: Board) -> None:
    await board.newcomer("Clara", Role.ADMINISTRATOR, enrolled=True)
    board.house.clock.move(days=2)
    proposal = await board.proposals.propose(ROLE, board.house.id("Anna"), SIGNER)
    asked = [board.proposals.approve(proposal.id, by=board.house.id(n), code=RIGHT) for n in ("Vera", "Vera", "Clara")]
    await asyncio.gather(*asked, return_exceptions=True)
    assert sorted((await board.stored(proposal)).voices) == sorted((board.house.id("Vera"), board.house.id("Clara")))


async def test_a_change_is_brought_about_once_however_often_it_is_asked(board: Board) -> None:
    proposal = await propose(board)
    await board.proposals.approve(proposal.id, by=board.house.id("Boris"), code=RIGHT)
    await asyncio.gather(*(board.proposals.apply(proposal.id) for _ in range(5)))
    assert (await board.journal(proposal.id)).count("proposal:applied") == 1


async def test_a_role_is_taken_at_once_and_what_waited_for_that_signer_stops(board: Board) -> None:
    request = await board.house.asked()
    await board.house.membership.take_role(board.house.id("Ivan"), Role.SIGNER, by=board.house.id("Boris"))
    assert (await board.house.now(request)).reason == "not_a_signer"
    with pytest.raises(SigningError):
        await board.house.decisions.resume(request.id, by=board.house.id("Anna"))
    await board.house.membership.take_role(board.house.id("Boris"), Role.ADMINISTRATOR, by=CONSOLE)
    with pytest.raises(NotAllowed, match="last_administrator"):
        await board.house.membership.take_role(board.house.id("Vera"), Role.ADMINISTRATOR, by=CONSOLE)


async def test_the_founding_period_ends_once_and_for_ever(house: House) -> None:
    board = await seated(house, founded=False)
    assert await board.founding.ended_at() is None
    await board.founding.end(by=house.id("Vera"))
    since = await board.founding.ended_at()
    house.clock.move(hours=1)
    await board.founding.end(by=CONSOLE)
    assert await board.founding.ended_at() == since
    assert await board.journal("company") == ["company:founded"]


async def test_it_does_not_end_while_nobody_could_approve_anything(house: House) -> None:
    board = await seated(house, founded=False)
    await house.membership.lock(house.id("Vera"), by=CONSOLE)
    with pytest.raises(NotAllowed, match="no_proved_administrator"):
        await board.founding.end(by=CONSOLE)


async def test_it_ends_by_itself_with_the_first_signature_of_a_company_of_two(house: House) -> None:
    board = await seated(house, "Boris", founded=False)
    await board.founding.settle()
    assert await board.founding.ended_at() is None
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    await house.workflow.sign(request.id, nonce=record.nonce)
    proposal = await propose(board)
    assert (await board.founding.ended_at(), proposal.state) == (house.clock.now(), ProposalState.OPEN)


async def test_an_unknown_proposal_is_nobodys(board: Board) -> None:
    with pytest.raises(SigningError):
        await board.proposals.object(ProposalId("00000000"), by=CONSOLE)
