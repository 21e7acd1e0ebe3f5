"""The authorization server: renews tokens, says whose a token is; the client's secret goes here and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from bot.platforms.bitrix24.errors import AccessLost, NotExecuted, UnknownOutcome, refusal
from bot.platforms.bitrix24.tokens import TokenPair


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
        asked = {**grant, "client_id": self.client_id, "client_secret": self._secret}
        body = await self._ask("/oauth/token/", asked)
        lives = timedelta(seconds=int(body.get("expires_in") or 3600))
        return TokenPair(
            access=str(body["access_token"]), refresh=str(body["refresh_token"]), expires_at=datetime.now(UTC) + lives
        )

    async def introspect(self, access_token: str) -> Introspection:
        """Return whose token it is; raise `AccessLost` for one that the server does not know."""
        body = await self._ask("/rest/app.info", {"auth": access_token})
        found = body.get("result")
        installed = found.get("install") if isinstance(found, dict) else None
        if not isinstance(found, dict) or not isinstance(installed, dict):
            raise AccessLost(method="app.info", code="NO_INSTALLATION")
        return Introspection(
            client_id=str(found.get("client_id")), user_id=int(found.get("user_id") or 0),
            member_id=str(installed.get("member_id")), domain=str(installed.get("domain")),
        )  # fmt: skip

    async def _ask(self, path: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
        """GET, as the server wants it: secrets stand in the address, so no address goes into an error or a log."""
        method = path.strip("/").replace("/", ".")
        try:
            async with self._session.get(f"{self._url}{path}", params=asked, allow_redirects=False) as answer:
                status, text = answer.status, await answer.text()
        except aiohttp.ClientConnectorError as error:
            raise NotExecuted(method=method, code=type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnknownOutcome(method=method, code=type(error).__name__) from None
        body = _json(text)
        if body is None or (status != 200 and "error" not in body):
            raise UnknownOutcome(method=method, status=status)
        if "error" in body:
            raise refusal(method, code=str(body["error"]), status=status)
        return body


def _json(text: str) -> dict[str, Any] | None:
    try:
        body = json.loads(text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
