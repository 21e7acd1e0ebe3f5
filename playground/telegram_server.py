"""The loopback Telegram as one web application: the Bot API, the people's side, and the page with the phones."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from playground.telegram.authenticators import Authenticators
from playground.telegram.bot_api import BotApi
from playground.telegram.faults import Faults
from playground.telegram.files import UPLOAD_LIMIT_BYTES
from playground.telegram.limits import Limits
from playground.telegram.memory import Memory
from playground.telegram.people import BotAccount, Person
from playground.telegram.phones import Phones
from playground.telegram.request_log import RequestLog
from playground.telegram.updates import Updates
from playground.telegram.upstream import Upstream
from playground.telegram.world import World
from playground.telegram.world_api import WorldApi, own_pages_only

PAGE = Path(__file__).with_name("page")
SAMPLES = PAGE / "samples"
DEFAULT_TOKEN = "7300000001:AAplayground-loopback-telegram-token"


@dataclass(frozen=True)
class Step:
    """One line of the progress that the page shows while the rest starts."""

    name: str
    done: bool


class TelegramServer:
    """A Telegram on loopback, for one bot and some people.

    `roles` names the phones, `signers` have an authenticator beside theirs. `outside` adds tabs to the page: name →
    address that answers a JSON list of `{at, title, detail, url, state}`, oldest first. `portal` is the address of a
    page with a deal, shown beside the phones. `upstream` is the address of
    the product's pages, which this server then serves too. `limited` refuses a bot that sends faster than Telegram
    allows. In `folder` the chats outlive this server. `webhook_second` shortens the back-off of webhook deliveries
    in tests.
    """

    def __init__(
        self,
        *,
        people: Sequence[Person],
        token: str = DEFAULT_TOKEN,
        bot_name: str = "Countersign",
        bot_username: str = "countersign_bot",
        roles: Mapping[int, str] | None = None,
        signers: Collection[int] = (),
        outside: Mapping[str, str] | None = None,
        portal: str = "",
        upstream: str = "",
        limited: bool = False,
        folder: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        webhook_second: float = 1.0,
    ) -> None:
        bot = BotAccount(token, bot_name, bot_username)
        self.faults = Faults()
        self.log = RequestLog(clock=clock)
        self.updates = Updates(clock=clock, faults=self.faults)
        self.world = World(bot=bot, people=people, clock=clock)
        self.world.publish = self.updates.publish
        self.phones = Phones(world=self.world, updates=self.updates)
        self.authenticators = Authenticators()
        self._portal = portal
        self._outside = dict(outside or {}) | {"files": "/world/files", "log": "/world/requests"}
        self._memory = Memory(self.world, folder) if folder else None
        self._upstream = Upstream(upstream, on_code=self._tell_code) if upstream else None
        self._roles = dict(roles or {})
        self._signers = frozenset(signers)
        self._steps: dict[str, Step] = {}
        self._bot_api = BotApi(
            world=self.world,
            updates=self.updates,
            faults=self.faults,
            log=self.log,
            limits=Limits(clock=clock) if limited else None,
            second=webhook_second,
        )
        self._world_api = WorldApi(
            world=self.world,
            phones=self.phones,
            authenticators=self.authenticators,
            faults=self.faults,
            log=self.log,
        )

    def progress(self, step: str, *, done: bool) -> None:
        """Tell the page that `step` of the start is under way, or done."""
        self._steps[step] = Step(step, done)

    def app(self) -> web.Application:
        """Return the web application; it serves page, Bot API and people at one address."""
        app = web.Application(
            client_max_size=UPLOAD_LIMIT_BYTES * 2,
            middlewares=[own_pages_only],
            handler_args={"handler_cancellation": True},
        )
        app.add_routes(self._bot_api.routes())
        app.add_routes(self._world_api.routes())
        app.router.add_get("/", _page)
        app.router.add_get("/world/config", self._config)
        app.router.add_get("/world/progress", self._progress)
        app.router.add_get("/telegram-web-app.js", _mini_app_script)
        app.router.add_static("/page", PAGE)
        if self._memory:
            app.cleanup_ctx.append(self._memory.run)
        if self._upstream:
            app.cleanup_ctx.append(self._upstream.run)
            app.router.add_route("*", "/{path:.*}", self._upstream.hand_on)
        app.on_shutdown.append(self._close)
        return app

    def _tell_code(self, code: str) -> None:
        """Tell the page: whosever authenticator shows this code greys it, wherever it was typed."""
        self.world.changes.tell([], {"kind": "code", "code": code})

    async def _close(self, _app: web.Application) -> None:
        await self._bot_api.close()

    async def _config(self, _request: web.Request) -> web.Response:
        people = [
            person.user() | {"role": self._roles.get(person.id, ""), "authenticator": person.id in self._signers}
            for person in self.world.people.values()
        ]
        samples = [{"name": path.name, "url": f"/page/samples/{path.name}"} for path in sorted(SAMPLES.glob("*.pdf"))]
        bot = self.world.bot.user()
        shown = {"bot": bot, "people": people, "outside": self._outside, "samples": samples, "portal": self._portal}
        return web.json_response(shown)

    async def _progress(self, _request: web.Request) -> web.Response:
        steps = [asdict(step) for step in self._steps.values()]
        return web.json_response({"ready": all(step.done for step in self._steps.values()), "steps": steps})


async def _page(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html")


async def _mini_app_script(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "telegram-web-app.js")


@asynccontextmanager
async def serve(
    app: web.Application, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """Serve `app` while the context lasts; yields its address (port 0 = a free one)."""
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, ssl_context=tls)
        await site.start()
        yield f"{'https' if tls else 'http'}://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def run_forever(server: TelegramServer, *, host: str = "127.0.0.1", port: int = 0) -> None:
    """Serve until cancelled."""
    async with serve(server.app(), host=host, port=port):
        await asyncio.Event().wait()
