"""Requests are found by whatever people remember of them, in any case of letters and in either alphabet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signing.document import Document, Sha256
from signing.lookup import Search
from signing.people import Person, PersonId
from signing.ports import Signature
from signing.request import ReplyTo, RequestId, SigningRequest, State
from storage.store import SqlStore

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
ANNA, IVAN, OLGA = (PersonId(name) for name in ("anna", "ivan", "olga"))
NAMES = {ANNA: "Анна Петрова", IVAN: "Ivan Marković", OLGA: "Семён Ёлкин"}
SIGNED = Sha256("abc123" + "0" * 52 + "fedcba")


def request(place: int, name: str, **facts: Any) -> SigningRequest:
    """Return the request of one day."""
    document = Document(
        position=0, name=name, sha256=Sha256(f"{place:02x}" * 32), size_bytes=9, pages=1,
        original_sha256=Sha256("dd" * 32) if place == 3 else None,
    )  # fmt: skip
    made = SigningRequest(
        id=RequestId(f"AAAAAAAAAAA{place}"), version=1, state=State.WAITING, requester=ANNA, signer=IVAN,
        documents=(document,), reply_to=ReplyTo(platform="telegram", chat_id="1"),
        created_at=BEGIN + timedelta(days=place), deadline=BEGIN + timedelta(days=90),
    )  # fmt: skip
    return replace(made, **facts)


@pytest.fixture
async def filled(store: SqlStore) -> SqlStore:
    """Four requests; the last one was signed by somebody who is not asked any more."""
    async with store.begin() as tx:
        for person, name in NAMES.items():
            await tx.people.add(Person(id=person, name=name, created_at=BEGIN))
        await tx.requests.add(request(1, "Договор поставки.pdf"))
        await tx.requests.add(request(2, "Contract 17-44.pdf", requester=OLGA, signer=None, state=State.DRAFT))
        await tx.requests.add(request(3, "Акт ПРИЁМКИ.pdf", requester=OLGA, state=State.REJECTED))
        await tx.requests.add(request(4, "Contract 18.pdf", requester=OLGA, signer=OLGA, state=State.SIGNED))
        await tx.signatures.add(
            Signature(
                request=RequestId("AAAAAAAAAAA4"), document=0, signer=ANNA, nonce="0" * 32, signed_sha256=SIGNED,
                size_bytes=1, level="B-B", certificate_sha256=Sha256("0" * 64), signed_at=BEGIN,
            )
        )  # fmt: skip
    return store


async def found(store: SqlStore, *, who: PersonId | None = None, **search: Any) -> list[str]:
    async with store.read() as tx:
        page, total = await tx.history.find(Search(**search), visible_to=who, offset=0, limit=10)
    assert total == len(page)
    return [one.id[-1] for one in page]


@pytest.mark.parametrize(
    ("search", "places"),
    [
        ({}, "4321"),
        ({"words": ("договор",)}, "1"),
        ({"words": ("ПОСТАВКИ",)}, "1"),
        ({"words": ("приемки",)}, "3"),
        ({"words": ("contract",)}, "42"),
        ({"words": ("contract", "18")}, "4"),
        ({"words": ("петрова",)}, "41"),
        ({"words": ("елкин", "акт")}, "3"),
        ({"words": ("marković",)}, "31"),
        ({"words": ("100%",)}, ""),
        ({"begins": "0101"}, "1"),
        ({"begins": "dddd"}, "3"),
        ({"begins": "abc123", "ends": "fedcba"}, "4"),
        ({"ends": "0404"}, "4"),
        ({"numbers": (RequestId("AAAAAAAAAAA2"), RequestId("AAAAAAAAAAA3"))}, "32"),
        ({"states": ("draft", "rejected")}, "32"),
        ({"since": BEGIN + timedelta(days=3)}, "43"),
        ({"since": BEGIN + timedelta(days=2), "until": BEGIN + timedelta(days=3)}, "2"),
    ],
)
async def test_it_is_found(filled: SqlStore, search: dict[str, Any], places: str) -> None:
    assert "".join(await found(filled, **search)) == places


async def test_a_person_sees_what_was_asked_signed_or_waits(filled: SqlStore) -> None:
    assert await found(filled, who=ANNA) == ["4", "1"]
    assert await found(filled, who=IVAN) == ["3", "1"]
    assert await found(filled, who=OLGA) == ["4", "3", "2"]
    assert await found(filled, who=IVAN, words=("contract",)) == []
    assert await found(filled, who=PersonId("nobody")) == []


async def test_pages_follow_each_other(filled: SqlStore) -> None:
    pages = []
    async with filled.read() as tx:
        for offset in (0, 3, 6):
            page, total = await tx.history.find(Search(), visible_to=None, offset=offset, limit=3)
            pages.append("".join(one.id[-1] for one in page))
            assert total == 4
    assert pages == ["432", "1", ""]
