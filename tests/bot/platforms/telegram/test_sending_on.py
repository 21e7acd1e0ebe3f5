"""Under the signed file: a link for a client, a letter to a client, each asked for and seen through."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.telegram.refusal import Json
from signing.errors import NotAllowed
from signing.membership import CONSOLE
from tests.bot.platforms.telegram.office import Office, has_button, hire, labels, open_office, said
from tests.fakes.activation import RIGHT


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """A company that clients can reach."""
    async with open_office(tmp_path, public_url="https://sign.example.com") as opened:
        await hire(opened)
        yield opened


async def signed(office: Office) -> Json:
    """Have a document signed; return the message with the file, as it stands with its buttons."""
    await office.ask("Contract.pdf")
    await office.ivan.press(await office.ivan.wait_for(lambda m: has_button(m, "Sign")), "Sign")
    step = await office.ivan.wait_for(lambda m: has_button(m, "Type it here"))
    await office.ivan.press(step, "Type it here")
    await office.ivan.send_text(RIGHT)
    return await office.anna.wait_for(lambda m: "document" in m and has_button(m, "Link for the client"))


def token_of(message: Json) -> str:
    found = re.search(r"https://sign\.example\.com/s/([\w-]+)", said(message))
    assert found is not None
    return found.group(1)


async def face(office: Office, message: Json, *words: str, button: str = "") -> Json:
    """Wait for a later face of the same message."""

    def is_it(now: Json) -> bool:
        return now["message_id"] == message["message_id"] and has_button(now, button) and has(now, *words)

    return await office.anna.wait_for(is_it)


def has(message: Json, *words: str) -> bool:
    return all(word in said(message) for word in words)


async def test_a_link_comes_as_a_message_and_can_be_taken_back(office: Office) -> None:
    file = await signed(office)
    assert "Signed by" in said(file)
    await office.anna.press(file, "Link for the client")
    link = await office.anna.wait_for(lambda m: "/s/" in said(m))
    assert link["reply_to_message"]["message_id"] == file["message_id"]
    token = token_of(link)
    assert (await office.core.sharing.find(token)).most == 20
    stands = await face(office, file, "downloaded 0 of 20")
    await office.core.sharing.take(token)
    stands = await face(office, stands, "downloaded 1 of 20")
    await office.anna.press(stands, "Take the link back")
    await face(office, file, "taken back")
    with pytest.raises(NotAllowed, match="link_revoked"):
        await office.core.sharing.find(token)


async def test_an_address_is_asked_for_shown_and_only_then_used(office: Office) -> None:
    file = await signed(office)
    await office.anna.press(file, "Send by e-mail")
    await face(office, file, "e-mail address")
    await office.anna.send_text("not an address")
    await face(office, file, "That is no e-mail address")
    await office.anna.send_text("client@example.com")
    sure = await face(office, file, "Send the signed file to client@example.com?")
    assert labels(sure) == ["📧 Yes, send it", "‹ Back"]
    assert "share:mailed" not in await office.tags()
    await office.anna.press(sure, "Back")
    await office.anna.press(await face(office, file, button="Send by e-mail"), "Send by e-mail")
    await face(office, file, "e-mail address")
    await office.anna.send_text("client@example.com")
    await office.anna.press(await face(office, file, "client@example.com?"), "Yes, send it")
    await face(office, file, "client@example.com: on its way")
    assert (await office.tags()).count("share:mailed") == 1


async def test_somebody_who_was_locked_meanwhile_reads_why_there_is_no_link(office: Office) -> None:
    file = await signed(office)
    await office.core.membership.lock(office.people["Anna"], by=CONSOLE)
    await office.anna.press(file, "Link for the client")
    await face(office, file, "❗")
    assert "share:made" not in await office.tags()


async def test_nobody_else_gets_the_buttons(office: Office) -> None:
    await signed(office)
    await office.settled()
    for phone in (office.ivan, office.olga):
        assert not [m for m in await phone.messages() if has_button(m, "Link for the client")]


async def test_a_note_how_to_check_comes_for_forwarding(office: Office) -> None:
    file = await signed(office)
    await office.anna.press(file, "How to check")
    note = await office.anna.wait_for(lambda m: "unknown signer" in said(m))
    assert "https://sign.example.com/trust" in said(note)
