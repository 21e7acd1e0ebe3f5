"""The core's own jobs: what waiting can mend is told and repeated, what is dead is never dropped silently."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from bot.duties import ATTEMPTS, Duties, attempts_of, own_promises
from signing.errors import KeyUnavailable, TimestampUnavailable
from signing.notices import Kind
from signing.ports import Job
from signing.request import SigningRequest, State
from tests.fakes.activation import RIGHT
from tests.signing.conftest import House


async def at_work(house: House) -> tuple[SigningRequest, Job]:
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    facts = {"request": request.id, "nonce": record.nonce}
    return request, Job(kind=Kind.SIGN, subject=request.id, facts=facts)


def duties(house: House, **rest: Any) -> Duties:
    return Duties(
        store=house.store, workflow=house.workflow, decisions=house.decisions, automatic=house.automatic,
        watch=house.watch, leaving=house.leaving, **rest,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("away", "reason"),
    [(TimestampUnavailable(reason="down"), "timestamp_away"), (KeyUnavailable(reason="token"), "token_away")],
)
async def test_a_part_that_is_away_is_told_and_tried_again(house: House, away: Exception, reason: str) -> None:
    request, job = await at_work(house)
    house.pipeline.failures.append(away)
    handler = duties(house).job_handlers()[Kind.SIGN]
    with pytest.raises(type(away)):
        await handler(job)
    waiting = await house.now(request)
    assert (waiting.state, waiting.reason) == (State.SIGNING, reason)
    await handler(job)
    assert (await house.now(request)).state is State.SIGNED


async def test_a_dead_signature_freezes_the_request(house: House) -> None:
    request, job = await at_work(house)
    await duties(house).bury(job, TimestampUnavailable(reason="down"))
    frozen = await house.now(request)
    assert (frozen.state, frozen.reason) == (State.FROZEN, "unfinished")


async def test_a_dead_delivery_is_marked_and_told(house: House) -> None:
    request, job = await at_work(house)
    await duties(house).job_handlers()[Kind.SIGN](job)
    facts = {"request": request.id, "channel": "telegram:1001"}
    await duties(house).bury(Job(kind=Kind.DELIVER, subject="x", facts=facts), OSError())
    async with house.store.read() as tx:
        assert (await tx.deliveries.get(request.id, "telegram:1001")).state == "failed"


async def told(house: House) -> list[tuple[str, str]]:
    names = {person.id: name for name, person in house.people.items()}
    async with house.store.read() as tx:
        jobs = await tx.jobs.waiting()
    return sorted((names[job.facts["person"]], job.facts["notice"]) for job in jobs if job.kind == Kind.TELL)


async def test_a_delivery_that_died_is_told_to_the_requester_too(house: House) -> None:
    request, job = await at_work(house)
    await duties(house).job_handlers()[Kind.SIGN](job)
    facts = {"request": request.id, "channel": "telegram:1001"}
    await duties(house).bury(Job(kind=Kind.DELIVER, subject="x", facts=facts), OSError())
    assert {("Anna", "delivery-failed"), ("Vera", "delivery-failed")} <= set(await told(house))


@pytest.mark.parametrize(("kind", "notice"), [(Kind.KEY_USED, "not-told"), (Kind.EXPIRE, "given-up")])
async def test_a_promise_that_died_is_told_to_the_administrators(house: House, kind: Kind, notice: str) -> None:
    request, _ = await at_work(house)
    facts = {"request": request.id, "person": house.id("Ivan")}
    await duties(house).bury(Job(kind=kind, subject="x", facts=facts), OSError())
    assert ("Vera", notice) in await told(house)


async def test_words_that_reached_nobody_promise_no_more_words(house: House) -> None:
    before = await told(house)
    await duties(house).bury(Job(kind=Kind.TELL, subject="x", facts={"person": house.id("Vera")}), OSError())
    assert await told(house) == before


async def test_a_platform_buries_its_own_jobs(house: House) -> None:
    buried: list[Job] = []

    async def bury(job: Job) -> None:
        buried.append(job)

    own = duties(house, burials={"album": bury})
    await own.bury(Job(kind="album", subject="x", facts={}), OSError())
    assert [job.kind for job in buried] == ["album"]


class Chat:
    """A platform that keeps cards."""

    patient: tuple[str, ...] = ("album",)

    def __init__(self, name: str) -> None:
        self.name = name
        self.kept: list[str] = []

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return its handlers; one of them nobody else has."""
        return {Kind.CARD: self._keep, f"{self.name}-own": self._keep}

    def burials(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return nothing."""
        return {}

    async def deliver(self, job: Job) -> None:
        """Do nothing."""

    async def show_state(self, job: Job) -> None:
        """Do nothing."""

    async def _keep(self, job: Job) -> None:
        self.kept.append(job.subject)


async def test_what_several_platforms_keep_becomes_a_job_for_each(house: House) -> None:
    here, there = Chat("telegram"), Chat("portal")
    handlers = own_promises(house.store, [here, there])
    await handlers[Kind.CARD](Job(kind=Kind.CARD, subject="request:person", facts={"a": 1}))
    assert here.kept == there.kept == []
    async with house.store.begin() as tx:
        waiting = {job.kind: job for job in await tx.jobs.waiting() if "@" in job.kind}
    assert set(waiting) == {"card@telegram", "card@portal"}
    assert waiting["card@portal"].facts == {"a": 1}
    await handlers["card@portal"](waiting["card@portal"])
    assert (here.kept, there.kept) == ([], ["request:person"])
    assert attempts_of(handlers, [Kind.CARD]) == dict.fromkeys((Kind.CARD, "card@telegram", "card@portal"), ATTEMPTS)


async def test_what_one_platform_keeps_is_kept_at_once(house: House) -> None:
    alone = Chat("telegram")
    await own_promises(house.store, [alone])[Kind.CARD](Job(kind=Kind.CARD, subject="request:person", facts={}))
    assert alone.kept == ["request:person"]
