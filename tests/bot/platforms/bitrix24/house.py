"""Our house beside the loopback portal: a real database, the installed application, the two addresses served."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp

from bot.platforms.bitrix24.installation import Installed
from bot.platforms.bitrix24.platform import Application, Connection, connect
from bot.platforms.bitrix24.tokens import TokenPair
from playground.bitrix24_portal import CLIENT_ID, CLIENT_SECRET, FIELD, Bitrix24Portal
from signing.audit import Event
from signing.ports import Clock
from storage.database import Database
from storage.migrations import upgrade
from storage.sealed import Sealer
from storage.store import SqlStore


@dataclass(kw_only=True)
class House:
    """What of the bot the portal's application needs."""

    store: SqlStore
    sealer: Sealer
    clock: Clock

    def connect(self, session: aiohttp.ClientSession, far: Bitrix24Portal, *, url: str = "") -> Connection:
        """Return the way to the portal, as a process that has just started has it."""
        application = Application(
            portal_url=url or far.url, oauth_url=far.oauth_url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET
        )
        return connect(session, application, store=self.store, sealer=self.sealer, clock=self.clock)

    async def settle(self, connection: Connection, far: Bitrix24Portal, *, by: int = 1) -> Installed:
        """Install the application with the tokens of an administrator."""
        issued = far.accounts.issue(by)
        installed = Installed(
            member_id=far.accounts.member_id, user_id=by, application_token=far.events.application_token
        )
        pair = TokenPair(
            access=str(issued["access_token"]), refresh=str(issued["refresh_token"]),
            expires_at=self.clock.now() + timedelta(hours=1),
        )  # fmt: skip
        await connection.installation.open_window(by="console")
        assert await connection.installation.install(installed, pair)
        return installed

    async def journal(self, tag: str) -> list[Event]:
        """Return the portal's rows of one tag."""
        async with self.store.read() as tx:
            return [event for event in await tx.journal.of("bitrix24") if event.tag == tag]


@asynccontextmanager
async def house(folder: Path, clock: Clock) -> AsyncIterator[House]:
    """Open a fresh database."""
    url = f"sqlite:///{folder / 'house.db'}"
    upgrade(url)
    async with await Database.open(url) as database:
        yield House(store=SqlStore(database, clock), sealer=Sealer(os.urandom(32)), clock=clock)


def staffed() -> Bitrix24Portal:
    """Return a portal with two administrators (1, 2), an employee (3) and a file field."""
    far = Bitrix24Portal()
    far.office.hire("Vera", "Sokolova", is_admin=True)
    far.office.hire("Oleg", "Babić", is_admin=True)
    far.office.hire("Anna", "Petrova")
    far.office.fields[FIELD] = False
    return far
