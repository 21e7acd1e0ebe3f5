"""A code for one card never becomes words of another: it is deleted, and the chat says what it waits for."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from playground.telegram.refusal import Json
from signing.request import SigningRequest, State
from tests.bot.platforms.telegram.office import EMPLOYEE, STRANGER, Office, has_button, said
from tests.fakes.activation import RIGHT


async def typed_and_asked(office: Office, *path: str) -> tuple[Json, Json]:
    """One card waits for a typed code; buttons of another are pressed. Return both as they stood before the presses."""
    await office.ask("Contract.pdf")
    first = await office.ivan.wait_for(lambda m: "Contract.pdf" in said(m) and has_button(m, "Sign"))
    await office.ivan.press(first, "Sign")
    await office.ivan.press(await office.ivan.wait_for(lambda m: has_button(m, "Type it here")), "Type it here")
    first = await office.ivan.wait_for(lambda m: "six digits as a message" in said(m))
    await office.ask("Order.pdf")
    second = await office.ivan.wait_for(lambda m: "Order.pdf" in said(m) and has_button(m, "Sign"))
    for label in path:
        card = await office.ivan.wait_for(partial(_shows, "Order.pdf", label))
        await office.ivan.press(card, label)
    return first, second


def _shows(name: str, label: str, message: Json) -> bool:
    return name in said(message) and has_button(message, label)


async def requests(office: Office) -> dict[str, SigningRequest]:
    """Return Anna's requests by the name of their file."""
    async with office.store.read() as tx:
        return {one.documents[0].name: one for one in await tx.requests.made_by(office.people["Anna"], limit=9)}


@pytest.mark.parametrize("code", [RIGHT, "123 456"])
@pytest.mark.parametrize(("path", "words"), [(("Reject", "Own words"), "the reason"), (("Ask",), "the question")])
async def test_a_code_is_no_reason_and_no_question(
    office: Office, path: tuple[str, ...], words: str, code: str
) -> None:
    await typed_and_asked(office, *path)
    await office.ivan.wait_for(lambda m: "Order.pdf" in said(m) and has_button(m, "Back") and "rite" in said(m))
    sent = await office.ivan.send_text(code)
    await office.ivan.wait_for(lambda m: "looked like a code" in said(m) and words in said(m))
    assert sent["message_id"] not in [m["message_id"] for m in await office.ivan.messages()]
    await office.settled()
    found = await requests(office)
    assert {one.state for one in found.values()} == {State.WAITING}
    assert not found["Order.pdf"].reason
    assert code not in str([said(m) for m in await office.anna.messages()])


async def test_a_card_that_waits_no_more_asks_for_no_code(office: Office) -> None:
    first, _ = await typed_and_asked(office, "Reject", "Own words")
    card = await office.ivan.wait_for(lambda m: m["message_id"] == first["message_id"] and has_button(m, "Type it"))
    assert "six digits as a message" not in said(card)
    await office.ivan.press(card, "Type it here")
    await office.ivan.wait_for(
        lambda m: "Order.pdf" in said(m) and has_button(m, "Reject")
    )  # and the other one no reason
    await office.ivan.send_text(RIGHT)
    await office.ivan.wait_for(lambda m: "Contract.pdf" in said(m) and "Signed by Ivan" in said(m))


async def test_the_name_and_username_of_another_open_nothing(office: Office) -> None:
    """Whoever gets a username that was given up, or takes a name, is a stranger: the numeric account counts."""
    world, thief = office.server.world, STRANGER
    world.people[thief.id] = replace(EMPLOYEE, id=thief.id)
    world.chats[thief.id].person = world.people[thief.id]
    await office.ask("Hers.pdf")
    await office.stranger.send_text("/history")
    told = await office.stranger.wait_for(lambda m: m["from"]["is_bot"])
    assert "Hers.pdf" not in said(told)
    async with office.store.read() as tx:
        assert await tx.people.account("telegram", str(thief.id)) is None
