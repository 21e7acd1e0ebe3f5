"""The loopback Bitrix24: a portal with deals, its authorization server, and what its people do there."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from yarl import URL

from playground.bitrix24.accounts import Accounts
from playground.bitrix24.activities import Activities
from playground.bitrix24.activity_desk import ActivityDesk
from playground.bitrix24.chat_desk import ChatDesk
from playground.bitrix24.desk import Desk
from playground.bitrix24.events import Events, Form
from playground.bitrix24.faults import Faults
from playground.bitrix24.imbot import Imbot
from playground.bitrix24.login import Login
from playground.bitrix24.messenger import Messenger
from playground.bitrix24.office import Comment, Deal, Office
from playground.bitrix24.placements import Placements
from playground.bitrix24.rest import Call, Rest
from playground.telegram_server import serve

CLIENT_ID = "local.6790c0ffee0000.00000001"
CLIENT_SECRET = "playground-loopback-client-secret"  # of a server that only this machine reaches
FIELD = "UF_CRM_SIGN_DOC"
SCOPE = "crm,user_basic,placement,bizproc,im,department,imbot"


class Bitrix24Portal:
    """One portal; people act through its methods, the product through HTTP."""

    def __init__(self, *, client_id: str = CLIENT_ID, client_secret: str = CLIENT_SECRET, first: int = 17) -> None:
        self.faults = Faults()
        self.accounts = Accounts(
            client_id=client_id, client_secret=client_secret, member_id=secrets.token_hex(16), scope=SCOPE
        )
        self.events = Events(accounts=self.accounts, faults=self.faults)
        self.office = Office(on_change=self.events.happened, first=first)
        self.placements = Placements(
            accounts=self.accounts, office=self.office, application_token=self.events.application_token
        )
        self.messenger = Messenger(self.office, first=first)
        self.imbot = Imbot(self.messenger)
        self.chat_desk = ChatDesk(self.office, self.messenger)
        self.activities = Activities(office=self.office, accounts=self.accounts, events=self.events, first=first)
        self.rest = Rest(
            accounts=self.accounts, office=self.office, events=self.events, faults=self.faults,
            placements=self.placements, imbot=self.imbot, activities=self.activities,
        )  # fmt: skip
        self.bizproc = self.rest.bizproc
        self.desk = Desk(
            self.office, self.rest.notifications, field=FIELD, placements=self.placements, bizproc=self.bizproc
        )
        self.activity_desk = ActivityDesk(self.office, self.activities)
        self.login = Login(self.accounts, self.office)
        self.url = ""
        self.oauth_url = ""

    @asynccontextmanager
    async def serving(
        self, *, port: int = 0, oauth_port: int = 0, name: str = "", tls: ssl.SSLContext | None = None
    ) -> AsyncIterator[None]:
        """Serve the portal and the authorization server while the context lasts (port 0 = a free one).

        With `name` the portal calls itself so, and `tls` encrypts it; whoever asks must find that name on loopback.
        """
        app = web.Application(client_max_size=200 << 20)
        desks = [*self.desk.routes(), *self.activity_desk.routes(), *self.chat_desk.routes(), *self.login.routes()]
        app.add_routes([*self.rest.routes(), *desks])
        oauth = serve(self.accounts.app(), port=oauth_port)
        async with serve(app, port=port, tls=tls) as url, oauth as oauth_url:
            self._live_at(str(URL(url).with_host(name or "127.0.0.1").origin()))
            self.oauth_url = self.events.oauth_url = oauth_url
            self.login.oauth_host = oauth_url.partition("://")[2]
            yield
            await self.events.close()

    def rename(self, name: str) -> None:
        """An administrator renames the portal: it lives at the new name only, the old one sends everybody there."""
        self._live_at(str(URL(self.url).with_host(name).origin()))
        self.rest.moved_to = self.url

    def _live_at(self, url: str) -> None:
        self.url = self.accounts.portal_url = self.rest.crm.url = self.imbot.url = url

    async def install(self, address: str, *, by: int) -> tuple[int, str]:
        """An administrator saves the local application: the portal posts the installation; return its answer.

        The application's own page, which the menu opens, is the path `/bitrix24/app` of the same host.
        """
        self.login.handler = self.placements.own_page = f"{address.rpartition('/')[0]}/app"
        return await self.events.post(address, self.installation(by=by))

    def installation(self, *, by: int, client_id: str | None = None) -> Form:
        """Return `ONAPPINSTALL` as the portal posts it, with tokens of `by`."""
        self.accounts.is_installed = True
        form = self.events.form("ONAPPINSTALL", {"VERSION": 1, "ACTIVE": "Y", "INSTALLED": "Y"}, user=0)
        return form | {"auth": form["auth"] | self.accounts.issue(by, client_id=client_id)}

    def update(self, *, by: int) -> Form:
        """An administrator saves a newer version of the application: its secrets are new, its handlers forgotten.

        Returns the event that was sent.
        """
        self.events.application_token = secrets.token_hex(16)
        form = self.events.form("ONAPPUPDATE", {"VERSION": 2, "PREVIOUS_VERSION": 1}, user=0)
        form |= {"auth": form["auth"] | self.accounts.issue(by)}
        self.events.tell(form)
        self.events.bound.clear()
        return form

    def uninstall(self) -> None:
        """An administrator removes the application: its tokens and handlers are gone."""
        form = self.events.form("ONAPPUNINSTALL", {"LANGUAGE_ID": "en", "CLEAN": 0}, user=0)
        self.accounts.forget()
        self.events.tell(form)
        self.events.bound.clear()

    def put(self, deal: Deal, name: str, body: bytes, *, by: int, field: str = FIELD) -> int:
        """Somebody puts a file into a field of a deal (into a multiple one, beside the others); return its number."""
        return self.office.person_puts(deal, field, name=name, body=body, by=by)

    def empty(self, deal: Deal, *, by: int, field: str = FIELD) -> None:
        """Somebody empties a field."""
        self.office.put(deal, field, [] if self.office.fields[field] else "", by=by)

    def bodies(self, deal: Deal, field: str = FIELD) -> list[bytes]:
        """Return the files that lie in a field now."""
        return [self.office.files[number].body for number in deal.files.get(field, [])]

    def comments(self, deal: Deal) -> list[Comment]:
        """Return a deal's timeline, oldest first."""
        return [comment for comment in self.office.comments.values() if comment.deal == deal.id]

    def calls(self, method: str) -> list[Call]:
        """Return the calls of one method that were executed."""
        return [call for call in self.rest.calls if call.method == method.lower() and not call.error]
