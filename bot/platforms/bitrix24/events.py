"""What the portal posts to us: the installation of the application, and hints: a deal changed, a button was pressed.

Everybody inside the company can see the `application_token` and forge an event (reference 1.5), so an event says
only where to look; installing takes an open window, and a token that the authorization server itself vouches for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import web

from bot.platforms.bitrix24.activity_press import PRESSED, keep, press_of
from bot.platforms.bitrix24.application import REMOVED, UPDATED, ApplicationLife, NotBelieved
from bot.platforms.bitrix24.errors import Bitrix24Error
from bot.platforms.bitrix24.form import BadForm, read_form
from bot.platforms.bitrix24.install_frame import as_event, finished, is_frame
from bot.platforms.bitrix24.installation import Installation, Installed
from bot.platforms.bitrix24.intake import look_at
from signing.audit import Tag
from signing.moves import note
from signing.ports import Clock, Store

log = structlog.get_logger(__name__)

INSTALL_PATH = "/bitrix24/install"
EVENTS_PATH = "/bitrix24/events"
DEAL_EVENTS = ("ONCRMDEALADD", "ONCRMDEALUPDATE")
WANTED = (*DEAL_EVENTS, PRESSED, UPDATED, REMOVED)
"""What we ask the portal to tell us."""
REFUSALS = "bitrix24-refused"
QUIET = timedelta(hours=1)
"""A flood of forged posts writes one journal row a reason and hour."""


class PortalEvents:
    """The two addresses that the portal knows."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        installation: Installation,
        life: ApplicationLife,
        portal_url: str,
    ) -> None:
        self._store = store
        self._clock = clock
        self._installation = installation
        self._life = life
        self._portal_url = portal_url

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [web.post(INSTALL_PATH, self._install), web.post(EVENTS_PATH, self._event)]

    async def _install(self, request: web.Request) -> web.Response:
        """By the portal's own event, or in a frame by the administrator's browser; both are proved alike."""
        try:
            form = read_form(await request.read())
            framed = is_frame(form)
            await self._life.install(as_event(form, domain=request.query.get("DOMAIN", "")) if framed else form)
        except BadForm:
            return web.Response(status=400, text="Not a form of the portal.")
        except NotBelieved as refusal:
            await note_refusal(self._store, refusal.why, now=self._clock.now())
            return web.Response(status=403, text=_ADVICE.get(refusal.why, _ADVICE["not_proved"]))
        except Bitrix24Error as failure:
            log.warning("bitrix24_install_failed", error=type(failure).__name__)
            return web.Response(status=502, text=_ADVICE["unreachable"])
        return finished(self._portal_url) if framed else web.Response(text="Countersign is installed.")

    async def _event(self, request: web.Request) -> web.Response:
        """Keep the hint as a promised look, then answer: the portal asks once and never again."""
        try:
            form = read_form(await request.read())
            if form.get("event") == UPDATED:  # it brings the new application token, so it is proved in another way
                await self._life.update(form)
                return web.Response(text="ok")
            await believe(form, self._installation)
            deal, press = _deal_of(form), press_of(form)
        except BadForm:
            return web.Response(status=400, text="Not a form of the portal.")
        except NotBelieved as refusal:
            await note_refusal(self._store, refusal.why, now=self._clock.now())
            return web.Response(status=403, text="Not believed.")
        if form.get("event") == REMOVED:
            await self._life.promise_look()
        if deal is not None:
            async with self._store.begin() as tx:
                await look_at(tx, deal)
        if press is not None:
            async with self._store.begin() as tx:
                await keep(tx, press)
        return web.Response(text="ok")


async def believe(form: Mapping[str, Any], installation: Installation) -> Installed:
    """Return whose portal posts; raise `NotBelieved` for what does not know its token."""
    auth, installed = form.get("auth"), await installation.installed()
    if installed is None:
        raise NotBelieved("not_installed")
    token = auth.get("application_token") if isinstance(auth, dict) else None
    if not isinstance(token, str) or not installed.is_from_portal(token):
        raise NotBelieved("wrong_token")
    return installed


async def note_refusal(store: Store, why: str, *, now: datetime) -> None:
    """Journal that a post was not believed, once a reason and hour."""
    async with store.begin() as tx:
        if await tx.notes.get(space=REFUSALS, name=why, now=now) is None:
            await tx.notes.put(space=REFUSALS, name=why, body={}, expires_at=now + QUIET)
            await note(tx, Tag.PORTAL_EVENT_REFUSED, subject="bitrix24", actor="bitrix24", now=now, why=why)


def _deal_of(form: Mapping[str, Any]) -> int | None:
    """Return which deal an event is about; None for what does not concern us."""
    data = form.get("data")
    fields = data.get("FIELDS") if isinstance(data, dict) else None
    number = fields.get("ID") if isinstance(fields, dict) else None
    is_wanted = form.get("event") in DEAL_EVENTS and isinstance(number, str) and number.isascii() and number.isdigit()
    return int(str(number)) if is_wanted and len(str(number)) < 19 else None


_ADVICE = {
    "window_closed": "Installing is closed. On the server run: countersign bitrix24 install; then save again.",
    "other_portal": "This is not the portal that COUNTERSIGN_BITRIX24_URL names.",
    "not_an_administrator": "An administrator of the portal must install the application.",
    "not_an_installation": "This address is for installing only.",
    "not_proved": "The authorization server does not know this installation. Compare client_id and client_secret.",
    "unreachable": "The portal or its authorization server did not answer. Nothing was changed; save again.",
}
