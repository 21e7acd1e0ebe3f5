"""The Bitrix24 platform put together: what `bot.app` starts, serves and asks for job handlers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import aiohttp
import structlog
from aiohttp import web

from bot.platforms.bitrix24 import bindings
from bot.platforms.bitrix24.bucket import LeakyBucket
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import PLATFORM, Core, DealPolicy
from bot.platforms.bitrix24.deal import Deals
from bot.platforms.bitrix24.delivery import DealDelivery
from bot.platforms.bitrix24.errors import Bitrix24Error
from bot.platforms.bitrix24.events import EVENTS_PATH, PortalEvents
from bot.platforms.bitrix24.filed_delivery import FiledDelivery, is_filed
from bot.platforms.bitrix24.installation import Installation, Sealing
from bot.platforms.bitrix24.intake import LOOK_JOB, DealIntake
from bot.platforms.bitrix24.logins import Logins
from bot.platforms.bitrix24.oauth import OAuthHost
from bot.platforms.bitrix24.person_tokens import PersonTokens
from bot.platforms.bitrix24.places import DealPlaces
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
    sealer: Sealing
    person_tokens: PersonTokens


def connect(
    session: aiohttp.ClientSession, application: Application, *, store: Store, sealer: Sealing, clock: Clock
) -> Connection:
    """Return the way to the portal; nothing is asked yet."""
    installation = Installation(store=store, sealer=sealer, clock=clock)
    oauth = OAuthHost(session, application.oauth_url, application.client_id, application.client_secret)
    portal = Portal(session, application.portal_url, Tokens(installation, oauth), LeakyBucket())
    person_tokens = PersonTokens(store=store, sealer=sealer, clock=clock, oauth=oauth, portal=portal)
    return Connection(
        portal=portal, oauth=oauth, installation=installation, sealer=sealer, person_tokens=person_tokens
    )  # fmt: skip


class Bitrix24:
    """One portal, one company."""

    name: str = PLATFORM
    patient: tuple[str, ...] = (LOOK_JOB,)
    """Kinds of jobs that are tried for days: a portal may be away over a weekend."""

    def __init__(self, *, core: Core, connection: Connection, policy: DealPolicy) -> None:
        self._connection = connection
        self._core = core
        deals = Deals(connection.portal, policy.fields)
        self._timeline = Timeline(core=core, portal=connection.portal)
        self._intake = DealIntake(core=core, deals=deals, timeline=self._timeline, policy=policy)
        self._delivery = DealDelivery(core=core, deals=deals, timeline=self._timeline)
        self._filed = FiledDelivery(core=core, deals=deals, timeline=self._timeline, field=policy.fields[0])
        self._logins = Logins(
            core=core, sealer=connection.sealer, installation=connection.installation, oauth=connection.oauth,
            tokens=connection.person_tokens, portal_url=connection.portal.url,
        )  # fmt: skip
        self.places = DealPlaces(store=core.store, tokens=connection.person_tokens, logins=self._logins)
        """Deals as places for files that come from a chat."""
        self._is_installed = asyncio.Event()

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return what the portal may post to."""
        events = PortalEvents(
            store=self._core.store, clock=self._core.clock, installation=self._connection.installation,
            oauth=self._connection.oauth, portal_url=self._connection.portal.url,
            is_administrator=self._connection.portal.is_administrator, on_installed=self._is_installed.set,
        )  # fmt: skip
        return [*events.routes(), *self._logins.routes()]

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return the handlers of the jobs that only this platform knows."""
        return {LOOK_JOB: self._intake.look}

    def burials(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return what is done about dead jobs that only this platform knows."""
        return {LOOK_JOB: self._intake.bury}

    async def deliver(self, job: Job) -> None:
        """Bring the signed file back into its deal, or to the deal that was chosen for it."""
        delivery = self._filed if is_filed(str(job.facts["channel"])) else self._delivery
        await delivery.deliver(job)

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
