"""The action of business processes: offered and mended, posts kept once, tokens sealed, answers that count once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.platforms.bitrix24.core import Core
from bot.platforms.bitrix24.errors import Denied, UnknownOutcome
from bot.platforms.bitrix24.installation import Installation, Installed
from bot.platforms.bitrix24.robot import offer
from bot.platforms.bitrix24.robot.answering import ANSWER_JOB, Answers
from bot.platforms.bitrix24.robot.post import BEGIN_JOB, RobotPost
from bot.platforms.bitrix24.robot.runs import Answer, Asked, Run, Runs, run_of
from bot.platforms.bitrix24.timeline import Timeline
from bot.workers import WorkerPool
from playground.bitrix24.bizproc import Process
from playground.bitrix24.faults import FaultKind
from playground.bitrix24_portal import FIELD
from playground.telegram_server import serve
from signing.approval.policy import ApprovalPolicy
from signing.intake.limits import GateLimits
from signing.intake.reception import Reception
from signing.ports import Job
from signing.request import ReplyTo, SigningRequest
from storage.documents import DiskDocuments
from storage.sealed import Sealer
from tests.bot.platforms.bitrix24.conftest import Desk
from tests.conftest import HandClock
from tests.signing.conftest import House

TOKEN = "664fa13bbbb410.99176768|A40364_79843_85254_57332|salt.hmac"
"""Of nobody."""


@dataclass(kw_only=True)
class Place:
    """Our side of the action, over a real store and the loopback portal."""

    house: House
    desk: Desk
    runs: Runs
    answers: Answers
    core: Core
    database: Path

    async def run_for(self, process: Process, *, request: SigningRequest | None = None) -> Run:
        """Return the run of a process as it is kept after it was proved."""
        asked = Asked(
            event_token=process.event_token, domain="", workflow=process.id, deal=process.deal,
            properties=process.properties, asked_at=self.core.clock.now(), timeout_s=process.timeout_s,
        )  # fmt: skip
        async with self.house.store.begin() as tx:
            run = await self.runs.add(tx, asked)
            assert run is not None
            return await self.runs.wait(tx, run, request.id) if request else run

    async def found(self, run: Run) -> Run:
        """Return a run as it stands now."""
        async with self.house.store.read() as tx:
            now = await self.runs.get(tx, run.id)
        assert now is not None
        return now

    async def jobs(self, kind: str) -> list[Job]:
        """Return what is promised of one kind."""
        async with self.house.store.read() as tx:
            return [job for job in await tx.jobs.waiting() if job.kind == kind]

    async def answer(self, run: Run) -> None:
        """Do the promised job."""
        await self.answers.answer(Job(kind=ANSWER_JOB, subject=run.id, facts={"run": run.id}))


@pytest.fixture
def place(desk: Desk, house: House, tmp_path: Path) -> Place:
    """The action's parts, with a deal and the action offered."""
    documents = DiskDocuments(tmp_path / "documents")
    reception = Reception(documents=documents, workers=WorkerPool(accept_weak_isolation=True), limits=GateLimits())
    core = Core(
        store=house.store, workflow=house.workflow, automatic=house.automatic,
        membership=house.membership, policy=ApprovalPolicy(),
        reception=reception, documents=documents, clock=house.clock, timezone="UTC", language="en", public_url="https://sign.example.com",
        max_document_bytes=1 << 20,
    )  # fmt: skip
    runs = Runs(sealer=Sealer(bytes(32)), clock=house.clock)
    answers = Answers(core=core, portal=desk.portal, timeline=Timeline(core=core, portal=desk.portal), runs=runs)
    return Place(
        house=house, desk=desk, runs=runs, answers=answers, core=core, database=tmp_path / "bot.sqlite3"
    )  # fmt: skip


async def _offer(place: Place, *fields: str, routes: Sequence[str] = ()) -> bool:
    url, named = place.core.public_url, fields or (FIELD,)
    wanted = offer.definition(public_url=url, user=1, fields=named, routes=routes, language="en")
    return await offer.mend(place.desk.portal, wanted, store=place.house.store, clock=place.core.clock)


async def _process(place: Place, *, timeout_s: int = 0, **filled: str) -> Process:
    await _offer(place)
    deal = place.desk.far.office.open_deal("Deal", by=2)
    return place.desk.far.bizproc.start(deal, by=2, code=offer.CODE, properties=filled, timeout_s=timeout_s)


async def _request(place: Place, process: Process) -> SigningRequest:
    draft = await place.house.drafted()
    where = ReplyTo(platform="bitrix24", chat_id=f"deal:{process.deal}:{FIELD}:1", keeps_file=True)
    return await place.house.workflow.draft(draft.documents, by=draft.requester, reply_to=where)


