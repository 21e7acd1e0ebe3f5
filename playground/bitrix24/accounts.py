"""The authorization server: tokens of users for one application, renewed in rotation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiohttp import web

from playground.bitrix24.refusal import Refusal
from playground.bitrix24.times import times

LIFE = timedelta(hours=1)
CODE_LIFE = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What an access token is good for."""

    user: int
    client_id: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Code:
    """What a browser brings back after logging in."""

    user: int
    expires_at: datetime


class Accounts:
    """Grants by token."""

    def __init__(self, *, client_id: str, client_secret: str, member_id: str, scope: str) -> None:
        self.client_id = client_id
        self.member_id = member_id
        self.portal_url = ""
        self.scope = scope
        self.is_installed = True
        self.refreshes = 0
        """How often a pair was renewed."""
        self._client_secret = client_secret
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, int] = {}
        self._codes: dict[str, Code] = {}

    def issue(self, user: int, *, client_id: str | None = None) -> dict[str, object]:
        """Return a new pair for a user, as the server writes it; `client_id` of another application for forgeries."""
        access, refresh = secrets.token_hex(35), secrets.token_hex(35)
        client = client_id or self.client_id
        self._access[access] = Grant(user=user, client_id=client, expires_at=datetime.now(UTC) + LIFE)
        self._refresh[refresh] = user
        return {
            "access_token": access, "refresh_token": refresh, "expires_in": int(LIFE.total_seconds()),
            "scope": self.scope, "status": "L", "member_id": self.member_id, "user_id": user,
        }  # fmt: skip

    def code(self, user: int, *, life: timedelta = CODE_LIFE) -> str:
        """Return a code for somebody who logged in: it counts once, and not for long."""
        code = secrets.token_hex(35)
        self._codes[code] = Code(user=user, expires_at=datetime.now(UTC) + life)
        return code

    def revoke(self, user: int) -> None:
        """Let nothing count any more that a user ever got."""
        self._access = {token: grant for token, grant in self._access.items() if grant.user != user}
        self._refresh = {token: whose for token, whose in self._refresh.items() if whose != user}

    def grant(self, token: str) -> Grant:
        """Return what a token is good for; raise the portal's own refusals."""
        found = self._access.get(token)
        if not self.is_installed:
            raise Refusal("APPLICATION_NOT_FOUND", "Application not found", status=401)
        if found is None:
            raise Refusal("NO_AUTH_FOUND", "Wrong authorization data", status=401)
        if datetime.now(UTC) >= found.expires_at:
            raise Refusal("expired_token", "The access token provided has expired.", status=401)
        return found

    def expire(self) -> None:
        """Let every access token that is out be old."""
        past = datetime.now(UTC) - LIFE
        self._access = {
            token: Grant(user=grant.user, client_id=grant.client_id, expires_at=past)
            for token, grant in self._access.items()
        }

    def forget(self) -> None:
        """The application was removed: no token of it counts any more."""
        self._access.clear()
        self._refresh.clear()
        self.is_installed = False

    def app(self) -> web.Application:
        """Return the server's own site."""
        app = web.Application()
        app.router.add_route("*", "/oauth/token/", self._token)
        for path in ("/rest/app.info", "/rest/app.info/"):
            app.router.add_get(path, self._info)
        return app

    async def _token(self, request: web.Request) -> web.Response:
        given = {**request.query, **(await request.post())}
        if given.get("client_id") != self.client_id or given.get("client_secret") != self._client_secret:
            return web.json_response({"error": "invalid_client"}, status=401)
        if not self.is_installed:
            return web.json_response({"error": "NOT_INSTALLED", "error_description": "Not installed"}, status=400)
        match given.get("grant_type"):
            case "refresh_token":
                user = self._refresh.pop(str(given.get("refresh_token")), None)
                self.refreshes += user is not None
            case "authorization_code":
                code = self._codes.pop(str(given.get("code")), None)
                user = code.user if code and datetime.now(UTC) < code.expires_at else None
            case _:
                return web.json_response({"error": "invalid_request"}, status=400)
        if user is None:
            return web.json_response({"error": "invalid_grant"}, status=400)
        pair = self.issue(user)
        here = f"{request.scheme}://{request.host}/rest/"
        ends = {"client_endpoint": f"{self.portal_url}/rest/", "server_endpoint": here, "domain": request.host}
        return web.json_response(pair | ends | {"expires": int(datetime.now(UTC).timestamp()) + 3600})

    async def _info(self, request: web.Request) -> web.Response:
        try:
            grant = self.grant(request.query.get("auth", ""))
        except Refusal as refusal:
            return web.json_response(refusal.body(), status=refusal.status)
        domain = self.portal_url.partition("://")[2]
        install = {
            "installed": True, "version": 1, "status": "L", "scope": self.scope, "domain": domain, "uri": "",
            "client_endpoint": f"{self.portal_url}/rest/", "member_id": self.member_id, "member_type": "",
        }  # fmt: skip
        result = {
            "client_id": grant.client_id, "scope": self.scope, "expires": grant.expires_at.isoformat(),
            "user_id": grant.user, "install": install,
        }  # fmt: skip
        return web.json_response({"result": result, "time": times()})
