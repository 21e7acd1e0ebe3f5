"""Journeys through real HTTP on the real processes: what people do, and what they must not get done."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from playground.pki import TsaFault
from playground.telegram.person import ActRefused
from tests.assets.raw_pdf import document, stream, written
from tests.journeys.company import Company
from tests.journeys.story import (
    ask,
    card_of,
    has,
    labels,
    pdfsig,
    second_step,
    sign_typed,
    signed_file,
    text,
)

DIGITS = ("０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡", "𝟢𝟣𝟤𝟥𝟦𝟧𝟨𝟩𝟪𝟫", "𝟬𝟭𝟮𝟯𝟰𝟱𝟲𝟳𝟴𝟵", "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿",
          "⓪①②③④⑤⑥⑦⑧⑨", "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९")  # fmt: skip


def a_pdf(word: str = "Contract") -> bytes:
    """Return a small PDF of its own."""
    return written(document(content=stream(f"BT /F1 24 Tf 72 720 Td ({word}) Tj ET".encode())))


async def test_the_main_job_with_a_typed_code(office: Company, tmp_path: Path) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        pdf = a_pdf()
        await ask(anna, signer, pdf=pdf, name="Contract 1.pdf", comment="please before Friday")
        card = await card_of(ivan, "Contract 1.pdf")
        assert "please before Friday" in text(card)
        assert employee.name in text(card)
        assert "photo" in card
        code = await signer.code()
        await sign_typed(ivan, "Contract 1.pdf", code)
        signed = await signed_file(anna)
        assert signed.startswith(pdf)
        final = await ivan.wait_for(lambda m: m["message_id"] == card["message_id"] and "Signed" in text(m))
        assert not any("Sign" in label for label in labels(final))
        assert not any(code == text(m) for m in await ivan.messages()), "the typed code stays in the chat"
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    assert "Signature is Valid" in pdfsig(path)
    assert signer.name in pdfsig(path)


async def test_a_code_on_the_keypad(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await ask(anna, signer, pdf=a_pdf(), name="Keypad.pdf")
        await ivan.press(await second_step(ivan, "Keypad.pdf"), "Keypad")
        pad = await ivan.wait_for(lambda m: has(m, "Keypad.pdf", button="7"))
        for digit in await signer.code():
            await ivan.press(pad, digit)
        if any("OK" in label or "✅" in label for label in labels(pad)):
            await ivan.press(pad, next(label for label in labels(pad) if "OK" in label or "✅" in label))
        assert (await signed_file(anna)).startswith(b"%PDF")


async def test_a_rejection_tells_why(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        mine = await ask(anna, signer, pdf=a_pdf(), name="Reject.pdf")
        card = await card_of(ivan, "Reject.pdf")
        await ivan.press(card, "Reject")
        reasons = await ivan.wait_for(lambda m: m["message_id"] == card["message_id"] and labels(m) != labels(card))
        await ivan.press(reasons, labels(reasons)[0])
        await anna.wait_for(lambda m: m["message_id"] == mine["message_id"] and "refused" in text(m))
    assert [row["tag"] for row in office.rows("request:rejected")]


async def test_a_deputy_signs_with_the_own_key(office: Company, tmp_path: Path) -> None:
    deputy, signer, employee = office.signer(), office.signer(), office.employee()
    # The founder made every signer stand in for the next one added; the pool hands them out in order.
    signer, deputy = (deputy, signer) if deputy.phone.id > signer.phone.id else (signer, deputy)
    async with employee.telegram() as anna, signer.telegram() as ivan, deputy.telegram() as olga:
        await ask(anna, signer, pdf=a_pdf(), name="Deputy.pdf")
        card = await card_of(ivan, "Deputy.pdf")
        await ivan.press(card, "Deputy")
        names = await ivan.wait_for(lambda m: m["message_id"] == card["message_id"] and has(m, button=deputy.name))
        await ivan.press(names, deputy.name)
        await sign_typed(olga, "Deputy.pdf", await deputy.code())
        path = tmp_path / "signed.pdf"
        path.write_bytes(await signed_file(anna))
    assert deputy.name in pdfsig(path)


async def test_cancelled_by_the_requester(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        mine = await ask(anna, signer, pdf=a_pdf(), name="Cancel.pdf")
        card = await card_of(ivan, "Cancel.pdf")
        await anna.press(mine, "Cancel")
        sure = await anna.wait_for(lambda m: m["message_id"] == mine["message_id"] and has(m, button="take it back"))
        await anna.press(sure, "take it back")
        gone = await ivan.wait_for(lambda m: m["message_id"] == card["message_id"] and "Taken back" in text(m))
        assert not any("Sign" in label for label in labels(gone))
        answer = await ivan.press(gone, data=card["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
        assert answer["text"]


async def test_wrong_codes_freeze_and_a_replay_is_refused(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        mine = await ask(anna, signer, pdf=a_pdf(), name="Wrong.pdf")
        await ivan.press(await second_step(ivan, "Wrong.pdf"), "Type it here")
        spent = signer.code_of(signer.spent_step)
        for wrong in (spent, "000000", "111111"):
            await ivan.send_text(wrong)
            await ivan.wait_for(lambda m, wrong=wrong: not any(text(x) == wrong for x in [m]))  # type: ignore[misc]  # binds the loop's value
        frozen = await anna.wait_for(lambda m: m["message_id"] == mine["message_id"] and has(m, button="Ask again"))
        await anna.press(frozen, "Ask again")
        await sign_typed(ivan, "Wrong.pdf", await signer.code())
        assert (await signed_file(anna)).startswith(b"%PDF")


async def test_a_used_code_in_another_alphabet_is_refused(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await ask(anna, signer, pdf=a_pdf(), name="First.pdf")
        code = await signer.code()
        await sign_typed(ivan, "First.pdf", code)
        await signed_file(anna)
        await ask(anna, signer, pdf=a_pdf("Second"), name="Second.pdf")
        await ivan.press(await second_step(ivan, "Second.pdf"), "Type it here")
        for digits in DIGITS[:2]:
            await ivan.send_text(code.translate(str.maketrans("0123456789", digits)))
        await asyncio.sleep(2)
        assert len([m for m in await anna.messages() if m["from"]["is_bot"] and "document" in m]) == 1


async def test_a_button_pressed_by_somebody_else(office: Company) -> None:
    signer, employee, thief = office.signer(), office.employee(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan, thief.telegram() as mallory:
        await ask(anna, signer, pdf=a_pdf(), name="Private.pdf")
        card = await card_of(ivan, "Private.pdf")
        data = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        own = (await mallory.messages())[-1]
        answer = await mallory.press(own, data=data)
        assert answer["text"]
        assert has(await card_of(ivan, "Private.pdf"), "Private.pdf", button="Sign")
    assert office.rows("button:refused")


async def test_sixty_four_presses_at_once_open_one_second_step(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await ask(anna, signer, pdf=a_pdf(), name="Many presses.pdf")
        card = await card_of(ivan, "Many presses.pdf")
        await asyncio.gather(*(ivan.press(card, "Sign") for _ in range(64)))
        await ivan.wait_for(lambda m: has(m, "Many presses.pdf", "Step 2"))
        await ivan.press(await ivan.wait_for(lambda m: has(m, button="Type it here")), "Type it here")
        await ivan.send_text(await signer.code())
        await signed_file(anna)
        await asyncio.sleep(1)
        assert len([m for m in await anna.messages() if m["from"]["is_bot"] and "document" in m]) == 1


async def test_forged_callback_data_changes_nothing(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await ask(anna, signer, pdf=a_pdf(), name="Forged.pdf")
        card = await card_of(ivan, "Forged.pdf")
        for forged in ("b:" + "A" * 32, "approve", "s:approve:1", "b:", "🙂" * 8, "' OR 1=1 --"):
            try:
                assert (await ivan.press(card, data=forged))["answered"]
            except ActRefused:
                continue
        assert labels(await card_of(ivan, "Forged.pdf")) == labels(card)


async def test_a_time_stamp_authority_that_is_away_delays_and_never_lowers(office: Company, tmp_path: Path) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        office.pki.tsa_fault = TsaFault.DOWN
        try:
            mine = await ask(anna, signer, pdf=a_pdf(), name="Time.pdf")
            await sign_typed(ivan, "Time.pdf", await signer.code())
            await anna.wait_for(lambda m: m["message_id"] != mine["message_id"] and "time" in text(m).lower())
            assert not any(m["from"]["is_bot"] and "document" in m for m in await anna.messages())
        finally:
            office.pki.tsa_fault = TsaFault.NONE
        path = tmp_path / "signed.pdf"
        path.write_bytes(await signed_file(anna))
    judged = office.countersign("verify", str(path), "--json")
    assert re.search(r"B-T", judged.stdout), judged.stdout + judged.stderr
