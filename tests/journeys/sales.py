"""A company that lives in a portal: deals, employees who are bound, the application installed as people do it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.platforms.bitrix24.bucket import threshold_of
from playground.bitrix24.office import Deal
from playground.bitrix24_portal import CLIENT_ID, CLIENT_SECRET, FIELD, Bitrix24Portal
from tests.journeys.company import Colleague, Company, Loop, company

R = TypeVar("R")

INSTALL_PATH = "/bitrix24/install"
SWEEP_S = "2"
CHAT = {
    "COUNTERSIGN_BITRIX24_CHAT": "on", "COUNTERSIGN_BITRIX24_CHAT_SECONDS": "1",
    "COUNTERSIGN_BITRIX24_CHAT_IDLE_SECONDS": "1",
}  # fmt: skip
"""Settings of a company whose portal has our chat bot."""


@dataclass(kw_only=True)
class Sales:
    """The company and its portal."""

    office: Company
    portal: Bitrix24Portal
    loop: Loop
    users: dict[str, int]
    """The portal's number of each colleague, by name."""

    def user(self, colleague: Colleague) -> int:
        """Return a colleague's number in the portal."""
        return self.users[colleague.name]

    def deal(self, title: str, *, by: Colleague) -> Deal:
        """Somebody opens a deal."""
        return self.within(lambda: self.portal.office.open_deal(title, by=self.user(by)))

    def put(self, deal: Deal, name: str, body: bytes, *, by: Colleague, field: str = FIELD) -> int:
        """Somebody puts a file into the deal."""
        return self.within(lambda: self.portal.put(deal, name, body, by=self.user(by), field=field))

    def within(self, act: Callable[[], R]) -> R:
        """Act in the portal's own loop, where its data live."""

        async def acting() -> R:
            return act()

        return self.loop.run(acting())


async def eventually(seen: Callable[[], bool], *, seconds: float = 60) -> None:
    """Wait until something can be seen in the portal."""
    deadline = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.05)


@contextmanager
def sales(folder: Path, *, signers: int, employees: int, **settings: str) -> Iterator[Sales]:
    """Found the company beside its portal, install the application, bring the employees in.

    Its plan lets more calls through than the usual two a second, unless told otherwise: many journeys share it.
    """
    loop, portal = Loop(), Bitrix24Portal()
    calls_per_s = settings.setdefault("COUNTERSIGN_BITRIX24_CALLS_PER_SECOND", "40")
    portal.rest.leak_per_s, portal.rest.threshold = float(calls_per_s), threshold_of(float(calls_per_s))
    serving = portal.serving()
    loop.run(serving.__aenter__())
    secret = folder / "client-secret"
    secret.write_text(CLIENT_SECRET)
    secret.chmod(0o600)
    configured = {
        "COUNTERSIGN_BITRIX24_URL": portal.url, "COUNTERSIGN_BITRIX24_OAUTH_URL": portal.oauth_url,
        "COUNTERSIGN_BITRIX24_CLIENT_ID": CLIENT_ID, "COUNTERSIGN_BITRIX24_CLIENT_SECRET_FILE": str(secret),
        "COUNTERSIGN_BITRIX24_SWEEP_SECONDS": SWEEP_S,
        "COUNTERSIGN_BITRIX24_FIELDS": f"{FIELD},UF_CRM_MORE", **settings,
    }  # fmt: skip
    try:
        with company(folder, signers=signers, employees=employees, entry=("bot", "run"), **configured) as office:
            made = Sales(office=office, portal=portal, loop=loop, users={})
            _hire(made)
            _install(made)
            yield made
    finally:
        loop.run(serving.__aexit__(None, None, None))
        loop.close()


def _hire(made: Sales) -> None:
    administrator = made.portal.office.hire("Portal", "Administrator", is_admin=True)
    assert administrator.id == 1
    for colleague in (*made.office.signers, *made.office.employees):
        user = made.portal.office.hire(colleague.phone.first_name, colleague.phone.last_name or "")
        made.users[colleague.name] = user.id


def _install(made: Sales) -> None:
    _run(made, "install")
    status, said = made.loop.run(made.portal.install(f"{made.office.pages}{INSTALL_PATH}", by=1))
    assert (status, said) == (200, "Countersign is installed.")
    _run(made, "setup")
    _run(made, "people", "--apply")


def _run(made: Sales, *command: str) -> None:
    done = made.office.countersign("bitrix24", *command)
    assert done.returncode == 0, done.stderr + done.stdout
