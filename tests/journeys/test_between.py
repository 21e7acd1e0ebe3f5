"""What people do between asking and signing: ask back, remind, choose somebody else, put aside, wait too long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from playground.telegram.person import find_button
from tests.journeys.company import Company, company
from tests.journeys.story import a_pdf, ask, card_of, choose, files, has, labels, same, sign_typed, signed_file

AN_HOUR_S, A_DAY_S, FIFTEEN_DAYS_S = 3_660, 26 * 3_600, 15 * 24 * 3_600


async def test_a_question_is_answered_and_the_request_waits(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await ask(anna, signer, pdf=a_pdf(), name="Question.pdf")
        card = await card_of(ivan, "Question.pdf")
        await ivan.press(card, "Ask")
        await ivan.wait_for(same(card, "Write your question"))
        await ivan.send_text("Which currency?")
        asked = await anna.wait_for(lambda m: has(m, signer.name, "Question.pdf", "Which currency?"))
        await anna.send_text("Euro, as always", reply_to=asked["message_id"])
        await ivan.wait_for(lambda m: has(m, employee.name, "Question.pdf", "Euro, as always"))
        await sign_typed(ivan, "Question.pdf", await signer.code())
        assert (await signed_file(anna)).startswith(b"%PDF")


async def test_a_reminder_is_told_once_in_hours(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        mine = await ask(anna, signer, pdf=a_pdf(), name="Remind.pdf")
        await card_of(ivan, "Remind.pdf")
        assert (await anna.press(mine, "Remind"))["text"].startswith("Reminded")
        await ivan.wait_for(lambda m: has(m, "Remind.pdf", "still waits", employee.name))
        spent = find_button(mine, "Remind")["callback_data"]
        fresh = await anna.wait_for(
            lambda m: same(mine, button="Remind")(m) and find_button(m, "Remind")["callback_data"] != spent
        )
        again = await anna.press(fresh, "Remind")
        assert "not long ago" in again["text"]
        assert again["show_alert"]
        assert len([m for m in await ivan.messages() if has(m, "Remind.pdf", "still waits")]) == 1


async def test_the_requester_asks_somebody_else(office: Company) -> None:
    first, second, employee = office.signer(), office.signer(), office.employee()
    async with employee.telegram() as anna, first.telegram() as ivan, second.telegram() as olga:
        mine = await ask(anna, first, pdf=a_pdf(), name="Change.pdf")
        card = await card_of(ivan, "Change.pdf")
        await anna.press(mine, "Another signer")
        await choose(anna, await anna.wait_for(same(mine, "Whom shall I ask instead?")), second)
        gone = await ivan.wait_for(same(card, "Handed over", second.name))
        assert not any("Sign" in label for label in labels(gone))
        await sign_typed(olga, "Change.pdf", await second.code())
        assert (await signed_file(anna)).startswith(b"%PDF")
        assert len(await files(anna)) == 1


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company whose bot can be started ahead of time."""
    with company(
        tmp_path_factory.mktemp("later"), signers=1, employees=1, entry=("tests.journeys.ahead", "bot"), AHEAD_S="0"
    ) as made:
        yield made


async def test_what_was_put_aside_comes_back_is_reminded_of_and_expires(later: Company) -> None:
    signer, employee = later.signer(), later.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        mine = await ask(anna, signer, pdf=a_pdf(), name="Later.pdf")
        card = await card_of(ivan, "Later.pdf")
        await ivan.press(card, "Later")
        await ivan.press(await ivan.wait_for(same(card, button="In 1 hour")), "In 1 hour")
        await ivan.wait_for(same(card, "You come back to it"))
        await anna.wait_for(same(mine, "comes back to it"))
        later.stop()
        later.start(AHEAD_S=str(AN_HOUR_S))
        first = await ivan.wait_for(lambda m: has(m, "Later.pdf", "still waits"), timeout_s=120)
        await ivan.wait_for(lambda m: same(card, button="Sign")(m) and not has(m, "You come back"))
        later.stop()
        later.start(AHEAD_S=str(A_DAY_S))
        await ivan.wait_for(
            lambda m: has(m, "Later.pdf", "still waits") and m["message_id"] != first["message_id"], timeout_s=120
        )
        await ivan.wait_for(lambda m: has(m, "Good morning! One document waits for you", "Later.pdf"))
        back = await ivan.wait_for(same(card, button="Sign"))
        later.stop()
        later.start(AHEAD_S=str(FIFTEEN_DAYS_S))
        await anna.wait_for(lambda m: has(m, "Later.pdf", "expired without an answer"), timeout_s=120)
        await anna.wait_for(same(mine, "Expired"))
        over = await ivan.wait_for(same(card, "Expired"))
        assert not any("Sign" in label for label in labels(over))
        late = await ivan.press(back, "Sign")
        assert late["text"]
        assert not await files(anna)
