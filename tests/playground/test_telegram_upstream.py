"""The product's pages under the address of the phones."""

from __future__ import annotations

from aiohttp import web

from playground.telegram_server import serve
from tests.playground.loopback import loopback


async def mirror(request: web.Request) -> web.Response:
    answer = web.json_response({"host": request.host, "path": request.path_qs, "body": await request.text()})
    answer.set_cookie("one", "1")
    answer.set_cookie("two", "2")
    return answer


async def leave(_request: web.Request) -> web.Response:
    raise web.HTTPSeeOther("/elsewhere")


async def test_a_page_is_handed_on_whole() -> None:
    product = web.Application()
    product.router.add_route("*", "/v/{number}", mirror)
    product.router.add_get("/leave", leave)
    async with serve(product) as upstream, loopback(upstream=upstream) as world:
        async with world.http.post(f"{world.url}/v/17?full=1", data=b"words") as response:
            seen = await response.json()
            assert seen == {"host": world.url.removeprefix("http://"), "path": "/v/17?full=1", "body": "words"}
            assert len(response.headers.getall("Set-Cookie")) == 2
        async with world.http.get(f"{world.url}/leave", allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (303, "/elsewhere")


async def test_a_product_that_is_not_there_yet_is_said_so() -> None:
    async with serve(web.Application()) as gone:
        pass
    async with loopback(upstream=gone) as world, world.http.get(f"{world.url}/v/17") as response:
        assert response.status == 502


async def test_without_a_product_other_addresses_are_not_found() -> None:
    async with loopback() as world, world.http.get(f"{world.url}/v/17") as response:
        assert response.status == 404
