"""A house with a standing mandate: what tests of automatic seals start from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from signing.activation.mandate import Claim, Mandate, Standing
from signing.activation.record import LIFETIME
from signing.automatic import why_not
from signing.document import Sha256
from signing.notices import Kind
from signing.people import Person
from signing.request import SigningRequest
from tests.signing.conftest import House

LEAVE = Claim(type="leave", value=100_00, currency="EUR")


async def a_mandate(house: House, **changes: Any) -> Mandate:
    """Vera has granted a mandate for two documents of at most 500 EUR."""
    now = house.clock.now()
    mandate = Mandate(
        id="7K3M9QXA2F4B", granted_by=house.id("Vera"), key="seal", certificate_sha256=Sha256("c" * 64), type="leave",
        count=2, largest=500_00, total=None, currency="EUR", until=now + timedelta(days=30), note="", shown_at=now,
        expires_at=now + LIFETIME,
    )  # fmt: skip
    mandate = replace(mandate, **changes)
    house.activation.standings.append(Standing(mandate=mandate))
    async with house.store.begin() as tx:
        stand_in = Person(id=mandate.signer, name="Company (automatic seal)", roles=frozenset(), created_at=now)
        await tx.people.add(stand_in)
    return mandate


async def asked(house: House, claim: Claim = LEAVE, *, otherwise: str | None = "Ivan") -> SigningRequest:
    """Anna's document is to be sealed."""
    draft = await house.drafted()
    person = house.id(otherwise) if otherwise else None
    return await house.automatic.ask(draft.id, by=house.id("Anna"), claim=claim, otherwise=person)


async def nonce_of(house: House, request: SigningRequest) -> str:
    async with house.store.read() as tx:
        stored = await tx.records.confirmed_for(request.id)
    assert stored is not None
    return stored.record.nonce


async def reason(house: House, request: SigningRequest) -> str:
    async with house.store.read() as tx:
        return await why_not(tx, request.id, now=house.clock.now())


async def told(house: House) -> list[str]:
    """Return the promised notices and key uses."""
    async with house.store.read() as tx:
        jobs = await tx.jobs.waiting()
    told = [job for job in jobs if job.kind in (Kind.TELL, Kind.KEY_USED)]
    return sorted(f"{job.kind} {job.facts.get('notice', '')}".strip() for job in told)
