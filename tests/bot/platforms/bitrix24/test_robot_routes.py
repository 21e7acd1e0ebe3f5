"""A process asks along a route of the policy file: it waits for all of it, and cannot go around a required one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.platforms.bitrix24.core import PLATFORM, Core, DealPolicy
from bot.platforms.bitrix24.deal import DealFile, Deals
from bot.platforms.bitrix24.intake import FILES
from bot.platforms.bitrix24.robot import offer
from bot.platforms.bitrix24.robot.answering import ANSWER_JOB, Answers
from bot.platforms.bitrix24.robot.asking import Asking
from bot.platforms.bitrix24.robot.post import BEGIN_JOB
from bot.platforms.bitrix24.robot.runs import Asked, Run, Runs
from bot.platforms.bitrix24.timeline import Timeline
from bot.platforms.bitrix24.turns import Turns
from bot.workers import WorkerPool
from playground.bitrix24.bizproc import Process
from playground.bitrix24.office import Deal
from playground.bitrix24_portal import FIELD
from signing.document import Document, Sha256
from signing.intake.limits import GateLimits
from signing.intake.reception import Reception
from signing.membership import CONSOLE
from signing.people import Account
from signing.ports import Job
from signing.request import ReplyTo, SigningRequest, State
from storage.documents import DiskDocuments
from storage.sealed import Sealer
from tests.bot.platforms.bitrix24.conftest import Desk
from tests.conftest import HandClock
from tests.journeys.story import a_pdf
from tests.signing.along import BANDS, POLICY, Office, furnished
from tests.signing.conftest import House
from tests.signing.mandated import a_mandate

ANNA, IVAN = 2, 3
"""Numbers in the portal."""


@dataclass(kw_only=True)
class Place:
    """The action over a real store and the loopback portal, in a house with routes."""

    office: Office
    desk: Desk
    core: Core
    runs: Runs
    form: str = "pades"
    """Where signatures go when a process does not say."""

    def deal(self, name: str = "Contract.pdf") -> Deal:
        """Anna opens a deal with a document."""
        deal = self.desk.far.office.open_deal(name, by=ANNA)
        self.desk.far.put(deal, name, a_pdf(name), by=ANNA)
        return deal

    async def drafted(self, deal: Deal) -> SigningRequest:
        """Return the draft that the deal's own intake has made of the file."""
        file = DealFile(deal=deal.id, field=FIELD, file=deal.files[FIELD][0])
        made = Document(position=0, name=deal.title, sha256=Sha256("0" * 64), size_bytes=10, pages=1)
        origin = ReplyTo(platform=PLATFORM, chat_id=file.place, keeps_file=True)
        house = self.office.house
        draft = await house.workflow.draft([made], by=house.id("Anna"), reply_to=origin)
        async with house.store.begin() as tx:
            await tx.notes.put(space=FILES, name=file.place, body={"is": "asked", "request": draft.id})
        return draft

    async def start(self, deal: Deal, **filled: str) -> Process:
        """Anna starts a process that comes to our action; return it when the action has begun."""
        process = self.desk.far.bizproc.start(deal, by=ANNA, code=offer.CODE, properties={"field": FIELD, **filled})
        asked = Asked(
            event_token=process.event_token, domain=urlsplit(self.desk.far.url).netloc, workflow=process.id,
            deal=deal.id, properties=process.properties, asked_at=self.core.clock.now(),
        )  # fmt: skip
        async with self.office.house.store.begin() as tx:
            run = await self.runs.add(tx, asked)
        assert run is not None
        await self.begin(run)
        return process

    async def begin(self, run: Run) -> None:
        """Do the promised job, as a process of ours that has just started does it; then what follows from it."""
        deals, policy = Deals(self.desk.portal, (FIELD,)), DealPolicy(fields=(FIELD,), form=self.form)
        asking = Asking(
            core=self.core, portal=self.desk.portal, deals=deals, policy=policy, runs=self.runs, answers=self.answers,
            turns=Turns(),
        )  # fmt: skip
        await asking.begin(Job(kind=BEGIN_JOB, subject=run.id, facts={"run": run.id}))
        await self.go_on()

    @property
    def answers(self) -> Answers:
        """What brings processes their answers."""
        timeline = Timeline(core=self.core, portal=self.desk.portal)
        return Answers(core=self.core, portal=self.desk.portal, timeline=timeline, runs=self.runs)

    async def go_on(self) -> None:
        """Keep the promises of routes, then those to processes."""
        await self.office.settle()
        await self.answers.follow_all()
        async with self.office.house.store.read() as tx:
            due = [job for job in await tx.jobs.waiting() if job.kind == ANSWER_JOB]
        for job in due:
            await self.answers.answer(job)

    async def leads(self) -> list[SigningRequest]:
        """Return every request of Anna's."""
        async with self.office.house.store.read() as tx:
            return list(await tx.requests.made_by(self.office.house.id("Anna"), limit=50))

    async def lead(self, process: Process) -> SigningRequest:
        """Return the one request about the document of a process's deal."""
        place = f"deal:{process.deal}:"
        (lead,) = [made for made in await self.leads() if made.reply_to.chat_id.startswith(place)]
        return lead


