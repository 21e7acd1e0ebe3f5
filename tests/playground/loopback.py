"""A loopback Telegram for tests, a bare client of its Bot API, and a bot behind a webhook that notes what it gets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from playground.telegram.people import Person
from playground.telegram.person import TelegramPerson
from playground.telegram_server import TelegramServer, serve

ANNA = Person(5_100_200_301, "Anna", "Petrova", username="anna_p")
IVAN = Person(5_100_200_302, "Ivan", "Marković", language_code="ru")
TOKEN = "7300000001:AAplayground-loopback-telegram-token"

Json = dict[str, Any]


@dataclass
class Loopback:
    """A running server, the bot's raw view of it, and the phones of two people who pressed Start."""

    server: TelegramServer
    url: str
    http: aiohttp.ClientSession
    anna: TelegramPerson
    ivan: TelegramPerson

    async def answer(self, method: str, **params: Any) -> Json:
        """Return the whole answer to a Bot API request with a JSON body."""
        async with self.http.post(f"{self.url}/bot{TOKEN}/{method}", json=params) as response:
            found: Json = await response.json()
            return found

    async def call(self, method: str, **params: Any) -> Any:
        """Return the result of a Bot API request that must succeed."""
        answer = await self.answer(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        """Return the description of a Bot API request that must be refused."""
        answer = await self.answer(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def updates(self, **params: Any) -> list[Json]:
        """Return what getUpdates returns."""
        found: list[Json] = await self.call("getUpdates", **params)
        return found


@asynccontextmanager
async def loopback(**options: Any) -> AsyncIterator[Loopback]:
    """Run a server with Anna and Ivan, both known to the bot, nothing waiting for it."""
    server = TelegramServer(people=[ANNA, IVAN], token=TOKEN, webhook_second=0.01, **options)
    async with (
        serve(server.app()) as url,
        aiohttp.ClientSession() as http,
        TelegramPerson(url, ANNA.id) as anna,
        TelegramPerson(url, IVAN.id) as ivan,
    ):
        await anna.start()
        await ivan.start()
        server.updates.drop()
        yield Loopback(server, url, http, anna, ivan)


@dataclass
class Hooked:
    """A bot behind a webhook: what came, and how it answers."""

    url: str = ""
    came: asyncio.Queue[tuple[Json, str]] = field(default_factory=asyncio.Queue)
    answer: Callable[[Json], web.Response] = lambda _update: web.Response()

    async def update(self) -> Json:
        """Return the next update that came."""
        async with asyncio.timeout(5):
            return (await self.came.get())[0]


@asynccontextmanager
async def hooked() -> AsyncIterator[Hooked]:
    """Run a bot's web server on loopback."""
    bot = Hooked()

    async def take(request: web.Request) -> web.Response:
        update = json.loads(await request.read())
        await bot.came.put((update, request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")))
        return bot.answer(update)

    app = web.Application()
    app.router.add_post("/hook", take)
    async with serve(app) as url:
        bot.url = f"{url}/hook"
        yield bot
