"""Where only a proxy leads out, everything to Telegram and to time-stamp authorities goes through it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiogram.methods import GetMe
from aiohttp import web
from pydantic import SecretStr

from bot.cli.checkup import State
from bot.cli.checkup.outside import time_stamps
from bot.cli.telegram_api import clock_skew_s
from bot.parts import build
from bot.platforms.telegram.client import Outgoing, connect
from bot.secret_file import write_secret
from bot.settings import Settings
from playground.pki import LoopbackPki
from playground.telegram_server import DEFAULT_TOKEN, TelegramServer, serve
from tests.conftest import HandClock

USER = "cHJveHk6Y2FuYXJ5"  # proxy:canary


@dataclass
class Proxy:
    """A forwarding proxy that wants a password."""

    port: int = 0
    passed: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """As the settings name it."""
        return f"http://proxy:canary@127.0.0.1:{self.port}"

    async def forward(self, request: web.BaseRequest) -> web.Response:
        """Pass a request on to where it wants to go."""
        if request.headers.get("Proxy-Authorization") != f"Basic {USER}":
            return web.Response(status=407)
        self.passed.append(str(request.url))
        kept = {name: value for name, value in request.headers.items() if name in ("Content-Type", "Accept")}
        async with (
            aiohttp.ClientSession() as out,
            out.request(request.method, request.url, data=await request.read(), headers=kept) as answer,
        ):
            kind = {"Content-Type": answer.headers.get("Content-Type", "")}
            return web.Response(status=answer.status, body=await answer.read(), headers=kind)


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    made = Proxy()
    runner = web.ServerRunner(web.Server(made.forward))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()


async def test_the_bot_and_doctor_reach_telegram_through_the_proxy(proxy: Proxy) -> None:
    async with serve(TelegramServer(people=[]).app()) as url:
        bot = connect(DEFAULT_TOKEN, api_url=url, proxy=proxy.address)
        try:
            me = await Outgoing(bot).ask(GetMe())
        finally:
            await bot.session.close()
        assert me.is_bot
        settings = Settings(
            telegram_token=SecretStr(DEFAULT_TOKEN), telegram_api_url=url, http_proxy=SecretStr(proxy.address)
        )
        await clock_skew_s(settings)
    assert len(proxy.passed) == 2
    assert all(place.endswith("/getMe") for place in proxy.passed)


async def test_time_stamps_come_through_the_proxy(proxy: Proxy, tmp_path: Path, clock: HandClock) -> None:
    pki = await asyncio.to_thread(LoopbackPki, tmp_path / "pki", company="Proxied Ltd")
    async with serve(pki.app()) as url:
        pki.base_url = url
        settings = Settings(
            data_dir=tmp_path / "var", http_proxy=SecretStr(proxy.address), tsa_urls=(pki.tsa_url,),
            tsa_roots_file=pki.roots_pem,
        )  # fmt: skip
        write_secret(settings.sealing_key_file, "00" * 32)
        async with build(settings, clock=clock) as parts:
            authority = parts.workflow._pipeline._timestamp  # type: ignore[attr-defined]  # the wiring is what is asked
            assert await authority.stamp(b"through the proxy")
        findings = [finding async for finding in time_stamps(settings)]
    assert [finding.state for finding in findings] == [State.GOOD]
    assert proxy.passed == [pki.tsa_url] * 2
