"""Requests found again at the desk: by what people remember, by whom they concern, with what each may fetch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from signing.audit import Tag
from signing.document import Document, Sha256, fingerprint
from signing.people import Role
from signing.request import ReplyTo, SigningRequest, written
from tests.bot.platforms.web.desk_site import DeskSite, desk_site, house, rendering
from tests.bot.platforms.web.test_desk_evidence import fetch
from tests.fakes.activation import RIGHT
from tests.journeys.desk import DeskPage
from tests.signing.along import furnished
from tests.signing.conftest import House

__all__ = ["desk_site", "house", "rendering"]

DIGEST = Sha256("3fa19c02" + "0" * 48 + "77be10d4")


async def paper(house: House, name: str, *, sha256: Sha256 = DIGEST, to: str = "Ivan") -> SigningRequest:
    """Return Anna's request about a document with a name."""
    document = Document(position=0, name=name, sha256=sha256, size_bytes=10, pages=1)
    where = ReplyTo(platform="telegram", chat_id="1001")
    draft = await house.workflow.draft([document], by=house.id("Anna"), reply_to=where)
    return await house.workflow.submit(draft.id, by=house.id("Anna"), to=house.id(to))


async def signed(house: House, request: SigningRequest) -> None:
    """Let Ivan sign."""
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    await house.workflow.sign(request.id, nonce=record.nonce)


async def found(desk: DeskPage, words: str, *, page: int = 0) -> dict[str, Any]:
    """Search as the page does."""
    params = {"words": words, "page": str(page)}
    async with desk.browser.get(f"{desk.base}/desk/search", params=params, headers=desk.headers()) as answer:
        assert answer.status == 200, await answer.text()
        return dict(await answer.json())


def names(told: dict[str, Any]) -> list[str]:
    """Return the documents that were found."""
    return [row["documents"][0]["name"] for row in told["rows"]]


async def become(house: House, name: str, role: Role) -> None:
    """Give somebody one role."""
    async with house.store.begin() as tx:
        person = await tx.people.get(house.id(name))
        await tx.people.save(replace(person, roles=frozenset({role})))


async def test_a_name_a_person_a_number_a_fingerprint_and_a_state_find_it(desk_site: DeskSite) -> None:
    house = desk_site.house
    lease = await paper(house, "Договор аренды.pdf")
    await signed(house, lease)
    await paper(house, "Invoice.pdf", sha256=Sha256("b" * 64), to="Olga")
    anna = await desk_site.enter("Anna")
    for words in ("АРЕНДЫ", "ivan", written(lease.id), "3fa19c", fingerprint(DIGEST), "signed", "договор ivan"):
        assert names(await found(anna, words)) == ["Договор аренды.pdf"], words
    assert sorted(names(await found(anna, "  "))) == ["Invoice.pdf", "Договор аренды.pdf"], "nothing written: all"
    nothing = await found(anna, "аренды olga")
    assert (nothing["head"], nothing["rows"]) == ("Found: 0", [])


async def test_what_is_found_says_state_day_and_number_and_is_only_fetched(desk_site: DeskSite) -> None:
    house = desk_site.house
    waits = await paper(house, "Lease.pdf")
    ivan = await desk_site.enter("Ivan")
    (row,) = (await found(ivan, "lease"))["rows"]
    assert row["when"] == f"{written(waits.id)} · today 10:00"
    assert row["says"].startswith("Anna asks Ivan, until ")
    assert row["can"] == ["download", "evidence"]
    await signed(house, waits)
    (row,) = (await found(ivan, "lease"))["rows"]
    assert row["says"] == "Signed by Ivan, today 10:00"
    assert row["can"] == ["download", "verify", "evidence"]
    assert (await fetch(ivan, waits.id))[0] == 200


async def test_nobody_finds_what_concerns_others_but_an_auditor_and_the_journal_tells(desk_site: DeskSite) -> None:
    house = desk_site.house
    request = await paper(house, "Lease.pdf")
    olga = await desk_site.enter("Olga")
    assert names(await found(olga, "lease")) == []
    await become(house, "Olga", Role.AUDITOR)
    told = await found(olga, "lease")
    assert told["head"].startswith("Found among everybody's requests: 1.")
    assert told["rows"][0]["can"] == ["evidence"], "it holds the documents, and the journal tells who has it"
    assert (await fetch(olga, request.id))[0] == 200
    assert (await olga.get(f"requests/{request.id}/history"))[0] == 404
    async with house.store.read() as tx:
        rows = [row.event for row in await tx.journal.rows() if row.event.tag is Tag.HISTORY_SEARCHED]
    assert [(event.actor, event.facts) for event in rows] == [(house.id("Olga"), {"words": "lease", "found": 1})]


async def test_results_come_a_page_at_a_time_newest_first(desk_site: DeskSite) -> None:
    for place in range(12):
        await paper(desk_site.house, f"Paper {place}.pdf")
        desk_site.house.clock.move(seconds=1)
    anna = await desk_site.enter("Anna")
    first = await found(anna, "paper")
    assert (first["head"], first["place"], first["newer"], first["older"]) == ("Found: 12", "page 1 of 2", None, 1)
    assert (names(first)[0], len(first["rows"])) == ("Paper 11.pdf", 10)
    last = await found(anna, "paper", page=1)
    assert (names(last), last["newer"], last["older"]) == (["Paper 1.pdf", "Paper 0.pdf"], 0, None)
    assert names(await found(anna, "paper", page=7)) == names(last), "beyond the end is the last one"
    for wrong in ("-1", "one", "1" * 9, ""):
        assert (await anna.get(f"search?words=paper&page={wrong}"))[0] == 400, wrong


async def test_who_is_asked_along_a_route_finds_the_whole_and_opens_it(desk_site: DeskSite) -> None:
    office = await furnished(desk_site.house)
    sent = await office.sent("both")
    olga, petr = await desk_site.enter("Olga"), await desk_site.enter("Petr")
    (row,) = (await found(olga, ""))["rows"]
    assert (row["id"], row["can"]) == (sent.id, ["download", "evidence"])
    assert (await olga.get(f"requests/{sent.id}/history"))[0] == 200
    assert (await found(petr, ""))["rows"] == []
    assert (await petr.get(f"requests/{sent.id}/history"))[0] == 404


async def test_nobody_searches_without_the_words_of_an_opened_page(desk_site: DeskSite) -> None:
    anna = await desk_site.enter("Anna")
    async with anna.browser.get(
        f"{desk_site.url}/desk/search?words=", headers={"Accept": "application/json"}
    ) as answer:
        assert answer.status == 403
