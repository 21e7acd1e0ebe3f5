"""“This was not me”: asking locks nobody, the button locks at once, the link works once."""

from __future__ import annotations

import pytest

from bot.platforms.web.forms import form_token
from signing.membership import CONSOLE
from tests.bot.platforms.web.conftest import Site


async def link(site: Site, purpose: str = "lock") -> str:
    return await site.house.membership.invite(site.house.id("Ivan"), by=CONSOLE, purpose=purpose)


async def posted(site: Site, secret: str, token: str) -> int:
    async with site.browser.post(f"{site.url}/locked/{secret}", data={"token": token}) as answer:
        return answer.status


async def is_locked(site: Site) -> bool:
    async with site.house.store.read() as tx:
        person = await tx.people.get(site.house.id("Ivan"))
    return person.locked_at is not None and person.id in site.house.activation.locked


async def test_a_mail_program_that_opens_the_link_locks_nobody(site: Site) -> None:
    secret = await link(site)
    async with site.browser.get(f"{site.url}/locked/{secret}") as answer:
        assert "Lock my key now" in await answer.text()
    assert not await is_locked(site)


async def test_the_button_locks_at_once_and_the_link_is_used_up(site: Site) -> None:
    secret = await link(site)
    assert await posted(site, secret, form_token(secret)) == 200
    assert await is_locked(site)
    assert await posted(site, secret, form_token(secret)) == 404


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_a_form_without_the_token_locks_nobody(site: Site, token: str) -> None:
    assert await posted(site, await link(site), token) == 403
    assert not await is_locked(site)


async def test_a_link_for_something_else_locks_nobody(site: Site) -> None:
    secret = await link(site, purpose="enrol")
    assert await posted(site, secret, form_token(secret)) == 404
    assert not await is_locked(site)
