"""`/join`: a letter to the company address leads into the chat; the page never tells which addresses are known."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession, web

from bot.platforms.email.delivery import Smtp
from bot.platforms.email.invitations import JOIN_JOB, Invitations
from bot.platforms.web.forms import form_token
from bot.platforms.web.joining import JoinPages
from bot.platforms.web.rendering import Rendering
from bot.platforms.web.visitors import Visitors
from bot.web_server import WebServer, build
from signing.errors import NotFound, SigningError
from signing.membership import CONSOLE
from signing.people import Account, PersonId
from signing.staff import StaffEntry
from signing.standing import Standing, members
from tests.bot.platforms.email.post_office import PostOffice, post_office
from tests.signing.conftest import House

KNOWN, STRANGE = "petr@example.com", "nobody@example.com"


@dataclass(frozen=True, kw_only=True)
class OnlyJoining:
    """Fills `web_server.Site` with nothing but these pages."""

    join: JoinPages
    rendering: Rendering

    @property
    def headers(self) -> Mapping[str, str]:
        """The guards of every page."""
        return self.rendering.headers

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Return the routes."""
        return [*self.join.routes(), *self.rendering.routes()]

    async def trouble(self, request: web.Request, *, status: int, error: SigningError | None = None) -> web.Response:
        """Return a calm page."""
        return await self.rendering.trouble(request, status=status, error=error)


@dataclass(kw_only=True)
class Door:
    """The running pages, a post office, and Petr who is not with us yet."""

    house: House
    url: str
    browser: ClientSession
    letters: PostOffice
    invitations: Invitations
    petr: PersonId

    async def ask(self, address: str) -> tuple[int, str]:
        """Type an address on the page."""
        async with self.browser.post(f"{self.url}/join", data={"email": address}) as answer:
            return answer.status, await answer.text()

    async def work(self) -> None:
        """Do what the page has promised."""
        async with self.house.store.begin() as tx:
            jobs = [job for job in await tx.jobs.waiting() if job.kind == JOIN_JOB]
            await tx.jobs.clear()
        for job in jobs:
            await self.invitations.job_handlers()[JOIN_JOB](job)

    def last_letter(self) -> str:
        """Return the text of the last letter."""
        return str(email.message_from_bytes(self.letters.letters[-1], policy=email.policy.default).get_content())

    async def link(self) -> str:
        """Return the secret of a fresh letter to Petr."""
        await self.ask(KNOWN)
        await self.work()
        found = re.search(r"https://sign\.example\.com/join/([\w-]+)", self.last_letter())
        assert found is not None
        return found.group(1)


async def chat_link(secret: str) -> str:
    return f"https://t.me/countersign_bot?start={secret}"


@pytest.fixture
async def door(house: House, rendering: Rendering) -> AsyncIterator[Door]:
    """The pages on a free port."""
    person = await house.membership.add(name="Petr Novak", roles=[], note_of_identity="list", by=CONSOLE)
    async with house.store.begin() as tx:
        await tx.staff.put(StaffEntry(person=person.id, email="Petr@Example.com"))
    server = WebServer(host="127.0.0.1", port=0)
    async with post_office() as letters, ClientSession() as browser:
        smtp = Smtp(host="127.0.0.1", port=letters.port, sender="sign@example.com", starttls=False)
        invitations = Invitations(
            store=house.store, membership=house.membership, clock=house.clock, smtp=smtp, company="Rivers & Sons",
            public_url="https://sign.example.com", language="en", chat="telegram", chat_link=chat_link,
        )  # fmt: skip
        join = JoinPages(
            store=house.store, membership=house.membership, rendering=rendering, chat_link=chat_link,
            visitors=Visitors(burst=4, per_minute=1), crowd=Visitors(burst=20, per_minute=1), letter_job=JOIN_JOB,
        )  # fmt: skip
        await server.show(build(pages=OnlyJoining(join=join, rendering=rendering)))
        url = f"http://127.0.0.1:{server.port}"
        yield Door(house=house, url=url, browser=browser, letters=letters, invitations=invitations, petr=person.id)
    await server.close()


