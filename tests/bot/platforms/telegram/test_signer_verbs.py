"""What a signer may do besides signing, and what the others see of it."""

from __future__ import annotations

from playground.telegram.refusal import Json
from tests.bot.platforms.telegram.office import Office, has_button, labels, said


async def card_of_ivan(office: Office) -> Json:
    await office.ask()
    return await office.ivan.wait_for(lambda m: has_button(m, "Sign"))


async def test_a_refusal_for_a_ready_reason_reaches_the_requester(office: Office) -> None:
    card = await card_of_ivan(office)
    await office.ivan.press(card, "Reject")
    card = await office.ivan.wait_for(lambda m: has_button(m, "Wrong amount"))
    await office.ivan.press(card, "Wrong amount")
    told = await office.anna.wait_for(lambda m: "refused “Contract.pdf”" in said(m))
    assert "Wrong amount" in said(told)
    final = await office.ivan.wait_for(lambda m: m["message_id"] == card["message_id"] and "refused" in said(m))
    assert labels(final) == []


async def test_a_refusal_in_own_words_is_the_next_message(office: Office) -> None:
    card = await card_of_ivan(office)
    await office.ivan.press(card, "Reject")
    card = await office.ivan.wait_for(lambda m: has_button(m, "Own words"))
    await office.ivan.press(card, "Own words")
    await office.ivan.wait_for(lambda m: "Write the reason" in said(m))
    await office.ivan.send_text("The <b>price</b> & terms are old")
    await office.anna.wait_for(lambda m: "The <b>price</b> & terms are old" in said(m))


async def test_back_means_that_the_next_message_is_no_reason(office: Office) -> None:
    card = await card_of_ivan(office)
    await office.ivan.press(card, "Reject")
    await office.ivan.press(await office.ivan.wait_for(lambda m: has_button(m, "Own words")), "Own words")
    await office.ivan.press(await office.ivan.wait_for(lambda m: "Write the reason" in said(m)), "Back")
    await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    await office.ivan.send_text("By the way, hello")
    await office.ivan.wait_for(lambda m: "Send me a PDF" in said(m))


async def test_later_puts_the_card_aside_and_the_requester_sees_it(office: Office) -> None:
    card = await card_of_ivan(office)
    await office.ivan.press(card, "Later")
    card = await office.ivan.wait_for(lambda m: has_button(m, "In 1 hour"))
    answer = await office.ivan.press(card, "In 1 hour")
    assert answer["text"] == "Put aside"
    await office.ivan.wait_for(lambda m: "You come back to it" in said(m))
    await office.anna.wait_for(lambda m: "Ivan Marković comes back to it" in said(m))


async def test_a_deputy_gets_a_card_of_her_own(office: Office) -> None:
    card = await card_of_ivan(office)
    await office.ivan.press(card, "Deputy")
    card = await office.ivan.wait_for(lambda m: has_button(m, "Olga"))
    await office.ivan.press(card, "Olga")
    hers = await office.olga.wait_for(lambda m: has_button(m, "Sign"))
    assert "You sign for Ivan Marković" in said(hers)
    his = await office.ivan.wait_for(lambda m: "Handed over to Olga Babić" in said(m))
    assert labels(his) == []
    await office.anna.wait_for(lambda m: "handed “Contract.pdf” over to Olga Babić" in said(m))


async def test_a_question_is_answered_by_replying_to_it(office: Office) -> None:
    card = await card_of_ivan(office)
    await office.ivan.press(card, "Ask")
    await office.ivan.wait_for(lambda m: "Write your question" in said(m))
    await office.ivan.send_text("Which deal is it?")
    asked = await office.anna.wait_for(lambda m: "Which deal is it?" in said(m))
    await office.anna.send_text("The one in Podgorica", reply_to=asked["message_id"])
    await office.ivan.wait_for(lambda m: "The one in Podgorica" in said(m))
    await office.ivan.wait_for(lambda m: has_button(m, "Sign"))


async def test_pages_bring_the_pictures_and_the_file_and_tell_the_requester(office: Office) -> None:
    card = await card_of_ivan(office)
    await office.ivan.press(card, "Pages")
    file = await office.ivan.wait_for(lambda m: "document" in m)
    assert file["document"]["file_name"] == "Contract.pdf"
    assert len([m for m in await office.ivan.messages() if "photo" in m]) == 2
    await office.anna.wait_for(lambda m: "Ivan Marković looked at it" in said(m))


async def test_cancel_takes_two_taps_and_both_cards_say_so(office: Office) -> None:
    await office.ask()
    card = await office.anna.wait_for(lambda m: has_button(m, "Cancel"))
    await office.anna.press(card, "Cancel")
    card = await office.anna.wait_for(lambda m: has_button(m, "Yes, take it back"))
    await office.anna.press(card, "Yes, take it back")
    await office.ivan.wait_for(lambda m: "Taken back by Anna" in said(m) and not labels(m))
    await office.anna.wait_for(lambda m: "Taken back by Anna" in said(m) and not labels(m))


async def test_a_second_reminder_too_soon_is_refused_in_words(office: Office) -> None:
    card = await office.ask()
    await office.anna.press(card, "Remind")
    await office.ivan.wait_for(lambda m: "still waits for your signature" in said(m))
    card = await office.anna.wait_for(lambda m: has_button(m, "Remind") and "edit_date" in m)
    answer = await office.anna.press(await fresh(office), "Remind")
    assert "not long ago" in answer["text"]


async def fresh(office: Office) -> Json:
    """Return Anna's card as it stands when the queue has nothing more to do."""
    await office.settled()
    return await office.anna.wait_for(lambda m: has_button(m, "Remind"))


async def test_the_requester_chooses_another_signer(office: Office) -> None:
    card = await office.ask()
    await office.anna.press(card, "Another signer")
    card = await office.anna.wait_for(lambda m: has_button(m, "Olga"))
    assert not has_button(card, "Ivan")
    await office.anna.press(card, "Olga")
    await office.olga.wait_for(lambda m: has_button(m, "Sign"))
    await office.ivan.wait_for(lambda m: "Handed over to Olga" in said(m) and not labels(m))
