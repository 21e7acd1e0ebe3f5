"""What every store must do for routes: parts, the route as it was, the newest file of each document."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from signing.amount import Amount, Teller
from signing.circulations import Circulation
from signing.document import Sha256
from signing.errors import NotFound
from signing.people import PersonId
from signing.ports import Signature, Store
from signing.request import Act, Part, ReplyTo, SigningRequest, State, new_request_id

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANNA, IVAN, OLGA = PersonId("anna"), PersonId("ivan"), PersonId("olga")


def a_lead() -> SigningRequest:
    """Return a request on its way along a route."""
    return SigningRequest(
        id=new_request_id(), version=1, state=State.CIRCULATING, requester=ANNA, signer=None, documents=(),
        reply_to=ReplyTo(platform="telegram", chat_id="1"), created_at=NOW, deadline=NOW + timedelta(days=1),
    )  # fmt: skip


def a_part(lead: SigningRequest, person: PersonId, act: Act = Act.SIGNS) -> SigningRequest:
    """Return what is asked of one person."""
    part = Part(of=lead.id, seat=person, act=act, turn=2)
    return replace(lead, id=new_request_id(), state=State.WAITING, signer=person, part=part)


async def test_parts_are_found_by_their_request_and_count_for_no_requester(store: Store) -> None:
    lead, other = a_lead(), a_lead()
    parts = (a_part(lead, IVAN), a_part(lead, OLGA, Act.APPROVES))
    async with store.begin() as tx:
        for one in (lead, other, *parts, a_part(other, IVAN)):
            await tx.requests.add(one)
    async with store.read() as tx:
        assert set(await tx.circulations.parts_of(lead.id)) == set(parts)
        assert {one.id for one in await tx.requests.made_by(ANNA, limit=9)} == {lead.id, other.id}
        assert await tx.requests.recent_signers(ANNA, limit=9) == ()
        assert [one.needs_key for one in await tx.requests.waiting_for(OLGA)] == [False]


async def test_an_amount_is_kept_with_who_told_it(store: Store) -> None:
    told = replace(a_lead(), amount=Amount(hundredths=25_000_50, currency="EUR", told_by=Teller.DEAL))
    async with store.begin() as tx:
        for one in (told, other := a_lead()):
            await tx.requests.add(one)
    async with store.read() as tx:
        assert (await tx.requests.get(told.id)).amount == told.amount
        assert (await tx.requests.get(other.id)).amount is None


async def test_the_route_of_a_request_is_kept_as_it_was(store: Store) -> None:
    lead = a_lead()
    kept = Circulation(request=lead.id, name="Договоры", rule={"all": [{"signs": "ivan"}, {"approves": "olga"}]})
    async with store.begin() as tx:
        await tx.requests.add(lead)
        await tx.circulations.add(kept)
    async with store.read() as tx:
        assert await tx.circulations.get(lead.id) == kept
        with pytest.raises(NotFound):
            await tx.circulations.get(new_request_id())


async def test_the_newest_signature_of_each_document_is_the_one_with_the_largest_file(store: Store) -> None:
    lead = a_lead()
    async with store.begin() as tx:
        await tx.requests.add(lead)
        for document, signer, size in ((0, IVAN, 30), (1, OLGA, 20), (0, OLGA, 20), (1, IVAN, 40)):
            signature = Signature(
                request=lead.id, document=document, signer=signer, nonce="n" * 32, signed_sha256=Sha256(f"{size:064x}"),
                size_bytes=size, level="B-B", certificate_sha256=Sha256("c" * 64), signed_at=NOW,
            )  # fmt: skip
            assert await tx.signatures.add(signature)
    async with store.read() as tx:
        newest = await tx.signatures.newest_of(lead.id)
        assert [(one.document, one.signer) for one in newest] == [(0, IVAN), (1, IVAN)]
        assert len(await tx.signatures.of(lead.id)) == 4
