"""The portal's REST: who calls, how much, what goes wrong; then the method itself."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from aiohttp import web
from yarl import URL

from playground.bitrix24.accounts import Accounts
from playground.bitrix24.activities import Activities
from playground.bitrix24.batch import run
from playground.bitrix24.bizproc import Bizproc
from playground.bitrix24.crm import PAGE, Crm, Listed
from playground.bitrix24.events import Events
from playground.bitrix24.faults import FaultKind, Faults
from playground.bitrix24.imbot import Imbot
from playground.bitrix24.notifications import Notifications
from playground.bitrix24.office import Office, StoredFile
from playground.bitrix24.placements import Placements
from playground.bitrix24.refusal import Refusal
from playground.bitrix24.times import times

THRESHOLD, LEAK_PER_S = 50, 2.0
SCOPES = {
    "crm.": ("crm",), "user.": ("user", "user_basic", "user_brief"), "department.": ("department",), "im.": ("im",),
    "imbot.": ("imbot",),
}  # fmt: skip
"""Which permissions the methods of a family take: one of them is enough."""
_BROWSERLIKE = ("Mozilla/", "Chrome/")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that arrived."""

    method: str
    user: int
    error: str
    """Empty when it was executed."""
    is_inner: bool = False
    """Whether it was made inside a batch."""


class Rest:
    """The router."""

    def __init__(
        self, *, accounts: Accounts, office: Office, events: Events, faults: Faults, placements: Placements,
        imbot: Imbot, activities: Activities,
    ) -> None:  # fmt: skip
        self._accounts = accounts
        self._office = office
        self._faults = faults
        self._imbot = imbot
        self.crm = Crm(office)
        self.bizproc = Bizproc(office=office, accounts=accounts, events=events)
        self.notifications = Notifications(office)
        self.calls: list[Call] = []
        self.is_limited = True
        """Whether the leaky bucket counts."""
        self.leak_per_s, self.threshold = LEAK_PER_S, THRESHOLD
        """What the portal's plan lets out of its bucket, and what goes into it."""
        self.moved_to = ""
        """The portal's new address after a rename; whoever still asks at another one is sent there."""
        self.redirect = ""
        """Where it really sends them, when somebody has tampered with it."""
        self._level, self._at = 0.0, time.monotonic()
        self._methods = {
            **self.crm.methods, **placements.methods, "event.bind": events.bind, "event.unbind": events.unbind,
            "event.get": events.get, "scope": self._scope, **self.bizproc.methods, **self.notifications.methods,
            **imbot.methods, **activities.methods,
        }  # fmt: skip

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of the portal's REST."""
        return [
            web.get("/rest/crm.controller.item.getFile.json", self._file),
            web.get("/rest/download.json", self._chat_file),
            web.get("/bitrix/services/main/ajax.php", self._login),
            web.route("*", "/rest/{method}", self._rest),
        ]

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        there = URL(self.moved_to) if self.moved_to else None
        # Some clients forget the port when they follow.
        if there is not None and request.host not in (there.authority, there.host):
            sent_to = self.redirect or f"{self.moved_to}{request.path}"
            return web.Response(status=302, headers={"Location": sent_to})
        method = request.match_info["method"].removesuffix(".json").lower()
        fault = self._faults.hits(method)
        if fault is FaultKind.AWAY:
            return _broken(request)
        user = 0
        try:
            params = await _params(request)
            self._count()
            _misbehave(fault)
            token = str(params.pop("auth", ""))
            user = self._accounts.grant(token).user
            if method == "batch":
                body = _answer(run(params, partial(self._inner, user=user, token=token)), {})
            else:
                body = self._execute(method, params, user, token)
        except Refusal as refusal:
            self.calls.append(Call(method=method, user=user, error=refusal.code))
            status = 200 if fault is FaultKind.ERROR_WITH_200 else refusal.status
            return web.json_response(refusal.body() | {"time": _time(fault)}, status=status)
        except _Page:
            self.calls.append(Call(method=method, user=user, error="html"))
            return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
        self.calls.append(Call(method=method, user=user, error=""))
        return _broken(request) if fault is FaultKind.DROP_RESPONSE else web.json_response(body)

    def _execute(self, method: str, params: Mapping[str, Any], user: int, token: str) -> dict[str, Any]:
        if method not in self._methods:
            raise Refusal("ERROR_METHOD_NOT_FOUND", "Method not found!", status=404)
        self._need_scope(method)
        return _answer(self._methods[method](params, user, token), params)

    def _inner(self, method: str, params: Mapping[str, Any], *, user: int, token: str) -> dict[str, Any]:
        """One call of a batch: it has its own faults, and its limits of time, but no place in the bucket."""
        error = ""
        try:
            _misbehave(self._faults.hits(method))
            return self._execute(method, params, user, token)
        except Refusal as refusal:
            error = refusal.code
            raise
        except _Page:
            error = "INTERNAL_SERVER_ERROR"
            raise Refusal(error, "Internal server error", status=500) from None
        finally:
            self.calls.append(Call(method=method, user=user, error=error, is_inner=True))

    def _scope(self, *_: Any) -> list[str]:
        return self._accounts.scope.split(",")

    def _need_scope(self, method: str) -> None:
        granted = set(self._accounts.scope.split(","))
        if any(method.startswith(prefix) and granted.isdisjoint(any_of) for prefix, any_of in SCOPES.items()):
            raise Refusal(
                "insufficient_scope", "The request requires higher privileges than provided by the access token",
                status=403,
            )  # fmt: skip

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """The machine's link: a sane User-Agent or nginx's 404; the name stands in `Content-Disposition` only."""
        if not request.headers.get("User-Agent", "").startswith(_BROWSERLIKE):
            return web.Response(status=404, text="<html>404 Not Found</html>", content_type="text/html")
        try:
            self._count()
            user = self._accounts.grant(request.query.get("auth", "")).user
            _, deal, name, number = request.query.get("token", "").split("|")
            if int(number) not in self._office.deal(int(deal), user=user).files.get(name, []):
                raise Refusal("NOT_FOUND")
        except Refusal as refusal:
            self.calls.append(Call(method="download", user=0, error=refusal.code))
            return web.json_response(refusal.body(), status=refusal.status)
        self.calls.append(Call(method="download", user=user, error=""))
        return _attachment(self._office.files[int(number)])

    async def _chat_file(self, request: web.Request) -> web.StreamResponse:
        """The link of `imbot.v2.File.download`: it opens once."""
        self._count()
        stored = self._imbot.linked(request.query.get("token", "").removeprefix("imbot|"))
        if stored is None or not request.headers.get("User-Agent", "").startswith(_BROWSERLIKE):
            return web.Response(status=404, text="<html>404 Not Found</html>", content_type="text/html")
        return _attachment(stored)

    async def _login(self, _request: web.Request) -> web.Response:
        """The browser's link wants a session: without one a page asks for the password."""
        return web.Response(text="<html><title>Authorization</title></html>", content_type="text/html")

    def filled(self) -> float:
        """Return how much is in the bucket now."""
        now = time.monotonic()
        self._level = max(0.0, self._level - (now - self._at) * self.leak_per_s)
        self._at = now
        return self._level

    def _count(self) -> None:
        self._level = self.filled() + 1
        if self.is_limited and self._level > self.threshold:
            self._level -= 1
            raise Refusal("QUERY_LIMIT_EXCEEDED", "Too many requests", status=503)


