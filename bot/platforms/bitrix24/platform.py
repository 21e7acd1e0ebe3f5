"""The Bitrix24 platform put together: what `bot.app` starts, serves and asks for job handlers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import aiohttp
import structlog
from aiohttp import web

from bot.platforms.bitrix24 import bindings
from bot.platforms.bitrix24.activity import ACTIVITY_JOB, Activities
from bot.platforms.bitrix24.activity_press import PRESS_JOB, Presses
from bot.platforms.bitrix24.address import Address
from bot.platforms.bitrix24.application import REMOVAL_JOB, UPDATE_JOB, ApplicationLife
from bot.platforms.bitrix24.bell import Bell, PortalChannel
from bot.platforms.bitrix24.bucket import LEAK_PER_S, LeakyBucket, threshold_of
from bot.platforms.bitrix24.chat.platform import PortalChat
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import PLATFORM, Core, DealPolicy
from bot.platforms.bitrix24.deal import Deals
from bot.platforms.bitrix24.delivery import DealDelivery
from bot.platforms.bitrix24.errors import Bitrix24Error
from bot.platforms.bitrix24.events import PortalEvents
from bot.platforms.bitrix24.filed_delivery import FiledDelivery, is_filed
from bot.platforms.bitrix24.folder import DealFolders
from bot.platforms.bitrix24.installation import Installation, Sealing
from bot.platforms.bitrix24.intake import LOOK_JOB, DealIntake
from bot.platforms.bitrix24.logins import Logins
from bot.platforms.bitrix24.notices import NOTICE_JOB, StateNotices
from bot.platforms.bitrix24.oauth import OAuthHost
from bot.platforms.bitrix24.person_tokens import PersonTokens
from bot.platforms.bitrix24.places import DealPlaces
from bot.platforms.bitrix24.robot.action import JOBS, SignDocument
from bot.platforms.bitrix24.sent_out import SentOut
from bot.platforms.bitrix24.stages import STAGE_JOB, StageMoves, StagePolicy
from bot.platforms.bitrix24.timeline import Timeline
from bot.platforms.bitrix24.tokens import Tokens
from bot.platforms.bitrix24.turns import Turns
from bot.platforms.bitrix24.widgets import APP_PATH, Desk, Widgets
from signing.notices import Kind
from signing.ports import Clock, Job, Store
from signing.request import RequestId, State

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Application:
    """The local application as the portal's administrator made it."""

    portal_url: str
    oauth_url: str
    client_id: str
    client_secret: str
    calls_per_s: float = LEAK_PER_S
    """What the portal's plan lets through for long."""

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
    address = Address(
        configured=application.portal_url, store=store, clock=clock, installation=installation, oauth=oauth
    )
    bucket = LeakyBucket(threshold=threshold_of(application.calls_per_s), leak_per_s=application.calls_per_s)
    portal = Portal(session, application.portal_url, Tokens(installation, oauth), bucket, address=address)
    person_tokens = PersonTokens(store=store, sealer=sealer, clock=clock, oauth=oauth, portal=portal)
    return Connection(
        portal=portal, oauth=oauth, installation=installation, sealer=sealer, person_tokens=person_tokens
    )  # fmt: skip