def _writes(place: Place) -> list[str]:
    return [call.method for call in place.desk.far.rest.calls if call.method.startswith("bizproc.robot.")]


async def test_the_action_is_offered_once_and_mended_when_it_differs(place: Place) -> None:
    assert await _offer(place)
    assert not await _offer(place), "nothing to do"
    assert _writes(place) == ["bizproc.robot.list", "bizproc.robot.add", "bizproc.robot.list"]
    assert await _offer(place, FIELD, "UF_CRM_MORE"), "the settings name another field"
    robot = place.desk.far.bizproc.robots[offer.CODE]
    assert list(robot["PROPERTIES"]["field"]["Options"]) == [FIELD, "UF_CRM_MORE"]
    assert "route" not in robot["PROPERTIES"], "the portal refuses a list without choices"
    assert await _offer(place, FIELD, routes=["Contracts", "Small purchases"]), "the policy file has routes now"
    assert tuple(robot["PROPERTIES"]) == offer.PROPERTIES
    assert list(robot["PROPERTIES"]["route"]["Options"]) == ["Contracts", "Small purchases"]
    assert set(robot["NAME"]) == {"en", "ru"}
    place.desk.far.bizproc.robots.clear()  # as an update of the application does
    assert await _offer(place, FIELD, "UF_CRM_MORE")
    assert offer.CODE in place.desk.far.bizproc.robots
    place.desk.far.accounts.scope = "crm"
    with pytest.raises(Denied, match="insufficient_scope"):
        await offer.is_offered(place.desk.portal)


async def test_a_token_is_sealed_at_rest_and_gone_when_it_is_spent(place: Place) -> None:
    async with place.house.store.begin() as tx:
        run = await place.runs.add(tx, _asked())
        assert await place.runs.add(tx, _asked()) is None, "the same run once"
    assert run is not None
    assert (await place.found(run)).asked.event_token == TOKEN
    assert TOKEN not in repr(run)
    await place.answers.end(run, "refused")
    assert (await place.found(run)).asked.event_token == ""
    raw = b"".join(path.read_bytes() for path in place.database.parent.glob("bot.sqlite3*"))
    assert TOKEN.encode() not in raw
    assert run.id.encode() in raw


async def test_an_answer_is_decided_once_and_sent_once(place: Place) -> None:
    process = await _process(place)
    run = await place.run_for(process)
    await place.answers.decide(run, Answer(status="rejected", reason="Wrong amount", values={"signer": "Ivan"}))
    await place.answers.decide(run, Answer(status="signed"))
    assert [job.subject for job in await place.jobs(ANSWER_JOB)] == [run.id]
    await place.answer(run)
    await place.answer(run)
    assert process.values == {"status": "rejected", "reason": "Wrong amount", "signer": "Ivan"}
    assert process.log[-1][1] == "Ivan refused to sign: Wrong amount"
    assert len(place.desk.far.calls("bizproc.event.send")) == 1
    assert (await place.found(run)).end == "answered"


@pytest.mark.parametrize("kind", [FaultKind.DROP_RESPONSE, FaultKind.AWAY])
async def test_an_answer_of_unknown_outcome_is_tried_again(place: Place, kind: FaultKind) -> None:
    process = await _process(place, timeout_s=600)
    run = await place.run_for(process)
    await place.answers.decide(run, Answer(status="expired"))
    place.desk.far.faults.add(kind, method="bizproc.event.send")
    with pytest.raises(UnknownOutcome):
        await place.answer(run)
    await place.answer(run)
    assert process.values["status"] == "expired"
    assert (await place.found(run)).end == "answered", "a token that our own answer spent is no late answer"
    assert len(place.desk.far.calls("bizproc.event.send")) == 1


async def test_a_late_answer_is_told_in_the_timeline_and_to_the_requester(place: Place, clock: HandClock) -> None:
    process = await _process(place, timeout_s=600)
    request = await _request(place, process)
    run = await place.run_for(process, request=request)
    place.desk.far.bizproc.time_out(process)
    clock.move(seconds=601)
    await place.answers.decide(run, Answer(status="signed"))
    await place.answer(run)
    await place.answer(run)
    deal = place.desk.far.office.deals[process.deal]
    (comment,) = place.desk.far.comments(deal)
    assert "had stopped waiting" in comment.text
    assert (await place.found(run)).end == "late"
    told = [job.facts["facts"] for job in await place.jobs("tell") if job.facts["request"] == request.id]
    assert told == [{"reason": "process_gone_on"}]


