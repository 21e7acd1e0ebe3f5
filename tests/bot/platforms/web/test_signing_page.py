"""The signing page as a server: who may open it, what it says, and what a code does."""

from __future__ import annotations

from typing import Any

import pytest

from signing.activation.record import ActivationRecord
from signing.request import State
from tests.bot.platforms.web.conftest import Site
from tests.fakes.activation import RIGHT

JSON = {"Accept": "application/json"}


async def opened(site: Site, record: ActivationRecord, *, who: str = "Ivan") -> tuple[int, dict[str, Any]]:
    site.known["data"] = site.house.id(who)
    async with site.browser.post(
        f"{site.url}/sign/{record.nonce}/session", json={"init_data": "data"}, headers=JSON
    ) as answer:
        return answer.status, await answer.json()


async def entered(site: Site, record: ActivationRecord, session: str, code: str) -> tuple[int, dict[str, Any]]:
    headers = JSON | {"X-Page-Session": session}
    async with site.browser.post(
        f"{site.url}/sign/{record.nonce}/code", json={"code": code}, headers=headers
    ) as answer:
        return answer.status, await answer.json()


async def test_the_page_shows_exactly_what_the_code_will_sign(site: Site) -> None:
    record = await site.record(documents=2)
    _status, shown = await opened(site, record)
    assert [one["sha256"] for one in shown["documents"]] == [entry.sha256 for entry in record.entries]
    assert shown["documents"][0]["from"] == "From Anna"
    assert shown["documents"][0]["comment"] == "please"
    assert "TEST" in shown["certificate"]["kind"]


async def test_the_shell_tells_nothing_before_the_session(site: Site) -> None:
    record = await site.record()
    async with site.browser.get(f"{site.url}/sign/{record.nonce}") as answer:
        text = await answer.text()
    assert answer.status == 200
    assert not any(secret in text for secret in ("0.pdf", "Anna", "Ivan", record.entries[0].sha256[:8]))


async def test_a_right_code_sets_the_request_to_work(site: Site) -> None:
    record = await site.record()
    _status, shown = await opened(site, record)
    status, answer = await entered(site, record, shown["session"], RIGHT)
    assert (status, "Signing" in answer["done"]) == (200, True)
    async with site.house.store.read() as tx:
        assert (await tx.requests.get(record.entries[0].request)).state is State.SIGNING


async def test_a_wrong_code_may_be_tried_again_and_the_third_is_final(site: Site) -> None:
    record = await site.record()
    _status, shown = await opened(site, record)
    answers = [await entered(site, record, shown["session"], "000000") for _ in range(3)]
    assert [status for status, _ in answers] == [422, 422, 422]
    assert [answer["final"] for _, answer in answers] == [False, False, True]
    assert (await entered(site, record, shown["session"], RIGHT))[0] == 422


async def test_only_the_signer_opens_the_record(site: Site) -> None:
    record = await site.record()
    status, answer = await opened(site, record, who="Olga")
    assert status == 403
    assert "session" not in answer


async def test_init_data_that_was_used_opens_nothing(site: Site) -> None:
    record = await site.record()
    await opened(site, record)
    url = f"{site.url}/sign/{record.nonce}/session"
    async with site.browser.post(url, json={"init_data": "data"}, headers=JSON) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("session", ["", "nonsense"])
async def test_without_a_session_no_code_counts(site: Site, session: str) -> None:
    record = await site.record()
    status, _answer = await entered(site, record, session, RIGHT)
    assert status == 403
    assert site.house.activation.confirmed_records == {}


async def test_a_session_belongs_to_one_record(site: Site) -> None:
    first, second = await site.record(), await site.record()
    _status, shown = await opened(site, first)
    status, _answer = await entered(site, second, shown["session"], RIGHT)
    assert status == 403
    assert site.house.activation.confirmed_records == {}


async def test_a_session_ends_after_ten_minutes(site: Site) -> None:
    record = await site.record()
    _status, shown = await opened(site, record)
    site.house.clock.move(minutes=10)
    assert (await entered(site, record, shown["session"], RIGHT))[0] == 403


async def test_an_old_record_is_not_shown(site: Site) -> None:
    record = await site.record()
    site.house.clock.move(minutes=10)
    status, answer = await opened(site, record)
    assert (status, answer["final"]) == (422, True)


async def test_pictures_need_the_session_and_a_page_that_exists(site: Site) -> None:
    record = await site.record()
    _status, shown = await opened(site, record)
    url = f"{site.url}/sign/{record.nonce}/documents"
    headers = {"X-Page-Session": shown["session"]}
    for path, sent, expected in (
        ("0/pages/1", headers, 200), ("0/pages/1", {}, 403), ("0/pages/2", headers, 404), ("0/pages/0", headers, 404),
        ("1/pages/1", headers, 404),
    ):  # fmt: skip
        async with site.browser.get(f"{url}/{path}", headers=sent) as answer:
            assert (path, answer.status) == (path, expected)
    assert site.sketches.asked == [("0.pdf", 0)]


async def test_opening_is_told_to_the_requester_as_a_look(site: Site) -> None:
    record = await site.record()
    await opened(site, record)
    async with site.house.store.read() as tx:
        assert (await tx.requests.get(record.entries[0].request)).looked_at == site.house.clock.now()


async def test_cancel_drops_the_record_and_the_request_waits(site: Site) -> None:
    record = await site.record()
    _status, shown = await opened(site, record)
    headers = JSON | {"X-Page-Session": shown["session"]}
    async with site.browser.post(f"{site.url}/sign/{record.nonce}/withdraw", json={}, headers=headers) as answer:
        assert "Nothing was signed" in (await answer.json())["done"]
    async with site.house.store.read() as tx:
        assert (await tx.records.get(record.nonce)).state == "dropped"
        assert (await tx.requests.get(record.entries[0].request)).state is State.WAITING


async def test_the_session_is_kept_as_a_hash_only(site: Site) -> None:
    record = await site.record()
    _status, shown = await opened(site, record)
    for path in site.folder.glob("bot.sqlite3*"):
        assert shown["session"].encode() not in path.read_bytes()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 100_000])
async def test_a_body_that_is_no_object_is_refused(site: Site, body: bytes) -> None:
    record = await site.record()
    async with site.browser.post(f"{site.url}/sign/{record.nonce}/session", data=body, headers=JSON) as answer:
        assert answer.status == 400
