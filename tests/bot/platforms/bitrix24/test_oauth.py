"""The authorization server: what it vouches for, what its refusals mean, and that its secrets are told nowhere."""

from __future__ import annotations

import logging
import traceback
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.platforms.bitrix24.errors import AccessLost, Bitrix24Error, NotExecuted, Refused, UnknownOutcome
from bot.platforms.bitrix24.oauth import OAuthHost
from playground.bitrix24_portal import CLIENT_ID
from tests.bot.platforms.bitrix24.conftest import Desk
from tests.bot.platforms.bitrix24.servers import answering, hanging_up

SECRETS = ("canary-client-secret", "canary-refresh", "canary-access")


@asynccontextmanager
async def _answering(body: str, *, status: int = 200, location: str = "") -> AsyncIterator[tuple[OAuthHost, list[str]]]:
    """An authorization server with one answer to everything, and the paths it was asked for."""
    headers = {"Location": location} if location else {}
    async with answering(body.encode(), status=status, headers=headers) as (url, asked), aiohttp.ClientSession() as own:
        yield OAuthHost(own, url, "local.1", SECRETS[0]), asked


async def test_a_refresh_gives_the_next_pair_and_voids_the_old(desk: Desk) -> None:
    assert desk.kept.pair is not None
    before = datetime.now(UTC)
    fresh = await desk.oauth.refresh(desk.kept.pair.refresh)
    assert fresh.access != desk.kept.pair.access
    assert timedelta(minutes=59) < fresh.expires_at - before < timedelta(minutes=61)
    with pytest.raises(AccessLost, match="invalid_grant"):
        await desk.oauth.refresh(desk.kept.pair.refresh)
    assert (await desk.oauth.refresh(fresh.refresh)).access != fresh.access


async def test_the_server_says_whose_a_token_is(desk: Desk) -> None:
    found = await desk.oauth.introspect(str(desk.far.accounts.issue(2)["access_token"]))
    assert (found.client_id, found.user_id, found.member_id) == (CLIENT_ID, 2, desk.far.accounts.member_id)
    assert f"http://{found.domain}" == desk.far.url


async def test_a_token_of_another_application_is_told_as_such(desk: Desk) -> None:
    forged = desk.far.accounts.issue(1, client_id="local.other")
    assert (await desk.oauth.introspect(str(forged["access_token"]))).client_id == "local.other"


async def test_an_unknown_or_an_old_token_is_vouched_for_by_nobody(desk: Desk) -> None:
    with pytest.raises(AccessLost, match="NO_AUTH_FOUND"):
        await desk.oauth.introspect("made-up")
    assert desk.kept.pair is not None
    desk.far.accounts.expire()
    with pytest.raises(Refused, match="expired_token"):
        await desk.oauth.introspect(desk.kept.pair.access)


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ('{"error": "WRONG_CLIENT"}', 200, AccessLost), ('{"error": "INVALID_CLIENT"}', 401, AccessLost),
        ('{"error": "payment_required"}', 402, AccessLost), ('{"error": "invalid_request"}', 400, Refused),
        ('{"error": "QUERY_LIMIT_EXCEEDED"}', 503, NotExecuted), ("<html>Bad Gateway</html>", 502, UnknownOutcome),
        ("[]", 200, UnknownOutcome), ("{}", 500, UnknownOutcome), ("<html>", 429, NotExecuted),
        ("{}", 200, UnknownOutcome), ('{"access_token": "a", "refresh_token": null}', 200, UnknownOutcome),
        ('{"access_token": ["a"], "refresh_token": "b"}', 200, UnknownOutcome), ("[" * 9000, 200, UnknownOutcome),
    ],
)  # fmt: skip
async def test_each_refusal_is_told_apart(body: str, status: int, kind: type[Bitrix24Error]) -> None:
    async with _answering(body, status=status) as (oauth, asked):
        with pytest.raises(Bitrix24Error) as caught:
            await oauth.refresh(SECRETS[1])
    assert type(caught.value) is kind
    assert asked == ["/oauth/token/"]


async def test_a_page_in_a_foreign_encoding_is_a_failure_like_any_other() -> None:
    page = answering("<html>Сервер недоступен".encode("cp1251"), status=502)
    async with page as (url, _), aiohttp.ClientSession() as session:
        oauth = OAuthHost(session, url, "local.1", SECRETS[0])
        for asking in (oauth.refresh(SECRETS[1]), oauth.introspect(SECRETS[2])):
            with pytest.raises(UnknownOutcome):
                await asking


@pytest.mark.parametrize("lives", ["3600", "3600.0", "soon", "null", "[]"])
async def test_a_life_in_whatever_shape_is_an_hour(lives: str) -> None:
    body = f'{{"access_token": "a", "refresh_token": "b", "expires_in": "{lives}"}}'
    async with _answering(body) as (oauth, _):
        pair = await oauth.refresh(SECRETS[1])
    assert timedelta(minutes=59) < pair.expires_at - datetime.now(UTC) < timedelta(minutes=61)


async def test_a_refresh_token_is_sent_once_even_when_an_open_connection_breaks() -> None:
    async with hanging_up(on="/oauth/token/") as (url, asked), aiohttp.ClientSession() as session:
        oauth = OAuthHost(session, url, "local.1", SECRETS[0])
        with pytest.raises(AccessLost):
            await oauth.introspect(SECRETS[2])  # leaves a connection open, on which aiohttp would repeat a GET
        with pytest.raises(UnknownOutcome):
            await oauth.refresh(SECRETS[1])
    assert asked == ["/rest/app.info", "/oauth/token/"]


async def test_a_token_without_an_installation_is_worth_nothing() -> None:
    async with _answering('{"result": {"client_id": "local.1", "install": []}}') as (oauth, _):
        with pytest.raises(AccessLost, match="NO_INSTALLATION"):
            await oauth.introspect(SECRETS[2])


async def test_a_redirect_does_not_carry_the_secret_elsewhere() -> None:
    async with _answering("{}") as (elsewhere, heard):
        async with _answering("", status=302, location=f"{elsewhere._url}/oauth/token/") as (oauth, asked):
            with pytest.raises(UnknownOutcome):
                await oauth.refresh(SECRETS[1])
        assert asked == ["/oauth/token/"]
        assert heard == []


async def test_a_server_that_is_away_was_not_asked() -> None:
    async with _answering("{}") as (oauth, _):
        gone = OAuthHost(oauth._session, "http://127.0.0.1:1", "local.1", SECRETS[0])
        with pytest.raises(NotExecuted):
            await gone.refresh(SECRETS[1])


async def test_no_secret_stands_in_an_error_or_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    errors: list[Bitrix24Error] = []
    for body, status in (("<html>", 502), ('{"error": "invalid_grant"}', 400), ("[]", 200)):
        async with _answering(body, status=status) as (oauth, _):
            away = OAuthHost(oauth._session, "http://127.0.0.1:1", "local.1", SECRETS[0])
            for host in (oauth, away):
                errors += [await _failure(host.refresh(SECRETS[1])), await _failure(host.introspect(SECRETS[2]))]
    said = "".join(line for error in errors for line in (*traceback.format_exception(error), repr(error)))
    said += "".join(record.getMessage() for record in caplog.records)
    assert len(errors) == 12
    assert not [secret for secret in SECRETS if secret in said]


async def _failure(asking: Awaitable[object]) -> Bitrix24Error:
    with pytest.raises(Bitrix24Error) as caught:
        await asking
    return caught.value
