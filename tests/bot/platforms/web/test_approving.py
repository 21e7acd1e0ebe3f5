"""The page of a proposal: shown to whom may approve it, one session, the code spent for this change alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.platforms.web.approving import ApprovalPage
from bot.platforms.web.rendering import Rendering
from bot.platforms.web.session import HEADER, PageSessions
from bot.web_server import WebServer, build
from signing.changes import ROLE
from signing.errors import NotAllowed, SigningError
from signing.people import PersonId
from signing.proposal import Proposal, ProposalState
from tests.fakes.activation import RIGHT
from tests.signing.board import Beginning, Board, beginning, begun


@dataclass(kw_only=True)
class Room:
    """The running page over a founded company, and a proposal of Vera's."""

    board: Board
    rendering: Rendering
    proposal: Proposal
    browser: ClientSession
    url: str = ""
    launched: set[str] = field(default_factory=set)

    @property
    def headers(self) -> Mapping[str, str]:
        """The guards of every page."""
        return self.rendering.headers

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Return the routes."""
        sessions = PageSessions(store=self.board.house.store, clock=self.board.house.clock)
        page = ApprovalPage(
            store=self.board.house.store, proposals=self.board.proposals, sessions=sessions,
            clock=self.board.house.clock, rendering=self.rendering, identify=self.identify, timezone="UTC",
        )  # fmt: skip
        return [*page.routes(), *self.rendering.routes()]

    async def trouble(self, request: web.Request, *, status: int, error: SigningError | None = None) -> web.Response:
        """Return words about what went wrong."""
        return await self.rendering.trouble(request, status=status, error=error)

    async def identify(self, init_data: str) -> PersonId:
        """Believe who a test says somebody is, once: as the check of initData does."""
        if init_data in self.launched or init_data.partition("#")[0] not in self.board.house.people:
            raise NotAllowed(reason="init_data")
        self.launched.add(init_data)
        return self.board.house.id(init_data.partition("#")[0])

    async def post(self, path: str, session: str = "", **body: str) -> tuple[int, dict[str, Any]]:
        """Send JSON as the page's script does."""
        headers = {"Accept": "application/json", HEADER: session}
        url = f"{self.url}/approve/{self.proposal.id}/{path}"
        async with self.browser.post(url, json=body, headers=headers) as answer:
            return answer.status, await answer.json()


@pytest.fixture(scope="module")
def start() -> Beginning:
    """A company of two administrators."""
    return beginning("Boris")


@pytest.fixture
async def room(start: Beginning, rendering: Rendering) -> AsyncIterator[Room]:
    """The page on a free port; Vera wants Anna to sign."""
    server = WebServer(host="127.0.0.1", port=0)
    async with begun(start) as board, ClientSession() as browser:
        proposal = await board.proposals.propose(
            ROLE, board.house.id("Anna"), {"role": "signer"}, by=board.house.id("Vera"), code=RIGHT
        )
        room = Room(board=board, rendering=rendering, proposal=proposal, browser=browser)
        await server.show(build(pages=room))
        room.url = f"http://127.0.0.1:{server.port}"
        yield room
    await server.close()


async def test_the_second_administrator_sees_the_difference_and_approves_on_the_page(room: Room) -> None:
    status, shown = await room.post("session", init_data="Boris#1")
    assert (status, shown["lines"]) == (200, ["Roles: requester → requester, signer"])
    assert (shown["title"], shown["by"]) == ("A role for Anna", "Proposed by Vera")
    status, wrong = await room.post("code", shown["session"], code="000000")
    assert (status, wrong["final"], "Not this code" in wrong["error"]) == (422, False, True)
    status, done = await room.post("code", shown["session"], code=RIGHT)
    assert (status, "takes effect" in done["done"]) == (200, True)
    assert (await room.board.stored(room.proposal)).state is ProposalState.APPROVED


@pytest.mark.parametrize("who", ["Vera", "Anna", "Ivan", "nobody"])
async def test_the_page_says_nothing_to_anybody_else(room: Room, who: str) -> None:
    async with room.browser.get(f"{room.url}/approve/{room.proposal.id}") as shell:
        assert "Anna" not in await shell.text()
    status, said = await room.post("session", init_data=f"{who}#1")
    assert status == 403
    assert "session" not in said
    assert "Anna" not in str(said)


async def test_a_code_without_the_session_of_this_proposal_is_refused(room: Room) -> None:
    _, shown = await room.post("session", init_data="Boris#1")
    other = await room.board.proposals.propose(
        ROLE, room.board.house.id("Anna"), {"role": "auditor"}, by=room.board.house.id("Vera"), code=RIGHT
    )
    for session, about in (("", room.proposal), (shown["session"], other)):
        room.proposal = about
        status, _ = await room.post("code", session, code=RIGHT)
        assert status == 403
    assert (await room.board.stored(other)).voices == (room.board.house.id("Vera"),)


async def test_a_number_that_was_tried_out_looks_like_one_of_others(room: Room) -> None:
    real, other = room.proposal, "00000000"
    _, known = await room.post("session", init_data="Anna#1")
    async with room.browser.post(
        f"{room.url}/approve/{other}/session", json={"init_data": "Anna#2"}, headers={"Accept": "application/json"}
    ) as answer:
        assert (answer.status, await answer.json()) == (403, known)
    assert real.id != other
