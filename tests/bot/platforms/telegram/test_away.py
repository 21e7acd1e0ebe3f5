"""/away in the chat: days, deputy and ground by taps or words; who waits hears of it; coming back ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.phrases.days import day
from playground.telegram.refusal import Json
from tests.bot.platforms.telegram.office import Office, has_button, labels, said


def today(office: Office) -> date:
    """Return the day where Ivan is."""
    return office.core.clock.now().astimezone(ZoneInfo("Europe/Podgorica")).date()


def until(office: Office, days: int) -> str:
    """Return the day so many days ahead, as cards say it."""
    return day("en", today(office) + timedelta(days=days), today=today(office))


def written(office: Office, days: int) -> str:
    """Return the same day as people write it."""
    return f"{today(office) + timedelta(days=days):%d.%m.%Y}"


async def tapped(office: Office, card: Json, label: str, *, then: str) -> Json:
    """Ivan presses a button; returns the card when it says `then`."""
    await office.ivan.press(card, label)
    return await office.ivan.wait_for(lambda m: m["message_id"] == card["message_id"] and then in said(m))


async def test_three_taps_and_what_waits_is_with_the_deputy(office: Office) -> None:
    await office.ask("Waiting.pdf")
    his = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
    await office.ivan.send_text("/away")
    card = await office.ivan.wait_for(lambda m: "Until when are you away?" in said(m))
    card = await tapped(office, card, until(office, 14), then="Who signs for you")
    card = await tapped(office, card, "Olga", then="One request waits for you now")
    card = await tapped(office, card, "Ground", then="power of attorney 12/2026")
    await office.ivan.send_text("power of attorney 7/2026")
    card = await office.ivan.wait_for(lambda m: "Ground: power of attorney 7/2026" in said(m))
    await tapped(office, card, "I am away then", then=f"You are away until {until(office, 14)}")
    hers = await office.olga.wait_for(lambda m: has_button(m, "Sign"))
    assert "You sign for Ivan Marković, power of attorney 7/2026" in said(hers)
    await office.olga.wait_for(lambda m: "You stand in" in said(m) and "Ground: power of attorney 7/2026." in said(m))
    told = await office.anna.wait_for(lambda m: "Olga Babić signs “Waiting.pdf” instead" in said(m))
    assert f"Ivan Marković is away until {until(office, 14)}." in said(told)
    await office.ivan.wait_for(lambda m: m["message_id"] == his["message_id"] and "Handed over to Olga" in said(m))


async def test_who_chooses_the_signer_sees_that_he_is_away_and_who_signs(office: Office) -> None:
    await office.ivan.send_text(f"/away {written(office, 9)} olga, by word")
    card = await office.ivan.wait_for(lambda m: "Olga Babić signs for you" in said(m))
    await office.ivan.press(card, "I am away then")
    await office.ivan.wait_for(lambda m: has_button(m, "I am back"))
    await office.anna.send_document(office.contract("New.pdf"), "New.pdf")
    draft = await office.anna.wait_for(lambda m: has_button(m, "Ivan"))
    assert f"🏖 Ivan Marković is away until {until(office, 9)}, Olga Babić signs instead." in said(draft)
    assert (await office.anna.press(draft, "Ivan"))["text"] == "Sent to Olga Babić"
    await office.olga.wait_for(lambda m: has_button(m, "Sign") and "You sign for Ivan Marković, by word" in said(m))
    await office.anna.wait_for(lambda m: "Waiting for Olga Babić" in said(m) and "Ivan Marković is away" in said(m))


async def test_back_brings_what_is_undecided_home(office: Office) -> None:
    await office.ivan.send_text(f"/away {written(office, 3)} Olga")
    await office.ivan.press(await office.ivan.wait_for(lambda m: has_button(m, "I am away then")), "I am away then")
    await office.ivan.wait_for(lambda m: has_button(m, "I am back"))
    await office.ask("Mine.pdf")
    hers = await office.olga.wait_for(lambda m: has_button(m, "Sign"))
    await office.ivan.send_text("/back")
    await office.ivan.wait_for(lambda m: "Welcome back! One request comes back to you." in said(m))
    await office.ivan.wait_for(lambda m: has_button(m, "Sign") and "You sign for" not in said(m))
    await office.anna.wait_for(lambda m: "Ivan Marković is back and is asked about “Mine.pdf” again" in said(m))
    await office.olga.wait_for(lambda m: m["message_id"] == hers["message_id"] and not has_button(m, "Sign"))
    await office.ivan.send_text("/back")
    await office.ivan.wait_for(lambda m: "No absence is written down" in said(m))


async def test_days_nobody_can_read_are_asked_for_again(office: Office) -> None:
    await office.ivan.send_text("/away")
    card = await office.ivan.wait_for(lambda m: has_button(m, "Other days"))
    card = await tapped(office, card, "Other days", then="Write the days")
    await office.ivan.send_text("until Christmas")
    await office.ivan.wait_for(lambda m: "I cannot read these days" in said(m))
    await office.ivan.send_text(f"{written(office, 2)} – {written(office, 5)}")
    card = await office.ivan.wait_for(lambda m: f"Away from {until(office, 2)} to {until(office, 5)}" in said(m))
    card = await tapped(office, card, "Nobody", then="Nobody signs for you")
    await tapped(office, card, "I am away then", then=f"You will be away from {until(office, 2)}")


async def test_a_circle_is_refused_in_a_clear_sentence(office: Office) -> None:
    async with office.store.begin() as tx:
        olga = await tx.people.get(office.people["Olga"])
        await tx.people.save(replace(olga, deputies=(office.people["Ivan"],)))
    day = today(office)
    await office.core.leaving.leave(olga.id, by=olga.id, first=day, last=day, deputy=office.people["Ivan"])
    await office.ivan.send_text(f"/away {written(office, 3)} Olga")
    await office.ivan.press(await office.ivan.wait_for(lambda m: has_button(m, "I am away then")), "I am away then")
    card = await office.ivan.wait_for(lambda m: "it would come back to you" in said(m))
    assert "Ivan Marković → Olga Babić → Ivan Marković" in said(card)
    assert "⤴ Olga Babić" in labels(card)


async def test_whoever_signs_nothing_may_be_away_too(office: Office) -> None:
    await office.anna.send_text(f"/away {written(office, 3)}")
    await office.anna.wait_for(lambda m: "Nobody may stand in for you yet" in said(m))


def _says(words: str, message: Json) -> bool:
    return words in said(message)


async def test_quiet_hours_of_ones_own(office: Office) -> None:
    for written, told in (
        ("/quiet", "Your quiet hours: 20:00 to 08:00, and all day on Saturday and Sunday"),
        ("/quiet 22-7 every day", "Your quiet hours from now on: 22:00 to 07:00."),
        ("/quiet soon", "Your quiet hours: 22:00 to 07:00."),
        ("/quiet off", "Your quiet hours from now on: none; you are reminded at any hour."),
        ("/quiet company", "Your quiet hours from now on: 20:00 to 08:00, and all day"),
    ):
        await office.ivan.send_text(written)
        await office.ivan.wait_for(partial(_says, told))
