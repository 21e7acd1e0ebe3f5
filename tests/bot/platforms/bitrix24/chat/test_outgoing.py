"""What the bot says when answers get lost: found again by reading, never twice but where nobody can know."""

from __future__ import annotations

import pytest

from bot.platforms.bitrix24.chat.outgoing import heard
from bot.platforms.bitrix24.errors import UnknownOutcome
from playground.bitrix24.faults import FaultKind
from signing.errors import DeliveryFailed
from tests.bot.platforms.bitrix24.chat.conftest import ANNA, Lines

SEND, UPLOAD = "imbot.v2.Chat.Message.send", "imbot.v2.File.upload"
KEYBOARD = [{"TEXT": "Sign", "COMMAND": "press", "COMMAND_PARAMS": "x"}]


async def _lost(lines: Lines, key: str, text: str = "A card") -> None:
    """Say something whose answer gets lost."""
    lines.desk.far.faults.add(FaultKind.DROP_RESPONSE, method=SEND)
    with pytest.raises(UnknownOutcome):
        await lines.outgoing().say(ANNA, text, key=key)


async def test_a_message_whose_answer_was_lost_is_found_and_brought_up_to_date(lines: Lines) -> None:
    await _lost(lines, "card")
    sent = await lines.outgoing().say(ANNA, "A fresher card", key="card", keyboard=KEYBOARD)
    (message,) = lines.told()
    assert (message.id, message.text, message.labels()) == (sent, "A fresher card", ["Sign"])


async def test_a_message_that_never_left_is_sent(lines: Lines) -> None:
    lines.desk.far.faults.add(FaultKind.AWAY, method=SEND)
    with pytest.raises(UnknownOutcome):
        await lines.outgoing().say(ANNA, "A card", key="card")
    await lines.outgoing().say(ANNA, "A card", key="card")
    assert len(lines.told()) == 1


async def test_another_message_in_between_does_not_hide_the_lost_one(lines: Lines) -> None:
    await _lost(lines, "card")
    await lines.outgoing().say(ANNA, "A notice", key="notice")
    await lines.outgoing().say(ANNA, "A card", key="card")
    assert [message.text for message in lines.told()] == ["A card", "A notice"]


async def test_what_somebody_wrote_is_not_taken_for_ours(lines: Lines) -> None:
    lines.desk.far.faults.add(FaultKind.AWAY, method=SEND)
    with pytest.raises(UnknownOutcome):
        await lines.outgoing().say(ANNA, "A card", key="card")
    hers = lines.messenger.write(ANNA, "Hello?")
    await lines.outgoing().say(ANNA, "A card", key="card")
    assert hers.text == "Hello?"
    assert len(lines.told()) == 1


async def test_when_somebody_wrote_over_the_lost_one_it_comes_twice_and_no_more(lines: Lines) -> None:
    await _lost(lines, "card")
    written = lines.messenger.write(ANNA, "Hello?")
    async with lines.house.store.begin() as tx:
        await heard(tx, ANNA, written.id, clock=lines.house.clock)
    await lines.outgoing().say(ANNA, "A card", key="card")
    assert len(lines.told()) == 2


async def test_a_file_whose_answer_was_lost_is_found(lines: Lines) -> None:
    lines.desk.far.faults.add(FaultKind.DROP_RESPONSE, method=UPLOAD)
    with pytest.raises(UnknownOutcome):
        await lines.outgoing().send_file(ANNA, "Signed.pdf", b"%PDF", key="file", caption="Signed")
    sent = await lines.outgoing().send_file(ANNA, "Signed.pdf", b"%PDF", key="file", caption="Signed")
    (message,) = lines.told()
    assert (message.id, [file.body for file in message.files]) == (sent, [b"%PDF"])


async def test_a_dialog_that_is_closed_is_told_apart(lines: Lines) -> None:
    lines.desk.far.office.users[ANNA].is_active = False
    with pytest.raises(DeliveryFailed):
        await lines.outgoing().say(ANNA, "Hello", key="hello")


async def test_somebody_elses_message_is_neither_changed_nor_deleted(lines: Lines) -> None:
    hers = lines.messenger.write(ANNA, "123456")
    assert not await lines.outgoing().change(hers.id, "Mine", ())
    assert not await lines.outgoing().delete(hers.id)
    assert lines.messenger.messages[hers.id].text == "123456"