class Bitrix24:
    """One portal, one company."""

    name: str = PLATFORM
    patient: tuple[str, ...] = (
        LOOK_JOB, REMOVAL_JOB, UPDATE_JOB, NOTICE_JOB, STAGE_JOB, ACTIVITY_JOB, PRESS_JOB, *JOBS,
    )  # fmt: skip
    """Kinds of jobs that are tried for days: a portal may be away over a weekend."""

    def __init__(
        self,
        *,
        core: Core,
        connection: Connection,
        policy: DealPolicy,
        stages: StagePolicy,
        chat: PortalChat | None = None,
    ) -> None:
        self.chat = chat
        """The portal's own chat bot, a platform of its own."""
        self._connection = connection
        self._core = core
        portal, self._turns = connection.portal, Turns()
        self._timeline = Timeline(core=core, portal=portal)
        self._activities = Activities(core=core, portal=portal)
        self._presses = Presses(core=core, activities=self._activities, policy=policy)
        deals = Deals(portal, policy.read_fields)
        self._moves = StageMoves(core=core, deals=deals, policy=stages)
        self._sent_out = SentOut(core=core, timeline=self._timeline)
        self._intake = DealIntake(
            core=core, deals=deals, timeline=self._timeline, policy=policy, stages=stages, moves=self._moves
        )
        self.folders = DealFolders(core=core, deals=deals, intake=self._intake, turns=self._turns)
        self._delivery = DealDelivery(
            core=core, deals=deals, timeline=self._timeline, moves=self._moves, turns=self._turns,
            beside_field=policy.beside_field,
        )  # fmt: skip
        self._filed = FiledDelivery(
            core=core, deals=deals, timeline=self._timeline, turns=self._turns, field=policy.fields[0]
        )
        self._logins = Logins(
            core=core, sealer=connection.sealer, installation=connection.installation, oauth=connection.oauth,
            tokens=connection.person_tokens, portal=portal,
        )  # fmt: skip
        self.places = DealPlaces(store=core.store, tokens=connection.person_tokens, logins=self._logins)
        """Deals as places for files that come from a chat."""
        bell = Bell(portal)
        self.notices = StateNotices(core=core, bell=bell, portal_url=portal.url)
        """What is said beside the cards of a chat."""
        self.channel = PortalChannel(bell)
        """The second channel: the owner's bell in the portal."""
        self._action = SignDocument(
            core=core, portal=portal, installation=connection.installation, sealer=connection.sealer, deals=deals,
            policy=policy, timeline=self._timeline, turns=self._turns,
        )  # fmt: skip
        self._is_installed = asyncio.Event()
        self._life = _life_of(core, connection, on_changed=self._is_installed.set)

    def routes(self, desk: Desk) -> list[web.AbstractRouteDef]:
        """Return what the portal may post to; its pages open the desk."""
        events = PortalEvents(
            store=self._core.store, clock=self._core.clock, installation=self._connection.installation,
            life=self._life, portal_url=self._connection.portal.url,
        )  # fmt: skip
        widgets = Widgets(
            store=self._core.store, portal=self._connection.portal, oauth=self._connection.oauth,
            installation=self._connection.installation, desk=desk, tokens=self._connection.person_tokens,
        )  # fmt: skip
        return [*events.routes(), *widgets.routes(), *self._logins.routes(APP_PATH), *self._action.routes()]

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return the handlers of the jobs that only this platform knows."""
        look = self._turns.in_turn(self._intake.look)
        return {
            LOOK_JOB: look, REMOVAL_JOB: self._life.look, UPDATE_JOB: self._life.catch_up,
            NOTICE_JOB: self.notices.tell, STAGE_JOB: self._moves.move, Kind.SENT_OUT: self._sent_out.show,
            ACTIVITY_JOB: self._activities.show, PRESS_JOB: self._presses.answer, **self._action.job_handlers(),
        }  # fmt: skip

    def burials(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return what is done about dead jobs that only this platform knows."""
        return {
            LOOK_JOB: self._intake.bury, REMOVAL_JOB: self._life.bury, UPDATE_JOB: self._life.bury,
            NOTICE_JOB: self.notices.bury, ACTIVITY_JOB: self._activities.bury, PRESS_JOB: self._presses.bury,
        }  # fmt: skip

    async def deliver(self, job: Job) -> None:
        """Bring the signed file back into its deal, or to the deal that was chosen for it."""
        delivery = self._filed if is_filed(str(job.facts["channel"])) else self._delivery
        await delivery.deliver(job)
        await self._action.answers.follow(RequestId(job.facts["request"]))

    async def show_state(self, job: Job) -> None:
        """Bring the comment in the deal's timeline up to date, the activity, and the process that waits."""
        request = RequestId(job.facts["request"])
        async with self._core.store.begin() as tx:
            await self._activities.promise(tx, await tx.requests.get(request))
        await self._action.answers.follow(request)
        await self._timeline.show(request)
        async with self._core.store.begin() as tx:
            found = await tx.requests.get(request)
            if found.state is State.REJECTED:
                await self._moves.promise(tx, found)

    async def keep_bound(self) -> None:
        """Compare what the portal tells us with what we want and mend it: at the start and after every install."""
        while True:
            if await self._connection.installation.installed() is not None:
                mended = await bindings.mend(self._connection.portal, public_url=self._core.public_url)
                log.info("bitrix24_bound", mended=list(mended))
                await self._action.offer()
            await self._is_installed.wait()
            self._is_installed.clear()

    async def sweep(self) -> None:
        """Read what no event told; while the portal is away the next sweep reads it."""
        if await self._connection.installation.installed() is None:
            return
        await self._action.answers.follow_all()
        try:
            await self._intake.sweep()
        except Bitrix24Error as failure:
            log.warning("bitrix24_sweep_failed", error=type(failure).__name__)


def _life_of(core: Core, connection: Connection, *, on_changed: Callable[[], None]) -> ApplicationLife:
    return ApplicationLife(
        store=core.store, clock=core.clock, installation=connection.installation, oauth=connection.oauth,
        portal=connection.portal, on_changed=on_changed,
    )  # fmt: skip
