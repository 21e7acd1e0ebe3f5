"""What a process posts when it comes to our action: kept before it is acknowledged, believed only afterwards.

The portal's queue posts once and never again. Everybody inside the company can see the `application_token`, so it is
a cheap filter only: `asking` proves the process by REST before anything is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.platforms.bitrix24.application import NotBelieved
from bot.platforms.bitrix24.events import believe, note_refusal
from bot.platforms.bitrix24.form import BadForm, read_form
from bot.platforms.bitrix24.installation import Installation
from bot.platforms.bitrix24.robot.offer import CODE, DOCUMENT_TYPE, PROPERTIES, ROBOT_PATH
from bot.platforms.bitrix24.robot.runs import Asked, Runs
from signing.ports import Clock, Job, Store

BEGIN_JOB = "bitrix24-run-begin"
"""Make a request of what a process asked; subject is the run."""
LONGEST_TOKEN = 1000


class RobotPost:
    """The address that the portal posts a process's action to."""

    def __init__(self, *, store: Store, clock: Clock, installation: Installation, runs: Runs) -> None:
        self._store = store
        self._clock = clock
        self._installation = installation
        self._runs = runs

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the route."""
        return [web.post(ROBOT_PATH, self._post)]

    async def _post(self, request: web.Request) -> web.Response:
        try:
            form = read_form(await request.read())
            await self._believe(form)
            asked = _asked(form, now=self._clock.now())
        except BadForm:
            return web.Response(status=400, text="Not a form of the portal.")
        except NotBelieved as refusal:
            await note_refusal(self._store, refusal.why, now=self._clock.now())
            return web.Response(status=403, text="Not believed.")
        async with self._store.begin() as tx:
            run = await self._runs.add(tx, asked)
            if run is not None:
                await tx.jobs.add(Job(kind=BEGIN_JOB, subject=run.id, facts={"run": run.id}))
        return web.Response(text="ok")

    async def _believe(self, form: Mapping[str, Any]) -> None:
        installed = await believe(form, self._installation)
        if form["auth"].get("member_id") != installed.member_id:  # its domain may be newer than ours: see `asking`
            raise NotBelieved("other_portal")


def _asked(form: Mapping[str, Any], *, now: datetime) -> Asked:
    """Return what is asked; raise `NotBelieved` for what no process of a deal posts."""
    token, workflow = form.get("event_token"), form.get("workflow_id")
    if form.get("code") != CODE or not isinstance(token, str) or not isinstance(workflow, str):
        raise NotBelieved("not_our_action")
    if not workflow or len(token) > LONGEST_TOKEN or not token.startswith(f"{workflow}|"):
        raise NotBelieved("other_process")
    properties = form.get("properties")
    return Asked(
        event_token=token, workflow=workflow, domain=str(form["auth"].get("domain", "")),
        deal=_deal_of(form), asked_at=min(_moment(form.get("ts"), now), now),
        properties={n: v for n, v in properties.items() if n in PROPERTIES} if isinstance(properties, dict) else {},
        timeout_s=_number(form.get("timeout_duration")) or 0,
    )  # fmt: skip


def _deal_of(form: Mapping[str, Any]) -> int:
    document = form.get("document_id")
    parts = tuple(document.get(str(place)) for place in range(3)) if isinstance(document, dict) else ()
    if parts[:2] == DOCUMENT_TYPE[:2] and isinstance(parts[2], str):
        kind, _, number = parts[2].partition("_")
        if kind == DOCUMENT_TYPE[2] and (deal := _number(number)):
            return deal
    raise NotBelieved("not_a_deal")


def _moment(value: object, now: datetime) -> datetime:
    seconds = _number(value)
    return now if seconds is None or seconds > 1 << 33 else datetime.fromtimestamp(seconds, UTC)


def _number(value: object) -> int | None:
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19
    return int(str(value)) if is_number else None
