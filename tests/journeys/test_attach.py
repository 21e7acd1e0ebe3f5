"""Journeys of a document from a chat into a deal: found with their own rights only, filed beside what lies there."""

from __future__ import annotations

from collections.abc import Iterator

import aiohttp
import pytest

from playground.bitrix24.login import COOKIE
from playground.bitrix24.office import Deal
from playground.bitrix24_portal import FIELD
from playground.telegram.person import TelegramPerson
from tests.journeys.company import Colleague
from tests.journeys.sales import Sales, eventually, sales
from tests.journeys.story import (
    Message,
    a_pdf,
    ask,
    choose,
    enter_code,
    has,
    same,
    second_step,
    sign_typed,
    signed_file,
)


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sales]:
    """A company with a portal."""
    with sales(tmp_path_factory.mktemp("attach"), signers=6, employees=9) as made:
        yield made


def link_of(card: Message) -> str:
    """Return where the card's login button leads."""
    rows = card["reply_markup"]["inline_keyboard"]
    return str(next(button["url"] for row in rows for button in row if "Log in" in button["text"]))


async def log_in(url: str, user: int) -> tuple[int, str]:
    """Follow a link in a browser where somebody is logged in to the portal; return where it ends."""
    async with aiohttp.ClientSession() as browser, browser.get(url, cookies={COOKIE: str(user)}) as page:
        return page.status, await page.text()


async def opened(trade: Sales, anna: TelegramPerson, employee: Colleague, card: Message) -> Message:
    """Press Attach for the first time and log in; return the card that asks which deal."""
    await anna.press(card, "Attach to deal")
    face = await anna.wait_for(same(card, "own rights", button="Log in"))
    status, page = await log_in(link_of(face), trade.user(employee))
    assert (status, "Countersign finds deals" in page) == (200, True)
    return await anna.wait_for(same(card, "Write the number, the title or the company"))


async def attached(anna: TelegramPerson, card: Message, words: str, deal: Deal) -> Message:
    """Search, choose the deal; return the card that says where the file goes."""
    await anna.send_text(words)
    await anna.press(await anna.wait_for(same(card, "Which deal?", button=deal.title)), deal.title)
    return await anna.wait_for(same(card, "Goes to the deal too", deal.title))


def _says(trade: Sales, deal: Deal, *words: str) -> bool:
    return any(all(word in comment.text for word in words) for comment in trade.portal.comments(deal))


async def draft(anna: TelegramPerson, name: str) -> Message:
    """Send a document; return the card of the draft."""
    await anna.send_document(a_pdf(name), name)
    return await anna.wait_for(lambda m: has(m, name, button="Attach to deal"))


