"""The requester's card: choose a signer, watch, remind, change, take back."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.utils.formatting import Bold, Text

from bot.platforms.telegram import acceptance, along, amounts, attaching
from bot.platforms.telegram.buttons import Button
from bot.platforms.telegram.cards import (
    GAP,
    Card,
    View,
    amount,
    comment,
    deadline,
    documents,
    earlier,
    fault,
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
from bot.platforms.telegram.core import PLATFORM
from signing.approval.showing import Shows
from signing.people import Person
from signing.request import State

PAGE = 4
"""Signers on one page of the choice: two rows of two."""


def render(view: View) -> Card:
    """Return the card of the request's state and of what its person tapped."""
    if view.request.is_final:
        return _final(view)
    if view.mode.name == "cancel":
        return _cancel(view)
    if view.mode.name == attaching.MODE and view.can_file:
        return attaching.render(view)
    if view.request.state is State.DRAFT:
        return acceptance.render(view) if view.request.awaits_acceptance else _draft(view)
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
        _came_here(view),
        along.choices(view),
        GAP,
        Bold(along.ask(view)),
        _absent(view, offset=offset),
        fault(view),
    )
    last = [*attaching.buttons(view), view.button("cancel")]
    if any(document.earlier for document in view.request.documents):
        last.insert(0, view.button("check"))
    rows = _choice(view, "submit", offset=offset, turn="draft", routes=along.buttons(view))
    return Card(text=text, rows=[*rows[:2], [*(rows[2] if len(rows) > 2 else []), *last]])


def _came_here(view: View) -> str:
    """Say it openly when a file has passed the chat that shall not pass it."""
    origin = view.request.reply_to
    is_told = view.shows is Shows.PAGES and origin.platform == PLATFORM and origin.message_id is not None
    return view.say("shows-pages-came") if is_told else ""


def _reassign(view: View) -> Card:
    offset = int(view.mode.argument or 0)
    text = lines(
        documents(view), GAP, Bold(view.say("reassign-who")), _absent(view, offset=offset), fault(view)
    )  # fmt: skip
    rows = _choice(view, "assign", offset=offset, turn="reassign", without=view.name(view.request.signer))
    return Card(text=text, rows=[*rows[:2], [*(rows[2] if len(rows) > 2 else []), view.button("back")]])


def _choice(
    view: View, verb: str, *, offset: int, turn: str, without: str = "", routes: Sequence[Button] = ()
) -> list[list[Button]]:
    """Return at most two rows of routes and people, and a third with the turn of the page when there are more."""
    people = [person for person in view.choices if person.name != without or person.id == view.reader.person.id]
    choices = [*routes, *(_person(view, verb, person, is_first=person is people[0]) for person in people)]
    page = choices[offset : offset + PAGE]
    rows = [page[place : place + 2] for place in range(0, len(page), 2)]
    if len(choices) <= PAGE:
        return rows
    following = offset + PAGE if offset + PAGE < len(choices) else 0
    return [*rows, *([[]] if len(rows) < 2 else []), [view.button(turn, str(following), label=view.say("button-more"))]]


def _absent(view: View, *, offset: int) -> Text:
    """Return who of those on this page is away, and who signs instead."""
    page = view.choices[offset : offset + PAGE]
    return lines(*(view.absence(person.id) for person in page))


def _person(view: View, verb: str, person: Person, *, is_first: bool) -> Button:
    label = view.say("button-myself") if person.id == view.reader.person.id else person.name
    label = view.say("away-button", person=label[:38]) if person.id in view.away else label
    return view.button(verb, person.id, label=label[:40], style="primary" if is_first else None)


def _waiting(view: View) -> Card:
    request = view.request
    signer = view.name(request.signer)
    looked = view.say("looked", signer=signer, moment=view.moment(request.looked_at)) if request.looked_at else ""
    until = request.postponed_until
    later = view.say("postponed", signer=signer, moment=view.moment(until)) if until else ""
    why = view.say("again", reason=reason(view)) if request.reason else ""
    text = lines(
        documents(view), comment(view), amount(view), filed(view), Bold(view.say("waiting-for", signer=signer)),
        stands_in(view), looked, later, why, deadline(view), number(view), fault(view),
    )  # fmt: skip
    return Card(text=text, rows=[[view.button("remind"), view.button("reassign")], _last(view)])


def _frozen(view: View) -> Card:
    text = lines(
        documents(view), filed(view), Bold(view.say("frozen", reason=reason(view))), view.say("frozen-choice"),
        number(view), fault(view),
    )  # fmt: skip
    return Card(text=text, rows=[[view.button("resume", style="primary"), view.button("reassign")], _last(view)])


def _last(view: View) -> list[Button]:
    return [*attaching.buttons(view), view.button("cancel")]


def _signing(view: View) -> Card:
    why = view.say("delayed", reason=reason(view)) if view.request.reason else ""
    return Card(text=lines(documents(view), filed(view), Bold(view.say("signing")), why, number(view)))


def _cancel(view: View) -> Card:
    sure = [view.button("cancel-sure", style="danger"), view.button("back")]
    return Card(text=lines(documents(view), Bold(view.say("cancel-question")), fault(view)), rows=[sure])


def _final(view: View) -> Card:
    text: Text = lines(
        documents(view), comment(view), amount(view), filed(view), final(view), along.followed(view),
        fingerprints(view), number(view),
    )  # fmt: skip
    return Card(text=text, rows=[links(view)] if view.request.state is State.SIGNED else ())
