"""Our pages inside the portal: the menu item, the tab of a deal, the button beside its document.

The portal's page makes the employee's own browser post the form that opens them, so everybody inside the company can
change every value in it (reference 1.5). Believed is only what the authorization server and the portal say when they
are asked with the token in it: who that is, and whether that person may see the deal.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from aiohttp import web

from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.core import PLATFORM
from bot.platforms.bitrix24.deal import DEAL
from bot.platforms.bitrix24.errors import AccessLost, Bitrix24Error, NotExecuted, Refused, UnknownOutcome
from bot.platforms.bitrix24.form import BadForm, read_form
from bot.platforms.bitrix24.installation import Installation, Installed
from bot.platforms.bitrix24.oauth import OAuthHost
from bot.platforms.bitrix24.person_tokens import PersonTokens
from signing.people import PersonId
from signing.ports import Store

APP_PATH = "/bitrix24/app"
TAB_PATH = "/bitrix24/deal"
BUTTON_PATH = "/bitrix24/button"
TAB = "CRM_DEAL_DETAIL_TAB"
BUTTON = "USERFIELD_TYPE"
OWN_PAGE = "DEFAULT"


class Desk(Protocol):
    """The intranet page (`bot.platforms.web.desk`)."""

    async def open(
        self, request: web.Request, *, person: PersonId, folder: str | None = None, compact: bool = False
    ) -> web.Response:
        """Return the page for somebody whose identity was just proved."""

    def message(self, request: web.Request, name: str, *, status: int = 200) -> web.Response:
        """Return a page that says the phrases `web-<name>-title` and `web-<name>`."""

    async def refuse(self, why: str, *, by: str) -> None:
        """Write down that somebody was not let in."""


class _NotBelieved(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """What a form says once its token was believed; the deal is still only claimed."""

    user_id: int
    token: str
    refresh: str
    """As the form says; only the authorization server knows whose it is."""
    placement: str
    options: Mapping[str, Any]

    @property
    def deal(self) -> int | None:
        """The deal beside which the page stands; 0 for one that is not saved yet."""
        name = {TAB: "ID", BUTTON: "ENTITY_VALUE_ID"}.get(self.placement)
        if self.placement == BUTTON and self.options.get("ENTITY_ID") != "CRM_DEAL":
            return None  # the field stands in a contact or a company
        number = str(self.options.get(name, "")) if name else ""
        return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None


class Widgets:
    """The addresses that the portal's pages open in a frame."""

    def __init__(
        self,
        *,
        store: Store,
        portal: Portal,
        oauth: OAuthHost,
        installation: Installation,
        desk: Desk,
        tokens: PersonTokens,
    ) -> None:
        self._store = store
        self._portal = portal
        self._oauth = oauth
        self._installation = installation
        self._desk = desk
        self._tokens = tokens

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [web.post(path, self._open) for path in (APP_PATH, TAB_PATH, BUTTON_PATH)]

    async def _open(self, request: web.Request) -> web.Response:
        try:
            opened = await self._proved(request)
            await self._check_deal(opened)
        except BadForm:
            return self._desk.message(request, "widget-not-believed", status=400)
        except _NotBelieved as refusal:
            await self._desk.refuse(refusal.why, by=PLATFORM)
            name = "widget-not-yours" if refusal.why == "other_deal" else "widget-not-believed"
            return self._desk.message(request, name, status=403)
        except Bitrix24Error:
            return self._desk.message(request, "widget-away", status=503)
        return await self._page(request, opened)

    async def _page(self, request: web.Request, opened: _Opened) -> web.Response:
        if opened.deal == 0 or (opened.deal is None and opened.placement != OWN_PAGE):
            return self._desk.message(request, "widget-unsaved")
        async with self._store.read() as tx:
            account = await tx.people.account(PLATFORM, str(opened.user_id))
        if account is None:
            return self._desk.message(request, "widget-stranger", status=403)
        if opened.refresh:
            await self._tokens.keep(opened.user_id, opened.token, opened.refresh)
        folder = str(opened.deal) if opened.deal else None
        return await self._desk.open(request, person=account.person, folder=folder, compact=opened.placement == BUTTON)

    async def _proved(self, request: web.Request) -> _Opened:
        """Check in the order of cost: the portal's name, its token, the authorization server's word (1.5, 1 to 3)."""
        form, installed = read_form(await request.read()), await self._installation.installed()
        if installed is None:
            raise _NotBelieved("not_installed")
        domain = urlsplit(self._portal.url).netloc
        self._check_cheaply(form, installed, says=request.query.get("DOMAIN", ""), domain=domain)
        token = str(form.get("AUTH_ID", ""))
        try:
            found = await self._oauth.introspect(token)
        except (AccessLost, Refused):
            raise _NotBelieved("not_proved") from None
        if (found.client_id, found.member_id) != (self._oauth.client_id, installed.member_id):
            raise _NotBelieved("other_application")
        if found.domain != domain or not found.user_id:
            raise _NotBelieved("other_portal")
        return _Opened(
            user_id=found.user_id, token=token, refresh=str(form.get("REFRESH_ID") or ""),
            placement=str(form.get("PLACEMENT", "")), options=_options(form.get("PLACEMENT_OPTIONS")),
        )  # fmt: skip

    def _check_cheaply(self, form: Mapping[str, Any], installed: Installed, *, says: str, domain: str) -> None:
        is_member = hmac.compare_digest(str(form.get("member_id", "")).encode(), installed.member_id.encode())
        if says != domain or not is_member:
            raise _NotBelieved("other_portal")
        token = form.get("APPLICATION_TOKEN")  # portals that are not up to date do not send it
        if token is not None and not installed.is_from_portal(str(token)):
            raise _NotBelieved("wrong_token")

    async def _check_deal(self, opened: _Opened) -> None:
        """Ask the portal with the person's own token whether that person may see the deal (1.5, 4)."""
        if not opened.deal:
            return
        try:
            await self._portal.read_as(
                opened.token, "crm.item.get", entityTypeId=DEAL, id=opened.deal, useOriginalUfNames="Y"
            )
        except (NotExecuted, UnknownOutcome):
            raise
        except Bitrix24Error:
            raise _NotBelieved("other_deal") from None


def _options(text: object) -> Mapping[str, Any]:
    """Return the options; they may be missing, empty, or such a word as "undefined" (reference 1.5)."""
    try:
        options = json.loads(str(text))
    except (ValueError, RecursionError):
        return {}
    return options if isinstance(options, dict) else {}