@pytest.fixture
async def place(desk: Desk, house: House, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """The action is offered; Anna and Ivan are bound to their accounts in the portal."""
    office = await furnished(house, getattr(request, "param", POLICY))
    for name, user in (("Anna", ANNA), ("Ivan", IVAN)):
        if user not in desk.far.office.users:
            desk.far.office.hire(name, "")
        secret = await house.membership.invite(house.id(name), by=CONSOLE)
        account = Account(platform=PLATFORM, account_id=str(user), chat_id=str(user), person=house.id(name))
        await house.membership.bind(secret, account)
    documents, workers = DiskDocuments(tmp_path / "documents"), WorkerPool(size=1, accept_weak_isolation=True)
    core = Core(
        store=house.store, workflow=house.workflow, membership=house.membership, policy=office.policy,
        automatic=house.automatic,
        reception=Reception(documents=documents, workers=workers, limits=GateLimits()), documents=documents,
        clock=house.clock, timezone="UTC", language="en", public_url="https://sign.example.com",
        max_document_bytes=1 << 20,
    )  # fmt: skip
    routes = [template.name for template in office.policy.routes.templates]
    wanted = offer.definition(public_url=core.public_url, user=1, fields=(FIELD,), routes=routes, language="en")
    await offer.mend(desk.portal, wanted, store=house.store, clock=house.clock)
    yield Place(office=office, desk=desk, core=core, runs=Runs(sealer=Sealer(bytes(32)), clock=house.clock))
    await workers.close()


def _log(process: Process) -> str:
    return "\n".join(text for _, text in process.log)


async def test_a_veto_the_end_of_the_time_and_taking_it_back_come_to_the_process(
    place: Place, clock: HandClock
) -> None:
    house = place.office.house
    refused = await place.start(place.deal(), route="lawyer")
    lead = await place.lead(refused)
    assert await place.office.states(lead) == {"Vera": "waiting", "Petr": "waiting"}
    assert "It is to go along the route “lawyer”" in _log(refused)
    await place.office.refuse(lead, "Vera")
    await place.go_on()
    assert (refused.values["status"], refused.values["signer"], refused.branch) == ("rejected", "Vera", "not signed")
    assert _log(refused).endswith("On the route “lawyer” Vera refused: Wrong amount")

    taken_back = await place.start(place.deal("Taken back.pdf"), route="both")
    await house.decisions.cancel((await place.lead(taken_back)).id, by=house.id("Anna"))
    await place.go_on()
    assert taken_back.values["status"] == "cancelled"
    assert "taken back from the route “both”" in _log(taken_back)

    expired = await place.start(place.deal("Short.pdf"), route="order", deadline_hours="5")
    lead = await place.lead(expired)
    await place.office.sign(lead, "Ivan")
    await place.go_on()
    assert expired.waits, "one step is not the whole route"
    clock.move(seconds=5 * 3600)
    await house.decisions.expire(lead.id)
    await place.go_on()
    assert (expired.values["status"], expired.values["signer"], expired.branch) == ("expired", "Ivan", "not signed")
    assert "“order” did not come to its end in time" in _log(expired)


async def test_a_start_that_was_cut_off_sends_it_along_once_and_later_processes_wait_with_it(place: Place) -> None:
    deal = place.deal()
    first = await place.start(deal, route="both")
    lead = await place.lead(first)
    async with place.office.house.store.begin() as tx:
        (run,) = await place.runs.waiting_for(tx, lead.id)
        await place.runs.save(tx, Run(id=run.id, asked=run.asked))  # killed before it was written down
    await place.begin(run)
    same = await place.start(deal, route="both")
    other = await place.start(deal, route="order")
    person = await place.start(deal, signer=f"user_{IVAN}")
    assert [request.id for request in await place.leads()] == [lead.id]
    for process in (other, person):
        assert (process.values["status"], "on its way along the route “both” already" in process.values["reason"]) == (
            "error", True,
        )  # fmt: skip
    await place.office.refuse(lead, "Olga")
    await place.go_on()
    assert first.values == same.values
    assert first.values["status"] == "rejected"
    deal = place.deal("Order.pdf")
    await place.start(deal, signer=f"user_{IVAN}")
    along = await place.start(deal, route="both")
    assert "waits for Ivan already" in along.values["reason"]


async def test_a_signature_beside_the_document_goes_along_no_route(place: Place) -> None:
    place.form = "cades"  # the company's rule
    refused = await place.start(place.deal(), route="both")
    assert "Choose “Inside the document (PDF)”" in refused.values["reason"]
    assert await place.leads() == []
    process = await place.start(place.deal(), route="both", form="pades")
    lead = await place.lead(process)
    assert (lead.state, lead.format, process.waits) == (State.CIRCULATING, "pades", True)


async def test_a_draft_of_the_deals_own_is_sent_under_the_same_rules(place: Place) -> None:
    deal = place.deal("A secret.pdf")
    draft = await place.drafted(deal)
    for filled, reason in (
        ({"signer": f"user_{IVAN}"}, "not to one person"), ({"document_type": "leave"}, "not under a standing mandate"),
        ({"route": "both"}, "Choose one of these in the action: secret"),
    ):  # fmt: skip
        process = await place.start(deal, **filled)
        assert reason in process.values["reason"]
    assert await place.leads() == [draft]
    process = await place.start(deal, route="secret")
    lead = await place.lead(process)
    assert (lead.id, lead.state, process.waits) == (draft.id, State.CIRCULATING, True)


UNFIT: tuple[tuple[str, dict[str, str], str], ...] = (
    ("Contract.pdf", {"route": "Order"}, "no route “Order”. Choose one of these in the action: order, both"),
    ("Contract.pdf", {"route": "both", "signer": "user_3"}, "A signer and the route “both” are filled in"),
    ("Contract.pdf", {"route": "both", "document_type": "leave"}, "a standing mandate asks nobody"),
    ("Contract.pdf", {"route": "secret"}, "“secret” is not for “Contract.pdf”, or not for what Anna asks. Choose"),
    ("Contract.pdf", {"route": "nobody"}, "The policy file names “Nobody”, and nobody here is called so"),
    ("A secret.pdf", {"route": "both"}, "Choose one of these in the action: secret"),
    ("A secret.pdf", {"signer": "user_3"}, "“A secret.pdf” go along a route, not to one person"),
    ("A secret.pdf", {}, "Choose it in the action: secret"),
    ("A secret.pdf", {"document_type": "leave"}, "not under a standing mandate"),
)


async def test_what_fits_no_route_or_needs_one_is_answered_in_words_and_nothing_is_left_behind(place: Place) -> None:
    await a_mandate(place.office.house)
    for name, filled, reason in UNFIT:
        deal = place.deal(name)
        deal.assigned_by = IVAN
        process = await place.start(deal, **filled)
        assert process.values["status"] == "error", filled
        assert reason in process.values["reason"]
        assert reason in _log(process)
    assert await place.leads() == []


async def test_a_required_route_puts_signatures_inside_where_the_company_keeps_them_beside(place: Place) -> None:
    place.form = "cades"
    explicit = await place.start(place.deal("A secret.pdf"), route="secret", form="cades")
    assert "Choose “Inside the document (PDF)”" in explicit.values["reason"]
    process = await place.start(place.deal("Another secret.pdf"), route="secret")
    lead = await place.lead(process)
    assert (lead.state, lead.format, process.waits) == (State.CIRCULATING, "pades", True)


@pytest.mark.parametrize("place", [BANDS], indirect=True)
async def test_what_the_deal_is_worth_decides_between_routes(place: Place) -> None:
    async def started(opportunity: float, currency: str = "EUR", **filled: str) -> Process:
        deal = place.deal("01.pdf")
        deal.opportunity, deal.currency = opportunity, currency
        return await place.start(deal, **filled)

    unfit = await started(25_000, route="small")
    assert "not for this amount" in unfit.values["reason"]
    assert unfit.values["reason"].endswith("Choose one of these in the action: large")
    person = await started(25_000, signer=f"user_{IVAN}")
    assert "go along a route, not to one person" in person.values["reason"]
    for opportunity, currency in ((25_000, "USD"), (0, "EUR")):
        unknown = await started(opportunity, currency, route="large")
        assert "Fill in the amount of the deal, in EUR." in unknown.values["reason"]
    process = await started(25_000, route="large")
    lead = await place.lead(process)
    assert (lead.state, str(lead.amount)) == (State.CIRCULATING, "25000.00 EUR")
    small = await started(9_999, route="small")
    assert (await place.lead(small)).state is State.CIRCULATING
