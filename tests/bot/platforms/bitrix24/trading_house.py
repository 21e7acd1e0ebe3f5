"""The portal's platform over a real store beside a loopback portal: our pages are served, no loop of the bot runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.platforms.bitrix24.core import Core, DealPolicy
from bot.platforms.bitrix24.events import INSTALL_PATH
from bot.platforms.bitrix24.people import account_of
from bot.platforms.bitrix24.platform import Application, Bitrix24, Connection, connect
from bot.platforms.bitrix24.stages import StagePolicy
from playground.bitrix24.login import COOKIE
from playground.bitrix24.office import Deal
from playground.bitrix24_portal import CLIENT_ID, CLIENT_SECRET, FIELD, Bitrix24Portal
from playground.telegram_server import serve
from signing.approval.policy import ApprovalPolicy
from signing.automatic import Automatic
from signing.document import Document, Sha256
from signing.intake.gate import GateLimits
from signing.intake.reception import Reception
from signing.membership import CONSOLE, Membership
from signing.notices import Kind
from signing.people import PersonId, Role
from signing.ports import Delivery, Job, Signature
from signing.request import ReplyTo, RequestId, SigningRequest, State, new_request_id
from signing.workflow import SigningWorkflow
from storage.database import Database
from storage.documents import DiskDocuments
from storage.migrations import upgrade
from storage.sealed import Sealer
from storage.store import SqlStore
from tests.bot.platforms.telegram.office import Pen
from tests.bot.platforms.telegram.stand_ins import Here
from tests.conftest import HandClock
from tests.fakes.activation import FakeActivation

MORE = "UF_CRM_MORE"
ADMINISTRATOR, ANNA, BORIS = 1, 2, 3
"""Numbers of the employees in the portal; Anna and Boris are our people too."""


class NoDesk:
    """Stands where the intranet page would be: opens for nobody, and remembers for whom it was asked to."""

    def __init__(self) -> None:
        self.opened: list[PersonId] = []

    async def open(
        self, request: web.Request, *, person: PersonId, folder: str | None = None, compact: bool = False
    ) -> web.Response:
        """Remember who opens it."""
        self.opened.append(person)
        return web.Response(text="open")

    def message(self, request: web.Request, name: str, *, status: int = 200) -> web.Response:
        """Return the name of the message."""
        return web.Response(text=name, status=status)

    async def refuse(self, why: str, *, by: str) -> None:
        """Refuse silently."""


@dataclass(kw_only=True)
class House:
    """Both sides."""

    far: Bitrix24Portal
    url: str
    core: Core
    store: SqlStore
    connection: Connection
    platform: Bitrix24
    clock: HandClock
    database: Path
    people: dict[str, PersonId]
    desk: NoDesk

    async def link(self, name: str, user: int) -> None:
        """Bind an employee's account to one of our people."""
        person = self.people[name]
        await self.core.membership.recognise(person, account_of(user, person), by=CONSOLE)

    async def log_in(self, name: str, user: int, *, request: str = "7K3M9QXA2F4B") -> tuple[int, str]:
        """Follow the link of one of our people in the browser of an employee; return where it ends."""
        link = await self.platform.places.way_in(self.people[name], RequestId(request))
        return await self.visit(link, user)

    async def visit(self, link: str, user: int) -> tuple[int, str]:
        """Open a link in the browser of an employee."""
        async with aiohttp.ClientSession() as browser, browser.get(link, cookies={COOKIE: str(user)}) as page:
            return page.status, await page.text()

    async def signed(self, deal: Deal, *bodies: bytes) -> SigningRequest:
        """Return a signed request of Anna's whose files are promised to the deal."""
        now, documents = self.clock.now(), []
        digests = [await self.core.documents.put(body) for body in bodies]
        for place, body in enumerate(bodies):
            documents.append(
                Document(position=place, name=f"{place}.pdf", sha256=Sha256("a" * 64), size_bytes=len(body), pages=1)
            )
        request = SigningRequest(
            id=new_request_id(), version=1, state=State.SIGNED, requester=self.people["Anna"],
            signer=self.people["Ivan"], documents=tuple(documents), created_at=now, deadline=now, finished_at=now,
            reply_to=ReplyTo(platform="telegram", chat_id="1001"),
        )  # fmt: skip
        async with self.store.begin() as tx:
            await tx.requests.add(request)
            for place, (digest, body) in enumerate(zip(digests, bodies, strict=True)):
                await tx.signatures.add(
                    Signature(
                        request=request.id, document=place, signer=self.people["Ivan"], nonce="0" * 32,
                        signed_sha256=digest, size_bytes=len(body), level="B-B", certificate_sha256=Sha256("c" * 64),
                        signed_at=now,
                    )
                )  # fmt: skip
            channel = f"bitrix24:deal:{deal.id}"
            await tx.deliveries.promise(Delivery(request=request.id, channel=channel, state="promised"))
        return request

    async def deliver(self, request: SigningRequest, deal: Deal) -> Delivery:
        """Do the promised job once; return how the delivery stands then."""
        channel = f"bitrix24:deal:{deal.id}"
        facts = {"request": request.id, "channel": channel}
        await self.platform.deliver(Job(kind=Kind.DELIVER, subject=f"{request.id}|{channel}", facts=facts))
        async with self.store.read() as tx:
            return await tx.deliveries.get(request.id, channel)