async def test_a_deal_found_by_title_gets_the_signed_file_too(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Windows for Bar", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        card = await draft(anna, "Windows.pdf")
        await opened(trade, anna, employee, card)
        await anna.send_text("no such deal")
        await anna.wait_for(same(card, "No deal like that"))
        await choose(anna, await attached(anna, card, "windows", deal), signer)
        step = await second_step(ivan, "Windows.pdf")
        assert deal.title in str(step), "what the code covers is shown"
        await enter_code(ivan, step, await signer.code())
        body = await signed_file(anna)
        await anna.wait_for(same(card, "Goes to the deal too", deal.title, "Signed by"))
    await eventually(lambda: _says(trade, deal, "Windows.pdf", signer.name, employee.name, "/v/"))
    assert trade.portal.bodies(deal) == [body]
    (comment,) = trade.portal.comments(deal)
    assert [file.body for file in comment.files] == [body]
    (approved,) = [
        row for row in trade.office.rows("request:filed") if row["facts"]["place"] == f"bitrix24:deal:{deal.id}"
    ]
    assert approved["actor"] != "system"
    # the echo of our own change asks nobody
    trade.within(lambda: trade.portal.office.touch(deal, by=trade.user(employee)))
    async with employee.telegram() as anna:
        assert not [m for m in await anna.messages() if has(m, "Windows", "Who shall sign?", "Deal “")]


async def test_who_may_not_see_a_deal_does_not_find_it(trade: Sales) -> None:
    seller, outsider = trade.office.employee(), trade.office.employee()
    deal = trade.deal("Secret merger", by=seller)
    trade.within(lambda: trade.portal.office.barred.add((trade.user(outsider), deal.id)))
    async with seller.telegram() as anna, outsider.telegram() as boris:
        his = await draft(boris, "Boris.pdf")
        await opened(trade, boris, outsider, his)
        for words in ("Secret", str(deal.id), f"№{deal.id}"):
            await boris.send_text(words)
            await boris.wait_for(same(his, "No deal like that"))
        hers = await draft(anna, "Anna.pdf")
        await opened(trade, anna, seller, hers)
        await attached(anna, hers, str(deal.id), deal)
        trade.within(lambda: trade.portal.office.barred.add((trade.user(seller), deal.id)))
        # rights that are lost between the search and the press count
        other = trade.deal("Open house", by=seller)
        await anna.press(await anna.wait_for(same(hers, button="Attach to deal")), "Attach to deal")
        await anna.wait_for(same(hers, "Write the number"))
        await anna.send_text("Open house")
        face = await anna.wait_for(same(hers, "Which deal?", button="Open house"))
        trade.within(lambda: trade.portal.office.barred.add((trade.user(seller), other.id)))
        await anna.press(face, "Open house")
        await anna.wait_for(same(hers, "you may not see it", "Secret merger"))


async def test_the_second_deal_takes_the_place_of_the_first_and_a_file_there_stays(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    first = trade.deal("Wrong one", by=employee)
    customer = trade.within(lambda: trade.portal.office.customer("Adriatic Foods"))
    second = trade.within(
        lambda: trade.portal.office.open_deal("Right one", by=trade.user(employee), company=customer.id)
    )
    async with employee.telegram() as anna, signer.telegram() as ivan:
        card = await draft(anna, "Change.pdf")
        await opened(trade, anna, employee, card)
        await choose(anna, await attached(anna, card, "wrong", first), signer)
        step = await second_step(ivan, "Change.pdf")
        waiting = await anna.wait_for(same(card, "Waiting for", "Wrong one", button="Attach to deal"))
        await anna.press(waiting, "Attach to deal")
        await anna.wait_for(same(card, "Write the number"))
        await anna.send_text("adriatic")
        await anna.press(await anna.wait_for(same(card, "Which deal?", button="Right one")), "Right one")
        await anna.wait_for(same(card, "the deal cannot change now", "Wrong one"))
        await ivan.press(step, "Cancel")
        await ivan.wait_for(same(step, "Wrong one", button="Sign"))
        await anna.press(await anna.wait_for(same(card, button="Attach to deal")), "Attach to deal")
        await anna.wait_for(same(card, "Write the number"))
        await attached(anna, card, "adriatic", second)
        await ivan.wait_for(same(step, "Right one", button="Sign"))
        trade.within(lambda: trade.portal.office.deals[second.id].files.__setitem__(FIELD, [_lying(trade)]))
        await sign_typed(ivan, "Change.pdf", await signer.code())
        body = await signed_file(anna)
    await eventually(lambda: _says(trade, second, "Change.pdf", "already holds a file"))
    assert trade.portal.bodies(second) == [b"%PDF-1.4 the customer's own"], "nothing is replaced"
    (comment,) = [one for one in trade.portal.comments(second) if one.files]
    assert [file.body for file in comment.files] == [body]
    assert (trade.portal.bodies(first), trade.portal.comments(first)) == ([], [])


def _lying(trade: Sales) -> int:
    return trade.portal.office.keep("own.pdf", b"%PDF-1.4 the customer's own").id


async def test_a_deal_that_is_deleted_meanwhile_is_told(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Short-lived", by=employee)
    async with employee.telegram() as anna, signer.telegram() as ivan:
        card = await ask(anna, signer, pdf=a_pdf(), name="Lost.pdf")
        await opened(trade, anna, employee, card)
        await attached(anna, card, "short", deal)
        trade.within(lambda: trade.portal.office.delete(deal, by=trade.user(employee)))
        await sign_typed(ivan, "Lost.pdf", await signer.code())
        assert (await signed_file(anna)).startswith(b"%PDF")
        await anna.wait_for(lambda m: has(m, "Lost.pdf", "the deal was deleted"))


async def test_several_files_lie_beside_the_others(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Shelf", by=employee)
    trade.within(lambda: trade.portal.office.fields.__setitem__(FIELD, True))
    lying = trade.within(lambda: _lying(trade))
    trade.within(lambda: deal.files.__setitem__(FIELD, [lying]))
    try:
        async with employee.telegram() as anna, signer.telegram() as ivan:
            card = await ask(anna, signer, pdf=a_pdf(), name="Beside.pdf")
            await opened(trade, anna, employee, card)
            await attached(anna, card, "shelf", deal)
            await sign_typed(ivan, "Beside.pdf", await signer.code())
            body = await signed_file(anna)
        await eventually(lambda: _says(trade, deal, "Beside.pdf", "Fingerprint"))
        assert trade.portal.bodies(deal) == [b"%PDF-1.4 the customer's own", body]
    finally:
        trade.within(lambda: trade.portal.office.fields.__setitem__(FIELD, False))
