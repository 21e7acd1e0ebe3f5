"""Both ways in: nothing is acknowledged before it is kept, nothing malformed stops the rest."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiogram import Dispatcher
from aiohttp import web

from bot.platforms.telegram.client import Outgoing, connect
from bot.platforms.telegram.intake import MAX_BODY_BYTES, SECRET_HEADER, TelegramIntake
from playground.telegram_server import serve
from storage.inbox import Arrival
from tests.bot.platforms.telegram.office import Office, said

SECRET = "a-secret-of-at-least-thirty-two-characters"
UPDATE = {
    "update_id": 7,
    "message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}, "from": {"id": 5}},
}


@dataclass
class Kept:
    """An inbox that remembers; it can be full."""

    arrivals: list[Arrival] = field(default_factory=list)
    is_broken: bool = False

    async def arrived(self, *arrivals: Arrival) -> int:
        """Keep the arrivals."""
        if self.is_broken:
            raise OSError("disk")
        self.arrivals += arrivals
        return len(arrivals)


@dataclass
class Hook:
    """A webhook on loopback and what it kept."""

    url: str
    kept: Kept
    http: aiohttp.ClientSession

    async def post(self, body: bytes, **headers: str) -> int:
        """Return the status of a delivery."""
        async with self.http.post(self.url, data=io.BytesIO(body), headers=headers) as response:
            return response.status


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    kept = Kept()
    bot = connect("1:token")
    intake = TelegramIntake(outgoing=Outgoing(bot), dispatcher=Dispatcher(disable_fsm=True), inbox=kept, secret=SECRET)
    app = web.Application(client_max_size=2 * MAX_BODY_BYTES)
    app.router.add_post("/hook", intake.webhook)
    async with serve(app) as url, aiohttp.ClientSession() as http:
        yield Hook(f"{url}/hook", kept, http)
    await bot.session.close()


async def test_an_update_is_kept_before_it_is_acknowledged(hook: Hook) -> None:
    assert await hook.post(json.dumps(UPDATE).encode(), **{SECRET_HEADER: SECRET}) == 200
    (arrival,) = hook.kept.arrivals
    assert (arrival.source, arrival.external_id, arrival.order_key) == ("telegram", "7", "telegram:5")
    hook.kept.is_broken = True
    assert await hook.post(json.dumps(UPDATE).encode(), **{SECRET_HEADER: SECRET}) == 500


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x", "секрет", "ÿþ"])
async def test_without_the_secret_nothing_is_kept(hook: Hook, secret: str) -> None:
    headers = {SECRET_HEADER: secret} if secret else {}
    assert await hook.post(json.dumps(UPDATE).encode(), **headers) == 401
    assert hook.kept.arrivals == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"update_id": "7"}', b"[" * 100_000, b'{"update_id": true}']
)
async def test_what_is_no_update_is_refused(hook: Hook, body: bytes) -> None:
    assert await hook.post(body, **{SECRET_HEADER: SECRET}) == 400


async def test_a_body_that_is_too_large_is_refused(hook: Hook) -> None:
    assert await hook.post(b" " * (MAX_BODY_BYTES + 1), **{SECRET_HEADER: SECRET}) == 413


async def test_messages_and_presses_of_one_person_have_one_order(hook: Hook) -> None:
    message = {"update_id": 1, "message": {"from": {"id": 5}, "chat": {"id": -100}}}
    press = {"update_id": 2, "callback_query": {"from": {"id": 5}, "message": {"chat": {"id": 9}}}}
    for update in (message, press):
        await hook.post(json.dumps(update).encode(), **{SECRET_HEADER: SECRET})
    assert {arrival.order_key for arrival in hook.kept.arrivals} == {"telegram:5"}


async def test_an_update_that_aiogram_cannot_read_is_dropped(office: Office) -> None:
    broken = Arrival(source="telegram", external_id="1", order_key="telegram:5", body=json.dumps(UPDATE).encode())
    await office.platform.intake.feed(broken)
    await office.anna.send_text("/help")
    await office.anna.wait_for(lambda m: "/pending" in said(m))


async def test_an_update_that_comes_twice_counts_once(office: Office) -> None:
    update = {**UPDATE, "update_id": 999_999_999}
    arrival = Arrival(source="telegram", external_id="999999999", order_key="x", body=json.dumps(update).encode())
    assert [await office.inbox.arrived(arrival) for _ in range(2)] == [1, 0]
