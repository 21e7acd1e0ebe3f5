"""Journeys of documents in the portal's own messenger: asked, signed and refused there, alone and beside Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest

from playground.bitrix24.faults import FaultKind
from tests.journeys.company import Colleague
from tests.journeys.portal_chat import PortalUser, enter_on_page, page_of
from tests.journeys.sales import CHAT, Sales, eventually, sales
from tests.journeys.story import a_pdf, ask, has, pdfsig, sign_typed, signed_file


@pytest.fixture
def trade(chatting: Sales) -> Sales:
    """The company whose portal has our chat bot."""
    return chatting


def at(trade: Sales, colleague: Colleague) -> PortalUser:
    """Return somebody's place at the messenger."""
    return PortalUser(trade=trade, user=trade.user(colleague))


async def test_asked_in_the_portal_chat_and_approved_in_telegram(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    anna = at(trade, employee)
    anna.send_file("Contract.pdf", a_pdf("Contract"), text="for Podgorica")
    await anna.choose("Contract.pdf", signer)
    async with signer.telegram() as ivan:
        await sign_typed(ivan, "Contract.pdf", await signer.code())
    body = await anna.wait_for_file()
    path = trade.office.folder / "chat.pdf"
    path.write_bytes(body)
    assert "Signature is Valid" in pdfsig(path)
    await anna.wait_for("Contract.pdf", f"Signed by {signer.name}", button="Verification")


async def _asked(trade: Sales, anna: PortalUser, signer: Colleague, name: str) -> PortalUser:
    """A document is sent in the portal's chat and its signer chosen; return the signer's place, with the card there."""
    anna.send_file(name, a_pdf(name))
    await anna.choose(name, signer)
    ivan = at(trade, signer)
    await ivan.wait_for(name, button="Sign")
    return ivan


async def _sign(ivan: PortalUser, name: str, code: str) -> None:
    ivan.press(await ivan.wait_for(name, button="Sign"), "Sign")
    await ivan.wait_for(name, "Step 2", button="Cancel")
    ivan.write(code)


async def test_asked_and_signed_in_the_portal_chat_every_card_ends(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    anna = at(trade, employee)
    ivan = await _asked(trade, anna, signer, "Order.pdf")
    ivan.press(await ivan.wait_for("Order.pdf", button="Sign"), "document")
    assert await ivan.wait_for_file() == a_pdf("Order.pdf"), "what is shown is what was sent"
    await anna.wait_for("Order.pdf", "looked at it")
    await _sign(ivan, "Order.pdf", await signer.code())
    body = await anna.wait_for_file()
    assert body.startswith(a_pdf("Order.pdf"))
    await anna.wait_for("Order.pdf", f"Signed by {signer.name}")
    await ivan.wait_for("Order.pdf", f"Signed by {signer.name}", button="This was not me")
    assert len(anna.files()) == 1
    assert len(anna.found("Order.pdf", "Fingerprint")) == 1, "one card, changed in place"
    async with signer.telegram() as phone, employee.telegram() as other:
        await phone.wait_for(lambda m: has(m, "Order.pdf", "Signed by"))  # the same state wherever a person is linked
        await other.wait_for(lambda m: has(m, "Order.pdf", "Signed by"))


async def test_the_code_is_entered_on_the_secure_page(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    anna = at(trade, employee)
    ivan = await _asked(trade, anna, signer, "Page.pdf")
    ivan.press(await ivan.wait_for("Page.pdf", button="Sign"), "Sign")
    address = page_of(await ivan.wait_for("Page.pdf", "Step 2", button="secure page"))
    status, answer = await enter_on_page(address, await signer.code())
    assert status == 200, answer
    assert "done" in answer
    assert (await enter_on_page(address, "000000"))[0] == 403, "a link opens once"
    assert (await anna.wait_for_file()).startswith(a_pdf("Page.pdf"))
    await ivan.wait_for("Page.pdf", f"Signed by {signer.name}")
    ivan.write("Thank you")
    await ivan.wait_for("Send or forward me a PDF")  # the code is awaited in the chat no more


async def test_asked_in_telegram_and_approved_in_the_portal_chat(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    ivan = at(trade, signer)
    async with employee.telegram() as anna:
        await ask(anna, signer, pdf=a_pdf("Mixed"), name="Mixed.pdf")
        await _sign(ivan, "Mixed.pdf", await signer.code())
        assert (await signed_file(anna)).startswith(a_pdf("Mixed"))
    await ivan.wait_for("Mixed.pdf", f"Signed by {signer.name}")


async def test_refused_with_own_words_in_the_portal_chat(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    anna = at(trade, employee)
    ivan = await _asked(trade, anna, signer, "Offer.pdf")
    ivan.press(await ivan.wait_for("Offer.pdf", button="Reject"), "Reject")
    ivan.press(await ivan.wait_for("Offer.pdf", button="Own words"), "Own words")
    await ivan.wait_for("Offer.pdf", "Write the reason")
    ivan.write("the price is [b]wrong[/b]")
    card = await anna.wait_for("Offer.pdf", "refused", "the price is")
    assert "[b]wrong" not in card.text, "a person's brackets are no BB code"
    assert not card.labels(), "final is final"
    async with signer.telegram() as phone:
        await phone.wait_for(lambda m: has(m, "Offer.pdf", "refused"))
    assert not anna.files()


async def test_a_wrong_code_is_told_and_the_right_one_counts(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    anna = at(trade, employee)
    ivan = await _asked(trade, anna, signer, "Code.pdf")
    right = await signer.code()
    await _sign(ivan, "Code.pdf", f"{(int(right) + 1) % 1_000_000:06d}")
    await ivan.wait_for("Code.pdf", "Not this code", "2 tries")
    ivan.write("１２３４５６")  # digits of another alphabet are none
    await ivan.wait_for("Code.pdf", "six digits, 0 to 9")
    ivan.write(right)
    assert (await anna.wait_for_file()).startswith(a_pdf("Code.pdf"))
    ivan.write(right)
    await ivan.wait_for("None is awaited here")


async def test_a_button_pressed_by_somebody_else_does_nothing(trade: Sales) -> None:
    signer, employee, stranger = trade.office.signer(), trade.office.employee(), trade.office.employee()
    anna, eve = at(trade, employee), at(trade, stranger)
    ivan = await _asked(trade, anna, signer, "Mine.pdf")
    card = await ivan.wait_for("Mine.pdf", button="Sign")
    token = next(str(b["COMMAND_PARAMS"]) for b in card.keyboard if "Sign" in str(b.get("TEXT")))
    trade.within(lambda: trade.portal.messenger.command(eve.user, card, "press", token))
    await eve.wait_for("This button is for somebody else")
    mine = anna.found("Mine.pdf")[-1]
    trade.within(lambda: trade.portal.messenger.command(ivan.user, mine, "press", token))
    await ivan.wait_for("This button belongs to another message")
    trade.within(lambda: trade.portal.messenger.command(ivan.user, card, "press", "0" * 32))
    await ivan.wait_for("This button is over")
    reasons = {row["facts"]["reason"] for row in trade.office.rows("button:refused")}
    assert reasons >= {"somebody_else", "elsewhere", "old"}
    await _sign(ivan, "Mine.pdf", await signer.code())
    await anna.wait_for_file()


@pytest.mark.parametrize(
    "method", ["imbot.v2.Chat.Message.send", "imbot.v2.File.upload", "imbot.v2.Chat.Message.update"]
)
async def test_an_answer_that_was_lost_sends_nothing_twice(trade: Sales, method: str) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    anna = at(trade, employee)
    name = f"{method.rpartition('.')[2]}.pdf"
    trade.portal.faults.add(FaultKind.DROP_RESPONSE, method=method)
    ivan = await _asked(trade, anna, signer, name)
    await _sign(ivan, name, await signer.code())
    await anna.wait_for_file()
    await anna.wait_for(name, "Signed by", button="Verification")
    assert len(anna.files()) == 1
    assert len(anna.found(name, "Fingerprint")) == 1, "one card"
    assert len(ivan.found(name, "Fingerprint")) == 1, "one card"


@pytest.mark.parametrize("kind", [FaultKind.EXPIRED, FaultKind.LIMIT, FaultKind.SERVER_ERROR, FaultKind.AWAY])
async def test_a_portal_on_a_bad_day_loses_no_document(trade: Sales, kind: FaultKind) -> None:
    anna = at(trade, trade.office.enrolled[-1])
    trade.portal.faults.add(kind, times=3)
    anna.send_file(f"{kind}.pdf", a_pdf(kind))
    card = await anna.wait_for(f"{kind}.pdf", "Who shall sign?", seconds=120)
    assert len(anna.found(f"{kind}.pdf")) == 1
    anna.press(card, "Cancel")
    anna.press(await anna.wait_for(f"{kind}.pdf", button="Yes, take it back"), "Yes, take it back")
    await anna.wait_for(f"{kind}.pdf", "Taken back by")


@pytest.mark.parametrize("after_s", [0.1, 0.7, 1.3])
async def test_killed_in_the_middle_of_a_fetch_nothing_is_lost_and_nothing_comes_twice(
    trade: Sales, after_s: float
) -> None:
    anna, name = at(trade, trade.office.enrolled[-1]), f"Killed {after_s}.pdf"
    trade.portal.faults.add(FaultKind.DROP_RESPONSE, method="imbot.v2.Event.get")
    anna.send_file(name, a_pdf(name))
    await asyncio.sleep(after_s)
    await asyncio.to_thread(_killed_and_started, trade)
    card = await anna.wait_for(name, "Who shall sign?")
    await eventually(lambda: not trade.portal.messenger.queue)
    assert len(anna.found(name)) == 1, "one card"
    anna.press(card, "Cancel")
    anna.press(await anna.wait_for(name, button="Yes, take it back"), "Yes, take it back")
    await anna.wait_for(name, "Taken back by")


def _killed_and_started(trade: Sales) -> None:
    trade.office.kill()
    trade.office.start()


async def test_a_seller_without_telegram_chooses_the_signer_of_a_deal_here(trade: Sales) -> None:
    signer, portal = trade.office.signer(), trade.portal
    seller = trade.within(lambda: portal.office.hire("Sasha", "Seller").id)
    assert trade.office.countersign("bitrix24", "people", "--apply").returncode == 0
    deal = trade.within(lambda: portal.office.open_deal("No phone", by=seller))
    trade.within(lambda: portal.put(deal, "Deal.pdf", a_pdf("Deal"), by=seller))
    sasha = PortalUser(trade=trade, user=seller)
    await sasha.choose("Deal.pdf", signer)
    await _sign(at(trade, signer), "Deal.pdf", await signer.code())
    await sasha.wait_for("Deal.pdf", f"Signed by {signer.name}")
    await eventually(lambda: portal.bodies(deal) != [a_pdf("Deal")])
    assert len(portal.bodies(deal)) == 1


async def test_a_question_is_answered_by_a_quotation(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    anna = at(trade, employee)
    ivan = await _asked(trade, anna, signer, "Question.pdf")
    ivan.press(await ivan.wait_for("Question.pdf", button="Ask"), "Ask")
    await ivan.wait_for("Question.pdf", "Write your question")
    ivan.write("Which currency?")
    asked = await anna.wait_for("asks about", "Question.pdf", "Which currency?")
    anna.write("Euro, as always", reply_to=asked.id)
    await ivan.wait_for("answers about", "Euro, as always")
    anna.press(await anna.wait_for("Question.pdf", button="Remind"), "Remind")
    await ivan.wait_for("Question.pdf", "still waits")
    await anna.wait_for("Question.pdf", "Reminded")


async def test_doctor_tells_where_people_open_the_chat(trade: Sales) -> None:
    told = trade.office.countersign("doctor").stdout
    assert f"{trade.portal.url}/online/?IM_DIALOG=" in told
    granted = trade.portal.accounts.scope
    trade.portal.accounts.scope = granted.replace(",imbot", "")
    try:
        assert "tick imbot" in trade.office.countersign("doctor").stdout
    finally:
        trade.portal.accounts.scope = granted


async def test_groups_and_strangers_get_nothing_of_a_request(trade: Sales) -> None:
    employee = trade.office.employee()
    anna, messenger = at(trade, employee), trade.portal.messenger
    group = trade.within(lambda: messenger.open_group(anna.user))
    trade.within(lambda: messenger.send_file(anna.user, "Group.pdf", a_pdf("Group"), group=group))
    nonsense: tuple[object, ...] = ([], {"message": None, "user": {"id": "x"}, "chat": []}, {})
    for data in nonsense:
        trade.within(partial(messenger.put_event, "ONIMBOTV2MESSAGEADD", data))
    trade.within(lambda: messenger.put_event("ONIMBOTV2REACTIONCHANGE", {"user": {"id": anna.user}}))
    stranger = trade.within(lambda: trade.portal.office.hire("Some", "Guest").id)
    trade.within(lambda: messenger.send_file(stranger, "Strange.pdf", a_pdf("Strange")))
    await eventually(lambda: any("do not know you" in m.text for m in messenger.dialog(stranger)))
    await eventually(lambda: not messenger.queue)
    assert len(messenger.chat(group)) == 1, "only private dialogs are answered"
    assert not anna.told()
    assert not [m for m in messenger.dialog(stranger) if "Who shall sign" in m.text]


async def test_a_file_that_cannot_be_signed_is_refused_with_words(trade: Sales) -> None:
    anna = at(trade, trade.office.enrolled[-1])
    sent = anna.send_file("Broken.pdf", a_pdf("Broken")[:200])
    refusal = await anna.wait_for("✖ Broken.pdf")
    assert refusal.reply_to == sent.id


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sales]:
    """A small company whose bot can be started ahead of time."""
    with sales(tmp_path_factory.mktemp("later"), signers=1, employees=1, AHEAD_S="0", **CHAT) as made:
        yield made


async def test_what_nobody_answers_expires_on_every_card(later: Sales) -> None:
    signer, employee = later.office.signer(), later.office.employee()
    anna = at(later, employee)
    ivan = await _asked(later, anna, signer, "Late.pdf")
    later.office.stop()
    later.office.module, later.office.verb = "tests.journeys.ahead", "bot"
    await asyncio.to_thread(later.office.start, AHEAD_S=str(15 * 24 * 3_600))
    mine = await anna.wait_for("Late.pdf", "Expired")
    over = await ivan.wait_for("Late.pdf", "Expired")
    assert not mine.labels()
    assert not over.labels()
    await anna.wait_for("Late.pdf", "expired without an answer")
    assert not anna.files()
