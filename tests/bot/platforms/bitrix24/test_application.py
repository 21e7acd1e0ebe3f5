"""The life of the local application: what is posted about it is proved before anything changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.platforms.bitrix24 import bindings
from bot.platforms.bitrix24.application import LOOKS_AFTER, REMOVAL_JOB, UPDATE_JOB, ApplicationLife
from bot.platforms.bitrix24.errors import AccessLost, Bitrix24Error, NotExecuted
from bot.platforms.bitrix24.events import EVENTS_PATH, INSTALL_PATH, WANTED, PortalEvents
from bot.platforms.bitrix24.platform import Connection
from playground.bitrix24.events import Form
from playground.bitrix24.faults import FaultKind
from playground.bitrix24_portal import Bitrix24Portal
from playground.telegram_server import serve
from signing.ports import Job
from tests.bot.platforms.bitrix24.house import House, house, staffed
from tests.conftest import HandClock


@dataclass(kw_only=True)
class Life:
    """An installed application that the portal can reach."""

    far: Bitrix24Portal
    here: House
    connection: Connection
    application: ApplicationLife
    clock: HandClock
    url: str = ""
    bound: list[str] = field(default_factory=list)
    """Filled when the handlers have to be bound again."""

    async def post(self, form: Form, *, to: str = EVENTS_PATH) -> int:
        """Somebody posts a form; return the status."""
        return (await self.far.events.post(f"{self.url}{to}", form))[0]

    async def refusals(self) -> set[str]:
        """Return why posts were not believed."""
        return {row.facts["why"] for row in await self.here.journal("portal:event_refused")}

    async def promised(self, kind: str = REMOVAL_JOB) -> list[Job]:
        """Return the promised jobs of one kind."""
        async with self.here.store.read() as tx:
            return [job for job in await tx.jobs.waiting() if job.kind == kind]

    async def kept(self) -> tuple[Any, Any]:
        """Return installation and tokens."""
        installation = self.connection.installation
        return await installation.installed(), await installation.load()


@pytest.fixture
async def life(tmp_path: Path, clock: HandClock) -> AsyncIterator[Life]:
    """The application as Vera (1) installed it, its events bound."""
    far = staffed()
    async with house(tmp_path, clock) as here, far.serving(), aiohttp.ClientSession() as session:
        connection = here.connect(session, far)
        await here.settle(connection, far)
        bound: list[str] = []
        application = ApplicationLife(
            store=here.store, clock=clock, installation=connection.installation, oauth=connection.oauth,
            portal=connection.portal, on_changed=lambda: bound.append("again"),
        )  # fmt: skip
        made = Life(far=far, here=here, connection=connection, application=application, clock=clock, bound=bound)
        events = PortalEvents(
            store=here.store, clock=clock, installation=connection.installation, life=application, portal_url=far.url
        )
        app = web.Application()
        app.add_routes(events.routes())
        async with serve(app) as url:
            made.url = url
            await bindings.mend(connection.portal, public_url=url)
            yield made


async def _told(life: Life) -> list[tuple[str, int]]:
    """Wait until the portal has posted what is under way."""
    await life.far.events.close()
    return life.far.events.told


async def test_an_updated_application_goes_on_with_its_new_secrets(life: Life) -> None:
    assert {event for event, _ in life.far.events.bound} == set(WANTED)
    before, old = await life.kept()
    life.far.update(by=1)
    assert await _told(life) == [("ONAPPUPDATE", 200)]
    after, new = await life.kept()
    assert after.application_token == life.far.events.application_token != before.application_token
    assert new.refresh != old.refresh
    assert (await life.connection.portal.read("profile"))["NAME"] == "Vera"
    assert life.bound == ["again"], "an update forgets the handlers"
    (row,) = await life.here.journal("portal:updated")
    assert row.actor == "bitrix24:1"
    # the portal speaks with the new token only
    honest = life.far.events.form("ONCRMDEALUPDATE", {"FIELDS": {"ID": 17}}, user=0)
    assert await life.post(honest) == 200
    assert await life.post(honest | {"auth": honest["auth"] | {"application_token": before.application_token}}) == 403


async def test_an_update_by_another_administrator_counts_with_the_token_that_we_know(life: Life) -> None:
    form = life.far.update(by=2)
    await _told(life)
    assert (await life.kept())[0].user_id == 1, "the new application token alone proves nothing"
    known, _ = await life.kept()
    form |= {"auth": form["auth"] | {"application_token": known.application_token}}
    assert await life.post(form) == 200
    assert (await life.kept())[0].user_id == 2
    assert (await life.connection.portal.read("profile"))["NAME"] == "Oleg"


async def test_an_update_without_a_refresh_token_leaves_our_tokens(life: Life) -> None:
    _, before = await life.kept()
    form = life.far.update(by=1)
    await _told(life)
    installed, _ = await life.kept()
    async with life.here.store.begin() as tx:
        await tx.notes.drop(space="bitrix24", prefix="installation")
    await life.connection.installation.open_window(by="console")
    await life.connection.installation.install(installed, before)
    form["auth"] |= {"application_token": "5" * 32}
    del form["auth"]["refresh_token"]
    assert await life.post(form) == 200
    assert (await life.kept())[0].application_token == "5" * 32
    assert (await life.kept())[1] == before


async def test_forged_updates_change_nothing_and_are_journalled(life: Life) -> None:
    before = await life.kept()

    def forged(*, by: int = 1, client: str | None = None, **auth: Any) -> Form:
        form = life.far.installation(by=by, client_id=client) | {"event": "ONAPPUPDATE"}
        return form | {"auth": form["auth"] | auth}

    forgeries = {
        "not_an_administrator": forged(by=3),
        "another_user": forged(by=2, application_token="f" * 32),
        "other_portal": forged(domain="other.bitrix24.com"),
        "not_proved": forged(access_token="0" * 70),
        "wrong_member": forged(member_id="0" * 32),
        "wrong_client": forged(client="local.other"),
        "bad_refresh": forged(refresh_token="0" * 70),
        "no_token": forged(application_token=""),
        "foreign_refresh": forged(refresh_token=life.far.accounts.issue(2)["refresh_token"]),
        "not_installed": {"event": "ONAPPUPDATE", "auth": "x"},
    }
    for name, form in forgeries.items():
        assert await life.post(form) == 403, name
    assert await life.kept() == before
    assert await life.refusals() == {
        "not_an_administrator", "another_user", "other_portal", "not_proved", "not_installed",
    }  # fmt: skip
    assert await life.here.journal("portal:updated") == []
    assert (await life.connection.portal.read("profile"))["NAME"] == "Vera"
    assert await life.post(forged(), to=INSTALL_PATH) == 403, "an update is no installation"


async def test_an_update_waits_while_the_authorization_server_is_away(life: Life) -> None:
    before, there = await life.kept(), life.connection.oauth._url
    life.connection.oauth._url = "http://127.0.0.1:1"
    life.far.update(by=1)
    assert await _told(life) == [("ONAPPUPDATE", 200)]
    (job,) = await life.promised(UPDATE_JOB)
    with pytest.raises(NotExecuted):
        await life.application.catch_up(job)
    assert await life.kept() == before
    async with life.here.store.read() as tx:
        kept = str(await tx.notes.all(space="bitrix24", prefix=""))
    assert life.far.events.application_token not in kept, "what waits is sealed"
    life.connection.oauth._url = there
    await life.application.catch_up(job)
    assert (await life.kept())[0].application_token == life.far.events.application_token
    assert life.bound == ["again"]
    await life.application.catch_up(job)
    assert len(await life.here.journal("portal:updated")) == 1, "a repeat finds nothing to do"


async def test_a_forged_update_that_had_to_wait_is_refused_later(life: Life) -> None:
    before, there = await life.kept(), life.connection.oauth._url
    life.connection.oauth._url = "http://127.0.0.1:1"
    assert await life.post(life.far.installation(by=3) | {"event": "ONAPPUPDATE"}) == 200
    life.connection.oauth._url = there
    (job,) = await life.promised(UPDATE_JOB)
    await life.application.catch_up(job)
    assert await life.kept() == before
    assert await life.connection.installation.kept_updates() == {}


async def test_an_update_of_another_portal_is_refused_even_if_everything_else_is_right(life: Life) -> None:
    before = await life.kept()
    life.far.accounts.member_id = "a" * 32
    life.far.update(by=1)
    assert await _told(life) == [("ONAPPUPDATE", 403)]
    assert await life.kept() == before


async def test_a_removed_application_is_given_up_and_nothing_else_is(life: Life) -> None:
    async with life.here.store.begin() as tx:
        await tx.notes.put(space="bitrix24-file", name="deal:17:X:1", body={"is": "asked"})
    life.far.uninstall()
    assert await _told(life) == [("ONAPPUNINSTALL", 200)]
    (job,) = await life.promised()
    assert await life.kept() != (None, None), "the post alone gives nothing up"
    await life.application.look(job)
    assert await life.kept() == (None, None)
    assert await life.connection.installation.removed_at() == life.clock.now()
    assert len(await life.here.journal("portal:removed")) == 1
    async with life.here.store.read() as tx:
        assert await tx.notes.get(space="bitrix24-file", name="deal:17:X:1", now=life.clock.now())
    with pytest.raises(AccessLost):
        await life.connection.portal.read("profile")
    # and installed again, as for the first time
    await life.connection.installation.open_window(by="console")
    assert await life.post(life.far.installation(by=1), to=INSTALL_PATH) == 200
    assert await life.connection.installation.removed_at() is None
    assert (await life.connection.portal.read("profile"))["NAME"] == "Vera"


async def test_a_forged_removal_costs_some_looks_and_nothing_else(life: Life) -> None:
    before = await life.kept()
    form = life.far.events.form("ONAPPUNINSTALL", {"LANGUAGE_ID": "en", "CLEAN": 1}, user=0)
    assert await life.post(form | {"auth": form["auth"] | {"application_token": "0" * 32}}) == 403
    assert await life.promised() == []
    assert await life.post(form) == 200
    for _ in range(len(LOOKS_AFTER) + 1):
        (job,) = await life.promised()
        await _taken(life)
        await life.application.look(job)
    assert await life.promised() == []
    assert await life.kept() == before


@pytest.mark.parametrize("kind", [FaultKind.AWAY, FaultKind.SERVER_ERROR, FaultKind.LIMIT])
async def test_a_portal_that_does_not_answer_has_not_removed_us(life: Life, kind: FaultKind) -> None:
    life.connection.portal._sleep = _at_once
    life.connection.portal._bucket._sleep = _at_once
    life.connection.portal._bucket._now = iter(range(0, 10**6, 60)).__next__
    life.far.faults.add(kind, method="profile", times=99)
    before = await life.kept()
    with pytest.raises(Bitrix24Error):
        await life.application.look(Job(kind=REMOVAL_JOB, subject="portal", facts={"looks": 0}))
    assert await life.kept() == before


async def test_who_has_not_paid_is_still_installed(life: Life) -> None:
    before = await life.kept()
    life.far.faults.add(FaultKind.UNPAID, method="profile")
    await life.application.look(Job(kind=REMOVAL_JOB, subject="portal", facts={"looks": 0}))
    assert await life.kept() == before
    assert [job.facts["looks"] for job in await life.promised()] == [1]


async def test_a_wrong_client_secret_of_ours_is_no_removal(life: Life) -> None:
    before = await life.kept()
    life.far.accounts.expire()
    life.connection.oauth._secret = "wrong"
    await life.application.look(Job(kind=REMOVAL_JOB, subject="portal", facts={"looks": 0}))
    assert await life.kept() == before
    assert [job.facts["looks"] for job in await life.promised()] == [1]


async def _at_once(_seconds: float) -> None:
    """Wait for nothing."""


async def _taken(life: Life) -> None:
    """Take the jobs out of the queue, as their run does."""
    async with life.here.store.begin() as tx:
        await tx.jobs.clear()


async def test_an_application_with_pages_is_installed_in_the_administrators_frame(life: Life) -> None:
    await life.connection.installation.open_window(by="console")
    form = life.far.placements.form

    async def opened(user: int, **changes: str) -> tuple[int, str, str]:
        address, fields = form("DEFAULT", None, user=user)
        async with (
            aiohttp.ClientSession() as browser,
            browser.post(f"{life.url}{INSTALL_PATH}{address}", data=fields | changes) as answer,
        ):
            return answer.status, await answer.text(), answer.headers.get("Content-Security-Policy", "")

    assert (await opened(3))[0] == 403, "no administrator"
    assert (await opened(1, AUTH_ID="0" * 70))[0] == 403
    status, page, policy = await opened(2)
    assert (status, "/static/installed.js" in page) == (200, True), "the page ends the installation"
    assert f"frame-ancestors {life.far.url}" in policy
    assert (await life.kept())[0].user_id == 2
    assert (await opened(1))[0] == 403, "the window is closed"
