"""The parts of the core, built by hand, top to bottom, from the settings; the processes around them are in `app`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from bot import phrases
from bot.background import Background
from bot.clients import proposals_of, sharing_of
from bot.evidence.installed import maker_of
from bot.net import Outbound
from bot.pem import read_roots
from bot.phrases.standing import stands_in
from bot.platforms.bitrix24.chat.core import ChatCore
from bot.platforms.bitrix24.core import Core as PortalCore
from bot.platforms.web.desk.links import PageLinks
from bot.platforms.web.desk.visits import Visits
from bot.policy import book_in_force
from bot.secret_file import read_secret
from bot.settings import Settings
from bot.workers import OFFICE_LIMITS, WorkerPool
from signing.activation.client import ActivationClient
from signing.activation.record import LIFETIME
from signing.approval.decisions import Decisions
from signing.approval.leaving import Leaving
from signing.approval.policy import ApprovalPolicy
from signing.approval.reminders import Overdue, ReminderPolicy
from signing.approval.templates import RouteBook
from signing.approval.watch import Watch
from signing.automatic import Automatic
from signing.evidence.making import EvidenceMaker
from signing.filing import Filing, Places
from signing.formats.stamp import Corner, StampPlace
from signing.founding import Founding
from signing.history import History
from signing.intake.limits import MIB, GateLimits
from signing.intake.office.desk import OfficeDesk
from signing.intake.office.program import find_office
from signing.intake.reception import Reception
from signing.membership import Membership
from signing.ports import Clock
from signing.presence import QuietHours, read_quiet_hours
from signing.proposals import Proposals
from signing.redelivery import Redelivery
from signing.sharing import Sharing
from signing.signature import Look, SignaturePipeline
from signing.timestamp import HttpTimestampAuthority
from signing.trust import anchors_of
from signing.verification.pdf import verify
from signing.verification.verdict import Verdict
from signing.workflow import SigningWorkflow
from storage.database import Database
from storage.documents import DiskDocuments
from storage.migrations import upgrade
from storage.sealed import Sealer
from storage.store import SqlStore

if TYPE_CHECKING:
    from bot.platforms.telegram.core import Core


@dataclass(kw_only=True)
class Parts:
    """The bot without its chat platforms: what `build` made, and what says whether it is ready."""

    settings: Settings
    clock: Clock
    database: Database
    store: SqlStore
    sealer: Sealer
    documents: DiskDocuments
    workers: WorkerPool
    activation: ActivationClient
    policy: ApprovalPolicy
    workflow: SigningWorkflow
    automatic: Automatic
    decisions: Decisions
    watch: Watch
    leaving: Leaving
    redelivery: Redelivery
    membership: Membership
    proposals: Proposals
    founding: Founding
    reception: Reception
    sharing: Sharing
    roots: tuple[bytes, ...]
    tsa_roots: tuple[bytes, ...]
    background: Background = field(default_factory=Background)

    @cached_property
    def evidence(self) -> EvidenceMaker:
        """What makes evidence files."""
        return maker_of(
            self.settings, policy=self.policy, database=self.database, store=self.store, documents=self.documents,
            activation=self.activation, workers=self.workers, clock=self.clock,
        )  # fmt: skip

    async def verify(self, path: Path) -> Verdict:
        """Return what a signed PDF says, found out in a worker."""
        now, tsa_roots = self.clock.now(), self.tsa_roots or self.roots
        return await self.workers.run(verify, path, roots_der=self.roots, now=now, tsa_roots_der=tsa_roots)

    def core(self, places: Places | None = None) -> Core:
        """Return what the chat may use; `places` are where signed files can be filed besides the chat."""
        from bot.platforms.telegram.core import Core

        settings = self.settings
        return Core(
            store=self.store, workflow=self.workflow, decisions=self.decisions, redelivery=self.redelivery,
            filing=Filing(store=self.store, clock=self.clock), places=places, membership=self.membership,
            proposals=self.proposals,
            reception=self.reception, sharing=self.sharing, documents=self.documents, evidence=self.evidence,
            history=History(store=self.store, clock=self.clock), company=settings.company_name,
            anchors=anchors_of(self.roots), activation=self.activation,
            clock=self.clock, policy=self.policy, verify=self.verify, timezone=settings.company_timezone,
            leaving=self.leaving, quiet=reminders_of(settings).quiet,
            language=settings.language, public_url=settings.public_url,
            max_document_bytes=settings.max_document_mb * MIB,
            page_link=PageLinks(store=self.store, clock=self.clock).make,
            has_mail=settings.smtp_host is not None and settings.smtp_from is not None,
        )  # fmt: skip

    def portal_core(self) -> PortalCore:
        """Return what the portal's platform may use; only with a public address."""
        settings = self.settings
        assert settings.public_url is not None, "the settings see to it"
        return PortalCore(
            store=self.store, workflow=self.workflow, automatic=self.automatic, membership=self.membership,
            policy=self.policy, reception=self.reception, documents=self.documents, clock=self.clock,
            timezone=settings.company_timezone,
            language=settings.language, public_url=settings.public_url,
            max_document_bytes=settings.max_document_mb * MIB,
        )  # fmt: skip

    def chat_core(self) -> ChatCore:
        """Return what the portal's chat bot may use."""
        ticket = partial(Visits(store=self.store, clock=self.clock).ticket, life=LIFETIME)
        filing = Filing(store=self.store, clock=self.clock)
        more = {
            "decisions": self.decisions, "leaving": self.leaving, "quiet": reminders_of(self.settings).quiet,
            "activation": self.activation, "ticket": ticket, "filing": filing, "redelivery": self.redelivery,
            "page_link": PageLinks(store=self.store, clock=self.clock).make,
        }  # fmt: skip
        return ChatCore(**(vars(self.portal_core()) | more))


