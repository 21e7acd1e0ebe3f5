"""Our page outside other sites on a real server: the desk with its door, over the core with a real database."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from bot.folders import NoFolders
from bot.platforms.web.desk.desk import Desk
from bot.platforms.web.desk.links import PageLinks
from bot.platforms.web.pages import Pages
from bot.platforms.web.rendering import Rendering
from bot.web_server import WebServer, build
from signing.approval.leaving import Leaving
from signing.approval.policy import ApprovalPolicy
from signing.document import Document
from signing.errors import NotAllowed
from signing.intake.limits import GateLimits
from signing.intake.reception import Reception
from signing.people import PersonId
from signing.sharing import SharePolicy, Sharing
from storage.documents import DiskDocuments
from tests.bot.platforms.web.conftest import SameProcess, Sketches, rendering
from tests.fakes.evidence import paper_maker
from tests.journeys.desk import DeskPage, word_of
from tests.signing.conftest import House, house

__all__ = ["house", "rendering"]


class Sketching(Reception):
    """Takes files in as ever; draws their pages as grey lines, so that documents without bytes have pages."""

    async def pictures(self, document: Document, pages: Sequence[int], *, width_px: int = 1000) -> list[bytes]:
        """Return a JPEG a page."""
        return await Sketches().pictures(document, pages, width_px=width_px)


@dataclass(kw_only=True)
class DeskSite:
    """A running server with a desk, and the ways in."""

    house: House
    url: str
    links: PageLinks
    browsers: list[ClientSession] = field(default_factory=list)

    def browser(self) -> ClientSession:
        """Return a browser that nobody has used."""
        made = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self.browsers.append(made)
        return made

    async def link(self, who: str) -> str:
        """Return a fresh link of somebody's."""
        return self.url + await self.links.make(self.house.id(who))

    async def enter(self, who: str, browser: ClientSession | None = None) -> DeskPage:
        """Sign somebody in and open the page."""
        return await enter(browser or self.browser(), self.url, await self.link(who))

    async def reasons(self) -> list[str]:
        """Return why calls were refused, as the journal says."""
        async with self.house.store.read() as tx:
            return [str(event.facts["why"]) for event in await tx.journal.of("desk")]

    async def told(self, who: str) -> list[tuple[str, str]]:
        """Return what the journal says about somebody's page: tag and why."""
        async with self.house.store.read() as tx:
            events = await tx.journal.of(self.house.id(who))
        kept = [event for event in events if event.tag.value.startswith("page:")]
        return [(event.tag.value, str(event.facts.get("why", ""))) for event in kept]


async def enter(browser: ClientSession, base: str, link: str) -> DeskPage:
    """Open a link as a person does: read, press, and land on the page."""
    async with browser.get(link) as asked:
        token = token_of(await asked.text())
    async with browser.post(link, data={"token": token}) as landed:
        page = await landed.text()
        assert (landed.status, landed.url.path) == (200, "/documents"), page
    opened = DeskPage(browser=browser, base=base, word=word_of(page))
    await opened.look()
    return opened


def token_of(page: str) -> str:
    """Return the token of a page's form."""
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found, page
    return found[1]


@asynccontextmanager
async def open_site(
    house: House, folder: Path, rendering: Rendering, *, policy: ApprovalPolicy | None = None
) -> AsyncIterator[DeskSite]:
    """Open the house of pages on a free port."""
    rules = policy or ApprovalPolicy()
    documents = DiskDocuments(folder / "documents", min_free_bytes=0, min_free_share=0)
    reception = Sketching(documents=documents, workers=SameProcess(), limits=GateLimits())
    sharing = Sharing(store=house.store, clock=house.clock, policy=SharePolicy(links=True, mails=False))
    desk = Desk(
        store=house.store, workflow=house.workflow, decisions=house.decisions, membership=house.membership,
        leaving=Leaving(store=house.store, clock=house.clock, timezone="Europe/Podgorica"), reception=reception,
        documents=documents, activation=house.activation, policy=rules,
        folders=NoFolders(), clock=house.clock, rendering=rendering, timezone="Europe/Podgorica",
        max_document_bytes=1 << 20, chat="telegram", invitation=_invitation,
        evidence=paper_maker(
            house.database, house.store, documents, house.activation, policy=rules, workers=SameProcess()
        ),
    )  # fmt: skip
    pages = Pages(
        store=house.store, workflow=house.workflow, decisions=house.decisions, membership=house.membership,
        sharing=sharing, reception=reception, activation=house.activation, workers=SameProcess(), documents=documents,
        clock=house.clock, identify=_nobody, rendering=rendering, desk=desk, chat=_chat, timezone="Europe/Podgorica",
    )  # fmt: skip
    server = WebServer(host="127.0.0.1", port=0)
    await server.show(build(pages=pages))
    site = DeskSite(
        house=house, url=f"http://127.0.0.1:{server.port}", links=PageLinks(store=house.store, clock=house.clock)
    )
    try:
        yield site
    finally:
        for browser in site.browsers:
            await browser.close()
        await server.close()


@pytest.fixture
async def desk_site(house: House, tmp_path: Path) -> AsyncIterator[DeskSite]:
    """The page as a company without TLS on its own network has it; cookies of https are tested apart."""
    look = Rendering(company="Rivers & Sons", public_url="http://127.0.0.1", telegram_script_url="/none.js")
    async with open_site(house, tmp_path, look) as site:
        yield site


async def _invitation(secret: str) -> str:
    return f"https://t.me/rivers_bot?start={secret}"


async def _chat() -> str:
    return "https://t.me/rivers_bot"


async def _nobody(_init_data: str) -> PersonId:
    raise NotAllowed(reason="init_data")
