"""What people do at the desk around a signature: remind, ask back, answer, hand over, choose deputies, sign out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.platforms.web.desk.sessions import Sessions
from bot.platforms.web.desk.visits import Visits
from bot.platforms.web.forms import json_object, request_of
from signing.approval.decisions import Decisions
from signing.errors import NotAllowed
from signing.membership import Membership
from signing.people import PersonId
from signing.ports import Store

DEPUTIES = 20
"""So many may stand in for one person."""


class Errands:
    """More handlers of `POST /desk/…`; each spends a turn, as in `acts.py`."""

    def __init__(
        self, *, store: Store, visits: Visits, sessions: Sessions, decisions: Decisions, membership: Membership
    ) -> None:
        self._store = store
        self._visits = visits
        self._sessions = sessions
        self._decisions = decisions
        self._membership = membership

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        errands = {
            "remind": self._remind, "resume": self._resume, "reassign": self._reassign, "question": self._question,
            "answer": self._answer, "delegate": self._delegate, "deputies": self._deputies,
            "sign-out": self._sign_out,
        }  # fmt: skip
        return [web.post(f"/desk/{name}", errand) for name, errand in errands.items()]

    async def _remind(self, request: web.Request) -> web.Response:
        visit, body = await self._visits.step(request), await json_object(request)
        await self._decisions.remind(request_of(body), by=visit.person)
        return _done(visit.turn)

    async def _resume(self, request: web.Request) -> web.Response:
        """Ask the same signer again after a stop."""
        visit, body = await self._visits.step(request), await json_object(request)
        await self._decisions.resume(request_of(body), by=visit.person)
        return _done(visit.turn)

    async def _reassign(self, request: web.Request) -> web.Response:
        """Ask somebody else instead."""
        visit, body = await self._visits.step(request), await json_object(request)
        await self._decisions.reassign(request_of(body), by=visit.person, to=PersonId(str(body.get("signer", ""))))
        return _done(visit.turn)

    async def _question(self, request: web.Request) -> web.Response:
        """Ask the requester; the request goes on waiting."""
        visit, body = await self._visits.step(request), await json_object(request)
        await self._decisions.ask(request_of(body), by=visit.person, question=_words(body))
        return _done(visit.turn)

    async def _answer(self, request: web.Request) -> web.Response:
        visit, body = await self._visits.step(request), await json_object(request)
        await self._decisions.answer(request_of(body), by=visit.person, text=_words(body))
        return _done(visit.turn)

    async def _delegate(self, request: web.Request) -> web.Response:
        """Hand one request over to a permitted deputy."""
        visit, body = await self._visits.step(request), await json_object(request)
        await self._decisions.delegate(request_of(body), by=visit.person, to=PersonId(str(body.get("deputy", ""))))
        return _done(visit.turn)

    async def _deputies(self, request: web.Request) -> web.Response:
        """Choose who may be handed one's requests: signers, each of whom signs with the own key."""
        visit, body = await self._visits.step(request), await json_object(request)
        wanted = body.get("people")
        if not isinstance(wanted, list) or len(wanted) > DEPUTIES:
            raise web.HTTPBadRequest
        async with self._store.read() as tx:
            me = await tx.people.get(visit.person)
            chosen = [await tx.people.get(PersonId(str(one))) for one in dict.fromkeys(map(str, wanted))]
        if not me.may_sign:
            raise NotAllowed(reason="not_a_signer", person=me.name)
        for one in chosen:
            if not one.may_sign or one.id == me.id:
                raise NotAllowed(reason="not_a_signer", person=one.name)
        await self._membership.change(replace(me, deputies=tuple(one.id for one in chosen)), by=me.id)
        return _done(visit.turn)

    async def _sign_out(self, request: web.Request) -> web.Response:
        visit, body = await self._visits.step(request), await json_object(request)
        if visit.session is None:
            raise web.HTTPForbidden
        answer = _done(visit.turn)
        if body.get("everywhere") is True:
            await self._sessions.end_all(visit.person)
        await self._sessions.end(visit.session, response=answer)
        return answer


def _words(body: dict[str, Any]) -> str:
    text = str(body.get("text", "")).strip()
    if not text:
        raise NotAllowed(reason="no_words")
    return text


def _done(turn: str) -> web.Response:
    return web.json_response({"turn": turn})
