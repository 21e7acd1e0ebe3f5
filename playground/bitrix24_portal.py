"""The loopback Bitrix24: a portal with deals, its authorization server, and what its people do there."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from playground.bitrix24.accounts import Accounts
from playground.bitrix24.desk import Desk
from playground.bitrix24.events import Events, Form
from playground.bitrix24.faults import Faults
from playground.bitrix24.login import Login
from playground.bitrix24.office import Comment, Deal, Office
from playground.bitrix24.rest import Call, Rest
from playground.telegram_server import serve

CLIENT_ID = "local.6790c0ffee0000.00000001"
CLIENT_SECRET = "playground-loopback-client-secret"  # of a server that only this machine reaches
FIELD = "UF_CRM_SIGN_DOC"
SCOPE = "crm,user_basic"


class Bitrix24Portal:
    """One portal; people act through its methods, the product through HTTP."""

    def __init__(self, *, client_id: str = CLIENT_ID, client_secret: str = CLIENT_SECRET, first: int = 17) -> None:
        self.faults = Faults()
        self.accounts = Accounts(
            client_id=client_id, client_secret=client_secret, member_id=secrets.token_hex(16), scope=SCOPE
        )
        self.events = Events(accounts=self.accounts, faults=self.faults)
        self.office = Office(on_change=self.events.happened, first=first)
        self.desk = Desk(self.office, field=FIELD)
        self.rest = Rest(accounts=self.accounts, office=self.office, events=self.events, faults=self.faults)
        self.login = Login(self.accounts, self.office)
        self.url = ""
        self.oauth_url = ""

    @asynccontextmanager
    async def serving(self, *, port: int = 0, oauth_port: int = 0) -> AsyncIterator[None]:
        """Serve the portal and the authorization server while the context lasts (port 0 = a free one)."""
        app = web.Application(client_max_size=200 << 20)
        app.add_routes([*self.rest.routes(), *self.desk.routes(), *self.login.routes()])
        async with serve(app, port=port) as url, serve(self.accounts.app(), port=oauth_port) as oauth_url:
            self.url = self.accounts.portal_url = self.rest.crm.url = url
            self.oauth_url = self.events.oauth_url = oauth_url
            self.login.oauth_host = oauth_url.partition("://")[2]
            yield
            await self.events.close()

    async def install(self, address: str, *, by: int) -> tuple[int, str]:
        """An administrator saves the local application: the portal posts the installation; return its answer."""
        self.login.handler = f"{address.removesuffix('/install')}/authorized"
        return await self.events.post(address, self.installation(by=by))

    def installation(self, *, by: int, client_id: str | None = None) -> Form:
        """Return `ONAPPINSTALL` as the portal posts it, with tokens of `by`."""
        form = self.events.form("ONAPPINSTALL", {"VERSION": 1, "ACTIVE": "Y", "INSTALLED": "Y"}, user=0)
        return form | {"auth": form["auth"] | self.accounts.issue(by, client_id=client_id)}

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
