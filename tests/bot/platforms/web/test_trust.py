"""/trust: what a stranger needs, open to everybody; also while the activation module is away."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from bot.platforms.web.rendering import Rendering
from bot.platforms.web.trust import TrustPages
from playground.pki import LoopbackPki
from signing.errors import ActivationUnavailable
from signing.trust import anchors_of, grouped
from tests.fakes.activation import FakeActivation


class Away(FakeActivation):
    """A module that does not answer."""

    async def journal_public_key(self) -> bytes:
        """Refuse."""
        raise ActivationUnavailable


@pytest.fixture
def pki(tmp_path: Path) -> LoopbackPki:
    """The company's CA."""
    return LoopbackPki(tmp_path / "pki", company="Rivers & Sons")


async def served(rendering: Rendering, pki: LoopbackPki, activation: FakeActivation) -> AsyncIterator[str]:
    pages = TrustPages(activation=activation, rendering=rendering, roots_der=(*pki.roots_der, b"no certificate"))
    app = web.Application()
    app.add_routes(pages.routes())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def get(url: str) -> tuple[int, bytes]:
    async with ClientSession() as browser, browser.get(url) as answer:
        return answer.status, await answer.read()


async def test_root_and_journal_key_are_shown_and_downloaded(
    rendering: Rendering, pki: LoopbackPki, tmp_path: Path
) -> None:
    activation = FakeActivation()
    async for url in served(rendering, pki, activation):
        status, page = await get(f"{url}/trust?lang=ru")
        (anchor,) = anchors_of(pki.roots_der)
        assert status == 200
        for told in (anchor.grouped, anchor.name, "подписавший неизвестен", "Rivers &amp; Sons"):
            assert told in page.decode()
        key = await activation.journal_public_key()
        assert grouped(hashlib.sha256(key).hexdigest()) in page.decode()
        (tmp_path / "root.cer").write_bytes((await get(f"{url}/trust/root-1.cer"))[1])
        (tmp_path / "journal.pem").write_bytes((await get(f"{url}/trust/journal.pem"))[1])
        assert (await get(f"{url}/trust/root-2.cer"))[0] == 404
        _openssl_agrees(tmp_path, anchor.sha256, key)


def _openssl_agrees(folder: Path, sha256: str, key: bytes) -> None:
    """The fingerprint on the page is the one that other programs show."""
    asked = ["openssl", "x509", "-inform", "der", "-in", "root.cer", "-noout", "-fingerprint", "-sha256"]
    said = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=True, timeout=30).stdout
    assert said.strip().partition("=")[2].replace(":", "").lower() == sha256
    asked = ["openssl", "pkey", "-pubin", "-in", "journal.pem", "-outform", "der"]
    assert subprocess.run(asked, cwd=folder, capture_output=True, check=True, timeout=30).stdout == key


async def test_the_page_answers_while_the_module_is_away(rendering: Rendering, pki: LoopbackPki) -> None:
    async for url in served(rendering, pki, Away()):
        status, page = await get(f"{url}/trust")
        assert status == 200
        assert b"journal.pem" not in page
        assert (await get(f"{url}/trust/journal.pem"))[0] == 503
