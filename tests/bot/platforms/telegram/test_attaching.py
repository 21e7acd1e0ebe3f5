"""Attach to a deal, as a requester meets it in the chat; the places are a Fake, the portal has tests of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from playground.telegram.refusal import Json
from signing.errors import FilingUnavailable
from signing.filing import Place
from signing.people import PersonId
from signing.request import RequestId
from tests.bot.platforms.telegram.office import Office, contract, has_button, hire, labels, open_office, said

WINDOWS = Place(platform="portal", name="deal:17", title="№ 17 · Windows")
DOORS = Place(platform="portal", name="deal:18", title="№ 18 · Doors")


@dataclass
class Shelves:
    """Fills `Places` in memory."""

    known: list[Place] = field(default_factory=lambda: [WINDOWS, DOORS])
    opened: set[PersonId] = field(default_factory=set)
    fault: str = ""
    searched: list[tuple[PersonId, str]] = field(default_factory=list)

    async def is_open_to(self, person: PersonId) -> bool:
        """Tell whether the person has let us look."""
        return person in self.opened

    async def way_in(self, person: PersonId, request: RequestId) -> str:
        """Return a link."""
        return f"https://portal.example.com/login?who={person}"

    async def search(self, person: PersonId, words: str) -> tuple[Place, ...]:
        """Return what has the words in its title."""
        self.searched.append((person, words))
        self._check(person)
        return tuple(place for place in self.known if words.casefold() in place.title.casefold())

    async def find(self, person: PersonId, name: str) -> Place:
        """Return one place."""
        self._check(person)
        return next(place for place in self.known if place.name == name)

    def _check(self, person: PersonId) -> None:
        if self.fault == "not_linked":
            self.opened.discard(person)
        if self.fault:
            raise FilingUnavailable(reason=self.fault)


@pytest.fixture
async def shelves() -> Shelves:
    """Two deals."""
    return Shelves()


@pytest.fixture
async def office(tmp_path: Path, shelves: Shelves) -> AsyncIterator[Office]:
    """An office with places."""
    async with open_office(tmp_path, places=shelves) as made:
        await hire(made)
        yield made


async def draft(office: Office, name: str = "Offer.pdf") -> Json:
    await office.anna.send_document(contract(name), name)
    return await office.anna.wait_for(lambda m: name in said(m) and has_button(m, "Ivan"))


async def face(office: Office, card: Json, *words: str, button: str = "") -> Json:
    """Wait for a face of the card."""
    return await office.anna.wait_for(
        lambda m: (
            m["message_id"] == card["message_id"]
            and all(word in said(m) for word in words)
            and (not button or has_button(m, button))
        )
    )


async def asking(office: Office, shelves: Shelves) -> Json:
    """Return a card that asks which deal."""
    shelves.opened.add(office.people["Anna"])
    card = await draft(office)
    await office.anna.press(card, "Attach")
    return await face(office, card, "Write the number")


async def test_a_place_is_searched_chosen_changed_and_taken_back(office: Office, shelves: Shelves) -> None:
    card = await asking(office, shelves)
    await office.anna.send_text("windows")
    await office.anna.press(await face(office, card, "Which deal?", button="Windows"), "Windows")
    card = await face(office, card, "Goes to the deal too", "Windows", button="Ivan")
    await office.anna.press(card, "Attach")
    await face(office, card, "Write the number", button="Do not attach")
    await office.anna.send_text("doors")
    await office.anna.press(await face(office, card, "Which deal?", button="Doors"), "Doors")
    card = await face(office, card, "Goes to the deal too", "Doors", button="Attach")
    await office.anna.press(card, "Attach")
    await office.anna.press(await face(office, card, button="Do not attach"), "Do not attach")
    await office.settled()
    last = next(m for m in await office.anna.messages() if m["message_id"] == card["message_id"])
    assert "Goes to the deal too" not in said(last)
    assert shelves.searched == [(office.people["Anna"], "windows"), (office.people["Anna"], "doors")]


async def test_the_signer_sees_the_place_before_the_code_is_asked(office: Office, shelves: Shelves) -> None:
    card = await asking(office, shelves)
    await office.anna.send_text("windows")
    await office.anna.press(await face(office, card, button="Windows"), "Windows")
    await office.anna.press(await face(office, card, "Windows", button="Ivan"), "Ivan")
    asked = await office.ivan.wait_for(lambda m: has_button(m, "Sign") and "Windows" in said(m))
    await office.ivan.press(asked, "Sign")
    await office.ivan.wait_for(lambda m: "Step 2" in said(m) and "Goes to the deal too: № 17 · Windows" in said(m))


async def test_a_list_that_is_signed_with_one_code_says_where_each_goes(office: Office, shelves: Shelves) -> None:
    card = await asking(office, shelves)
    await office.anna.send_text("windows")
    await office.anna.press(await face(office, card, button="Windows"), "Windows")
    await office.anna.press(await face(office, card, "Windows", button="Ivan"), "Ivan")
    for number in range(4):
        await office.ask(f"Plain {number}.pdf")
    listed = await office.ivan.wait_for(lambda m: "5 requests wait" in said(m))
    await office.ivan.press(listed, "Sign 5 with one code")
    step = await office.ivan.wait_for(lambda m: m["message_id"] == listed["message_id"] and "Step 2" in said(m))
    (line,) = [line for line in said(step).splitlines() if "📎" in line]
    assert ("Offer.pdf" in line, "Windows" in line) == (True, True)


async def test_who_did_not_log_in_is_shown_the_way(office: Office) -> None:
    card = await draft(office)
    await office.anna.press(card, "Attach")
    shown = await face(office, card, "open Countersign in Bitrix24 once", button="Log in")
    links = [b["url"] for row in shown["reply_markup"]["inline_keyboard"] for b in row if "url" in b]
    assert links == [f"https://portal.example.com/login?who={office.people['Anna']}"]


@pytest.mark.parametrize(("fault", "words"), [
    ("away", "does not answer"), ("gone", "you may not see it"), ("not_linked", "does not know you any more"),
])  # fmt: skip
async def test_what_goes_wrong_is_said_on_the_card_and_changes_nothing(
    office: Office, shelves: Shelves, fault: str, words: str
) -> None:
    card = await asking(office, shelves)
    shelves.fault = fault
    await office.anna.send_text("windows")
    await face(office, card, words, button="Back")
    await office.settled()
    last = next(m for m in await office.anna.messages() if m["message_id"] == card["message_id"])
    assert "Goes to the deal too" not in said(last)


async def test_more_than_fits_is_said(office: Office, shelves: Shelves) -> None:
    shelves.known = [Place(platform="portal", name=f"deal:{n}", title=f"№ {n} · Same") for n in range(9)]
    card = await asking(office, shelves)
    await office.anna.send_text("same")
    shown = await face(office, card, "Which deal?", "There are more")
    assert sum("Same" in label for label in labels(shown)) == 4


async def test_without_places_there_is_no_button(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        await hire(office)
        assert not has_button(await draft(office), "Attach")
