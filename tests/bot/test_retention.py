"""What is old goes, what somebody still needs stays, and the journal tells it and stays whole."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.retention import Policy, apply, due
from signing.audit import check_chain
from signing.erasure import Erasure
from signing.errors import NotAllowed
from signing.membership import CONSOLE
from signing.people import Role
from signing.request import SigningRequest, State
from storage.documents import DiskDocuments
from tests.fakes.activation import RIGHT
from tests.signing.conftest import House

NINETY = Policy(documents=timedelta(days=90), words=timedelta(days=90))


@pytest.fixture
def documents(tmp_path: Path) -> DiskDocuments:
    return DiskDocuments(tmp_path / "documents", min_free_bytes=0, min_free_share=0)


async def asked(house: House, documents: DiskDocuments, body: bytes, *, name: str = "Merger.pdf") -> SigningRequest:
    """Anna asks Ivan to sign these bytes, brought now by the hand clock."""
    sha256 = await documents.put(body)
    moment = house.clock.now().timestamp()
    os.utime(documents.path(sha256), (moment, moment))
    (draft,) = [await house.drafted()]
    async with house.store.begin() as tx:
        found = await tx.requests.get(draft.id)
        (document,) = found.documents
        await tx.requests.save(found.touched(documents=(replace(document, sha256=sha256, name=name),)))
    return await house.workflow.submit(draft.id, by=house.id("Anna"), to=house.id("Ivan"))


async def faults(house: House) -> list[object]:
    async with house.store.read() as tx:
        return list(check_chain(await tx.journal.rows(limit=10_000))[0])


async def test_old_bytes_go_and_digests_stay(house: House, documents: DiskDocuments) -> None:
    old = await asked(house, documents, b"old")
    await house.decisions.reject(old.id, by=house.id("Ivan"), reason="Anna is in debt")
    house.clock.move(days=91)
    open_one = await asked(house, documents, b"open")
    told = await due(house.store, documents, NINETY, now=house.clock.now())
    assert (told.requests, told.files, told.words) == (1, 1, 1)
    done = await apply(house.store, documents, NINETY, now=house.clock.now())
    assert done == told
    kept = await house.now(old)
    assert kept.documents[0].sha256 == old.documents[0].sha256
    assert not documents.path(kept.documents[0].sha256).exists()
    assert (kept.documents[0].name, kept.comment, kept.reason) == ("erased.pdf", "", "")
    assert kept.state is State.REJECTED
    assert documents.path(open_one.documents[0].sha256).exists()
    assert (await house.now(open_one)).documents[0].name == "Merger.pdf"
    assert (await house.tags(old))[-2:] == ["request:erased", "request:erased"]
    assert await faults(house) == []
    assert (await apply(house.store, documents, NINETY, now=house.clock.now())).requests == 0


async def test_bytes_that_another_request_needs_stay(house: House, documents: DiskDocuments) -> None:
    old = await asked(house, documents, b"same")
    await house.decisions.cancel(old.id, by=house.id("Anna"))
    house.clock.move(days=91)
    sha256 = old.documents[0].sha256
    moment = (house.clock.now() - timedelta(days=91)).timestamp()
    young = await asked(house, documents, b"same")
    os.utime(documents.path(sha256), (moment, moment))
    await apply(house.store, documents, NINETY, now=house.clock.now())
    assert documents.path(sha256).exists()
    await house.decisions.cancel(young.id, by=house.id("Anna"))
    house.clock.move(days=91)
    await apply(house.store, documents, NINETY, now=house.clock.now())
    assert not documents.path(sha256).exists()


async def test_what_is_brought_again_meanwhile_stays(documents: DiskDocuments) -> None:
    sha256 = await documents.put(b"again")
    now_s = documents.path(sha256).stat().st_mtime + 100
    names = documents.old(needed=(), older_than_s=50, now_s=now_s)
    assert names == (sha256,)
    os.utime(documents.path(sha256), (now_s, now_s))
    assert documents.erase(names, older_than_s=50, now_s=now_s) == 0
    assert await documents.get(sha256) == b"again"


async def test_by_default_everything_is_kept(house: House, documents: DiskDocuments) -> None:
    old = await asked(house, documents, b"old")
    await house.decisions.cancel(old.id, by=house.id("Anna"))
    house.clock.move(days=9999)
    assert await apply(house.store, documents, Policy(documents=None, words=None), now=house.clock.now()) == await due(
        house.store, documents, Policy(documents=None, words=None), now=house.clock.now()
    )
    assert documents.path(old.documents[0].sha256).exists()


async def test_a_signed_file_on_its_way_is_never_old(house: House, documents: DiskDocuments) -> None:
    request = await asked(house, documents, b"signed")
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    await house.workflow.sign(request.id, nonce=record.nonce)
    house.clock.move(days=400)
    assert (await due(house.store, documents, NINETY, now=house.clock.now())).requests == 0
    async with house.store.begin() as tx:
        await tx.deliveries.move(request.id, "telegram:1001", to="made")
    assert (await due(house.store, documents, NINETY, now=house.clock.now())).requests == 1


async def test_a_person_is_erased_and_the_journal_stays_whole(house: House, documents: DiskDocuments) -> None:
    erasure = Erasure(store=house.store, activation=house.activation, clock=house.clock)
    old = await asked(house, documents, b"old")
    with pytest.raises(NotAllowed) as waiting:
        await erasure.erase(house.id("Anna"), by=CONSOLE, requests=())
    assert waiting.value.facts["reason"] == "unfinished"
    await house.decisions.cancel(old.id, by=house.id("Anna"))
    nobody = await erasure.erase(house.id("Anna"), by=CONSOLE, requests=(old.id,))
    assert "Anna" not in repr(nobody)
    assert nobody.roles == {Role.REQUESTER}
    async with house.store.read() as tx:
        assert await tx.people.accounts_of(house.id("Anna")) == ()
        assert await tx.people.account("telegram", "1001") is None
    assert (await house.now(old)).documents[0].name == "erased.pdf"
    assert await faults(house) == []


async def test_the_last_administrator_is_not_erased(house: House) -> None:
    erasure = Erasure(store=house.store, activation=house.activation, clock=house.clock)
    with pytest.raises(NotAllowed) as last:
        await erasure.erase(house.id("Vera"), by=CONSOLE, requests=())
    assert last.value.facts["reason"] == "last_administrator"
