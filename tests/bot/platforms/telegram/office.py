"""A small company on the loopback Telegram: the real platform, store and inbox; only keys and signatures are a Fake."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from bot.clock import SystemClock
from bot.duties import shared_promises, timed
from bot.platforms.telegram.client import Outgoing, connect
from bot.platforms.telegram.core import Core
from bot.platforms.telegram.pace import Rates
from bot.platforms.telegram.platform import Telegram
from bot.platforms.web.desk.links import PageLinks
from bot.proposal_duties import ProposalDuties
from playground.telegram.people import Person as Account
from playground.telegram.person import TelegramPerson
from playground.telegram.refusal import Json
from playground.telegram_server import DEFAULT_TOKEN, TelegramServer, serve
from signing.activation.record import ActivationRecord
from signing.approval.decisions import Decisions
from signing.approval.leaving import Leaving
from signing.approval.policy import ApprovalPolicy
from signing.approval.reminders import ReminderPolicy
from signing.approval.watch import Watch
from signing.document import Sha256
from signing.filing import Filing, Places
from signing.history import History
from signing.intake.gate import GateLimits
from signing.intake.reception import Reception
from signing.membership import CONSOLE, Membership
from signing.people import PersonId, Role
from signing.ports import Documents, Signature
from signing.presence import QuietHours
from signing.redelivery import Redelivery
from signing.request import SigningRequest
from signing.sharing import SharePolicy, Sharing
from signing.signature import SignaturePipeline
from signing.verification.verdict import Overall, Verdict
from signing.workflow import SigningWorkflow
from storage.database import Database
from storage.documents import DiskDocuments
from storage.inbox import Inbox
from storage.jobs import JobQueue
from storage.migrations import upgrade
from storage.store import SqlStore
from tests.assets.raw_pdf import document, stream, written
from tests.bot.platforms.telegram.stand_ins import Here, Plain
from tests.fakes.activation import FakeActivation, a_key
from tests.fakes.evidence import paper_maker
from tests.signing.board import proposals_of
from tests.wire import Wire

P = ParamSpec("P")
R = TypeVar("R")

EMPLOYEE = Account(5_100_200_301, "Anna", "Petrova", username="anna_p")
MANAGER = Account(5_100_200_302, "Ivan", "Marković", language_code="en")
DEPUTY = Account(5_100_200_303, "Olga", "Babić", language_code="en")
STRANGER = Account(5_100_200_304, "Someone", "Else", language_code="en")
SLEEPLESS = ReminderPolicy(timezone="Europe/Podgorica", quiet=QuietHours(begin=time(), end=time()))
"""Tests run at any hour."""
FAST = Rates(bot_per_s=1000, bot_burst=1000, chat_per_s=1000, chat_burst=1000, group_per_s=1000, group_burst=1000)


class Pen(SignaturePipeline):
    """Makes “signed” files by adding a line; the real pipeline has tests of its own."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.failing: dict[str, Exception] = {}
        """By request: what signing it raises."""

    async def make(self, request: SigningRequest, record: ActivationRecord, place: int) -> Signature:
        """Return the signature of one entry."""
        if request.id in self.failing:
            raise self.failing[request.id]
        entry = record.entries[place]
        body = await self._documents.get(entry.sha256) + f"\n% signed {record.nonce} {place}\n".encode()
        return Signature(
            request=request.id, document=entry.document, signer=record.signer, nonce=record.nonce,
            signed_sha256=await self._documents.put(body), size_bytes=len(body), level=entry.level,
            certificate_sha256=record.certificate_sha256, signed_at=SystemClock().now(),
        )  # fmt: skip


