"""The portal's own login page for applications: whose browser it is says a cookie; then back to the application."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from playground.bitrix24.accounts import Accounts

COOKIE = "PLAYGROUND_USER"
"""Who is logged in in a browser: the number of the employee."""


class Login:
    """`/oauth/authorize/`; `handler` is the handler's path in the application's card: the caller cannot choose it."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self.handler = ""
        self.oauth_host = ""

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the route."""
        return [web.get("/oauth/authorize/", self._authorize)]

    async def _authorize(self, request: web.Request) -> web.Response:
        """Send the browser back with a code; whatever is wrong ends on a page of the portal, without a way back."""
        user = request.cookies.get(COOKIE, "")
        if request.query.get("client_id") != self._accounts.client_id or not self.handler:
            return web.Response(status=404, text="<html>Application not found</html>", content_type="text/html")
        if not user.isdigit():
            return web.Response(text="<html><title>Authorization</title></html>", content_type="text/html")
        back = {
            "code": self._accounts.code(int(user)), "state": request.query.get("state", ""), "domain": request.host,
            "member_id": self._accounts.member_id, "scope": self._accounts.scope, "server_domain": self.oauth_host,
        }  # fmt: skip
        return web.Response(status=302, headers={"Location": f"{self.handler}?{urlencode(back)}"})
