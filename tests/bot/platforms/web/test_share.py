"""The page of a link: the very bytes that were signed, counted by download, not by look; calm words at its end."""

from __future__ import annotations

import hashlib

import pytest

from signing.ports import Signature
from signing.request import SigningRequest
from tests.bot.platforms.web.conftest import Site, sign
from tests.fakes.activation import RIGHT

BODY = b"%PDF-1.7 signed\n"


async def shared(site: Site, *, downloads: int = 2) -> tuple[SigningRequest, str]:
    """Return a signed request whose file is kept, and a link's token."""
    await site.documents.put(BODY)
    request, _ = await sign(site, signed_sha256=hashlib.sha256(BODY).hexdigest())
    _, token = await site.sharing.share(request.id, by=site.house.id("Anna"), downloads=downloads)
    return request, token


async def asked(site: Site, path: str, *, method: str = "GET", **headers: str) -> tuple[int, bytes, dict[str, str]]:
    async with site.browser.request(method, f"{site.url}{path}", headers=headers) as answer:
        return answer.status, await answer.read(), dict(answer.headers)


async def test_the_page_says_who_signed_and_how_to_trust_it(site: Site) -> None:
    request, token = await shared(site)
    status, page, headers = await asked(site, f"/s/{token}")
    text = page.decode()
    assert status == 200
    for said in (
        "Ivan",
        "0 signed.pdf",
        "TEST key",
        "How to check and trust it",
        "/verify",
        f"/v/{request.id}",
        "2 more downloads",
    ):
        assert said in text
    assert headers["Cache-Control"] == "no-store"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Referrer-Policy"] == "no-referrer"
    _, russian, _ = await asked(site, f"/s/{token}", **{"Accept-Language": "ru"})
    assert "Как проверить" in russian.decode()


async def test_the_bytes_are_the_signed_ones_and_only_a_download_counts(site: Site) -> None:
    _, token = await shared(site, downloads=2)
    for _ in range(3):
        assert (await asked(site, f"/s/{token}"))[0] == 200
        assert (await asked(site, f"/s/{token}/0", method="HEAD"))[0] == 405
        assert (await asked(site, f"/s/{token}/7"))[0] == 404
    for _ in range(2):
        status, body, headers = await asked(site, f"/s/{token}/0")
        assert (status, body) == (200, BODY)
        assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''0%20signed.pdf"
        assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    for path in (f"/s/{token}/0", f"/s/{token}"):
        status, page, _ = await asked(site, path)
        assert (status, b"used up" in page, BODY in page) == (410, True, False)


@pytest.mark.parametrize(("how", "words"), [("expired", b"has expired"), ("revoked", b"was taken back")])
async def test_a_link_that_has_ended_says_how_and_gives_nothing(site: Site, how: str, words: bytes) -> None:
    request, token = await shared(site)
    if how == "expired":
        site.house.clock.move(days=15)
    else:
        await site.sharing.revoke(request.id, by=site.house.id("Anna"))
    for path in (f"/s/{token}", f"/s/{token}/0"):
        status, page, _ = await asked(site, path)
        assert (status, words in page, BODY in page) == (410, True, False)


@pytest.mark.parametrize("token", ["0", "AAAAAAAAAAAAAAAAAAAAAA", "..%2f..%2fetc", "%00"])
async def test_a_token_that_is_none_finds_nothing(site: Site, token: str) -> None:
    await shared(site)
    assert (await asked(site, f"/s/{token}"))[0] == 404
    assert (await asked(site, f"/s/{token}/0"))[0] == 404


async def test_a_file_that_cannot_be_read_costs_no_download(site: Site) -> None:
    request, token = await shared(site, downloads=1)
    site.documents.path(hashlib.sha256(BODY).hexdigest()).write_bytes(b"damaged")  # type: ignore[arg-type]  # a digest is a text
    assert (await asked(site, f"/s/{token}/0"))[0] == 404
    assert (await site.sharing.find(token)).downloads == 0
    assert "share:downloaded" not in await site.house.tags(request)


async def test_every_file_of_a_request_has_its_own_download(site: Site) -> None:
    bodies = [BODY + b"first", BODY + b"second"]
    record = await site.record(documents=2)
    await site.house.workflow.confirm(record.nonce, by=record.signer, code=RIGHT)
    for entry, body in zip(record.entries, bodies, strict=True):
        signature = Signature(
            request=entry.request, document=entry.document, signer=record.signer, nonce=record.nonce, level="B-T",
            signed_sha256=await site.documents.put(body), size_bytes=len(body),
            certificate_sha256=record.certificate_sha256, signed_at=site.house.clock.now(),
        )  # fmt: skip
        async with site.house.store.begin() as tx:
            await tx.signatures.add(signature)
    request = record.entries[0].request
    await site.house.workflow.sign(request, nonce=record.nonce)
    _, token = await site.sharing.share(request, by=site.house.id("Anna"))
    _, page, _ = await asked(site, f"/s/{token}")
    assert page.count(b"Download ") >= 2
    assert [(await asked(site, f"/s/{token}/{place}"))[1] for place in (0, 1)] == bodies
