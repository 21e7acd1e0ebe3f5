"""What people do at the desk around a signature: amount, remind, ask, answer, put off, hand over, go away, sign out."""

from __future__ import annotations

from datetime import date
from typing import Any

from aiohttp import web

from bot.phrases.amounts import read_amount
from bot.phrases.days import later_moments
from bot.platforms.web.desk.sessions import Sessions
from bot.platforms.web.desk.visits import Visits
from bot.platforms.web.forms import json_object, request_of
from signing.approval.decisions import Decisions
from signing.approval.leaving import Leaving
from signing.approval.policy import ApprovalPolicy
from signing.errors import NotAllowed
from signing.people import PersonId
from signing.ports import Clock, Store


class Errands:
    """More handlers of `POST /desk/…`; each spends a turn, as in `acts.py`."""

    def __init__(
        self, *, store: Store, visits: Visits, sessions: Sessions, decisions: Decisions, leaving: Leaving,
        policy: ApprovalPolicy, clock: Clock, timezone: str,
    ) -> None:  # fmt: skip
        """`timezone` counts for people who have not told their own."""
        self._store = store
        self._visits = visits
        self._policy = policy
        self._sessions = sessions
        self._decisions = decisions
        self._leaving = leaving
        self._clock = clock
        self._timezone = timezone

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        errands = {
            "remind": self._remind, "resume": self._resume, "reassign": self._reassign, "question": self._question,
            "answer": self._answer, "later": self._later, "delegate": self._delegate, "away": self._away,
            "back": self._back, "sign-out": self._sign_out, "amount": self._amount,
        }  # fmt: skip
        return [web.post(f"/desk/{name}", errand) for name, errand in errands.items()]

    async def _amount(self, request: web.Request) -> web.Response:
        """Say how much a draft is about."""
        visit, body = await self._visits.step(request), await json_object(request)
        hundredths = read_amount(str(body.get("amount", "")), currency=self._policy.routes.currency)
        await self._decisions.tell_amount(request_of(body), by=visit.person, hundredths=hundredths)
        return _done(visit.turn)

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

    async def _later(self, request: web.Request) -> web.Response:
        """Put a request aside until one of the moments that the page offers; the evening may have come meanwhile."""
        visit, body = await self._visits.step(request), await json_object(request)
        async with self._store.read() as tx:
            zone = (await tx.people.get(visit.person)).timezone or self._timezone
        until = later_moments(self._clock.now(), zone=zone).get(str(body.get("until", "")))
        if until is None:
            raise NotAllowed(reason="too_late")
        await self._decisions.postpone(request_of(body), by=visit.person, until=until)
        return _done(visit.turn)

    async def _delegate(self, request: web.Request) -> web.Response:
        """Hand one request over to a permitted deputy."""
        visit, body = await self._visits.step(request), await json_object(request)
        await self._decisions.delegate(request_of(body), by=visit.person, to=PersonId(str(body.get("deputy", ""))))
        return _done(visit.turn)

    async def _away(self, request: web.Request) -> web.Response:
        """Say from when to when one is away, and which permitted deputy signs meanwhile."""
        visit, body = await self._visits.step(request), await json_object(request)
        first, last = (_day(body, name) for name in ("first", "last"))
        deputy, ground = str(body.get("deputy", "")), str(body.get("ground", ""))
        await self._leaving.leave(
            visit.person, by=visit.person, first=first, last=last, deputy=PersonId(deputy) if deputy else None,
            ground=ground,
        )  # fmt: skip
        return _done(visit.turn)

    async def _back(self, request: web.Request) -> web.Response:
        """End one's absence early."""
        visit = await self._visits.step(request)
        await self._leaving.come_back(visit.person, by=visit.person)
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


def _day(body: dict[str, Any], name: str) -> date:
    """Return a day as the page's calendar writes it; refuse what is none in words."""
    try:
        return date.fromisoformat(str(body.get(name, "")))
    except ValueError:
        raise NotAllowed(reason="no_day") from None


def _words(body: dict[str, Any]) -> str:
    text = str(body.get("text", "")).strip()
    if not text:
        raise NotAllowed(reason="no_words")
    return text


def _done(turn: str) -> web.Response:
    return web.json_response({"turn": turn})
