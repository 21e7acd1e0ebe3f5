"""`/v/NUMBER` of pages that we made: it tells the digest of the file they were made of, and not its name."""

from __future__ import annotations

from signing.acceptance import Acceptance
from signing.activation.record import ActivationRecord
from signing.document import Document, Making, Sha256
from signing.request import ReplyTo
from tests.bot.platforms.web.conftest import Site, sign

WORD_SHA256 = Sha256("b2" * 32)


async def record_of(site: Site, original: Sha256) -> ActivationRecord:
    """Return what Ivan shall sign of a document that was made of another file."""
    house, anna, ivan = site.house, site.house.id("Anna"), site.house.id("Ivan")
    made = Document(
        position=0, name="Contract.pdf", sha256=Sha256("a" * 64), size_bytes=9, pages=1, making=Making.OFFICE,
        original_sha256=original, original_name="Contract.docx",
    )  # fmt: skip
    request = await house.workflow.draft([made], by=anna, reply_to=ReplyTo(platform="telegram", chat_id="1001"))
    await Acceptance(store=house.store, clock=house.clock, workflow=house.workflow).accept(request.id, by=anna)
    await house.workflow.submit(request.id, by=anna, to=ivan)
    return await house.workflow.approve([request.id], by=ivan)


async def test_the_digest_of_the_original_is_told_and_its_name_is_not(site: Site) -> None:
    request, _ = await sign(site, record=await record_of(site, WORD_SHA256))
    async with site.browser.get(f"{site.url}/v/{request.id}") as answer:
        text = await answer.text()
    assert WORD_SHA256 in text
    assert "Contract" not in text


async def test_what_was_made_as_a_pdf_has_no_original(site: Site) -> None:
    request, _ = await sign(site)
    async with site.browser.get(f"{site.url}/v/{request.id}") as answer:
        assert "Made from a file" not in await answer.text()
