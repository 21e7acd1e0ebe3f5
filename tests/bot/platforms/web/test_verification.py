"""`/verify` and `/v/NUMBER`: a plain verdict, nothing kept, nothing given away."""

from __future__ import annotations

import hashlib
import io

import pytest
from aiohttp import FormData
from playwright.async_api import expect

from bot import phrases
from bot.platforms.web.verdict import in_words
from bot.platforms.web.verification import FILE_BYTES
from signing.document import Sha256
from signing.errors import WorkerFailed
from signing.ports import Signature
from signing.request import RequestId, SigningRequest, written
from signing.verification.verdict import Label, Overall, SignatureVerdict, Verdict
from tests.assets import raw_pdf, signed_pdfs
from tests.bot.platforms.web.conftest import SameProcess, Site
from tests.bot.platforms.web.test_in_browser import Window, chromium, window
from tests.fakes.activation import RIGHT

__all__ = ["chromium", "window"]


async def dropped(site: Site, body: bytes, **headers: str) -> tuple[int, str]:
    form = FormData()
    form.add_field("file", io.BytesIO(body), filename="a.pdf", content_type="application/pdf")
    async with site.browser.post(f"{site.url}/verify", data=form, headers=headers) as answer:
        return answer.status, await answer.text()


async def asked(site: Site, path: str) -> tuple[int, str]:
    async with site.browser.get(site.url + path) as answer:
        return answer.status, await answer.text()


async def signed(site: Site, *, documents: int = 1) -> tuple[SigningRequest, bytes]:
    """Return a signed request and the bytes that its first document became."""
    record = await site.record(documents=documents)
    await site.house.workflow.confirm(record.nonce, by=record.signer, code=RIGHT)
    body = signed_pdfs.signed()
    site.house.pipeline.make = _paper(site, Sha256(hashlib.sha256(body).hexdigest()))  # type: ignore[method-assign]  # the bytes that this test needs
    await site.house.workflow.sign(record.entries[0].request, nonce=record.nonce)
    async with site.house.store.read() as tx:
        return await tx.requests.get(record.entries[0].request), body


def _paper(site: Site, digest: Sha256):  # type: ignore[no-untyped-def]  # noqa: ANN202  # the port's own method
    made = site.house.pipeline.make

    async def make(*args, **kwargs):  # type: ignore[no-untyped-def]  # noqa: ANN002, ANN003, ANN202  # as above
        signature = await made(*args, **kwargs)
        return Signature(**{**signature.__dict__, "signed_sha256": digest})

    return make
