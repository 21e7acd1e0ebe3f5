"""A process that a renamed portal starts is believed, although we hear of the new name only from our own call."""

from __future__ import annotations

from pathlib import Path

import pytest
from yarl import URL

from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import Core, DealPolicy
from bot.platforms.bitrix24.deal import Deals
from bot.platforms.bitrix24.robot import offer
from bot.platforms.bitrix24.robot.answering import Answers
from bot.platforms.bitrix24.robot.asking import Asking
from bot.platforms.bitrix24.robot.post import BEGIN_JOB
from bot.platforms.bitrix24.robot.runs import Asked, Runs
from bot.platforms.bitrix24.timeline import Timeline
from bot.platforms.bitrix24.turns import Turns
from bot.workers import WorkerPool
from playground.bitrix24_portal import FIELD
from signing.approval.policy import ApprovalPolicy
from signing.intake.limits import GateLimits
from signing.intake.reception import Reception
from signing.ports import Job
from storage.documents import DiskDocuments
from storage.sealed import Sealer
from tests.bot.platforms.bitrix24.cloud import certified, cloud_session
from tests.bot.platforms.bitrix24.house import House as Beside
from tests.bot.platforms.bitrix24.house import staffed
from tests.signing.conftest import House


@pytest.mark.parametrize(
    ("domain", "end", "status"),
    [("new.bitrix24.com", "", "error"), ("old.bitrix24.com", "", "error"), ("other.bitrix24.com", "refused", None)],
)
async def test_a_process_counts_under_the_old_and_the_new_name_of_its_portal(
    house: House, tmp_path: Path, domain: str, end: str, status: str | None
) -> None:
    serving, trusting = certified(tmp_path)
    beside = Beside(store=house.store, sealer=Sealer(bytes(32)), clock=house.clock)
    far = staffed()
    async with far.serving(name="old.bitrix24.com", tls=serving), cloud_session(trusting) as (session, _):
        connection = beside.connect(session, far)
        await beside.settle(connection, far)
        wanted = offer.definition(
            public_url="https://sign.example.com", user=1, fields=(FIELD,), routes=(), language="en"
        )
        await offer.mend(connection.portal, wanted, store=house.store, clock=house.clock)
        deal = far.office.open_deal("Deal", by=3)
        process = far.bizproc.start(deal, by=3, code=offer.CODE, properties={})
        far.rename("new.bitrix24.com")
        runs = Runs(sealer=beside.sealer, clock=house.clock)
        asked = Asked(
            event_token=process.event_token, domain=f"{domain}:{URL(far.url).port}", workflow=process.id,
            deal=deal.id, properties={}, asked_at=house.clock.now(),
        )  # fmt: skip
        async with house.store.begin() as tx:
            run = await runs.add(tx, asked)
        assert run is not None
        asking = _asking(house, tmp_path, connection.portal, runs)
        await asking.begin(Job(kind=BEGIN_JOB, subject=run.id, facts={"run": run.id}))
        async with house.store.read() as tx:
            found = await runs.get(tx, run.id)
    assert found is not None
    assert found.end == end
    # nothing was filled in: who is believed hears of it
    assert (found.answer.status if found.answer else None) == status


def _asking(house: House, folder: Path, portal: Portal, runs: Runs) -> Asking:
    documents = DiskDocuments(folder / "documents")
    reception = Reception(documents=documents, workers=WorkerPool(accept_weak_isolation=True), limits=GateLimits())
    core = Core(
        store=house.store, workflow=house.workflow, automatic=house.automatic,
        membership=house.membership, policy=ApprovalPolicy(),
            reception=reception, documents=documents,
        clock=house.clock, timezone="UTC", language="en", public_url="https://sign.example.com",
        max_document_bytes=1 << 20,
    )  # fmt: skip
    answers = Answers(core=core, portal=portal, timeline=Timeline(core=core, portal=portal), runs=runs)
    return Asking(
        core=core, portal=portal, deals=Deals(portal, (FIELD,)), policy=DealPolicy(fields=(FIELD,)), runs=runs,
        answers=answers, turns=Turns(),
    )  # fmt: skip
