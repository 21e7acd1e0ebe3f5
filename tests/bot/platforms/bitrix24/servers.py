"""Small real servers that answer as no portal of ours would: broken pages, nonsense, silence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def serving(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """Serve one handler for every path; yields the address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def answering(
    body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[str, list[str]]]:
    """A server with one answer to everything; yields its address and the paths it was asked for."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=body, status=status, headers=headers)

    async with serving(answer) as url:
        yield url, asked


@asynccontextmanager
async def hanging_up(*, on: str) -> AsyncIterator[tuple[str, list[str]]]:
    """A server that answers `{}` and breaks the connection when it is asked for `on`."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path == on and request.transport is not None:
            request.transport.abort()
        return web.json_response({})

    async with serving(answer) as url:
        yield url, asked
