"""Journeys through trouble: locked people, blocked bots, a Telegram that refuses, repeats, reorders and breaks off."""

from __future__ import annotations

import asyncio

from playground.telegram.faults import Fault, FaultKind
from playground.telegram.person import TelegramPerson
from tests.journeys.company import Colleague, Company
from tests.journeys.story import (
    a_pdf,
    ask,
    card_of,
    choose,
    enter_code,
    files,
    has,
    same,
    second_step,
    sign_typed,
    signed_file,
    text,
)

A_STORM_S = 120.0


async def test_who_locks_the_own_signature_between_sign_and_code_signs_nothing(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        mine = await ask(anna, signer, pdf=a_pdf(), name="Locked.pdf")
        await ivan.press(await second_step(ivan, "Locked.pdf"), "Type it here")
        await ivan.send_text("/lock")
        await ivan.wait_for(lambda m: has(m, signer.name, "is locked"))
        code = await signer.code()
        await ivan.send_text(code)
        frozen = await anna.wait_for(same(mine, "the signer is locked", button="Ask again"))
        assert (await anna.press(frozen, "Ask again"))["show_alert"], "a locked signer is not asked again"
        assert office.countersign("people", "unlock", signer.name).returncode == 0
        fresh = await anna.wait_for(lambda m: same(mine, button="Ask again")(m) and m != frozen)
        await anna.press(fresh, "Ask again")
        await anna.wait_for(same(mine, "Waiting for"))
        await sign_typed(ivan, "Locked.pdf", await signer.code())
        assert (await signed_file(anna)).startswith(b"%PDF")
        assert not any(code in text(m) for m in await ivan.messages()), "the code stays in the chat"


async def test_who_is_locked_at_the_console_cannot_even_begin(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        mine = await ask(anna, signer, pdf=a_pdf(), name="Console.pdf")
        card = await card_of(ivan, "Console.pdf")
        assert office.countersign("people", "lock", signer.name).returncode == 0
        await anna.wait_for(same(mine, "the signer is locked"))
        await ivan.press(card, "Sign")
        await ivan.wait_for(same(card, "the signer is locked"))
        assert not await files(anna)


async def test_ten_wrong_codes_in_a_row_lock_the_person_and_the_administrator_hears_of_it(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    assert office.administrator is not None
    async with employee.telegram() as anna, signer.telegram() as ivan, office.administrator.telegram() as vera:
        mine = await ask(anna, signer, pdf=a_pdf(), name="Ten.pdf")
        for _ in range(3):
            await _spend(ivan, tries=3)
            await anna.press(await anna.wait_for(same(mine, "three codes", button="Ask again")), "Ask again")
            await anna.wait_for(same(mine, "Waiting for"))
        await _spend(ivan, tries=1)
        await vera.wait_for(lambda m: has(m, signer.name, "locked after ten wrong codes"))
        frozen = await anna.wait_for(same(mine, button="Ask again"))
        assert (await anna.press(frozen, "Ask again"))["show_alert"]
        assert not await files(anna)


async def _spend(ivan: TelegramPerson, *, tries: int) -> None:
    await ivan.press(await second_step(ivan, "Ten.pdf"), "Type it here")
    for wrong in range(tries):
        await ivan.send_text(f"00000{wrong}")


async def test_who_blocked_the_bot_gets_the_file_once_when_the_bot_is_unblocked(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    assert office.administrator is not None
    async with employee.telegram() as anna, signer.telegram() as ivan, office.administrator.telegram() as vera:
        await ask(anna, signer, pdf=a_pdf(), name="Blocked.pdf")
        step = await second_step(ivan, "Blocked.pdf")
        await anna.block()
        await enter_code(ivan, step, await signer.code())
        await ivan.wait_for(same(step, "Signed by"))
        await vera.wait_for(lambda m: has(m, "Blocked.pdf", "could not be delivered"))
        assert not await files(anna)
        await anna.unblock()
        assert (await signed_file(anna)).startswith(b"%PDF")
        await anna.wait_for(lambda m: has(m, "signed files had waited"))
        for text in ("/start", "/mine"):
            await anna.send_text(text)
        await anna.wait_for(lambda m: has(m, "Blocked.pdf", "signed"))
        assert len(await files(anna)) == 1


async def test_a_signer_who_blocked_the_bot_is_told_to_the_requester(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await ivan.block()
        await ask(anna, signer, pdf=a_pdf(), name="Away.pdf")
        await anna.wait_for(lambda m: has(m, "Away.pdf", "could not be delivered"))
        await ivan.unblock()
        await ivan.send_text("/start")
        await card_of(ivan, "Away.pdf")


async def story(signer: Colleague, employee: Colleague, name: str) -> list[bytes]:
    """Play the main job patiently; return the signed files that came, which may be more than one."""
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await anna.send_document(a_pdf(name), name)
        card = await anna.wait_for(lambda m: has(m, name, "Who shall sign?"), timeout_s=A_STORM_S)
        await choose(anna, card, signer, timeout_s=A_STORM_S)
        asked = await ivan.wait_for(lambda m: has(m, name, button="Sign"), timeout_s=A_STORM_S)
        await ivan.press(asked, "Sign")
        step = await ivan.wait_for(same(asked, "Step 2", button="Type it here"), timeout_s=A_STORM_S)
        await enter_code(ivan, step, await signer.code())
        await anna.wait_for(lambda m: m["from"]["is_bot"] and "document" in m, timeout_s=A_STORM_S)
        await anna.wait_for(same(card, "Signed by"), timeout_s=A_STORM_S)
        await ivan.wait_for(same(asked, "Signed by"), timeout_s=A_STORM_S)
        sent = await files(anna)
        assert all(m["message_id"] > card["message_id"] for m in sent), "the file overtook its card"
        return [await anna.download(m) for m in sent]


async def test_a_telegram_that_refuses_for_a_while_loses_nothing(office: Company) -> None:
    pairs = [(office.signer(), office.employee()) for _ in range(2)]
    for person in [phone for pair in pairs for phone in pair]:
        chat = person.phone.id
        office.telegram.faults.add(Fault(kind=FaultKind.TOO_MANY_REQUESTS, times=6, chat_id=chat, seconds=1))
        office.telegram.faults.add(Fault(kind=FaultKind.SERVER_ERROR, times=2, chat_id=chat, code=502))
    try:
        came = await asyncio.gather(*(story(*pair, f"Storm {at}.pdf") for at, pair in enumerate(pairs)))
    finally:
        office.telegram.faults.clear()
    assert [len(files_of_one) for files_of_one in came] == [1, 1]


async def test_updates_that_come_twice_or_in_another_order_do_no_harm(office: Company) -> None:
    pairs = [(office.signer(), office.employee()) for _ in range(2)]
    office.telegram.faults.add(Fault(kind=FaultKind.DUPLICATE_UPDATES, times=12))
    office.telegram.faults.add(Fault(kind=FaultKind.REORDER_UPDATES, times=1))
    try:
        signer, employee = pairs[0]
        async with signer.telegram() as ivan:
            waiting = asyncio.create_task(story(signer, employee, "Held.pdf"))
            await asyncio.sleep(1)
            await ivan.send_text("/help")  # overtakes the document that Telegram holds
            came = [await waiting, await story(*pairs[1], "Twice.pdf")]
            assert len([m for m in await ivan.messages() if has(m, "/pending")]) == 1
    finally:
        office.telegram.faults.clear()
    assert [len(files_of_one) for files_of_one in came] == [1, 1]


async def test_an_answer_lost_after_its_effect_makes_one_duplicate_at_most(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    fault = Fault(kind=FaultKind.DROP_RESPONSE, method="sendDocument", chat_id=employee.phone.id)
    office.telegram.faults.add(fault)
    try:
        came = await story(signer, employee, "Broken off.pdf")
        await asyncio.sleep(4)
        async with employee.telegram() as anna:
            came = [await anna.download(m) for m in await files(anna)]
    finally:
        office.telegram.faults.clear()
    assert 1 <= len(came) <= 2
    assert len(set(came)) == 1, "a repeat brought another file"
