"""Who is away and for whom somebody signs, on the cards of the portal's chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.platforms.bitrix24.chat import requester_card, signer_card
from bot.platforms.bitrix24.chat.cards import View
from bot.platforms.bitrix24.chat.shown import Mode
from signing.people import PersonId
from signing.presence import Absence, Link
from signing.request import State
from tests.bot.platforms.bitrix24.chat.test_cards import ANNA, IVAN, NOW, view

OLGA = replace(ANNA, id=PersonId("olga"), name="Olga [b]Babić[/b]")
AWAY = Absence(
    person=OLGA.id, first_day=date(2026, 11, 20), last_day=date(2026, 12, 12), since=NOW - timedelta(days=3),
    until=NOW + timedelta(days=20), deputy=IVAN.id, by=OLGA.id,
)  # fmt: skip
PEOPLE = {person.id: person for person in (ANNA, IVAN, OLGA)}


def stood_in() -> View:
    """Return a request to Olga that Ivan has, on a ground with marks in it."""
    links = (Link(person=OLGA.id, is_absence=True, ground="paper [b]12[/b]"),)
    request = replace(view().request, links=links, delegated_from=OLGA.id, ground="paper [b]12[/b]")
    return replace(view(), request=request, people=PEOPLE, away={OLGA.id: AWAY})


def test_the_signer_reads_for_whom_on_both_steps() -> None:
    wanted = "You sign for Olga ［b］Babić［/b］, paper ［b］12［/b］, with your own key"
    assert wanted in signer_card.render(stood_in()).text
    assert wanted in signer_card.render(replace(stood_in(), mode=Mode())).text


def test_the_requester_reads_who_is_away_before_and_after_asking() -> None:
    asks = replace(stood_in().reader, person=ANNA)
    waits = requester_card.render(replace(stood_in(), reader=asks, mode=Mode(), record=None)).text
    assert "🏖 Olga ［b］Babić［/b］ is away until 12 December, Ivan" in waits
    draft = replace(view().request, state=State.DRAFT, signer=None)
    choice = replace(stood_in(), request=draft, reader=asks, mode=Mode(), record=None, choices=(OLGA, IVAN))
    card = requester_card.render(choice)
    assert "is away until 12 December" in card.text
    assert any("🏖" in button.label for row in card.rows for button in row)


def test_a_signed_card_says_for_whom() -> None:
    signed = replace(stood_in().request, state=State.SIGNED, finished_at=NOW)
    card = signer_card.render(replace(stood_in(), request=signed, mode=Mode(), record=None))
    assert "for Olga ［b］Babić［/b］, paper ［b］12［/b］" in card.text
