"""The Mini App page where an administrator approves a proposal: the difference, and the keys for this very change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot import phrases
from bot.phrases.proposals import difference, headline, standing
from bot.platforms.web.forms import check_same_site, json_object
from bot.platforms.web.rendering import Rendering
from bot.platforms.web.session import PageSessions
from signing.errors import NotAllowed, NotFound
from signing.founding import able
from signing.people import PersonId
from signing.ports import Clock, Store
from signing.proposal import Proposal, ProposalId, ProposalState
from signing.proposals import Proposals

PATH = "/approve/{proposal:[0-9a-f]{8}}"
CODE_LENGTH = 64


class ApprovalPage:
    """Shell, session, code: as the page where documents are signed."""

    def __init__(
        self, *, store: Store, proposals: Proposals, sessions: PageSessions, clock: Clock, rendering: Rendering,
        identify: Callable[[str], Awaitable[PersonId]], timezone: str,
    ) -> None:  # fmt: skip
        """`identify` says whose initData a page was opened with."""
        self._store = store
        self._proposals = proposals
        self._sessions = sessions
        self._clock = clock
        self._rendering = rendering
        self._identify = identify
        self._timezone = timezone

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of one proposal."""
        return [
            web.get(PATH, self._shell), web.post(PATH + "/session", self._open), web.post(PATH + "/code", self._code),
        ]  # fmt: skip

    async def _shell(self, request: web.Request) -> web.Response:
        """The page without a word about the proposal: who opens it is known only after the session began."""
        return self._rendering.page(request, "approve.html")

    async def _open(self, request: web.Request) -> web.Response:
        check_same_site(request)
        by = await self._identify(str((await json_object(request)).get("init_data", "")))
        found, now = await self._found(request), self._clock.now()
        async with self._store.read() as tx:
            person, proposer = await tx.people.get(by), found.proposer
            names = {one.id: one.name for one in await tx.people.all()}
            may_approve = by in {one.id for one in await able(tx, found, now=now)}
        if found.state is not ProposalState.OPEN or not may_approve:
            raise NotAllowed(reason="own_proposal" if by in found.voices else "no_right")
        language, zone = self._rendering.language(request, person.language), person.timezone or self._timezone
        return web.json_response(
            {
                "session": await self._sessions.open(nonce=_nonce(found), person=by),
                "title": headline(language, found), "lines": difference(language, found),
                "by": phrases.say(
                    language, "proposal-by", by=names.get(proposer, phrases.say(language, "somebody"))
                ),
                "standing": standing(language, found, now=now, zone=zone),
            }
        )  # fmt: skip

    async def _code(self, request: web.Request) -> web.Response:
        found = await self._found(request)
        by = await self._sessions.person(request, nonce=_nonce(found))
        code = str((await json_object(request)).get("code", ""))[:CODE_LENGTH]
        done = await self._proposals.approve(found.id, by=by, code=code)
        async with self._store.read() as tx:
            language = self._rendering.language(request, (await tx.people.get(by)).language)
        key = "web-approved" if done.state is not ProposalState.OPEN else "web-approved-one-more"
        return web.json_response({"done": phrases.say(language, key)})

    async def _found(self, request: web.Request) -> Proposal:
        async with self._store.read() as tx:
            try:
                return await tx.proposals.get(ProposalId(request.match_info["proposal"]))
            except NotFound:
                # The same as for somebody whom it does not concern: numbers can be tried out.
                raise NotAllowed(reason="no_right") from None


def _nonce(proposal: Proposal) -> str:
    return f"proposal:{proposal.id}"
