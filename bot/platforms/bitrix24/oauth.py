"""The authorization server: renews tokens, says whose a token is; the client's secret goes here and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from bot.platforms.bitrix24.answers import failure_to_send, mapping, number, read_answer, read_json
from bot.platforms.bitrix24.errors import AccessLost, Bitrix24Error, UnknownOutcome
from bot.platforms.bitrix24.tokens import TokenPair

log = logging.getLogger(__name__)

_LIFE_S = 3600


@dataclass(frozen=True, kw_only=True)
class Introspection:
    """What the authorization server vouches for (`app.info`)."""

    client_id: str
    user_id: int
    member_id: str
    domain: str


class OAuthHost:
    """The authorization server of the portal's region."""

    def __init__(self, session: aiohttp.ClientSession, url: str, client_id: str, client_secret: str) -> None:
        self._session = session
        self._url = url
        self._secret = client_secret
        self.client_id = client_id

    async def exchange(self, code: str) -> TokenPair:
        """Return the first pair of whoever logged in; a code counts once, within 30 s. Raises `AccessLost`."""
        return await self._pair({"grant_type": "authorization_code", "code": code})

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Return the next pair; the old refresh token is void from now on. Raises `AccessLost`."""
        return await self._pair({"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def _pair(self, grant: Mapping[str, str]) -> TokenPair:
        """Ask on a fresh connection, because one that was kept open may be dead; and once: a grant counts once."""
        asked = {**grant, "client_id": self.client_id, "client_secret": self._secret}
        fresh = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True), timeout=self._session.timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
        )  # fmt: skip
        async with fresh:
            body = await self._ask(fresh, "/oauth/token/", asked)
        access, refresh = body.get("access_token"), body.get("refresh_token")
        if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
            raise UnknownOutcome(method="oauth.token", code="NO_TOKENS")
        lives = timedelta(seconds=number(body.get("expires_in")) or _LIFE_S)
        return TokenPair(access=access, refresh=refresh, expires_at=datetime.now(UTC) + lives)

    async def introspect(self, access_token: str) -> Introspection:
        """Return whose token it is; raise `AccessLost` for one that the server does not know."""
        body = await self._ask(self._session, "/rest/app.info", {"auth": access_token})
        found = mapping(body.get("result"))
        installed = mapping(found.get("install"))
        if not installed:
            raise AccessLost(method="app.info", code="NO_INSTALLATION")
        return Introspection(
            client_id=str(found.get("client_id")), user_id=number(found.get("user_id")),
            member_id=str(installed.get("member_id")), domain=str(installed.get("domain")),
        )  # fmt: skip

    async def _ask(self, session: aiohttp.ClientSession, path: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
        """GET, as the server wants it: secrets stand in the address, so no address goes into an error or a log."""
        method = path.strip("/").replace("/", ".").removeprefix("rest.")
        try:
            asking = session.get(f"{self._url}{path}", params=asked, allow_redirects=False, middlewares=(_once,))
            async with asking as answer:
                status, body = answer.status, read_json(await answer.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise failure_to_send(method, error) from None
        try:
            read_answer(method, status, body, secrets=tuple(asked.values()))
        except Bitrix24Error as error:
            log.info("%s answered %d %s: %s", method, status, error.code, error.description)
            raise
        if body is None or status != 200:
            raise UnknownOutcome(method=method, status=status)
        return body


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating a GET by itself when the connection breaks: nobody knows what was done."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientError(type(error).__name__) from None
