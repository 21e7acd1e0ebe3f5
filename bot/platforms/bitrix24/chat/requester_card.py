"""The requester's card: choose a signer, watch, remind, change, take back."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platforms.bitrix24.chat import along, amounts
from bot.platforms.bitrix24.chat.buttons import Button
from bot.platforms.bitrix24.chat.cards import (
    GAP,
    Card,
    View,
    amount,
    answers,
    bold,
    comment,
    deadline,
    documents,
    earlier,
    filed,
    final,
    fingerprints,
    lines,
    links,
    number,
    reason,
    stands_in,
    warnings,
)
from signing.people import Person
from signing.request import State

PAGE = 6
"""Signers on one page of the choice: three rows of two."""


def render(view: View) -> Card:
    """Return the card of the request's state and of what its person tapped."""
    if view.request.is_final:
        return _final(view)
    if view.mode.name == "cancel":
        return _cancel(view)
    if view.request.state is State.DRAFT:
        return _made(view) if view.request.awaits_acceptance else _draft(view)
    if view.mode.name == "reassign" and view.request.state is State.WAITING:
        return _reassign(view)
    faces = {
        State.WAITING: _waiting, State.CIRCULATING: along.circulating, State.FROZEN: _frozen, State.SIGNING: _signing,
    }  # fmt: skip
    return faces[view.request.state](view)


def _draft(view: View) -> Card:
    if view.mode.name == amounts.MODE and view.takes_amount:
        return amounts.render(view)
    offset = int(view.mode.argument or 0) if view.mode.name == "draft" else 0
    text = lines(
        documents(view),
        comment(view),
        amount(view),
        filed(view),
        fingerprints(view),
        earlier(view),
        warnings(view),
        along.choices(view),
        GAP,
        bold(along.ask(view)),
        _absent(view, offset=offset),
        answers(view),
    )
    rows = _choice(view, "submit", offset=offset, turn="draft", routes=along.buttons(view))
    return Card(text=text, rows=[*rows, [view.button("cancel")]])


def _made(view: View) -> Card:
    """Pages that we made of a file wait for the eyes of whoever sent it."""
    pages = sum(document.pages for document in view.request.documents if document.is_looked_at)
    text = lines(
        documents(view), bold(view.say("accept-question", number=pages)), view.say("accept-advice"), answers(view), GAP,
        warnings(view), comment(view), fingerprints(view),
    )  # fmt: skip
    big = [view.button("pages", label=view.say("portal-chat-file")), view.button("accept-pages", style="primary")]
    return Card(text=text, rows=[big, [view.button("cancel")]])


def _reassign(view: View) -> Card:
    offset = int(view.mode.argument or 0)
    absent = _absent(view, offset=offset)
    text = lines(documents(view), GAP, bold(view.say("reassign-who")), absent, answers(view))
    rows = _choice(view, "assign", offset=offset, turn="reassign")
    return Card(text=text, rows=[*rows, [view.button("back")]])


def _choice(view: View, verb: str, *, offset: int, turn: str, routes: Sequence[Button] = ()) -> list[list[Button]]:
    """Return rows of routes and people, and the turn of the page when there are more."""
    people = [person for person in view.choices if person.id != view.request.signer]
    choices = [*routes, *(_person(view, verb, person, is_first=person is people[0]) for person in people)]
    page = choices[offset : offset + PAGE]
    rows = [page[place : place + 2] for place in range(0, len(page), 2)]
    if len(choices) <= PAGE:
        return rows
    following = offset + PAGE if offset + PAGE < len(choices) else 0
    return [*rows, [view.button(turn, str(following), label=view.say("button-more"))]]


def _absent(view: View, *, offset: int) -> str:
    """Return who of those on this page is away, and who signs instead."""
    page = view.choices[offset : offset + PAGE]
    return lines(*(view.absence(person.id) for person in page))


def _person(view: View, verb: str, person: Person, *, is_first: bool) -> Button:
    label = view.say("button-myself") if person.id == view.reader.person.id else person.name
    label = view.say("away-button", person=label[:38]) if person.id in view.away else label
    return view.button(verb, person.id, label=label[:40], style="primary" if is_first else "")


def _waiting(view: View) -> Card:
    request = view.request
    signer = view.name(request.signer)
    looked = view.say("looked", signer=signer, moment=view.moment(request.looked_at)) if request.looked_at else ""
    until = request.postponed_until
    later = view.say("postponed", signer=signer, moment=view.moment(until)) if until else ""
    why = view.say("again", reason=reason(view)) if request.reason else ""
    text = lines(
        documents(view), comment(view), amount(view), bold(view.say("waiting-for", signer=signer)), stands_in(view),
        looked, later, why, filed(view), deadline(view), number(view), answers(view),
    )  # fmt: skip
    return Card(text=text, rows=[[view.button("remind"), view.button("reassign")], [view.button("cancel")]])


def _frozen(view: View) -> Card:
    text = lines(
        documents(view), bold(view.say("frozen", reason=reason(view))), view.say("frozen-choice"), number(view),
        answers(view),
    )  # fmt: skip
    return Card(text=text, rows=[[view.button("resume", style="primary")], [view.button("cancel")]])


def _signing(view: View) -> Card:
    why = view.say("delayed", reason=reason(view)) if view.request.reason else ""
    return Card(text=lines(documents(view), bold(view.say("signing")), why, number(view)))


def _cancel(view: View) -> Card:
    sure = [view.button("cancel-sure", style="alert"), view.button("back")]
    return Card(text=lines(documents(view), bold(view.say("cancel-question")), answers(view)), rows=[sure])


def _final(view: View) -> Card:
    sent = view.say("portal-chat-line-sent") if view.customer == "has_it" else ""
    text = lines(
        documents(view), comment(view), amount(view), final(view), along.followed(view), fingerprints(view),
        number(view), sent, answers(view),
    )  # fmt: skip
    if view.request.state is not State.SIGNED:
        return Card(text=text)
    if view.customer != "waits":
        return Card(text=text, rows=[links(view)])
    if view.mode.name == "to-customer":
        sure = [view.button("to-customer-sure", label=view.say("portal-chat-line-sure"), style="primary")]
        ask = lines(text, bold(view.say("portal-chat-line-question")))
        return Card(text=ask, rows=[[*sure, view.button("back")]])
    return Card(text=text, rows=[links(view), [view.button("to-customer", label=view.say("portal-chat-line-send"))]])
