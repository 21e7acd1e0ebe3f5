"""What the chat shows of routes: offered beside people, followed step by step, approved without a key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.platforms.telegram import list_card, requester_card, signer_card
from bot.platforms.telegram.cards import Card, View
from bot.platforms.telegram.list_card import Choice
from bot.platforms.telegram.shown import Mode
from signing.approval.policy_file import read
from signing.approval.progress import Progress
from signing.approval.routes import Route
from signing.approval.templates import resolved
from signing.people import PersonId
from signing.request import Act, Part, RequestId, SigningRequest, State
from tests.bot.platforms.telegram.test_cards import ANNA, IVAN, MANY, NOW, check, document, view

POLICY = """\
[[route]]
name = "Contracts"
[[route.step]]
approves = ["Signer 0", "Signer 1"]
need = "any"
veto = ["Signer 1"]
[[route.step]]
signs = ["Ivan Marković", "Signer 2", "Signer 3"]
need = 2
[[route.step]]
signs = ["Signer 4"]
"""
TEMPLATE = read(POLICY).book.templates[0]
LEAD = RequestId("7K3M9QXA2F4B")


def route() -> Route:
    return resolved(TEMPLATE.route, (IVAN, *MANY))


def shown(seen: View, **changes: object) -> View:
    request = replace(
        seen.request, comment="Before noon", documents=(document(),), looked_at=None, postponed_until=None, reason=""
    )
    return replace(seen, **{"request": request, **changes})  # type: ignore[arg-type]  # fields are checked by dataclasses.replace


def part(number: int, person: str, state: State, act: Act = Act.SIGNS, **changes: object) -> SigningRequest:
    made = replace(
        view(State.WAITING, of=IVAN).request, id=RequestId(f"P{number:011}"), signer=PersonId(person), state=state,
        reason="",
        finished_at=NOW + timedelta(hours=number), part=Part(of=LEAD, seat=PersonId(person), act=act, turn=number),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]  # as above


def progress(*parts: SigningRequest) -> Progress:
    return Progress(name="Contracts", route=route(), parts=parts)


BEGUN = (
    part(1, "p0", State.AGREED, Act.APPROVES), part(2, "p1", State.CANCELLED, Act.APPROVES),
    part(3, "ivan", State.SIGNED), part(4, "p2", State.WAITING, signer="p8"),
    part(5, "p3", State.FROZEN, reason="wrong_codes"),
)  # fmt: skip


def said(card: Card) -> list[str]:
    check(card)
    return str(card.text.render()[0]).splitlines()


def verbs(card: Card) -> list[tuple[str, str]]:
    return [(button.verb, button.argument) for row in card.rows for button in row]


def test_a_draft_offers_routes_before_people_and_tells_who_says_yes() -> None:
    card = requester_card.render(shown(view(State.DRAFT, of=ANNA), offered=(TEMPLATE,)))
    assert (
        "🧭 Contracts: any one approves: Signer 0, Signer 1 (with veto) → "
        "any 2 sign: Ivan Marković, Signer 2, Signer 3 → Signer 4 signs"
    ) in said(card)
    assert "Who shall sign? A person, or a route where several say yes." in said(card)
    assert verbs(card)[:2] == [("circulate", "Contracts"), ("submit", "p0")]


def test_where_a_route_must_be_taken_nobody_else_is_offered() -> None:
    card = requester_card.render(shown(view(State.DRAFT, of=ANNA), offered=(TEMPLATE,), choices=()))
    assert "These documents go along a route. Which one?" in said(card)
    assert [verb for verb, _ in verbs(card)] == ["circulate", "check", "cancel"]


def test_the_requester_follows_every_answer() -> None:
    seen = shown(view(State.DRAFT, of=ANNA), along=progress(*BEGUN))
    seen = replace(seen, request=replace(seen.request, state=State.CIRCULATING))
    card = requester_card.render(seen)
    assert said(card)[2:7] == [
        "Route “Contracts” · step 2 of 3",
        "✅ any one approves: ✓ Signer 0, Signer 1 (with veto)",
        "⏳ any 2 sign: ✓ Ivan Marković, Signer 8 (for Signer 2), ⏸ Signer 3",
        "▫️ Signer 4 signs",
        "⏸ Signer 3 is stopped: three codes did not fit",
    ]
    assert [verb for verb, _ in verbs(card)] == ["resume", "remind", "cancel"]


def test_a_finished_request_names_everybody_who_signed() -> None:
    ended = progress(BEGUN[2], part(4, "p2", State.SIGNED), part(6, "p4", State.SIGNED))
    seen = shown(view(State.SIGNED, of=ANNA), along=ended)
    seen = replace(seen, request=replace(seen.request, signer=None, finished_at=NOW))
    assert "✅ Signed by Ivan Marković, Signer 2, Signer 4, today 10:00" in said(requester_card.render(seen))


def test_a_refused_request_names_who_refused() -> None:
    ended = progress(part(1, "p1", State.REJECTED, Act.APPROVES, reason="wrong_amount"))
    seen = shown(view(State.REJECTED, of=ANNA), along=ended)
    refused = replace(seen.request, signer=None, finished_at=NOW, reason="wrong_amount")
    assert "✖ Signer 1 refused, today 10:00: Wrong amount" in said(
        requester_card.render(replace(seen, request=refused))
    )


@pytest.mark.parametrize("language", ["en", "ru"])
def test_who_approves_is_asked_for_no_code(language: str) -> None:
    seen = shown(view(State.WAITING, of=IVAN, language=language), along=progress(*BEGUN))
    asked = replace(seen.request, part=Part(of=LEAD, seat=IVAN.id, act=Act.APPROVES))
    card = signer_card.render(replace(seen, request=asked))
    assert seen.say("agree-asked") in said(card)
    assert [verb for verb, _ in verbs(card)][:2] == ["agree", "reject"]
    sure = signer_card.render(replace(seen, request=asked, mode=Mode(name="agree")))
    assert [verb for verb, _ in verbs(sure)] == ["agree-sure", "back"]


@pytest.mark.parametrize(
    ("reason", "words"), [("route_enough", "others were enough"), ("route_refused", "the request was refused")]
)
def test_who_is_not_needed_any_more_reads_why(reason: str, words: str) -> None:
    seen = shown(view(State.CANCELLED, of=IVAN))
    over = replace(seen.request, part=Part(of=LEAD, seat=IVAN.id, act=Act.SIGNS), reason=reason, finished_at=NOW)
    assert any(words in line for line in said(signer_card.render(replace(seen, request=over))))


def test_a_list_with_one_code_leaves_approvals_out() -> None:
    waiting = [part(1, "ivan", State.WAITING), part(2, "ivan", State.WAITING, Act.APPROVES)]
    assert [one.id for one in list_card.ticked(waiting, Choice())] == [waiting[0].id]
