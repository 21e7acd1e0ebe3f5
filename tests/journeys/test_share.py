"""Journeys of a signed file on to the client: by a link that ends and by a letter, told in the deal it came from."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import aiohttp
import pytest

from playground.bitrix24.office import Deal
from playground.telegram.person import TelegramPerson
from tests.bot.platforms.email.post_office import PostOffice, post_office
from tests.journeys.company import Colleague, Loop
from tests.journeys.sales import Sales, eventually, sales
from tests.journeys.story import Message, a_pdf, ask, choose, has, sign_typed, text

DOWNLOADS = 2


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    """A mail server of the company."""
    loop, opened = Loop(), post_office(refused="nobody@")
    yield loop.run(opened.__aenter__())
    loop.run(opened.__aexit__(None, None, None))
    loop.close()


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory, office: PostOffice) -> Iterator[Sales]:
    """A company with a portal and a mail server."""
    settings = {
        "COUNTERSIGN_SHARE_DOWNLOADS": str(DOWNLOADS), "COUNTERSIGN_SMTP_HOST": "127.0.0.1",
        "COUNTERSIGN_SMTP_PORT": str(office.port), "COUNTERSIGN_SMTP_FROM": "sign@journeys.example",
    }  # fmt: skip
    with sales(tmp_path_factory.mktemp("share"), signers=6, employees=7, **settings) as made:
        yield made


async def signed_file(anna: TelegramPerson, name: str) -> tuple[Message, bytes]:
    """Wait for the message with the signed file and its buttons."""
    stem = name.removesuffix(".pdf")
    file = await anna.wait_for(
        lambda m: "document" in m and stem in m["document"]["file_name"] and has(m, button="Link for the client"),
        timeout_s=120,
    )
    return file, await anna.download(file)


async def of_a_deal(
    trade: Sales, anna: TelegramPerson, signer: Colleague, name: str, *, by: Colleague
) -> tuple[Deal, Message, bytes]:
    """Have the document of a deal signed; return the deal, the message and the signed bytes."""
    deal = trade.deal(f"Deal of {name}", by=by)
    trade.put(deal, name, a_pdf(name), by=by)
    await choose(anna, await anna.wait_for(lambda m: has(m, name, "Who shall sign?")), signer)
    async with signer.telegram() as ivan:
        await sign_typed(ivan, name, await signer.code())
    return deal, *(await signed_file(anna, name))


async def face(anna: TelegramPerson, file: Message, *words: str, button: str = "") -> Message:
    """Wait for a later face of the message with the file."""
    return await anna.wait_for(lambda m: m["message_id"] == file["message_id"] and has(m, *words, button=button))


async def link_of(anna: TelegramPerson, file: Message) -> str:
    """Ask for a link under the file and return it as it comes."""
    before = {m["message_id"] for m in await anna.messages()}
    await anna.press(file, "Link for the client")
    told = await anna.wait_for(lambda m: m["message_id"] not in before and has(m, "/s/"))
    found = re.search(r"http\S+/s/\S+", text(told))
    assert found is not None
    return found.group()


async def get(url: str) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as browser, browser.get(url) as answer:
        return answer.status, await answer.read()


async def comment(trade: Sales, deal: Deal, *words: str) -> str:
    """Wait for a comment in the deal's timeline that says that."""

    def found() -> list[str]:
        told = [comment.text for comment in trade.portal.comments(deal)]
        return [said for said in told if all(word in said for word in words)]

    await eventually(lambda: bool(found()))
    return found()[0]


def number_of(file: Message) -> str:
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text(file))
    assert found is not None
    return found.group()


def shown(trade: Sales, file: Message) -> dict[str, list[dict[str, str]]]:
    """Return what the command line shows of the request."""
    found: dict[str, list[dict[str, str]]] = json.loads(
        trade.office.countersign("requests", "show", number_of(file), "--json").stdout
    )
    return found


