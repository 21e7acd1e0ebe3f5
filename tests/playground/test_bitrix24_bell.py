"""The loopback portal's bell and stages, as a page and an independent client see them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from playground.bitrix24_portal import FIELD, Bitrix24Portal


@pytest.fixture
async def portal() -> AsyncIterator[Bitrix24Portal]:
    """A portal with an administrator (1) and a seller (2)."""
    made = Bitrix24Portal()
    async with made.serving():
        made.office.hire("Vera", "Sokolova", is_admin=True)
        made.desk.seller = made.office.hire("Anna", "Petrova").id
        made.office.fields[FIELD] = False
        yield made


async def call(portal: Bitrix24Portal, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
    body = {**params, "auth": portal.accounts.issue(1)["access_token"]}
    async with aiohttp.ClientSession() as client, client.post(f"{portal.url}/rest/{method}", json=body) as answer:
        return answer.status, await answer.json()


async def test_a_tag_is_one_for_the_whole_application(portal: Bitrix24Portal) -> None:
    add = "im.notify.system.add"
    _, first = await call(portal, add, USER_ID=2, MESSAGE="asked", TAG="t")
    _, second = await call(portal, add, USER_ID=1, MESSAGE="signed", TAG="t")
    assert first["result"] < second["result"]
    assert portal.rest.notifications.of(2) == []
    assert [await call(portal, "im.notify.delete", TAG="t") for _ in range(2)][1][1]["result"] is False
    assert (await call(portal, add, USER_ID=99, MESSAGE="nobody"))[1]["result"] is False
    assert (await call(portal, add, MESSAGE="nobody"))[0] == 400
    assert (await call(portal, add, USER_ID=2))[1]["error"] == "MESSAGE_EMPTY"


async def test_a_scope_that_was_not_given_is_missed(portal: Bitrix24Portal) -> None:
    portal.accounts.scope = "crm"
    assert (await call(portal, "scope"))[1]["result"] == ["crm"]
    status, body = await call(portal, "im.notify.system.add", USER_ID=2, MESSAGE="asked")
    assert (status, body["error"]) == (403, "insufficient_scope")


async def test_the_page_shows_the_sellers_bell_and_the_stages_of_the_pipeline(portal: Bitrix24Portal) -> None:
    deal = portal.office.open_deal("Delivery", by=2, stage="C2:NEW")
    await call(portal, "im.notify.system.add", USER_ID=2, MESSAGE="signed")
    await call(portal, "crm.item.update", entityTypeId=2, id=deal.id, useOriginalUfNames="Y",
               fields={"stageId": "C2:UC_SIGNED"})  # fmt: skip
    async with aiohttp.ClientSession() as client:
        async with client.get(f"{portal.url}/desk/deals") as answer:
            (shown,) = await answer.json()
        async with client.get(f"{portal.url}/crm/deal/details/{deal.id}/") as page:
            assert page.status == 200
    assert [one["text"] for one in shown["bell"]] == ["signed"]
    assert [(one["name"], one["is_now"]) for one in shown["stages"]] == [
        ("New", False), ("Signed", True), ("Won", False),
    ]  # fmt: skip
