"""A renamed portal is followed once it is proved to be ours; a token goes to no other host (reference 1.4)."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from bot.platforms.bitrix24.errors import Denied, NotExecuted
from bot.platforms.bitrix24.platform import Connection
from playground.bitrix24_portal import Bitrix24Portal
from signing.ports import Clock
from tests.bot.platforms.bitrix24.cloud import Loopback, certified, cloud_session
from tests.bot.platforms.bitrix24.house import House, house, staffed


@dataclass(kw_only=True)
class Cloud:
    """A portal with a name, and our way to it."""

    far: Bitrix24Portal
    here: House
    session: aiohttp.ClientSession
    names: Loopback
    connection: Connection
    configured: str

    def another_process(self, *, url: str = "") -> Connection:
        """Return the way to the portal of a process that knows only what is durable."""
        return self.here.connect(self.session, self.far, url=url or self.configured)


@pytest.fixture
def contexts(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certified(tmp_path)


@pytest.fixture
async def cloud(tmp_path: Path, clock: Clock, contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> AsyncIterator[Cloud]:
    """The portal `old.bitrix24.com` with our application installed."""
    serving, trusting = contexts
    far = staffed()
    async with (
        house(tmp_path, clock) as here,
        far.serving(name="old.bitrix24.com", tls=serving),
        cloud_session(trusting) as (session, names),
    ):
        connection = here.connect(session, far)
        await here.settle(connection, far)
        yield Cloud(far=far, here=here, session=session, names=names, connection=connection, configured=far.url)


async def test_a_renamed_portal_is_followed_and_the_call_is_made_once(cloud: Cloud) -> None:
    cloud.far.rename("new.bitrix24.com")
    assert await cloud.connection.portal.write("event.bind", event="ONCRMDEALADD", handler="https://us.example/e")
    assert len(cloud.far.calls("event.bind")) == 1
    assert cloud.connection.portal.url == cloud.far.url
    (row,) = await cloud.here.journal("portal:moved")
    assert row.facts["to"] == cloud.far.url


async def test_the_new_address_is_durable_and_the_old_one_is_not_asked_again(cloud: Cloud) -> None:
    cloud.far.rename("new.bitrix24.com")
    await cloud.connection.portal.read("profile")
    cloud.names.asked.clear()
    later = cloud.another_process()
    assert (await later.portal.read("profile"))["NAME"] == "Vera"
    assert set(cloud.names.asked) <= {"new.bitrix24.com", "127.0.0.1"}


async def test_a_process_that_still_asks_the_old_address_takes_up_what_another_has_proved(cloud: Cloud) -> None:
    other = cloud.another_process()
    await other.portal.read("profile")
    cloud.far.rename("new.bitrix24.com")
    await asyncio.gather(*(cloud.connection.portal.read("profile") for _ in range(5)))
    await other.portal.read("profile")
    assert len(await cloud.here.journal("portal:moved")) == 1


async def test_an_address_that_the_administrator_sets_counts_more_than_a_learned_one(cloud: Cloud) -> None:
    cloud.far.rename("new.bitrix24.com")
    await cloud.connection.portal.read("profile")
    moved = cloud.another_process(url=str(URL(cloud.far.url).with_host("portal.example.com").origin()))
    cloud.far.rename("portal.example.com")
    assert (await moved.portal.read("profile"))["NAME"] == "Vera"
    assert moved.portal.url == cloud.far.url


async def test_the_way_back_to_the_configured_address_is_open_under_any_domain(cloud: Cloud) -> None:
    old = cloud.configured
    cloud.far.rename("new.bitrix24.com")
    await cloud.connection.portal.read("profile")
    cloud.far.rename("old.bitrix24.com")
    assert (await cloud.connection.portal.read("profile"))["NAME"] == "Vera"
    assert cloud.connection.portal.url == old


async def test_an_old_token_is_renewed_on_the_way(cloud: Cloud) -> None:
    cloud.far.rename("new.bitrix24.com")
    cloud.far.accounts.expire()
    assert (await cloud.connection.portal.read("profile"))["NAME"] == "Vera"
    assert cloud.far.accounts.refreshes == 1


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example:{port}/rest/profile", "https://new.bitrix24.ru:{port}/rest/profile",
        "http://new.bitrix24.com:{port}/rest/profile", "https://new.bitrix24.com:1/rest/profile",
        "https://x.new.bitrix24.com:{port}/", "https://bitrix24.com:{port}/", "https://new.bitrix24.com.evil.example/",
        "https://new.bitrix24.com:{port}@evil.example/", "https://evil@new.bitrix24.com:{port}/", "//evil.example/",
        "https://evil.example\\@new.bitrix24.com:{port}/", "/rest/profile", "?", "https://[::1/", "javascript:x",
    ],
)  # fmt: skip
async def test_a_redirect_elsewhere_is_refused_and_no_token_is_sent_there(cloud: Cloud, location: str) -> None:
    cloud.far.rename("new.bitrix24.com")  # the authorization server would vouch for that one
    cloud.far.rest.redirect = location.format(port=URL(cloud.configured).port)
    cloud.names.asked.clear()
    with pytest.raises(Denied, match="PORTAL_MOVED"):
        await cloud.connection.portal.read("profile")
    assert set(cloud.names.asked) <= {"old.bitrix24.com", "127.0.0.1"}
    assert not cloud.far.rest.calls
    assert await cloud.here.journal("portal:moved") == []


async def test_a_namesake_that_the_authorization_server_does_not_vouch_for_is_refused(cloud: Cloud) -> None:
    cloud.far.rename("new.bitrix24.com")
    cloud.far.accounts.portal_url = cloud.configured  # the server still knows the old name
    with pytest.raises(Denied):
        await cloud.connection.portal.read("profile")
    cloud.far.accounts.portal_url, cloud.far.accounts.member_id = cloud.far.url, "0" * 32
    with pytest.raises(Denied):
        await cloud.connection.portal.read("profile")
    assert not cloud.far.rest.calls


async def test_while_the_authorization_server_is_away_nothing_is_followed_and_nothing_lost(cloud: Cloud) -> None:
    cloud.far.rename("new.bitrix24.com")
    cloud.connection.oauth._url = "http://127.0.0.1:1"
    with pytest.raises(NotExecuted):
        await cloud.connection.portal._renewed("event.bind", {})
    assert not cloud.far.rest.calls


async def test_two_hosts_that_send_us_to_each_other_are_not_followed_for_ever(cloud: Cloud) -> None:
    cloud.far.rename("new.bitrix24.com")
    cloud.far.rest.moved_to = str(URL(cloud.far.url).with_port(1))  # whoever asks anywhere is sent on
    cloud.far.rest.redirect = f"{cloud.far.url}/rest/profile"
    for _ in range(3):
        with pytest.raises(Denied, match="PORTAL_MOVED"):
            await cloud.connection.portal.read("profile")
    assert len(await cloud.here.journal("portal:moved")) == 1


async def test_a_process_that_has_just_started_knows_where_the_portal_lives(cloud: Cloud) -> None:
    cloud.far.rename("new.bitrix24.com")
    await cloud.connection.portal.read("profile")
    assert await cloud.another_process().portal.home() == cloud.far.url


async def test_nothing_that_is_kept_or_journalled_holds_a_token(cloud: Cloud) -> None:
    token = (await cloud.connection.installation.load()).access  # type: ignore[union-attr]  # it was installed above
    cloud.far.rename("new.bitrix24.com")
    await cloud.connection.portal.read("profile")
    async with cloud.here.store.read() as tx:
        kept = json.dumps(await tx.notes.all(space="bitrix24", prefix="")) + str(await tx.journal.of("bitrix24"))
    assert token not in kept
