"""The desk put together, READ FIRST: `page` is read, `acts` and `errands` are done, `view` and `rows` have the words.

`search` finds requests again, `evidence` is fetched. `visits` knows who sits there; `door` lets people in outside other
sites, by `links` from the chat, into `sessions`.
"""

from __future__ import annotations

from aiohttp import web

from bot.folders import Folders
from bot.platforms.web.desk.acts import Acts, Invitation
from bot.platforms.web.desk.door import Door
from bot.platforms.web.desk.errands import Errands
from bot.platforms.web.desk.evidence import EvidenceDesk
from bot.platforms.web.desk.links import PageLinks
from bot.platforms.web.desk.page import DeskPage
from bot.platforms.web.desk.search import SearchDesk
from bot.platforms.web.desk.sessions import Sessions
from bot.platforms.web.desk.view import View
from bot.platforms.web.desk.visits import TICKET, Visits
from bot.platforms.web.rendering import Rendering
from bot.platforms.web.signing_page import Identify
from signing.approval.decisions import Decisions
from signing.approval.leaving import Leaving
from signing.approval.policy import ApprovalPolicy
from signing.evidence.making import EvidenceMaker
from signing.history import History
from signing.intake.reception import Reception
from signing.membership import Membership
from signing.people import PersonId
from signing.ports import Activation, Clock, Documents, Store
from signing.workflow import SigningWorkflow


class Desk:
    """The intranet page; a platform that proves who somebody is opens it by `page`."""

    def __init__(
        self,
        *,
        store: Store,
        workflow: SigningWorkflow,
        decisions: Decisions,
        leaving: Leaving,
        membership: Membership,
        reception: Reception,
        documents: Documents,
        activation: Activation,
        policy: ApprovalPolicy,
        folders: Folders,
        clock: Clock,
        rendering: Rendering,
        timezone: str,
        max_document_bytes: int,
        chat: str,
        invitation: Invitation,
        evidence: EvidenceMaker,
    ) -> None:
        sessions = Sessions(store=store, clock=clock, is_https=rendering.is_https)
        self._visits = visits = Visits(store=store, clock=clock, sessions=sessions)
        view = View(
            store=store, activation=activation, folders=folders, policy=policy, clock=clock, timezone=timezone,
            chat=chat, sessions=sessions,
        )  # fmt: skip
        self.page = DeskPage(
            store=store, visits=visits, view=view, pictures=reception, documents=documents, rendering=rendering
        )
        self.door = Door(
            page=self.page, visits=visits, sessions=sessions, links=PageLinks(store=store, clock=clock),
            rendering=rendering,
        )  # fmt: skip
        self._acts = Acts(
            store=store, visits=visits, workflow=workflow, decisions=decisions, membership=membership,
            reception=reception, documents=documents, activation=activation, folders=folders, clock=clock,
            max_document_bytes=max_document_bytes, chat=chat, invitation=invitation,
        )  # fmt: skip
        self._evidence = EvidenceDesk(store=store, visits=visits, evidence=evidence, rendering=rendering)
        self._search = SearchDesk(
            store=store, visits=visits, history=History(store=store, clock=clock), policy=policy, clock=clock,
            timezone=timezone, rendering=rendering,
        )  # fmt: skip
        self._errands = Errands(
            store=store, visits=visits, sessions=sessions, decisions=decisions, leaving=leaving, policy=policy,
            clock=clock, timezone=timezone,
        )  # fmt: skip

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        parts = (self.door, self.page, self._acts, self._errands, self._search, self._evidence)
        return [route for part in parts for route in part.routes()]

    def identify(self, otherwise: Identify) -> Identify:
        """Return how a signing page knows who opened it: a ticket of the desk, or what the chat's platform says."""

        async def identify(word: str) -> PersonId:
            return await (self._visits.spend(word) if word.startswith(TICKET) else otherwise(word))

        return identify
