"""`countersign bitrix24` and what doctor says of a portal: people with departments, a removal, a new name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli.installation import Installation, installation
from bot.platforms.bitrix24.installation import Installed
from bot.platforms.bitrix24.platform import Connection
from bot.platforms.bitrix24.tokens import TokenPair
from bot.portal import portal_connection
from bot.secret_file import read_secret
from bot.settings import Settings
from playground.bitrix24.office import COMPANY
from playground.bitrix24_portal import CLIENT_ID, CLIENT_SECRET, FIELD, Bitrix24Portal
from storage.sealed import Sealer
from tests.bot.cli.conftest import Said, Terminal
from tests.journeys.company import Loop


class Portal:
    """A terminal beside a portal in which the application is installed."""

    def __init__(self, terminal: Terminal, far: Bitrix24Portal, secret: Path) -> None:
        self.far = far
        self._terminal = terminal
        self._settings = {
            "bitrix24_url": far.url, "bitrix24_oauth_url": far.oauth_url, "bitrix24_client_id": CLIENT_ID,
            "bitrix24_client_secret_file": str(secret), "public_url": "http://127.0.0.1:9",
        }  # fmt: skip

    def __call__(self, *words: str) -> Said:
        """Type a command."""
        return self._terminal(*words, **self._settings)

    @asynccontextmanager
    async def _inside(self) -> AsyncIterator[tuple[Installation, Connection]]:
        given: dict[str, Any] = {"data_dir": self._terminal.data_dir, **self._settings}
        settings = Settings(**given)
        sealer = Sealer(bytes.fromhex(read_secret(settings.sealing_key_file)))
        async with (
            installation(settings) as here,
            portal_connection(settings, store=here.store, sealer=sealer, clock=here.clock) as connection,
        ):
            assert connection is not None
            yield here, connection

    async def settle(self) -> None:
        """Keep an installation as the portal's post leaves it."""
        issued = self.far.accounts.issue(1)
        pair = TokenPair(
            access=str(issued["access_token"]), refresh=str(issued["refresh_token"]), expires_at=datetime.now(UTC)
        )
        installed = Installed(
            member_id=self.far.accounts.member_id, user_id=1, application_token=self.far.events.application_token
        )
        async with self._inside() as (_, connection):
            await connection.installation.open_window(by="console")
            assert await connection.installation.install(installed, pair)

    async def give_up(self) -> None:
        """Let the application be found to be removed."""
        async with self._inside() as (_, connection):
            installed = await connection.installation.installed()
            assert installed is not None
            assert await connection.installation.give_up(installed)

    async def move(self, url: str) -> None:
        """Let the portal have been followed to another address."""
        async with self._inside() as (here, _), here.store.begin() as tx:
            body = {"configured": self.far.url, "now": url}
            await tx.notes.put(space="bitrix24", name="address", body=body)

    async def identity(self, name: str) -> str:
        """Return the note of how it was proved who somebody is."""
        async with self._inside() as (here, _), here.store.read() as tx:
            return next(person.identity_note for person in await tx.people.all() if person.name == name)


@pytest.fixture
def loop() -> Iterator[Loop]:
    """A loop for the portal."""
    made = Loop()
    yield made
    made.close()


@pytest.fixture
def portal(bare: Terminal, loop: Loop, tmp_path: Path) -> Iterator[Portal]:
    """A portal with an administrator, two departments and an employee."""
    assert bare("init").code == 0
    far, secret = Bitrix24Portal(), tmp_path / "client-secret"
    secret.write_text(CLIENT_SECRET)
    secret.chmod(0o600)
    serving = far.serving()
    loop.run(serving.__aenter__())
    vera = far.office.hire("Vera", "Sokolova", is_admin=True)
    anna = far.office.hire("Anna", "Petrova", position="Seller")
    far.office.fields[FIELD] = False
    far.office.departments[COMPANY].head = vera.id
    anna.departments = [far.office.found("Sales").id]
    made = Portal(bare, far, secret)
    loop.run(made.settle())
    yield made
    loop.run(serving.__aexit__(None, None, None))


def test_people_are_shown_with_department_and_head_and_noted_with_them(portal: Portal, loop: Loop) -> None:
    anna = next(row for row in portal("bitrix24", "people", "--json").json() if row["name"] == "Anna Petrova")
    assert (anna["department"], anna["head"], anna["what"]) == ("Sales", "Vera Sokolova", "add")
    told = portal("bitrix24", "people", "--apply")
    assert told.code == 0
    assert "Sales" in told.out
    assert "permission" not in told.out
    assert loop.run(portal.identity("Anna Petrova")) == (
        "employee 2 of the company's portal, Sales; head: Vera Sokolova"
    )


def test_without_the_permission_a_plain_sentence_says_how_to_mend_it(portal: Portal) -> None:
    portal.far.accounts.scope = "crm,user_basic"
    told = portal("bitrix24", "people")
    assert told.code == 0
    assert "no permission “department” in the portal" in told.out
    assert "Anna Petrova" in told.out
    anna = next(row for row in portal("bitrix24", "people", "--json").json() if row["name"] == "Anna Petrova")
    assert (anna["department"], anna["head"]) == (None, None)


def test_doctor_tells_that_the_application_was_removed(portal: Portal, loop: Loop) -> None:
    assert "answers, we act there as Vera Sokolova" in portal("doctor").out
    loop.run(portal.give_up())
    told = portal("doctor").out
    assert "was removed from the portal" in told
    assert "bitrix24 install" in told


def test_doctor_tells_that_the_portal_was_renamed(portal: Portal, loop: Loop) -> None:
    assert "renamed" not in portal("doctor").out
    there = portal.far.url.replace("127.0.0.1", "localhost")
    loop.run(portal.move(there))
    told = " ".join(portal("doctor").out.split())
    assert f"{there} answers" in told
    assert "the portal was renamed" in told
    assert f"COUNTERSIGN_BITRIX24_URL={there}" in told
