"""The server itself: headers on every answer, calm errors, a monitor's questions, and a start that refuses nobody."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterable, Mapping

import pytest
from aiohttp import ClientSession, web

from bot.platforms.web.front import ProgressStep, StartingPages
from bot.platforms.web.rendering import Rendering
from bot.web_server import WebServer, build
from signing.errors import NotFound, SigningError

LOOK = Rendering(company="Rivers & Sons", public_url="https://sign.example.com")


class OnePage:
    """A site with a page that answers, one that fails and one that misses something."""

    headers: Mapping[str, str] = LOOK.headers

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Return the routes."""
        return [web.get("/", self.fine), web.get("/fails/{secret}", self.fails), web.get("/misses", self.misses)]

    async def fine(self, request: web.Request) -> web.Response:
        """Answer."""
        return LOOK.message(request, "locked")

    async def fails(self, _request: web.Request) -> web.Response:
        """Fail as a bug does."""
        raise ZeroDivisionError("a detail of the code")

    async def misses(self, _request: web.Request) -> web.Response:
        """Fail as the core does."""
        raise NotFound(what="request")

    async def trouble(
        self, request: web.Request, *, status: int, error: SigningError | None = None
    ) -> web.StreamResponse:
        """Say it calmly."""
        return await LOOK.trouble(request, status=status, error=error)


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    made = WebServer(host="127.0.0.1", port=0)
    yield made
    await made.close()


@pytest.fixture
async def browser() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def answered(
    browser: ClientSession, server: WebServer, path: str, **headers: str
) -> tuple[int, str, Mapping[str, str]]:
    async with browser.get(f"http://127.0.0.1:{server.port}{path}", headers=headers) as answer:
        return answer.status, await answer.text(), answer.headers


@pytest.mark.parametrize("path", ["/", "/nothing/here", "/fails/SECRET", "/static/site.css", "/livez", "/readyz"])
async def test_every_answer_carries_the_guards(server: WebServer, browser: ClientSession, path: str) -> None:
    await server.show(build(pages=StartingPages(rendering=LOOK, progress=list) if "static" in path else OnePage()))
    _status, _text, headers = await answered(browser, server, path)
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert policy["frame-ancestors"].startswith("'self' https://web.telegram.org")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"]
    assert "aiohttp" not in headers["Server"]


async def test_a_bug_is_a_calm_page_and_the_log_knows_no_secret(
    server: WebServer, browser: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    await server.show(build(pages=OnePage()))
    status, text, _headers = await answered(browser, server, "/fails/SECRET")
    assert status == 500
    assert "Nothing was lost" in text
    assert not any(word in text for word in ("ZeroDivisionError", "Traceback", "a detail of the code"))
    assert "/fails/{secret}" in caplog.text
    assert "SECRET" not in caplog.text


async def test_an_error_of_the_core_is_told_in_words_and_as_json(server: WebServer, browser: ClientSession) -> None:
    await server.show(build(pages=OnePage()))
    status, page, _headers = await answered(browser, server, "/misses")
    assert (status, "NotFound" in page) == (404, False)
    status, body, _headers = await answered(browser, server, "/misses", Accept="application/json")
    assert (status, json.loads(body)["kind"]) == (404, "NotFound")


async def test_metrics_are_for_this_machine_only(server: WebServer, browser: ClientSession) -> None:
    await server.show(build(pages=OnePage(), metrics=lambda: b"up 1\n"))
    assert (await answered(browser, server, "/metrics"))[:2] == (200, "up 1\n")
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        assert (await answered(browser, server, "/metrics", **{name: "127.0.0.1"}))[0] == 404


async def test_readiness_tells_its_causes(server: WebServer, browser: ClientSession) -> None:
    causes = {"token": "away"}

    async def readiness() -> Mapping[str, str]:
        return causes

    await server.show(build(pages=OnePage(), readiness=readiness))
    status, body, _headers = await answered(browser, server, "/readyz")
    assert (status, json.loads(body)) == (503, {"ready": False, "causes": {"token": "away"}})
    status, body, _headers = await answered(browser, server, "/readyz", **{"X-Forwarded-For": "203.0.113.9"})
    assert (status, json.loads(body)) == (503, {"ready": False}), "what is broken is told to this machine only"
    causes.clear()
    assert (await answered(browser, server, "/readyz"))[0] == 200
    assert (await answered(browser, server, "/livez"))[0] == 200


async def test_the_webhook_stands_where_it_is_told(server: WebServer, browser: ClientSession) -> None:
    async def hook(request: web.Request) -> web.Response:
        return web.Response(text=await request.text())

    await server.show(build(pages=OnePage(), webhook=hook, webhook_path="/hook"))
    url = f"http://127.0.0.1:{server.port}/hook"
    async with browser.post(url, data=b"{}") as answer:
        assert await answer.text() == "{}"
    async with browser.post(url, data=io.BytesIO(b"x" * 1_100_000)) as answer:
        assert answer.status == 413
    async with browser.get(url) as answer:
        assert answer.status == 405


async def test_every_address_shows_the_start_until_the_house_is_open(server: WebServer, browser: ClientSession) -> None:
    steps = [ProgressStep(name="database", is_done=True), ProgressStep(name="telegram", is_done=False)]
    await server.show(build(pages=StartingPages(rendering=LOOK, progress=lambda: steps)))
    status, text, headers = await answered(browser, server, "/enrol/SECRET")
    assert (status, headers["Retry-After"]) == (503, "2")
    assert "The database" in text
    _status, body, _headers = await answered(browser, server, "/progress")
    assert json.loads(body)["steps"][1] == {"name": "Telegram", "is_done": False}
    await server.show(build(pages=OnePage()))
    assert (await answered(browser, server, "/"))[0] == 200


async def test_nobody_is_refused_while_the_server_changes_hands(server: WebServer) -> None:
    await server.show(build(pages=OnePage()))

    async def visit() -> int:
        async with ClientSession() as visitor:
            return (await answered(visitor, server, "/"))[0]

    async def change() -> int:
        await server.show(build(pages=OnePage()))
        return 200

    visits = [change() if place % 10 == 5 else visit() for place in range(40)]
    assert set(await asyncio.gather(*visits)) == {200}
