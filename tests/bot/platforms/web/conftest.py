"""Our pages on a real server, over the core with a real database; the key's door and the page pictures are Fakes."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest
from aiohttp import ClientSession, web
from PIL import Image, ImageDraw

from bot.platforms.web.pages import Pages
from bot.platforms.web.rendering import Rendering
from bot.web_server import WebServer, build
from signing.activation.record import ActivationRecord
from signing.document import Document, Sha256
from signing.errors import NotAllowed
from signing.people import PersonId
from signing.ports import Signature
from signing.request import SigningRequest
from signing.sharing import SharePolicy, Sharing
from storage.documents import DiskDocuments
from tests.fakes.activation import RIGHT
from tests.signing.conftest import House, house

__all__ = ["house"]

P = ParamSpec("P")
R = TypeVar("R")
TELEGRAM_SCRIPT = Path("playground/page/telegram-web-app.js")


class Sketches:
    """Draws pages as grey lines and remembers which were asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    async def pictures(self, document: Document, pages: Sequence[int], *, width_px: int = 1000) -> list[bytes]:
        """Return a JPEG a page."""
        self.asked += [(document.name, page) for page in pages]
        return [_sketch(document.name, page) for page in pages]


def _sketch(name: str, page: int) -> bytes:
    paper = Image.new("RGB", (620, 877), "white")
    pen = ImageDraw.Draw(paper)
    pen.text((60, 60), f"{name}, page {page + 1}", fill="black", font_size=30)
    for line in range(24):
        pen.rectangle((60, 130 + line * 28, 560 - (line * 37) % 140, 138 + line * 28), fill="#c9ced6")
    body = io.BytesIO()
    paper.save(body, "JPEG")
    return body.getvalue()


class SameProcess:
    """Fills `Workers` without a process of its own: what is tested here is the page, not the wall."""

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work`."""
        return await asyncio.to_thread(work, *args, **kwargs)  # pyHanko brings an event loop of its own


@dataclass(kw_only=True)
class Site:
    """A running server and what a test may ask of it."""

    house: House
    url: str
    browser: ClientSession
    documents: DiskDocuments
    sketches: Sketches
    folder: Path
    sharing: Sharing
    known: dict[str, PersonId] = field(default_factory=dict)

    async def identify(self, init_data: str) -> PersonId:
        """Know who a test said somebody is, once: as the check of initData does."""
        person = self.known.pop(init_data, None)
        if person is None:
            raise NotAllowed(reason="init_data")
        return person

    async def record(self, *, documents: int = 1) -> ActivationRecord:
        """Return what Ivan shall sign after he tapped Sign."""
        request = await self.house.asked(documents=documents)
        return await self.house.workflow.approve([request.id], by=self.house.id("Ivan"))


@pytest.fixture
def rendering() -> Rendering:
    """The look of the pages, with nobody allowed to frame them but one origin."""
    return Rendering(
        company="Rivers & Sons", public_url="https://sign.example.com", telegram_script_url="/telegram-web-app.js",
        frame_ancestors=("http://127.0.0.1:9",),
    )  # fmt: skip


@pytest.fixture
async def site(house: House, tmp_path: Path, rendering: Rendering) -> AsyncIterator[Site]:
    """The whole house of pages on a free port."""
    documents = DiskDocuments(tmp_path / "documents", min_free_bytes=0, min_free_share=0)
    sketches, server = Sketches(), WebServer(host="127.0.0.1", port=0)
    async with ClientSession() as browser:
        sharing = Sharing(store=house.store, clock=house.clock, policy=SharePolicy(links=True, mails=False))
        site = Site(
            house=house, url="", browser=browser, documents=documents, sketches=sketches, folder=tmp_path,
            sharing=sharing,
        )  # fmt: skip
        pages = Pages(
            store=house.store, workflow=house.workflow, decisions=house.decisions, membership=house.membership,
            sharing=sharing, reception=sketches, activation=house.activation, workers=SameProcess(),
            documents=documents,
            clock=house.clock, identify=site.identify, rendering=rendering, timezone="Europe/Podgorica",
        )  # fmt: skip
        app = build(pages=pages, metrics=lambda: b"up 1\n")
        app.router.add_get("/telegram-web-app.js", _telegram_script)
        await server.show(app)
        site.url = f"http://127.0.0.1:{server.port}"
        yield site
    await server.close()


async def _telegram_script(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(TELEGRAM_SCRIPT)


async def sign(
    site: Site, *, signed_sha256: str = "f" * 64, record: ActivationRecord | None = None
) -> tuple[SigningRequest, Signature]:
    """Return a request that is signed, and its signature, with a digest that the test chooses."""
    record = record or await site.record()
    request, entry = record.entries[0].request, record.entries[0]
    await site.house.workflow.confirm(record.nonce, by=record.signer, code=RIGHT)
    signature = Signature(
        request=request, document=entry.document, signer=record.signer, nonce=record.nonce, level=entry.level,
        signed_sha256=Sha256(signed_sha256), size_bytes=1, certificate_sha256=record.certificate_sha256,
        signed_at=site.house.clock.now(),
    )  # fmt: skip
    async with site.house.store.begin() as tx:
        await tx.signatures.add(signature)
    await site.house.workflow.sign(request, nonce=record.nonce)
    async with site.house.store.read() as tx:
        return await tx.requests.get(request), signature
