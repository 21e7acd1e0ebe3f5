"""Documents in every shape: albums, photos, refusals, too large ones, groups, our own signed files."""

from __future__ import annotations

import io
from dataclasses import asdict
from pathlib import Path

from PIL import Image

from bot.platforms.telegram.arrivals import Part
from signing.approval.policy import ApprovalPolicy
from signing.audit import Tag
from signing.ports import Job
from tests.bot.platforms.telegram.office import (
    EMPLOYEE,
    MANAGER,
    STRANGER,
    Office,
    contract,
    has_button,
    hire,
    open_office,
    said,
)
from tests.fakes.activation import RIGHT


def photo(colour: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (400, 600), colour).save(target, "JPEG")
    return target.getvalue()


async def test_an_album_becomes_one_request(office: Office) -> None:
    files = [(f"Part {n}.pdf", contract(f"Part {n}")) for n in (1, 2, 3)]
    await office.anna.send_album(files, caption="All three, please")
    draft = await office.anna.wait_for(lambda m: has_button(m, "Ivan"))
    assert all(f"Part {n}.pdf" in said(draft) for n in (1, 2, 3))
    assert "All three, please" in said(draft)
    await office.settled()
    assert len([m for m in await office.anna.messages() if has_button(m, "Ivan")]) == 1


async def test_photos_become_one_pdf(office: Office) -> None:
    await office.anna.send_album([("a.jpg", photo("red")), ("b.jpg", photo("blue"))], as_photos=True)
    draft = await office.anna.wait_for(lambda m: has_button(m, "Ivan"))
    assert "2 pages" in said(draft)
    assert ".pdf" in said(draft)


async def test_a_refusal_says_why_and_is_journalled(office: Office) -> None:
    await office.anna.send_document(b"PK\x03\x04 not really office", "Report.docx")
    told = await office.anna.wait_for(lambda m: "✖ Report.docx" in said(m))
    assert "reply_to_message" in told
    await office.settled()
    assert Tag.REQUEST_REFUSED in await office.tags()


async def test_a_file_that_telegram_does_not_give_out_is_refused_in_words(office: Office) -> None:
    await office.anna.send_document(b"%PDF-1.7" + b"0" * (21 << 20), "Huge.pdf")
    await office.anna.wait_for(lambda m: "larger than 20 MB" in said(m))


async def test_names_and_comments_are_shown_as_they_are(office: Office) -> None:
    await office.ask("<b>Offer & more <i> _x_ .pdf", caption="*not* <i>markup</i> & [link](http://x)")
    card = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    assert "<b>Offer & more <i> _x_ .pdf" in said(card)
    assert "*not* <i>markup</i> & [link](http://x)" in said(card)


async def test_a_group_sees_the_state_and_nothing_else(office: Office) -> None:
    group = await office.anna.make_group("Sales", [EMPLOYEE.id, MANAGER.id])
    await office.anna.send_document(
        contract("Secret price"), "Secret.pdf", caption="@countersign_bot please", chat=group
    )
    draft = await office.anna.wait_for(lambda m: "Secret.pdf" in said(m) and has_button(m, "Ivan"))
    await office.anna.press(draft, "Ivan")
    await office.anna.wait_for(lambda m: "waits for a signature" in said(m), chat=group)
    told = [said(m) for m in await office.anna.messages(group) if m["from"]["is_bot"]]
    assert len(told) == 1
    assert not any(word in told[0] for word in ("Secret", "Ivan", "Anna"))


async def test_a_mention_in_answer_to_a_file_asks_for_it(office: Office) -> None:
    group = await office.anna.make_group("Sales", [EMPLOYEE.id, MANAGER.id])
    file = await office.ivan.send_document(contract("Offer"), "Offer.pdf", chat=group)
    await office.anna.send_text("@countersign_bot sign this", chat=group, reply_to=file["message_id"])
    await office.anna.wait_for(lambda m: "Offer.pdf" in said(m) and has_button(m, "Ivan"))


async def test_a_stranger_gets_one_polite_line(office: Office) -> None:
    await office.stranger.start()
    await office.stranger.wait_for(lambda m: "one company only" in said(m))
    await office.stranger.send_document(contract("x"), "x.pdf")
    await office.stranger.send_text("/pending")
    await office.settled()
    answers = {said(m) for m in await office.stranger.messages() if m["from"]["is_bot"]}
    assert len(answers) == 1
    group = await office.stranger.make_group("Odd", [STRANGER.id])
    await office.stranger.send_text("@countersign_bot hello", chat=group)
    await office.stranger.wait_for(lambda m: "invite link" in said(m), chat=group)


async def test_our_own_signed_file_is_answered_with_its_verdict(office: Office) -> None:
    await office.ask()
    card = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    await office.ivan.press(card, "Sign")
    await office.ivan.press(await office.ivan.wait_for(lambda m: has_button(m, "Type it")), "Type it here")
    await office.ivan.wait_for(lambda m: "six digits as a message" in said(m))
    await office.ivan.send_text(RIGHT)
    signed = await office.anna.wait_for(lambda m: "signed.pdf" in m.get("document", {}).get("file_name", ""))
    await office.anna.send_document(await office.anna.download(signed), "again.pdf")
    await office.anna.wait_for(lambda m: "no signature in this file" in said(m))  # the tests' pen is no real one


async def test_verify_checks_the_next_file(office: Office) -> None:
    await office.anna.send_text("/verify")
    await office.anna.wait_for(lambda m: "Send me the PDF now" in said(m))
    await office.anna.send_document(contract("x"), "x.pdf")
    await office.anna.wait_for(lambda m: "no signature in this file" in said(m))


async def test_a_file_that_could_not_be_fetched_for_days_is_told_by_its_name(office: Office) -> None:
    part = Part(
        file="gone", name="Offer.pdf", size_bytes=10, caption="", chat=EMPLOYEE.id, message=7, account=EMPLOYEE.id,
        is_group=False,
    )  # fmt: skip
    async with office.store.begin() as tx:
        await tx.notes.put(space="album", name=f"{EMPLOYEE.id}:7:000000000007", body=asdict(part))
    job = Job(kind="album", subject="x", facts={"subject": f"{EMPLOYEE.id}:7"})
    await office.platform.burials()["album"](job)
    await office.anna.wait_for(lambda m: "could not fetch “Offer.pdf”" in said(m))
    async with office.store.read() as tx:
        assert await tx.notes.all(space="album", prefix="") == ()


async def test_a_requester_in_a_hurry_is_slowed_down_in_words(tmp_path: Path) -> None:
    async with open_office(tmp_path, policy=ApprovalPolicy(requests_per_hour=1)) as office:
        await hire(office)
        await office.anna.send_document(contract("One"), "One.pdf")
        await office.anna.wait_for(lambda m: has_button(m, "Ivan"))
        await office.anna.send_document(contract("Two"), "Two.pdf")
        told = await office.anna.wait_for(lambda m: "✖ Two.pdf" in said(m))
        assert "send it again later" in said(told)
