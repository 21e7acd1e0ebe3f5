"""All our own pages, put together: READ FIRST; every page is one file of this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiohttp import web

from bot.platforms.web.description import Description
from bot.platforms.web.desk.desk import Desk
from bot.platforms.web.enrolment import EnrolmentPages
from bot.platforms.web.front import Chat, FrontPage
from bot.platforms.web.locking import LockingPages
from bot.platforms.web.number import NumberPages
from bot.platforms.web.rendering import Rendering
from bot.platforms.web.session import PageSessions
from bot.platforms.web.sharing import SharePages
from bot.platforms.web.signing_page import Identify, Pictures, SigningPage
from bot.platforms.web.trust import TrustPages
from bot.platforms.web.verification import VerificationPages
from bot.platforms.web.visitors import Visitors
from signing.approval.decisions import Decisions
from signing.errors import SigningError
from signing.membership import Membership
from signing.ports import Activation, Clock, Documents, Store, Workers
from signing.sharing import Sharing
from signing.workflow import SigningWorkflow


class Pages:
    """Fills `web_server.Site`: enrolment, signing, verification, locking, what clients get, and the first page."""

    def __init__(
        self,
        *,
        store: Store,
        workflow: SigningWorkflow,
        decisions: Decisions,
        membership: Membership,
        sharing: Sharing,
        reception: Pictures,
        activation: Activation,
        workers: Workers,
        documents: Documents,
        clock: Clock,
        identify: Identify,
        rendering: Rendering,
        desk: Desk | None = None,
        chat: Chat | None = None,
        timezone: str = "UTC",
        roots_der: Sequence[bytes] = (),
        tsa_roots_der: Sequence[bytes] = (),
    ) -> None:
        self.headers: Mapping[str, str] = rendering.headers
        self._rendering = rendering
        opened_by = desk.identify(identify) if desk else identify
        uploads, numbers = Visitors(burst=6, per_minute=12), Visitors(burst=30, per_minute=60)
        self._parts = (
            FrontPage(rendering, opened=desk.door.opened if desk else None, chat=chat),
            EnrolmentPages(membership=membership, activation=activation, rendering=rendering),
            SigningPage(
                store=store, workflow=workflow, decisions=decisions, pictures=reception, identify=opened_by,
                clock=clock, rendering=rendering, sessions=PageSessions(store=store, clock=clock),
                description=Description(store=store, activation=activation, timezone=timezone),
            ),
            VerificationPages(
                store=store, documents=documents, workers=workers, clock=clock, rendering=rendering,
                visitors=uploads, roots_der=roots_der, tsa_roots_der=tsa_roots_der, timezone=timezone,
            ),
            NumberPages(
                store=store, activation=activation, rendering=rendering, visitors=numbers, timezone=timezone
            ),
            SharePages(
                store=store, activation=activation, sharing=sharing, documents=documents, clock=clock,
                rendering=rendering, visitors=Visitors(burst=60, per_minute=60), timezone=timezone,
            ),
            TrustPages(activation=activation, rendering=rendering, roots_der=roots_der),
            LockingPages(store=store, membership=membership, clock=clock, rendering=rendering),
            rendering,
            *((desk,) if desk else ()),
        )  # fmt: skip

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of every page."""
        return [route for part in self._parts for route in part.routes()]

    async def trouble(self, request: web.Request, *, status: int, error: SigningError | None = None) -> web.Response:
        """Return a calm page about what went wrong."""
        return await self._rendering.trouble(request, status=status, error=error)