@asynccontextmanager
async def build(settings: Settings, *, clock: Clock) -> AsyncIterator[Parts]:
    """Build everything but the chat platforms; close it in the opposite order."""
    async with AsyncExitStack() as stack:
        await asyncio.to_thread(upgrade, settings.database_url)
        database = await stack.enter_async_context(await Database.open(settings.database_url))
        session = await stack.enter_async_context(_session(settings))
        activation = ActivationClient(settings.activation_socket)
        stack.push_async_callback(activation.close)
        workers = WorkerPool(accept_weak_isolation=settings.accept_weak_isolation)
        stack.push_async_callback(workers.close)
        office_workers = WorkerPool(
            size=1, accept_weak_isolation=settings.accept_weak_isolation, limits=OFFICE_LIMITS, preload=()
        )
        stack.push_async_callback(office_workers.close)
        store = SqlStore(database, clock)
        documents = DiskDocuments(settings.data_dir / "documents")
        roots, tsa_roots = read_roots(settings.trusted_roots_file), read_roots(settings.tsa_roots_file)
        policy = policy_of(settings, await book_in_force(settings.policy_file, store=store, clock=clock))
        pipeline = SignaturePipeline(
            store=store, documents=documents, activation=activation, workers=workers, clock=clock,
            timestamp=_timestamp(settings, session, tsa_roots), look=_look(settings, roots, tsa_roots),
        )  # fmt: skip
        yield Parts(
            settings=settings, clock=clock, database=database, store=store, documents=documents, workers=workers,
            activation=activation, policy=policy, roots=roots, tsa_roots=tsa_roots,
            sealer=Sealer(bytes.fromhex(read_secret(settings.sealing_key_file))),
            workflow=SigningWorkflow(store=store, activation=activation, pipeline=pipeline, clock=clock, policy=policy),
            automatic=Automatic(store=store, mandates=activation, clock=clock, policy=policy),
            decisions=Decisions(store=store, clock=clock, policy=policy),
            watch=Watch(store=store, clock=clock, policy=policy, reminders=reminders_of(settings)),
            leaving=Leaving(store=store, clock=clock, timezone=settings.company_timezone),
            redelivery=Redelivery(store=store, clock=clock, copies=policy.copies),
            membership=Membership(store=store, activation=activation, clock=clock),
            proposals=proposals_of(store=store, activation=activation, clock=clock),
            founding=Founding(store=store, clock=clock),
            sharing=sharing_of(settings, store=store, clock=clock),
            reception=_reception(settings, documents, workers, office_workers),
        )  # fmt: skip


def _session(settings: Settings) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30), proxy=settings.proxy)


def _reception(
    settings: Settings, documents: DiskDocuments, workers: WorkerPool, office_workers: WorkerPool
) -> Reception:
    limits, office = GateLimits(file_bytes=settings.max_document_mb * MIB), find_office(*settings.office_folders())
    return Reception(
        documents=documents, workers=workers, limits=limits, mends=settings.mend_pdf,
        office=OfficeDesk(documents=documents, workers=office_workers, office=office),
    )  # fmt: skip


def policy_of(settings: Settings, routes: RouteBook) -> ApprovalPolicy:
    """Return the approval policy that the settings ask for, with the routes in force."""
    return ApprovalPolicy(
        self_sign=settings.self_sign_allowed, keypad=settings.keypad_allowed, typed_code=settings.typed_code_allowed,
        level="B-T" if settings.tsa_urls else "B-B", request_ttl_days=settings.request_ttl_days,
        remind_every_hours=settings.remind_every_hours, copies=settings.copies_to,
        requests_per_hour=settings.requests_per_hour, requests_per_day=settings.requests_per_day,
        waiting_per_signer=settings.waiting_per_signer, telegram_shows=settings.telegram_shows,
        routes=routes,
    )  # fmt: skip


def reminders_of(settings: Settings) -> ReminderPolicy:
    """Return how patient the settings are."""
    return ReminderPolicy(
        timezone=settings.company_timezone, every_hours=settings.remind_after_hours, reminders=settings.reminders,
        quiet=read_quiet_hours(settings.quiet_hours, weekends=settings.quiet_weekends) or QuietHours(),
        overdue=Overdue(settings.overdue),
    )  # fmt: skip


def _timestamp(
    settings: Settings, session: aiohttp.ClientSession, roots: tuple[bytes, ...]
) -> HttpTimestampAuthority | None:
    if not settings.tsa_urls:
        return None
    return HttpTimestampAuthority(settings.tsa_urls, roots_der=roots, post=Outbound(session).post)


def _look(settings: Settings, roots: tuple[bytes, ...], tsa_roots: tuple[bytes, ...]) -> Look:
    return Look(
        place=StampPlace(corner=Corner(settings.stamp_corner)) if settings.stamp else None,
        timezone=settings.company_timezone, roots=roots, tsa_roots=tsa_roots,
        verification_url=f"{settings.public_url}/v/" if settings.public_url else None,
        own_key=phrases.say(settings.language, "stamp-own-key"), seal=phrases.say(settings.language, "stamp-seal"),
        reason=phrases.say(settings.language, "stamp-reason"),
        automatic=phrases.say(settings.language, "stamp-automatic"),
        automatic_reason=phrases.say(settings.language, "stamp-automatic-reason"),
        stands_in=partial(stands_in, settings.language),
    )  # fmt: skip