@asynccontextmanager
async def open_house(
    folder: Path, clock: HandClock, *, fields: tuple[str, ...] = (FIELD, MORE), policy: ApprovalPolicy | None = None
) -> AsyncIterator[House]:
    """Open the house with the application installed; Anna and Boris are not linked yet."""
    url = f"sqlite+aiosqlite:///{folder / 'countersign.sqlite3'}"
    upgrade(url)
    far = Bitrix24Portal()
    async with far.serving(), await Database.open(url) as database, aiohttp.ClientSession() as session:
        for name, last in (("Vera", "Sokolova"), ("Anna", "Petrova"), ("Boris", "Ilić")):
            far.office.hire(name, last, is_admin=name == "Vera")
        far.office.fields |= {FIELD: False, MORE: True}
        store = SqlStore(database, clock)
        application = Application(
            portal_url=far.url, oauth_url=far.oauth_url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET
        )
        connection = connect(session, application, store=store, sealer=Sealer(bytes(32)), clock=clock)
        core = _core(store, folder, clock, policy or ApprovalPolicy())
        platform = Bitrix24(core=core, connection=connection, policy=DealPolicy(fields=fields), stages=StagePolicy())
        app = web.Application()
        desk = NoDesk()
        app.add_routes(platform.routes(desk))
        async with serve(app) as here:
            house = House(
                far=far, url=here, core=replace(core, public_url=here), store=store, connection=connection,
                platform=platform, clock=clock, database=folder / "countersign.sqlite3", people={}, desk=desk,
            )  # fmt: skip
            await _furnish(house)
            yield house


def _core(store: SqlStore, folder: Path, clock: HandClock, policy: ApprovalPolicy) -> Core:
    documents = DiskDocuments(folder / "documents", min_free_bytes=0, min_free_share=0)
    activation = FakeActivation()
    return Core(
        store=store, documents=documents, policy=policy, clock=clock, timezone="Europe/Podgorica", language="en",
        workflow=SigningWorkflow(
            store=store, activation=activation, pipeline=Pen(documents), clock=clock, policy=policy
        ),
        automatic=Automatic(store=store, mandates=activation, clock=clock, policy=policy),
        membership=Membership(store=store, activation=activation, clock=clock),
        reception=Reception(documents=documents, workers=Here(), limits=GateLimits()),
        public_url="https://sign.example.com", max_document_bytes=20 << 20,
    )  # fmt: skip


async def _furnish(house: House) -> None:
    await house.connection.installation.open_window(by=CONSOLE)
    assert (await house.far.install(f"{house.url}{INSTALL_PATH}", by=ADMINISTRATOR))[0] == 200
    for name, full, roles in (
        ("Anna", "Anna Petrova", ()), ("Boris", "Boris Ilić", ()), ("Ivan", "Ivan Marković", (Role.SIGNER,)),
    ):  # fmt: skip
        person = await house.core.membership.add(name=full, roles=roles, note_of_identity="passport", by=CONSOLE)
        house.people[name] = person.id