@dataclass
class Office:
    """The running company and the phones of its people."""

    server: TelegramServer
    url: str
    store: SqlStore
    core: Core
    platform: Telegram
    activation: FakeActivation
    pen: Pen
    database: Path
    queue: JobQueue
    inbox: Inbox
    people: dict[str, PersonId]
    anna: TelegramPerson
    ivan: TelegramPerson
    olga: TelegramPerson
    stranger: TelegramPerson

    async def ask(self, name: str = "Contract.pdf", *, caption: str = "", to: str = "Ivan") -> Json:
        """Anna sends a PDF and chooses the signer; returns the signer's card when `to` gets one of its own."""
        await self.anna.send_document(contract(name), name, caption=caption)
        draft = await self.anna.wait_for(lambda m: name in said(m) and has_button(m, to))
        await self.anna.press(draft, to)
        return await self.anna.wait_for(lambda m: m["message_id"] == draft["message_id"] and "Waiting" in said(m))

    async def tags(self) -> list[str]:
        """Return every tag of the journal, oldest first."""
        with closing(sqlite3.connect(self.database)) as connection:
            return [tag for (tag,) in connection.execute("SELECT tag FROM journal ORDER BY seq")]

    async def settled(self) -> None:
        """Return when inbox and queue have nothing more to do at once."""
        waiting = (
            "SELECT (SELECT count(*) FROM job WHERE failed_at IS NULL AND due <= ?) "
            "+ (SELECT count(*) FROM inbox WHERE state = 'waiting')"
        )
        async with asyncio.timeout(20):
            while self._count(waiting):  # noqa: ASYNC110  # the rows of another connection ring no bell
                await asyncio.sleep(0.02)

    async def settled_for_good(self) -> None:
        """Return when no delivery waits any more, repeats included."""
        async with asyncio.timeout(20):
            while self._count("SELECT count(*) FROM job WHERE kind = 'deliver' AND ? != ''"):  # noqa: ASYNC110  # as above
                await asyncio.sleep(0.02)

    def _count(self, query: str) -> int:
        with closing(sqlite3.connect(self.database)) as connection:
            (found,) = connection.execute(query, (self.core.clock.now().isoformat(timespec="microseconds"),)).fetchone()
            return int(found)

    def contract(self, name: str) -> bytes:
        """Return a good PDF that says its own name."""
        return contract(name)


def contract(name: str) -> bytes:
    """Return a good PDF that says its own name."""
    return written(document(content=stream(b"BT /F1 18 Tf 72 720 Td (%s) Tj ET" % name.encode())))


def said(message: Json) -> str:
    """Return text or caption."""
    return str(message.get("text") or message.get("caption") or "")


