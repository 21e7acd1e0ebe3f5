"""A time-stamp is taken from the first authority whose answer proves itself; every other answer is a reason."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.net import Outbound, guarded
from playground.pki import LoopbackPki, TsaFault
from signing.errors import TimestampUnavailable
from signing.formats.trust import check_time_stamp
from signing.timestamp import HttpTimestampAuthority

VALUE = b"a signature value"


@dataclass
class Lane:
    """A PKI that answers on loopback, and how to reach it."""

    pki: LoopbackPki
    outbound: Outbound

    def authority(self, *urls: str, limit_s: float = 5.0) -> HttpTimestampAuthority:
        return HttpTimestampAuthority(
            urls or (self.pki.tsa_url,), roots_der=self.pki.roots_der, post=self.outbound.post, limit_s=limit_s
        )


@pytest.fixture
async def lane(tmp_path: Path) -> AsyncIterator[Lane]:
    """The PKI served on a free port."""
    pki = LoopbackPki(tmp_path / "pki")
    pki.slow_s = 1.5
    runner = web.AppRunner(pki.app(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    pki.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as session:
        yield Lane(pki=pki, outbound=Outbound(session))
    await runner.cleanup()


async def test_the_token_proves_the_value(lane: Lane) -> None:
    token = await lane.authority().stamp(VALUE)
    proved = check_time_stamp(token, VALUE, roots_der=lane.pki.roots_der)
    assert abs((datetime.now(UTC) - proved).total_seconds()) < 60


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (TsaFault.DOWN, "unreachable"),
        (TsaFault.GARBAGE, "garbage"),
        (TsaFault.SLOW, "too-slow"),
        (TsaFault.WRONG_NONCE, "wrong-answer"),
        (TsaFault.WRONG_IMPRINT, "wrong-answer"),
    ],
)
async def test_a_fault_is_a_reason_and_heals(lane: Lane, fault: TsaFault, reason: str) -> None:
    lane.pki.tsa_fault = fault
    with pytest.raises(TimestampUnavailable) as unavailable:
        await lane.authority(limit_s=0.3 if fault is TsaFault.SLOW else 5.0).stamp(VALUE)
    assert unavailable.value.facts == {"reason": reason}

    lane.pki.tsa_fault = TsaFault.NONE
    assert await lane.authority().stamp(VALUE)


async def test_faults_are_switched_over_http(lane: Lane) -> None:
    async with aiohttp.ClientSession() as session:
        await session.put(f"{lane.pki.base_url}/faults/tsa", data="down")
    assert lane.pki.tsa_fault is TsaFault.DOWN


async def test_the_next_authority_is_asked_when_one_fails(lane: Lane) -> None:
    nobody = "http://127.0.0.1:1/tsa"
    assert await lane.authority(nobody, lane.pki.tsa_url).stamp(VALUE)


async def test_every_failure_is_named(lane: Lane) -> None:
    with pytest.raises(TimestampUnavailable) as unavailable:
        await lane.authority("http://127.0.0.1:1/tsa", f"{lane.pki.base_url}/missing").stamp(VALUE)
    assert unavailable.value.facts == {"reason": "unreachable, unreachable"}


async def test_an_authority_that_nobody_trusts_is_refused(lane: Lane, tmp_path: Path) -> None:
    strangers = LoopbackPki(tmp_path / "strangers").roots_der
    authority = HttpTimestampAuthority([lane.pki.tsa_url], roots_der=strangers, post=lane.outbound.post)
    with pytest.raises(TimestampUnavailable, match="wrong-answer"):
        await authority.stamp(VALUE)


async def test_without_addresses_it_says_so(lane: Lane) -> None:
    authority = HttpTimestampAuthority([], roots_der=lane.pki.roots_der, post=lane.outbound.post)
    with pytest.raises(TimestampUnavailable, match="not-configured"):
        await authority.stamp(VALUE)


async def test_twenty_signatures_are_stamped_at_once(lane: Lane) -> None:
    values = [f"value {number}".encode() for number in range(20)]
    tokens = await asyncio.gather(*(lane.authority().stamp(value) for value in values))
    for token, value in zip(tokens, values, strict=True):
        check_time_stamp(token, value, roots_der=lane.pki.roots_der)


async def test_openssl_agrees_with_the_token(lane: Lane, tmp_path: Path) -> None:
    token, data = tmp_path / "token.der", tmp_path / "data"
    token.write_bytes(await lane.authority().stamp(VALUE))
    data.write_bytes(VALUE)
    process = await asyncio.create_subprocess_exec(
        "openssl", "ts", "-verify", "-in", str(token), "-token_in", "-data", str(data),
        "-CAfile", str(lane.pki.roots_pem), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate()
    assert b"Verification: OK" in told, told.decode()


@pytest.mark.parametrize("url", ["http://tsa.example.com/", "ftp://127.0.0.1/", "file:///etc/passwd", "//127.0.0.1"])
def test_only_https_or_loopback_is_asked(url: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        guarded(url)


@pytest.mark.parametrize(
    "url", ["https://tsa.example.com/", "http://127.0.0.1:8080/", "http://[::1]/", "http://localhost/"]
)
def test_https_and_loopback_are_asked(url: str) -> None:
    assert str(guarded(url)) == url


@pytest.mark.parametrize(
    ("path", "reason"), [("/redirect", "answered 302"), ("/flood", "answered too much"), ("/error", "answered 500")]
)
async def test_redirects_floods_and_errors_are_no_answer(path: str, reason: str) -> None:
    async def redirect(_request: web.Request) -> web.Response:
        raise web.HTTPFound("https://example.com/")

    async def flood(_request: web.Request) -> web.Response:
        return web.Response(body=bytes(300_000))

    async def error(_request: web.Request) -> web.Response:
        raise web.HTTPInternalServerError

    app = web.Application()
    app.add_routes([web.post("/redirect", redirect), web.post("/flood", flood), web.post("/error", error)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}{path}"
    async with aiohttp.ClientSession() as session:
        with pytest.raises(OSError, match=reason):
            await Outbound(session).post(url, b"", "text/plain")
    await runner.cleanup()
