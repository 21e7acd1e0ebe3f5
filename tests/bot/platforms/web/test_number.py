"""`/v/NUMBER`: state, signer, time and fingerprint; no name of a document, nothing before it is signed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from signing.document import fingerprint
from signing.request import written
from tests.bot.platforms.web.conftest import Site, sign
from tests.bot.platforms.web.test_in_browser import Window, chromium, window

__all__ = ["chromium", "window"]


async def asked(site: Site, path: str) -> tuple[int, str]:
    async with site.browser.get(site.url + path) as answer:
        return answer.status, await answer.text()


async def test_a_number_tells_who_signed_and_when_and_no_more(site: Site) -> None:
    request, signature = await sign(site)
    status, text = await asked(site, f"/v/{request.id}")
    assert status == 200
    for told in ("Signed", "Ivan", "TEST key", "own key", "23.11.2026 10:00 CET", fingerprint(signature.signed_sha256)):
        assert told in text
    for secret in ("0.pdf", "please", "Anna", request.documents[0].sha256):
        assert secret not in text


async def test_a_number_is_read_however_it_is_typed(site: Site) -> None:
    request, _signature = await sign(site)
    typed = written(request.id).lower()
    for path in (f"/v/{typed}", f"/v?number={typed}", f"/v?number=%20{typed.replace('-', '%20')}%20"):
        assert (await asked(site, path))[0] == 200


async def test_a_request_that_waits_tells_its_state_only(site: Site) -> None:
    request = await site.house.asked()
    status, text = await asked(site, f"/v/{request.id}")
    assert (status, "Waiting for the signer" in text) == (200, True)
    assert "Ivan" not in text


async def test_unknown_ill_typed_and_draft_numbers_look_the_same(site: Site) -> None:
    draft = await site.house.drafted()
    answers = [await asked(site, f"/v/{number}") for number in ("000000000000", "nonsense", draft.id, "%00" * 99)]
    assert [status for status, _ in answers] == [404] * 4
    assert len({re.sub(r'href="[^"]*"', "", text) for _, text in answers}) == 1


@pytest.mark.parametrize(
    "path", ["/v/../metrics", "/v/%2e%2e%2fmetrics", "/static/../rendering.py", "/static/%2e%2e/pages.py"]
)
async def test_no_path_leads_out_of_the_pages(site: Site, path: str) -> None:
    async with site.browser.get(site.url + path) as answer:
        text = await answer.text()
    assert "import" not in text
    assert answer.status in {200, 403, 404}


async def test_the_browser_compares_a_file_without_sending_it(site: Site, window: Window, tmp_path: Path) -> None:
    body = b"the very file"
    request, _signature = await sign(site, signed_sha256=hashlib.sha256(body).hexdigest())
    page = window.page
    posted: list[str] = []
    await page.goto(f"{site.url}/v/{request.id}")
    page.on("request", lambda asked: posted.append(asked.url) if asked.method != "GET" else None)
    (tmp_path / "same.pdf").write_bytes(body)
    (tmp_path / "other.pdf").write_bytes(body + b"!")
    await page.locator("#compared").set_input_files(tmp_path / "same.pdf")
    await expect(page.locator("#outcome")).to_contain_text("the very file that was signed")
    await page.screenshot(path=tmp_path / "number.png", full_page=True)
    await page.locator("#compared").set_input_files(tmp_path / "other.pdf")
    await expect(page.locator("#outcome")).to_contain_text("is not the one")
    assert posted == []
    assert window.complaints == []