def labels(message: Json) -> list[str]:
    """Return the labels of the buttons."""
    return [button["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def has_button(message: Json, label: str) -> bool:
    """Return whether a button's label contains `label`."""
    return any(label in text for text in labels(message))


@asynccontextmanager
async def open_office(
    folder: Path,
    *,
    policy: ApprovalPolicy | None = None,
    public_url: str | None = None,
    telegram: str | None = None,
    places: Places | None = None,
    wire: Wire | None = None,
) -> AsyncIterator[Office]:
    """Open the company for business: Telegram, store, inbox and queue run until the end of the context.

    `telegram` is another Bot API server, spoken to plainly; then nobody has a phone. `wire` hears all that is said to
    Telegram.
    """
    url = f"sqlite+aiosqlite:///{folder / 'countersign.sqlite3'}"
    upgrade(url)
    clock = SystemClock()
    server = TelegramServer(people=[EMPLOYEE, MANAGER, DEPUTY, STRANGER], clock=clock.now)
    async with serve(server.app()) as own, await Database.open(url) as database:
        store = SqlStore(database, clock)
        documents = DiskDocuments(folder / "documents", min_free_bytes=0, min_free_share=0)
        activation, pen, rules = FakeActivation(), Pen(documents), policy or ApprovalPolicy()
        workflow = SigningWorkflow(store=store, activation=activation, pipeline=pen, clock=clock, policy=rules)
        core = Core(
            store=store, workflow=workflow, decisions=Decisions(store=store, clock=clock, policy=rules),
            leaving=Leaving(store=store, clock=clock, timezone="Europe/Podgorica"),
            redelivery=Redelivery(store=store, clock=clock, copies=rules.copies),
            filing=Filing(store=store, clock=clock), places=places,
            membership=Membership(store=store, activation=activation, clock=clock),
            proposals=proposals_of(store, activation, clock),
            sharing=Sharing(store=store, clock=clock, policy=SharePolicy(links=public_url is not None, mails=True)),
            reception=Reception(documents=documents, workers=Here(), limits=GateLimits()), documents=documents,
            activation=activation, clock=clock, policy=rules, verify=_unsigned, timezone="Europe/Podgorica",
            public_url=public_url, history=History(store=store, clock=clock),
            evidence=paper_maker(database, store, documents, activation, policy=rules, workers=Here()),
            page_link=PageLinks(store=store, clock=clock).make,
        )  # fmt: skip
        bot = connect(DEFAULT_TOKEN, api_url=telegram or (await wire.tap(own) if wire else own))
        outgoing = Outgoing(bot, plain=telegram is not None, rates=FAST)
        inbox, queue = Inbox(database, clock, Plain()), JobQueue(database, clock)
        platform = Telegram(core=core, outgoing=outgoing, inbox=inbox)
        phones = [TelegramPerson(own, person.id) for person in (EMPLOYEE, MANAGER, DEPUTY, STRANGER)]
        office = Office(
            server, own, store, core, platform, activation, pen, folder / "countersign.sqlite3", queue, inbox, {},
            *phones,
        )  # fmt: skip
        async with _running(office):
            try:
                yield office
            finally:
                for phone in phones:
                    await phone.close()
        await bot.session.close()


@asynccontextmanager
async def _running(office: Office) -> AsyncIterator[None]:
    stop = asyncio.Event()

    async def sign(job: Any) -> None:
        await office.core.workflow.sign(job.facts["request"], nonce=job.facts["nonce"])

    async def advance(job: Any) -> None:
        await office.core.workflow.advance(job.facts["request"])

    async def wake(job: Any) -> None:
        await office.core.decisions.wake(job.facts["request"])

    async def told(_job: Any) -> None:
        return

    watch = Watch(store=office.store, clock=office.core.clock, policy=office.core.policy, reminders=SLEEPLESS)
    timers = timed(watch, office.core.leaving)
    others = {"sign": sign, "advance": advance, "wake": wake, "key-used": told, "expire": told, **timers}
    shared = shared_promises({office.platform.name: office.platform})
    proposed = ProposalDuties(store=office.store, proposals=office.core.proposals)
    handlers = {**office.platform.job_handlers(), **shared, **others, **proposed.job_handlers()}
    loops = [
        asyncio.create_task(office.platform.intake.poll(stop)),
        asyncio.create_task(office.inbox.run(office.platform.intake.feed, stop=stop)),
        asyncio.create_task(office.queue.run(handlers, stop=stop)),
    ]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*loops, return_exceptions=True)


async def hire(office: Office) -> None:
    """Anna asks, Ivan and Olga sign; Olga is Ivan's deputy and an administrator."""
    for name, roles in (("Anna", set()), ("Ivan", {Role.SIGNER}), ("Olga", {Role.SIGNER, Role.ADMINISTRATOR})):
        full = {"Anna": "Anna Petrova", "Ivan": "Ivan Marković", "Olga": "Olga Babić"}[name]
        person = await office.core.membership.add(name=full, roles=roles, note_of_identity="passport", by=CONSOLE)
        office.people[name] = person.id
        if roles:
            office.activation.owned.append(a_key(person.id, label=name.lower()))
            office.activation.secrets[person.id] = "seed"
            async with office.store.begin() as tx:
                await tx.people.save(replace(person, enrolled_at=office.core.clock.now()))
        secret = await office.core.membership.invite(person.id, by=CONSOLE)
        phone: TelegramPerson = getattr(office, name.lower())
        await phone.start(secret)
        await phone.wait_for(lambda m: "Welcome" in said(m))
    async with office.store.begin() as tx:
        ivan = await tx.people.get(office.people["Ivan"])
        await tx.people.save(replace(ivan, deputies=(office.people["Olga"],)))


async def _unsigned(path: Path) -> Verdict:
    body = await asyncio.to_thread(path.read_bytes)
    return Verdict(overall=Overall.UNSIGNED, sha256=Sha256(hashlib.sha256(body).hexdigest()), size_bytes=len(body))
