"""The portal's own login page for applications: whose browser it is says a cookie; then back to the application."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from aiohttp import web

from playground.bitrix24.accounts import Accounts
from playground.bitrix24.office import Office

COOKIE = "PLAYGROUND_USER"
"""Who is logged in in a browser: the number of the employee."""


class Login:
    """`/oauth/authorize/`; `handler` is the handler's path in the application's card: the caller cannot choose it."""

    def __init__(self, accounts: Accounts, office: Office) -> None:
        self._accounts = accounts
        self._office = office
        self.handler = ""
        self.oauth_host = ""

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the route."""
        return [web.get("/oauth/authorize/", self._authorize), web.get("/desk/login/{user:\\d+}", self._sit_down)]

    def _who(self, request: web.Request) -> web.Response:
        """The page that asks for name and password; here a name is enough."""
        back = urlencode({"back": request.path_qs})
        people = "".join(
            f'<li><a href="/desk/login/{user.id}?{escape(back)}">{escape(user.name)} {escape(user.last_name)}</a>'
            for user in self._office.users.values()
        )
        page = f"<!doctype html><meta charset=utf-8><title>Authorization</title><h1>Who are you?</h1><ul>{people}</ul>"
        return web.Response(text=page, content_type="text/html")

    async def _sit_down(self, request: web.Request) -> web.Response:
        """Somebody sits down at this browser, and goes back to a page of the portal."""
        back = request.query.get("back", "/")
        answer = web.Response(status=302, headers={"Location": f"/{back.lstrip('/')}"})
        # Not for long: several people of the playground sit at one browser.
        answer.set_cookie(COOKIE, request.match_info["user"], httponly=True, max_age=60)
        return answer

    async def _authorize(self, request: web.Request) -> web.Response:
        """Send the browser back with a code; whatever is wrong ends on a page of the portal, without a way back."""
        user = request.cookies.get(COOKIE, "")
        if request.query.get("client_id") != self._accounts.client_id or not self.handler:
            return web.Response(status=404, text="<html>Application not found</html>", content_type="text/html")
        if not user.isdigit():
            return self._who(request)
        back = {
            "code": self._accounts.code(int(user)), "state": request.query.get("state", ""), "domain": request.host,
            "member_id": self._accounts.member_id, "scope": self._accounts.scope, "server_domain": self.oauth_host,
        }  # fmt: skip
        return web.Response(status=302, headers={"Location": f"{self.handler}?{urlencode(back)}"})