async def test_a_client_downloads_the_signed_bytes_by_a_link_until_it_is_used_up(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    async with employee.telegram() as anna:
        deal, file, body = await of_a_deal(trade, anna, signer, "Shared.pdf", by=employee)
        link = await link_of(anna, file)
        told = await comment(trade, deal, "Shared.pdf", employee.name, "for the client")
        assert link.rpartition("/")[2] not in told, "the timeline knows that there is a link, and not which"
        status, page = await get(link)
        assert (status, signer.name in page.decode()) == (200, True)
        for count in range(1, DOWNLOADS + 1):
            assert await get(f"{link}/0") == (200, body)
            await face(anna, file, f"downloaded {count} of {DOWNLOADS}" if count < DOWNLOADS else "used up")
        status, page = await get(f"{link}/0")
        assert (status, b"used up" in page, body in page) == (410, True, False)
    assert [one["state"] for one in shown(trade, file)["links"]] == ["used_up"]
    assert link.rpartition("/")[2] not in trade.office.log.read_text()


async def test_a_link_that_is_taken_back_or_whose_days_are_over_opens_nothing(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    async with employee.telegram() as anna:
        deal, file, _ = await of_a_deal(trade, anna, signer, "Back.pdf", by=employee)
        link = await link_of(anna, file)
        await comment(trade, deal, "Back.pdf", "for the client, until")
        await anna.press(await face(anna, file, button="Take the link back"), "Take the link back")
        await face(anna, file, "taken back")
        assert (await get(f"{link}/0"))[0] == 410
        await comment(trade, deal, "Back.pdf", "was ended (taken back)")
        second = await link_of(anna, await face(anna, file, button="Link for the client"))
        assert (await get(second))[0] == 200
        _days_pass(trade)
        status, page = await get(second)
        assert (status, b"has expired" in page) == (410, True)
    assert [one["state"] for one in shown(trade, file)["links"]] == ["revoked", "expired"]
    assert len([c for c in trade.portal.comments(deal) if "link" in c.text]) == 2, "one comment a link"


async def test_a_client_gets_a_letter_with_the_signed_bytes(trade: Sales, office: PostOffice) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    async with employee.telegram() as anna:
        deal, file, body = await of_a_deal(trade, anna, signer, "Letter.pdf", by=employee)
        await anna.press(file, "Send by e-mail")
        await face(anna, file, "e-mail address")
        await anna.send_text("client@example.com")
        await anna.press(await face(anna, file, "client@example.com?", button="Yes"), "Yes, send it")
        await face(anna, file, "client@example.com: sent")
        told = trade.office.countersign("requests", "share", number_of(file), "--email", "nobody@example.com")
        assert told.returncode == 0, told.stderr
        await face(anna, file, "nobody@example.com: not sent", "does not know that address")
        await anna.wait_for(lambda m: has(m, "Letter.pdf", "could not be delivered"))
    await comment(trade, deal, "Letter.pdf", "was sent to client@example.com")
    (letter,) = [email.message_from_bytes(one, policy=email.policy.default) for one in office.letters]
    attached = next(part for part in letter.walk() if part.get_content_type() == "application/pdf")
    assert attached.get_payload(decode=True) == body
    states = {one["channel"]: one["state"] for one in shown(trade, file)["deliveries"] if "email" in one["channel"]}
    assert states == {"email:client@example.com": "delivered", "email:nobody@example.com": "failed"}


async def test_the_command_line_makes_a_link_to_a_document_of_a_chat_and_ends_it(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await ask(anna, signer, pdf=a_pdf(), name="Console.pdf")
        await sign_typed(ivan, "Console.pdf", await signer.code())
        file, body = await signed_file(anna, "Console.pdf")
        asked = ("requests", "share", number_of(file), "--days", "1", "--downloads", "1", "--json")
        made = json.loads((await asyncio.to_thread(trade.office.countersign, *asked)).stdout)
        assert await get(f"{made['url']}/0") == (200, body)
        assert (await get(f"{made['url']}/0"))[0] == 410
        await face(anna, file, made["link"], "used up")


@pytest.mark.parametrize("after_s", [0.0, 0.15])
async def test_killed_while_a_link_is_made_the_requester_has_one_that_opens(trade: Sales, after_s: float) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await ask(anna, signer, pdf=a_pdf(), name="Killed.pdf")
        await sign_typed(ivan, "Killed.pdf", await signer.code())
        file, body = await signed_file(anna, "Killed.pdf")
        pressing = asyncio.create_task(anna.press(file, "Link for the client"))
        await asyncio.sleep(after_s)
        await asyncio.to_thread(_killed_and_started, trade)
        await asyncio.gather(pressing, return_exceptions=True)
        await face(anna, file, "downloaded 0 of 2")
        told = [m for m in await anna.messages() if has(m, "/s/")]
        links = [found.group() for m in told if (found := re.search(r"http\S+/s/\S+", text(m)))]
        assert await get(f"{links[-1]}/0") == (200, body)
        assert [(await get(old))[0] for old in links[:-1]] == [404] * (len(links) - 1)


def _days_pass(trade: Sales) -> None:
    """Let every link's days be over."""
    past = datetime(2020, 1, 1, tzinfo=UTC).isoformat()
    with closing(sqlite3.connect(trade.office.folder / "countersign.sqlite3", timeout=20)) as database:
        database.execute("UPDATE note SET body = json_set(body, '$.expires_at', ?) WHERE space = 'share'", (past,))
        database.commit()


def _killed_and_started(trade: Sales) -> None:
    trade.office.kill()
    trade.office.start()
