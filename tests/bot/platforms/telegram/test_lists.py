"""Many requests: one list card, ticks, one code for all, progress, and a failure that leaves the others signed."""

from __future__ import annotations

from playground.telegram.refusal import Json
from signing.errors import SignatureRefused
from tests.bot.platforms.telegram.office import Office, has_button, labels, said
from tests.fakes.activation import RIGHT


async def asked(office: Office, count: int) -> Json:
    """Have `count` requests wait for Ivan and return his list card."""
    for place in range(count):
        await office.ask(f"Paper {place + 1}.pdf")
    return await office.ivan.wait_for(lambda m: f"{count} requests wait" in said(m))


async def code(office: Office, listed: Json, label: str) -> None:
    await office.ivan.press(listed, label)
    step = await office.ivan.wait_for(lambda m: "Step 2 of 2" in said(m))
    await office.ivan.press(step, "Type it here")
    await office.ivan.wait_for(lambda m: "six digits as a message" in said(m))
    await office.ivan.send_text(RIGHT)


async def test_three_cards_then_one_list(office: Office) -> None:
    await asked(office, 5)
    await office.settled()
    messages = await office.ivan.messages()
    assert len([m for m in messages if has_button(m, "Reject")]) == 3
    assert len([m for m in messages if "requests wait" in said(m)]) == 1


async def test_twelve_are_signed_with_one_code(office: Office) -> None:
    listed = await asked(office, 12)
    assert labels(listed)[:2] == ["☑ 1", "☑ 2"]
    assert all(len(row) <= 5 for row in listed["reply_markup"]["inline_keyboard"])
    assert len(listed["reply_markup"]["inline_keyboard"]) == 3
    await code(office, listed, "Sign 12 with one code")
    done = await office.ivan.wait_for(lambda m: "Signed 12 of 12" in said(m) and has_button(m, "not me"))
    assert done["message_id"] == listed["message_id"]
    assert len(office.activation.confirmed_records) == 1
    await office.settled()
    files = [m for m in await office.anna.messages() if "signed.pdf" in m.get("document", {}).get("file_name", "")]
    assert len(files) == 12


async def test_an_unticked_one_is_left_out_and_a_failed_one_is_named(office: Office) -> None:
    listed = await asked(office, 4)
    await office.ivan.press(listed, "☑ 2")
    listed = await office.ivan.wait_for(lambda m: has_button(m, "☐ 2"))
    async with office.store.read() as tx:
        third = (await tx.requests.waiting_for(office.people["Ivan"]))[2]
    office.pen.failing[third.id] = SignatureRefused(reason="increment")
    await code(office, listed, "Sign 3 with one code")
    done = await office.ivan.wait_for(lambda m: "Signed 2 of 3" in said(m) and "Paper 3.pdf" in said(m))
    assert "did not pass its check" in said(done)
    async with office.store.read() as tx:
        waiting = await tx.requests.waiting_for(office.people["Ivan"])
    assert [request.documents[0].name for request in waiting] == ["Paper 2.pdf"]


async def test_each_of_the_list_can_be_opened(office: Office) -> None:
    listed = await asked(office, 4)
    await office.ivan.press(listed, "Open")
    listed = await office.ivan.wait_for(lambda m: has_button(m, "Back") and "Which one" in said(m))
    await office.ivan.press(listed, "4")
    await office.ivan.wait_for(lambda m: "Paper 4.pdf" in said(m) and has_button(m, "Reject"))


async def test_pending_sends_the_list_to_the_end_of_the_chat(office: Office) -> None:
    await office.ask()
    await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    await office.ivan.send_text("/pending")
    listed = await office.ivan.wait_for(lambda m: "One request waits" in said(m))
    assert (await office.ivan.messages())[-1]["message_id"] == listed["message_id"]
    await office.anna.send_text("/pending")
    await office.anna.wait_for(lambda m: "Nothing waits for you" in said(m))


async def test_a_list_that_is_done_says_so(office: Office) -> None:
    listed = await asked(office, 4)
    async with office.store.read() as tx:
        waiting = await tx.requests.waiting_for(office.people["Ivan"])
    for request in waiting:
        await office.core.decisions.cancel(request.id, by=office.people["Anna"])
    done = await office.ivan.wait_for(lambda m: "Nothing waits for you" in said(m))
    assert done["message_id"] == listed["message_id"]


async def test_a_list_confirmed_on_the_page_shows_its_progress_too(office: Office) -> None:
    listed = await asked(office, 4)
    await office.ivan.press(listed, "Sign 4 with one code")
    await office.ivan.wait_for(lambda m: "Step 2 of 2" in said(m))
    async with office.store.read() as tx:
        (stored,) = await tx.records.open_for(office.people["Ivan"])
    await office.core.workflow.confirm(stored.record.nonce, by=office.people["Ivan"], code=RIGHT)
    await office.ivan.wait_for(lambda m: "Signed 4 of 4" in said(m) and has_button(m, "not me"))
