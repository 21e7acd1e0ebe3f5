"""The loopback portal behaves as the reference says, also where that is unpleasant."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web

from playground.bitrix24.faults import EventFault, FaultKind
from playground.bitrix24.office import Deal
from playground.bitrix24_portal import CLIENT_ID, CLIENT_SECRET, FIELD, Bitrix24Portal
from playground.telegram_server import serve

MORE = "UF_CRM_MORE"


@dataclass(kw_only=True)
class Caller:
    """An application with the token of an administrator."""

    portal: Bitrix24Portal
    session: aiohttp.ClientSession
    token: str

    async def __call__(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        """Return status and body of one call."""
        asked = {**params, "auth": self.token}
        async with self.session.post(f"{self.portal.url}/rest/{method}", json=asked) as answer:
            return answer.status, await answer.json()

    async def update(self, deal: Deal, **fields: Any) -> dict[str, Any]:
        """Write fields of a deal and return the item."""
        status, body = await self(
            "crm.item.update", entityTypeId=2, id=deal.id, fields=fields, useOriginalUfNames="Y"
        )  # fmt: skip
        assert status == 200, body
        item: dict[str, Any] = body["result"]["item"]
        return item


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    """A portal with an administrator (1), an employee (2), a single and a multiple file field."""
    portal = Bitrix24Portal()
    async with portal.serving(), aiohttp.ClientSession() as session:
        portal.office.hire("Vera", "Sokolova", is_admin=True)
        portal.office.hire("Anna", "Petrova")
        portal.office.fields |= {FIELD: False, MORE: True}
        token = str(portal.accounts.issue(1)["access_token"])
        yield Caller(portal=portal, session=session, token=token)


def _file(name: str, body: bytes = b"%PDF") -> list[str]:
    return [name, base64.b64encode(body).decode()]


async def test_method_names_are_read_in_any_case_and_with_an_ending(call: Caller) -> None:
    assert (await call("PROFILE.json"))[1]["result"]["ADMIN"] is True
    assert (await call("no.such"))[1]["error"] == "ERROR_METHOD_NOT_FOUND"


async def test_tokens_that_are_wrong_or_old_are_told_apart(call: Caller) -> None:
    call.portal.accounts.expire()
    assert (await call("profile"))[1]["error"] == "expired_token"
    call.token = "x"
    assert (await call("profile"))[0] == 401


async def test_a_refresh_token_counts_once(call: Caller) -> None:
    refresh = str(call.portal.accounts.issue(1)["refresh_token"])
    asked = {
        "grant_type": "refresh_token", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": refresh,
    }  # fmt: skip
    answers = []
    for _ in range(2):
        async with call.session.get(f"{call.portal.oauth_url}/oauth/token/", params=asked) as answer:
            answers.append(await answer.json())
    assert answers[0]["refresh_token"] != refresh
    assert answers[1] == {"error": "invalid_grant"}


async def test_a_single_field_is_replaced_kept_and_cleared(call: Caller) -> None:
    deal = call.portal.office.open_deal("Deal", by=2)
    first = (await call.update(deal, **{FIELD: _file("a.pdf")}))[FIELD]["id"]
    second = (await call.update(deal, **{FIELD: _file("b.pdf")}))[FIELD]["id"]
    assert first != second
    assert first not in call.portal.office.files, "the old file is gone for good"
    assert (await call.update(deal, **{FIELD: {"id": second}}))[FIELD]["id"] == second
    assert (await call.update(deal, **{FIELD: {"id": first}}))[FIELD] is None, "a strange number resets the field"
    await call.update(deal, **{FIELD: _file("c.pdf")})
    assert (await call.update(deal, **{FIELD: ""}))[FIELD] is None
    assert call.portal.office.files == {}


async def test_what_a_multiple_field_does_not_list_is_deleted_silently(call: Caller) -> None:
    deal = call.portal.office.open_deal("Deal", by=2)
    values = (await call.update(deal, **{MORE: [_file("a.pdf"), _file("b.pdf")]}))[MORE]
    kept = (await call.update(deal, **{MORE: [{"id": values[1]["id"]}, _file("c.pdf")]}))[MORE]
    assert kept[0]["id"] == values[1]["id"]
    assert values[0]["id"] not in call.portal.office.files
    status, body = await call(
        "crm.item.update", entityTypeId=2, id=deal.id, fields={MORE: "x"}, useOriginalUfNames="Y"
    )  # fmt: skip
    assert (status, body["error"]) == (400, "100")


async def test_a_value_has_no_name_and_its_machine_link_wants_a_browser(call: Caller) -> None:
    deal = call.portal.office.open_deal("Deal", by=2)
    value = (await call.update(deal, **{FIELD: _file("Договор.pdf", b"body")}))[FIELD]
    assert set(value) == {"id", "url", "urlMachine"}
    async with call.session.get(value["urlMachine"]) as refused:
        assert (refused.status, refused.content_type) == (404, "text/html")
    async with call.session.get(value["urlMachine"], headers={"User-Agent": "Mozilla/5.0"}) as answer:
        assert await answer.read() == b"body"
        assert answer.content_disposition is not None
        assert answer.content_disposition.filename == "Договор.pdf"
    async with call.session.get(value["url"]) as login:
        assert login.content_type == "text/html"


async def test_the_bucket_takes_fifty_at_once(call: Caller) -> None:
    statuses = [(await call("profile"))[0] for _ in range(60)]
    assert statuses.count(200) in range(50, 56)
    assert statuses[-1] == 503


async def test_lists_come_fifty_a_page(call: Caller) -> None:
    for number in range(60):
        call.portal.office.hire(f"Name{number}", "Test")
    first, second = (await call("user.get"))[1], (await call("user.get", start=50))[1]
    assert (len(first["result"]), first["next"], first["total"]) == (50, 50, 62)
    assert (len(second["result"]), "next" in second) == (12, False)


async def test_comments_drop_their_old_files_when_new_ones_are_given(call: Caller) -> None:
    deal = call.portal.office.open_deal("Deal", by=2)
    fields = {"ENTITY_ID": deal.id, "ENTITY_TYPE": "deal", "COMMENT": "one", "FILES": [_file("a.pdf", b"a")]}
    made = (await call("crm.timeline.comment.add", fields=fields))[1]["result"]
    await call("crm.timeline.comment.update", id=made, fields={"COMMENT": "two"})
    (comment,) = call.portal.comments(deal)
    assert (comment.text, [file.body for file in comment.files]) == ("two", [b"a"])
    await call("crm.timeline.comment.update", id=made, fields={"FILES": [_file("b.pdf", b"b")]})
    assert [file.body for file in comment.files] == [b"b"]
    assert (await call("crm.timeline.comment.add", fields={"ENTITY_ID": 1, "ENTITY_TYPE": "deal"}))[1]["error"]


async def test_a_change_is_told_once_as_a_form_also_our_own(call: Caller) -> None:
    heard: list[dict[str, list[str]]] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append(parse_qs(await request.text()))
        return web.Response(status=500)  # nobody asks again

    app = web.Application()
    app.router.add_post("/events", hear)
    async with serve(app) as url:
        assert (await call("event.bind", event="onCrmDealUpdate", handler=f"{url}/events"))[1]["result"] is True
        assert (await call("event.bind", event="onCrmDealUpdate", handler=f"{url}/events"))[1]["error"] == "ERROR_CORE"
        deal = call.portal.office.open_deal("Deal", by=2)
        call.portal.faults.add_event(EventFault.DROP)
        await call.update(deal, **{FIELD: _file("unheard.pdf")})
        await call.update(deal, **{FIELD: _file("heard.pdf")})
        await call.portal.events.close()
    assert len(heard) == 1
    assert heard[0]["event"] == ["ONCRMDEALUPDATE"]
    assert heard[0]["data[FIELDS][ID]"] == [str(deal.id)]
    assert heard[0]["auth[application_token]"] == [call.portal.events.application_token]


async def test_an_answer_that_is_dropped_was_executed_all_the_same(call: Caller) -> None:
    deal = call.portal.office.open_deal("Deal", by=2)
    call.portal.faults.add(FaultKind.DROP_RESPONSE, method="crm.item.update")
    with pytest.raises(aiohttp.ClientError):
        await call.update(deal, **{FIELD: _file("a.pdf")})
    assert len(call.portal.bodies(deal)) == 1


async def test_whoever_is_barred_or_asks_for_what_is_gone_is_told_apart(call: Caller) -> None:
    deal = call.portal.office.open_deal("Deal", by=2)
    call.portal.office.barred.add((1, deal.id))
    asked = {"entityTypeId": 2, "id": deal.id, "useOriginalUfNames": "Y"}
    assert (await call("crm.item.get", **asked))[1]["error"] == "ACCESS_DENIED"
    call.portal.office.delete(deal, by=2)
    assert (await call("crm.item.get", **asked))[1]["error"] == "NOT_FOUND"
