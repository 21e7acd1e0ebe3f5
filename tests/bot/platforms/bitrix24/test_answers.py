"""What a portal answers on its worst days, and what of it may be told."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.platforms.bitrix24.answers import harmless
from bot.platforms.bitrix24.bucket import LeakyBucket
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import (
    Bitrix24Error,
    DownloadRefused,
    NotExecuted,
    Parked,
    Refused,
    UnknownOutcome,
)
from bot.platforms.bitrix24.files import download
from bot.platforms.bitrix24.tokens import TokenPair, Tokens
from tests.bot.platforms.bitrix24.conftest import Desk, Kept
from tests.bot.platforms.bitrix24.servers import answering, serving

ACCESS = "ab12" * 17


class _NoOAuth:
    async def refresh(self, refresh_token: str) -> TokenPair:
        raise UnknownOutcome(method="oauth.token", status=502)


async def _at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


def _portal(session: aiohttp.ClientSession, url: str) -> Portal:
    pair = TokenPair(access=ACCESS, refresh="refresh", expires_at=datetime.now(UTC))
    now = itertools.count(step=60)  # no pause is waited for
    bucket = LeakyBucket(threshold=1000, now=lambda: float(next(now)))
    return Portal(session, url, Tokens(Kept(pair), _NoOAuth()), bucket, sleep=_at_once)


@asynccontextmanager
async def _saying(body: object, *, status: int = 200) -> AsyncIterator[tuple[Portal, list[str]]]:
    """A portal with one answer to everything."""
    written = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with answering(written, status=status) as (url, asked), aiohttp.ClientSession() as session:
        yield _portal(session, url), asked


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<html>Сервер недоступен".encode("cp1251"), 502), (b"\xff\xfe\x00", 200), (b"[" * 9000, 200), ([], 200),
        ("text", 200), ({}, 200), (None, 503), ({"error": "ERROR_UNEXPECTED_ANSWER"}, 500),
    ],
)  # fmt: skip
async def test_what_is_no_answer_leaves_a_write_unknown(body: object, status: int) -> None:
    async with _saying(body, status=status) as (portal, asked):
        with pytest.raises(UnknownOutcome):
            await portal.write("event.bind")
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("body", "status"), [(b"<html>Too Many Requests", 429), ({"error": "SLOW_DOWN"}, 429), ({"error": "BUSY"}, 503)]
)
async def test_too_many_calls_were_not_executed_so_a_write_is_repeated(body: object, status: int) -> None:
    async with _saying(body, status=status) as (portal, asked):
        with pytest.raises(NotExecuted):
            await portal.write("event.bind")
    assert len(asked) == 5


async def test_where_no_connection_comes_about_nothing_was_sent() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        host, port = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex((host, port))  # fills the queue: the next one gets no answer at all
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60, connect=0.2)) as session:
            with pytest.raises(NotExecuted, match="Timeout"):
                await _portal(session, f"http://{host}:{port}").write("event.bind")
        for one in waiting:
            one.close()


@pytest.mark.parametrize("time", [[], None, "x", {}, {"operating_reset_at": "soon"}, {"operating_reset_at": 9e99}])
async def test_a_method_without_time_rests_a_while_whatever_the_portal_says_of_it(time: object) -> None:
    async with _saying({"error": "OPERATION_TIME_LIMIT", "time": time}, status=429) as (portal, asked):
        for _ in range(2):
            with pytest.raises(Parked) as caught:
                await portal.write("crm.item.update")
    assert len(asked) == 1
    assert timedelta(0) < caught.value.until - datetime.now(UTC) < timedelta(minutes=2)


async def test_a_method_rests_as_long_as_the_portal_says() -> None:
    until = datetime.now(UTC) + timedelta(minutes=9)
    body = {"error": "OPERATION_TIME_LIMIT", "time": {"operating_reset_at": until.timestamp()}}
    async with _saying(body, status=429) as (portal, _):
        with pytest.raises(Parked) as caught:
            await portal.read("crm.item.list")
    assert abs(caught.value.until - until) < timedelta(seconds=5)


async def test_a_write_whose_token_could_not_be_renewed_was_not_executed() -> None:
    async with _saying({"error": "expired_token"}, status=401) as (portal, asked):
        with pytest.raises(NotExecuted, match="NOT_RENEWED"):
            await portal.write("event.bind")
    assert len(asked) == 5


@pytest.mark.parametrize("result", [[], None, "yes", {"ADMIN": "Y"}, {"ADMIN": 1}])
async def test_only_a_plain_yes_makes_an_administrator(result: object) -> None:
    async with _saying({"result": result}) as (portal, _):
        assert await portal.is_administrator("token") is False


@pytest.mark.parametrize("result", [[], {}, None, {"items": []}, {"items": None}, {"items": {}}])
async def test_an_empty_list_comes_in_many_shapes(result: object) -> None:
    async with _saying({"result": result}) as (portal, _):
        assert [row async for row in portal.pages("crm.item.list", "items")] == []


@pytest.mark.parametrize("following", [0, "0", -50, "x", []])
async def test_a_list_that_does_not_go_on_ends_with_an_error(following: object) -> None:
    async with _saying({"result": [{"ID": "1"}], "next": following, "total": 99}) as (portal, asked):
        with pytest.raises(UnknownOutcome, match="LIST_WITHOUT_END"):
            [row async for row in portal.pages("user.get", "")]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("description", "told"),
    [
        ("The field is not a file", "The field is not a file"), (f"Token {ACCESS} is bad", ""),
        ("Code 0123456789abcdef0123456789abcdef", ""), (None, ""), ([], ""),
    ],
)  # fmt: skip
async def test_what_the_portal_says_is_logged_unless_a_token_may_stand_in_it(
    description: object, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="bot.platforms.bitrix24.client")
    async with _saying({"error": "ERROR_CORE", "error_description": description}, status=400) as (portal, _):
        with pytest.raises(Refused) as caught:
            await portal.read("profile")
    assert caught.value.description == told
    assert caplog.messages == [f"profile answered 400 ERROR_CORE: {told}"]


async def test_a_code_that_is_a_token_is_told_nowhere() -> None:
    for error in (ACCESS, f"bad token: {ACCESS[:40]}"):
        async with _saying({"error": error, "error_description": error}, status=400) as (portal, _):
            with pytest.raises(Bitrix24Error) as caught:
                await portal.read("profile")
            assert ACCESS[:24] not in f"{caught.value} {caught.value!r} {caught.value.code}"


def test_the_portal_s_own_words_are_no_tokens() -> None:
    for words in ("CRM_FIELD_ERROR_VALUE_NOT_VALID", "DISK_BASE_SERVICE_22001", "crm.timeline.comment.update: no"):
        assert harmless(words) == words
    assert harmless("Нет  доступа\n") == "Нет доступа"
    assert harmless(None) == ""
    assert len(harmless("слово " * 99)) <= 160


@pytest.mark.parametrize("status", [401, 408, 429, 500, 502, 503, 520])
async def test_a_download_that_may_work_later_is_not_refused_for_good(status: int, tmp_path: Path) -> None:
    async with _saying(b"<html>", status=status) as (portal, _):
        with pytest.raises(UnknownOutcome):
            await download(portal, {"id": 1, "urlMachine": "/rest/x"}, tmp_path / "x", limit_bytes=9)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("status", [302, 403, 404])
async def test_a_download_that_never_works_is_refused(status: int, tmp_path: Path) -> None:
    async with _saying(b"x", status=status) as (portal, _):
        with pytest.raises(DownloadRefused, match="NOT_A_FILE"):
            await download(portal, {"id": 1, "urlMachine": "/rest/x"}, tmp_path / "x", limit_bytes=9)


async def test_a_file_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    async def break_off(request: Any) -> Any:
        response = aiohttp.web.StreamResponse(headers={"Content-Length": "100000"})
        await response.prepare(request)
        await response.write(b"half")
        request.transport.close()
        return response

    async with serving(break_off) as url, aiohttp.ClientSession() as session:
        with pytest.raises(UnknownOutcome):
            await download(_portal(session, url), {"id": 1, "urlMachine": "/x"}, tmp_path / "x", limit_bytes=1 << 20)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "link",
    [
        "http://p.bitrix24.com/x", "https://p.bitrix24.com:444/x", "https://user@p.bitrix24.com/x", "https://[::1/x",
        "//q.bitrix24.com/x", "https://p.bitrix24.com\\@evil.example/x", "ftp://p.bitrix24.com/x", "javascript:x",
    ],
)  # fmt: skip
async def test_the_link_of_a_file_leads_to_the_portal_itself_and_never_unencrypted(
    link: str, desk: Desk, tmp_path: Path
) -> None:
    desk.portal.url = "https://p.bitrix24.com"
    with pytest.raises(DownloadRefused, match="FOREIGN_HOST"):
        await download(desk.portal, {"id": 1, "urlMachine": link}, tmp_path / "x", limit_bytes=9)