async def standing(door: Door) -> Standing:
    async with door.house.store.read() as tx:
        found = await members(tx, now=door.house.clock.now())
    return next(member.standing for member in found if member.person.id == door.petr)


async def test_known_and_unknown_addresses_get_the_same_answer(door: Door) -> None:
    known, strange = await door.ask(KNOWN.upper()), await door.ask(STRANGE)
    assert known == strange
    assert "a letter is on its way" in known[1]
    assert door.letters.letters == [], "nothing is looked up while somebody waits for the answer"
    await door.work()
    assert len(door.letters.letters) == 1
    assert b"petr@example.com" in door.letters.letters[0]


async def test_the_link_leads_into_the_chat_once(door: Door) -> None:
    secret = await door.link()
    assert await standing(door) is Standing.INVITED
    page = f"{door.url}/join/{secret}"
    for _ in range(2):
        async with door.browser.get(page) as answer:
            assert "Petr Novak" in await answer.text(), "a preview spends nothing"
    async with door.browser.post(page, data={"token": "forged"}) as answer:
        assert answer.status == 403
    async with door.browser.post(page, data={"token": form_token(secret)}) as answer:
        opened = re.search(r"https://t\.me/countersign_bot\?start=([\w-]+)", await answer.text())
    assert opened is not None
    async with door.browser.post(page, data={"token": form_token(secret)}) as answer:
        assert answer.status == 404
    account = Account(platform="telegram", account_id="9001", chat_id="9001", person=PersonId(""))
    assert (await door.house.membership.bind(opened.group(1), account)).id == door.petr
    assert await standing(door) is Standing.BOUND


async def test_a_link_ends_and_is_kept_as_a_hash(door: Door) -> None:
    secret = await door.link()
    assert len(secret) == 22, "128 bit"
    door.house.clock.move(days=1, seconds=1)
    with pytest.raises(NotFound):
        await door.house.membership.join(secret)
    async with door.browser.get(f"{door.url}/join/{secret}") as answer:
        assert answer.status == 404


async def test_a_mailbox_is_not_filled_and_a_visitor_is_slowed_down(door: Door) -> None:
    for _ in range(4):
        assert (await door.ask(KNOWN))[0] == 200
        await door.work()
    assert len(door.letters.letters) == 1
    assert (await door.ask(KNOWN))[0] == 429
    door.house.clock.move(minutes=11)


async def test_who_is_bound_already_is_told_so_and_a_locked_person_gets_nothing(door: Door) -> None:
    secret = await door.house.membership.invite(door.petr, by=CONSOLE)
    account = Account(platform="telegram", account_id="9002", chat_id="9002", person=PersonId(""))
    await door.house.membership.bind(secret, account)
    await door.ask(KNOWN)
    await door.work()
    assert "connected already" in door.last_letter()
    door.house.clock.move(minutes=11)
    await door.house.membership.lock(door.petr, by=CONSOLE)
    await door.ask(KNOWN)
    await door.work()
    assert len(door.letters.letters) == 1


@pytest.mark.parametrize("typed", ["", "petr", "petr@", "a@b c.com", "x" * 400 + "@example.com"])
async def test_what_is_no_address_is_said_on_the_form(door: Door, typed: str) -> None:
    status, page = await door.ask(typed)
    assert (status, "does not look like an e-mail address" in page) == (200, True)
    await door.work()
    assert door.letters.letters == []


async def test_another_site_cannot_ask(door: Door) -> None:
    async with door.browser.post(
        f"{door.url}/join", data={"email": KNOWN}, headers={"Sec-Fetch-Site": "cross-site"}
    ) as answer:
        assert answer.status == 403


async def test_a_letter_that_is_refused_leaves_no_link_behind(door: Door) -> None:
    door.letters.refused = "petr@"
    await door.ask(KNOWN)
    await door.work()
    assert door.letters.letters == []
    assert await standing(door) is Standing.NOT_INVITED