async def test_an_answer_lost_until_the_process_gave_up_is_taken_for_late(place: Place, clock: HandClock) -> None:
    process = await _process(place, timeout_s=600)
    run = await place.run_for(process, request=await _request(place, process))
    await place.answers.decide(run, Answer(status="rejected"))
    place.desk.far.faults.add(FaultKind.AWAY, method="bizproc.event.send")
    with pytest.raises(UnknownOutcome):
        await place.answer(run)
    place.desk.far.bizproc.time_out(process)
    clock.move(seconds=601)
    await place.answer(run)
    assert (await place.found(run)).end == "late"
    assert not place.desk.far.comments(place.desk.far.office.deals[process.deal]), "nothing was signed"


async def test_a_refusal_may_stop_the_process(place: Place) -> None:
    process = await _process(place, on_reject="stop")
    run = await place.run_for(process)
    await place.answers.decide(run, Answer(status="rejected", reason="Wrong amount", values={"signer": "Ivan"}))
    place.desk.far.faults.add(FaultKind.DROP_RESPONSE, method="bizproc.workflow.terminate")
    with pytest.raises(UnknownOutcome):
        await place.answer(run)
    await place.answer(run)
    assert (process.state, process.values, process.branch) == ("stopped", {}, "")
    assert process.log[-1][1] == "Ivan refused to sign: Wrong amount"
    assert len(place.desk.far.calls("bizproc.workflow.terminate")) == 1
    assert (await place.found(run)).end == "stopped"
    expired = await _process(place, on_reject="stop")
    run = await place.run_for(expired)
    await place.answers.decide(run, Answer(status="expired"))
    await place.answer(run)
    assert expired.values["status"] == "expired", "only a refusal stops it"


async def test_without_the_permission_the_answer_waits(place: Place) -> None:
    process = await _process(place)
    run = await place.run_for(process)
    await place.answers.decide(run, Answer(status="cancelled"))
    scope, place.desk.far.accounts.scope = place.desk.far.accounts.scope, "crm"
    with pytest.raises(Denied, match="insufficient_scope"):
        await place.answer(run)
    assert not (await place.found(run)).is_tried, "nothing was executed"
    place.desk.far.accounts.scope = scope
    await place.answer(run)
    assert process.values["status"] == "cancelled"


@pytest.fixture
async def address(place: Place) -> AsyncIterator[str]:
    """The action's address, for an installed application."""
    installation = Installation(store=place.house.store, sealer=Sealer(bytes(32)), clock=place.core.clock)
    await installation.open_window(by="console")
    far = place.desk.far
    installed = Installed(
        member_id=far.accounts.member_id, user_id=1, application_token=far.events.application_token
    )  # fmt: skip
    assert place.desk.kept.pair is not None
    assert await installation.install(installed, place.desk.kept.pair)
    app = web.Application()
    post = RobotPost(store=place.house.store, clock=place.core.clock, installation=installation, runs=place.runs)
    app.add_routes(post.routes())
    async with serve(app, port=0) as url:
        yield f"{url}{offer.ROBOT_PATH}"


async def test_a_post_is_kept_before_it_is_answered_and_kept_once(place: Place, address: str) -> None:
    process = await _process(place, timeout_s=600)
    form = place.desk.far.bizproc.form(process) | {"properties": {"field": FIELD, "signer": "user_2", "other": "x"}}
    assert await place.desk.far.events.post(address, form) == (200, "ok")
    assert await place.desk.far.events.post(address, form | {"properties": {"field": "x"}}) == (200, "ok")
    assert [job.facts for job in await place.jobs(BEGIN_JOB)] == [{"run": run_of(process.event_token)}]
    async with place.house.store.read() as tx:
        run = await place.runs.get(tx, run_of(process.event_token))
    assert run is not None
    assert (run.asked.deal, run.asked.timeout_s, run.asked.workflow) == (process.deal, 600, process.id)
    assert run.asked.properties == {"field": FIELD, "signer": "user_2"}, "the first post counts"
    async with aiohttp.ClientSession() as session, session.post(address, data=b"\xff") as answer:
        assert answer.status == 400


async def test_a_post_that_names_another_process_is_not_kept(place: Place, address: str) -> None:
    process = await _process(place)
    form = place.desk.far.bizproc.form(process)
    for wrong in (
        {"workflow_id": "1.2"}, {"workflow_id": "", "event_token": "|x"}, {"event_token": "x" * 2000},
        {"code": "other"},
        {"document_id": ["crm", "CCrmDocumentDeal", "DEAL_x"]}, {"document_id": "DEAL_1"}, {"event_token": ["a"]},
        {"auth": form["auth"] | {"member_id": "0" * 32}}, {"auth": form["auth"] | {"application_token": "é"}},
    ):  # fmt: skip
        assert (await place.desk.far.events.post(address, form | wrong))[0] == 403
    assert await place.jobs(BEGIN_JOB) == []


def _asked() -> Asked:
    at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    return Asked(event_token=TOKEN, domain="", workflow="664fa13bbbb410.99176768", deal=7, properties={}, asked_at=at)
