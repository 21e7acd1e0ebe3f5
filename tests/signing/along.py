"""A house with routes, and hands that keep what routes promise."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from signing.activation.record import ActivationRecord
from signing.approval.decisions import Decisions
from signing.approval.policy import ApprovalPolicy
from signing.approval.policy_file import read
from signing.automatic import Automatic
from signing.document import Sha256
from signing.membership import CONSOLE
from signing.people import PersonId, Role
from signing.ports import Job, Signature
from signing.request import SigningRequest, State
from signing.workflow import SigningWorkflow
from tests.fakes.activation import RIGHT, a_key
from tests.signing.conftest import House, PaperPipeline

POLICY = """\
[[route]]
name = "order"
[[route.step]]
signs = ["Ivan"]
[[route.step]]
signs = ["Olga"]

[[route]]
name = "both"
[[route.step]]
signs = ["Ivan", "Olga"]

[[route]]
name = "either"
[[route.step]]
signs = ["Ivan", "Olga"]
need = "any"

[[route]]
name = "two of three"
[[route.step]]
signs = ["Ivan", "Olga", "Petr"]
need = 2

[[route]]
name = "lawyer"
[[route.step]]
approves = ["Vera", "Petr"]
need = "any"
veto = ["Vera"]
[[route.step]]
signs = ["Ivan"]

[[route]]
name = "own"
[[route.step]]
signs = ["Ivan"]
[[route.step]]
approves = ["Vera"]

[[route]]
name = "nobody"
[[route.step]]
signs = ["Nobody"]

[[route]]
name = "secret"
documents = ["*secret*"]
required = true
[[route.step]]
signs = ["Ivan", "Olga"]
"""

BANDS = """\
currency = "EUR"

[[route]]
name = "large"
documents = ["0*"]
amount_from = 10_000
required = true
[[route.step]]
signs = ["Ivan"]
[[route.step]]
approves = ["Vera"]

[[route]]
name = "small"
documents = ["0*"]
amount_below = 10_000
[[route.step]]
signs = ["Ivan", "Olga"]

[[route]]
name = "any"
documents = ["0*"]
[[route.step]]
signs = ["Olga"]
"""
"""Routes for some amounts; a file whose name begins with another letter is none of their business."""


@dataclass
class GrowingPipeline(PaperPipeline):
    """Signs on paper: every signature makes the file ten bytes larger."""

    sizes: Iterator[int] = field(default_factory=lambda: itertools.count(20, 10))

    async def make(self, request: SigningRequest, record: ActivationRecord, place: int) -> Signature:
        """Return the row of the request that was sent along the route."""
        row = await super().make(request, record, place)
        size = next(self.sizes)
        return replace(row, request=request.lead, size_bytes=size, signed_sha256=Sha256(f"{size:064x}"))


@dataclass(kw_only=True)
class Office:
    """A house with routes, and a hand that keeps the promises of routes."""

    house: House
    policy: ApprovalPolicy

    async def sent(self, along: str, *, by: str = "Anna") -> SigningRequest:
        """Return a request on its way."""
        draft = await self.house.drafted(by=by)
        sent = await self.house.workflow.circulate(draft.id, by=self.house.id(by), along=along)
        await self.settle()
        return sent

    async def settle(self) -> None:
        """Keep every promise about routes and signatures until there is none."""
        while due := [job for job in await self._promised() if job.kind in ("advance", "sign")]:
            for job in due:
                await self._keep(job)

    async def parts(self, lead: SigningRequest) -> dict[str, SigningRequest]:
        """Return the parts by first name of whom the route names."""
        names = {person.id: name for name, person in self.house.people.items()}
        async with self.house.store.read() as tx:
            return {names[p.part.seat]: p for p in await tx.circulations.parts_of(lead.id) if p.part}

    async def states(self, lead: SigningRequest) -> dict[str, str]:
        """Return how the parts stand."""
        return {name: part.state.value for name, part in (await self.parts(lead)).items()}

    async def approve(self, lead: SigningRequest, name: str) -> str:
        """Tap Sign."""
        part = (await self.parts(lead))[name]
        return (await self.house.workflow.approve([part.id], by=self.house.id(name))).nonce

    async def sign(self, lead: SigningRequest, name: str) -> None:
        """Sign with the right code, and let the promises be kept."""
        await self.house.workflow.confirm(await self.approve(lead, name), by=self.house.id(name), code=RIGHT)
        await self.settle()

    async def refuse(self, lead: SigningRequest, name: str) -> None:
        """Refuse."""
        part = (await self.parts(lead))[name]
        await self.house.decisions.reject(part.id, by=self.house.id(name), reason="wrong_amount")
        await self.settle()

    async def signers(self, lead: SigningRequest) -> list[PersonId]:
        """Return who signed, in order."""
        async with self.house.store.read() as tx:
            made = await tx.signatures.of(lead.id)
            assert [one.signed_sha256 for one in await tx.signatures.newest_of(lead.id)] == [
                one.signed_sha256 for one in sorted(made, key=lambda one: one.size_bytes)[-1:]
            ]
        return [one.signer for one in sorted(made, key=lambda one: one.size_bytes)]

    async def state(self, lead: SigningRequest) -> State:
        """Return how the request stands."""
        return (await self.house.now(lead)).state

    async def _promised(self) -> tuple[Job, ...]:
        async with self.house.store.read() as tx:
            return await tx.jobs.waiting()

    async def _keep(self, job: Job) -> None:
        async with self.house.store.begin() as tx:
            others = [
                other for other in await tx.jobs.waiting() if (other.kind, other.subject) != (job.kind, job.subject)
            ]
            await tx.jobs.clear()
            for other in others:
                await tx.jobs.add(other)
        request = job.facts["request"]
        if job.kind == "advance":
            await self.house.workflow.advance(request)
        else:
            await self.house.workflow.sign(request, nonce=job.facts["nonce"])


async def furnished(house: House, rules: str = POLICY) -> Office:
    """Return the house with routes: Ivan, Olga and Petr sign; Vera may approve; Anna asks."""
    policy = ApprovalPolicy(routes=read(rules).book)
    assert read(rules).faults == ()
    house.pipeline = GrowingPipeline(clock=house.clock, activation=house.activation)
    house.workflow = SigningWorkflow(
        store=house.store, activation=house.activation, pipeline=house.pipeline, clock=house.clock, policy=policy
    )
    house.decisions = Decisions(store=house.store, clock=house.clock, policy=policy)
    house.automatic = Automatic(store=house.store, mandates=house.activation, clock=house.clock, policy=policy)
    petr = await house.membership.add(name="Petr", roles=[Role.SIGNER], note_of_identity="passport", by=CONSOLE)
    house.people["Petr"] = petr
    house.activation.owned.append(a_key(petr.id, label="petr"))
    await house.enrol("Petr")
    return Office(house=house, policy=policy)
