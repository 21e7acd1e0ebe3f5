"""The Bitrix24 platform put together: what `bot.app` starts, serves and asks for job handlers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import aiohttp
import structlog
from aiohttp import web

from bot.platforms.bitrix24 import bindings
from bot.platforms.bitrix24.address import Address
from bot.platforms.bitrix24.application import REMOVAL_JOB, UPDATE_JOB, ApplicationLife
from bot.platforms.bitrix24.bucket import LeakyBucket
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import PLATFORM, Core, DealPolicy
from bot.platforms.bitrix24.deal import Deals
from bot.platforms.bitrix24.delivery import DealDelivery
from bot.platforms.bitrix24.errors import Bitrix24Error
from bot.platforms.bitrix24.events import EVENTS_PATH, PortalEvents
from bot.platforms.bitrix24.installation import Installation, Sealing
from bot.platforms.bitrix24.intake import LOOK_JOB, DealIntake
from bot.platforms.bitrix24.oauth import OAuthHost
from bot.platforms.bitrix24.timeline import Timeline
from bot.platforms.bitrix24.tokens import Tokens
from signing.ports import Clock, Job, Store
from signing.request import RequestId

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Application:
    """The local application as the portal's administrator made it."""

    portal_url: str
    oauth_url: str
    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"Application(portal_url={self.portal_url!r}, client_id={self.client_id!r})"


@dataclass(frozen=True, kw_only=True)
class Connection:
    """The way to one portal."""

    portal: Portal
    oauth: OAuthHost
    installation: Installation


def connect(
    session: aiohttp.ClientSession, application: Application, *, store: Store, sealer: Sealing, clock: Clock
) -> Connection:
    """Return the way to the portal; nothing is asked yet."""
    installation = Installation(store=store, sealer=sealer, clock=clock)
    oauth = OAuthHost(session, application.oauth_url, application.client_id, application.client_secret)
    address = Address(
        configured=application.portal_url, store=store, clock=clock, installation=installation, oauth=oauth
    )
    portal = Portal(session, application.portal_url, Tokens(installation, oauth), LeakyBucket(), address=address)
    return Connection(portal=portal, oauth=oauth, installation=installation)


class Bitrix24:
    """One portal, one company."""

    name: str = PLATFORM
    patient: tuple[str, ...] = (LOOK_JOB, REMOVAL_JOB, UPDATE_JOB)
    """Kinds of jobs that are tried for days: a portal may be away over a weekend."""

    def __init__(self, *, core: Core, connection: Connection, policy: DealPolicy) -> None:
        self._connection = connection
        self._core = core
        deals = Deals(connection.portal, policy.fields)
        self._timeline = Timeline(core=core, portal=connection.portal)
        self._intake = DealIntake(core=core, deals=deals, timeline=self._timeline, policy=policy)
        self._delivery = DealDelivery(core=core, deals=deals, timeline=self._timeline)
        self._is_installed = asyncio.Event()
        self._life = ApplicationLife(
            store=core.store, clock=core.clock, installation=connection.installation, oauth=connection.oauth,
            portal=connection.portal, on_changed=self._is_installed.set,
        )  # fmt: skip

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return what the portal may post to."""
        events = PortalEvents(
            store=self._core.store, clock=self._core.clock, installation=self._connection.installation,
            life=self._life,
        )  # fmt: skip
        return events.routes()

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return the handlers of the jobs that only this platform knows."""
        return {LOOK_JOB: self._intake.look, REMOVAL_JOB: self._life.look, UPDATE_JOB: self._life.catch_up}

    def burials(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return what is done about dead jobs that only this platform knows."""
        return {LOOK_JOB: self._intake.bury, REMOVAL_JOB: self._life.bury, UPDATE_JOB: self._life.bury}

    async def deliver(self, job: Job) -> None:
        """Bring the signed file back into its deal."""
        await self._delivery.deliver(job)

    async def show_state(self, job: Job) -> None:
        """Bring the comment in the deal's timeline up to date."""
        await self._timeline.show(RequestId(job.facts["request"]))

    async def keep_bound(self) -> None:
        """Compare what the portal tells us with what we want and mend it: at the start and after every install."""
        while True:
            if await self._connection.installation.installed() is not None:
                mended = await bindings.mend(self._connection.portal, handler=f"{self._core.public_url}{EVENTS_PATH}")
                log.info("bitrix24_bound", mended=list(mended))
            await self._is_installed.wait()
            self._is_installed.clear()

    async def sweep(self) -> None:
        """Read what no event told; while the portal is away the next sweep reads it."""
        if await self._connection.installation.installed() is None:
            return
        try:
            await self._intake.sweep()
        except Bitrix24Error as failure:
            log.warning("bitrix24_sweep_failed", error=type(failure).__name__)
