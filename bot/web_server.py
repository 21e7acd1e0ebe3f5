"""The one aiohttp server: our pages, the webhook, what a monitor asks; it answers before the rest is ready."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from ipaddress import ip_address
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Middleware

from signing.errors import ActivationUnavailable, NotAllowed, NotConfirmed, NotFound, SigningError, WorkerFailed

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Readiness = Callable[[], Awaitable[Mapping[str, str]]]
"""Return what is not ready: part → cause; empty when everything is."""
Metrics = Callable[[], bytes]

BODY_BYTES = 1024 * 1024
"""Of every request but an upload to `/verify`, which is counted while it is read."""
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_log = logging.getLogger(__name__)
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
_STATUS: tuple[tuple[type[SigningError], int], ...] = (
    (NotFound, 404), (NotAllowed, 403), (NotConfirmed, 422), (ActivationUnavailable, 503), (WorkerFailed, 503),
)  # fmt: skip


class PortTaken(Exception):
    """The web server cannot listen there; the text says where and why."""


class Site(Protocol):
    """What a set of pages brings to the server."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of every answer."""

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Return the routes."""

    async def trouble(
        self, request: web.Request, *, status: int, error: SigningError | None = None
    ) -> web.StreamResponse:
        """Return a calm page, or JSON where JSON was asked for, about an HTTP status or an error of the core."""


def build(
    *,
    pages: Site,
    webhook: Handler | None = None,
    webhook_path: str = "/telegram/webhook",
    metrics: Metrics | None = None,
    readiness: Readiness | None = None,
    more: Iterable[web.AbstractRouteDef] = (),
) -> web.Application:
    """Return the application; `more` are the addresses that other platforms post to.

    `/metrics` answers this machine only; nothing here writes an address into a log.
    """
    app = web.Application(client_max_size=BODY_BYTES, middlewares=[_calm(pages)])
    app.on_response_prepare.append(_dressing(pages.headers))
    app.router.add_get("/livez", _alive)
    app.router.add_get("/readyz", _readyz(readiness))
    if metrics is not None:
        app.router.add_get("/metrics", _metrics(metrics))
    if webhook is not None:
        app.router.add_post(webhook_path, webhook)
    app.add_routes([*pages.routes(), *more])
    return app


class WebServer:
    """A listening socket that is handed from the starting page to the whole house; nobody is ever refused.

    Access logs are off: the paths of links are secrets.
    """

    def __init__(self, *, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._socket: socket.socket | None = None
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port in use; a free one when 0 was asked for. Known after the first `show`."""
        return int(self._socket.getsockname()[1]) if self._socket else self._port

    async def show(self, app: web.Application) -> None:
        """Serve `app` from now on; what was shown before finishes the requests that it holds.

        Raises `PortTaken` when it cannot listen.
        """
        if self._socket is None:
            self._socket = _listen(self._host, self._port)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2)
        await runner.setup()
        await web.SockSite(runner, self._socket.dup()).start()
        before, self._runner = self._runner, runner
        if before is not None:
            await before.cleanup()

    async def close(self) -> None:
        """Finish the requests under way and let go of the port."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._socket is not None:
            self._socket.close()
        self._runner = self._socket = None


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=512, family=_family(host))
    except OSError as error:
        raise PortTaken(f"{host}:{port}: {os.strerror(error.errno or 0)}") from error


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _dressing(headers: Mapping[str, str]) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    async def dress(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        response.headers["Server"] = "countersign"

    return dress


def _calm(pages: Site) -> Middleware:
    @web.middleware
    async def calm(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return await pages.trouble(request, status=error.status)
        except SigningError as error:
            status = next((status for kind, status in _STATUS if isinstance(error, kind)), 409)
            return await pages.trouble(request, status=status, error=error)
        except Exception:
            # The resource's pattern, never the path: `/enrol/{secret}` is all that a log may know.
            resource = request.match_info.route.resource
            _log.exception("page_failed at %s", resource.canonical if resource else "?")
            return await pages.trouble(request, status=500)

    return calm


async def _alive(_request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


def _readyz(readiness: Readiness | None) -> Handler:
    async def ready(request: web.Request) -> web.Response:
        causes = dict(await readiness()) if readiness is not None else {"start": "starting"}
        # What is broken is told to this machine only (OWASP ASVS 5.0, 13.4.5).
        told = {"causes": causes} if is_local(request) else {}
        return web.json_response({"ready": not causes, **told}, status=503 if causes else 200)

    return ready


def _metrics(metrics: Metrics) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        if not is_local(request):
            raise web.HTTPNotFound
        return web.Response(body=metrics(), headers={"Content-Type": METRICS_TYPE})

    return answer


def is_local(request: web.Request) -> bool:
    """Return whether a program of this machine asks for itself and not for somebody behind a reverse proxy."""
    return is_loopback(request.remote or "") and not any(name in request.headers for name in _FORWARDED)


def is_loopback(address: str) -> bool:
    """Return whether an address is this machine's own."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