class _Page(Exception):
    """A page of HTML instead of an answer."""


def _attachment(stored: StoredFile) -> web.Response:
    named = f"attachment; filename=\"{stored.id}\"; filename*=utf-8''{quote(stored.name, safe='')}"
    return web.Response(
        body=stored.body, content_type="application/octet-stream", headers={"Content-Disposition": named}
    )


def _misbehave(fault: FaultKind | None) -> None:
    match fault:
        case FaultKind.LIMIT:
            raise Refusal("QUERY_LIMIT_EXCEEDED", "Too many requests", status=503)
        case FaultKind.OPERATING:
            raise Refusal("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.", status=429)
        case FaultKind.EXPIRED:
            raise Refusal("expired_token", "The access token provided has expired.", status=401)
        case FaultKind.DENIED:
            raise Refusal("ACCESS_DENIED", "Access denied.", status=403)
        case FaultKind.UNPAID:
            raise Refusal("PAYMENT_REQUIRED", "The plan is over", status=402)
        case FaultKind.ERROR_WITH_200:
            raise Refusal("ERROR_CORE", "Something is wrong")
        case FaultKind.SERVER_ERROR:
            raise _Page


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        return dict(request.query)
    try:
        body = json.loads(await request.text())
    except ValueError:
        raise Refusal("INVALID_REQUEST", "Not JSON") from None
    return body if isinstance(body, dict) else {}


def _answer(result: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body: lists come fifty a page, with `total`, and `next` only when there is more."""
    rows = (
        result
        if isinstance(result, Listed)
        else next(iter(result.values()), None)
        if isinstance(result, dict)
        else None
    )
    if not isinstance(rows, Listed):
        return {"result": result, "time": _time(None)}
    start = int(params.get("start") or 0)
    is_counted = start >= 0  # -1: without counting, for those who go on by number (reference 2.5)
    start = max(start, 0)
    page: Any = list(rows[start : start + PAGE])
    more = {"next": start + PAGE} if is_counted and len(rows) > start + PAGE else {}
    if isinstance(result, dict):
        page = {next(iter(result)): page}
    return {"result": page, "total": len(rows) if is_counted else 0, **more, "time": _time(None)}


def _time(fault: FaultKind | None) -> dict[str, Any]:
    return times(resets_in_s=3.0 if fault is FaultKind.OPERATING else 600.0)


def _broken(request: web.Request) -> web.StreamResponse:
    """Break the connection: the other side cannot know what happened."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
