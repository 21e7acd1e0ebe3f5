"""Routes in the chat: offered beside people on a draft, followed on the requester's card, answered without a key."""

from __future__ import annotations

from dataclasses import replace

from aiogram.utils.formatting import Bold, Text

from bot import route_words
from bot.phrases import say
from bot.platforms.telegram import amounts
from bot.platforms.telegram.buttons import Button, Press
from bot.platforms.telegram.cards import Card, View, amount, comment, deadline, documents, fault, filed, lines, number
from bot.platforms.telegram.core import Core, Reader
from bot.platforms.telegram.requester_verbs import face
from signing.approval.progress import offered, progress_of
from signing.people import PersonId
from signing.ports import Transaction
from signing.request import SigningRequest


async def with_route(tx: Transaction, core: Core, view: View, request: SigningRequest) -> View:
    """Add to a view which routes its requester may choose, and how far the request has come on its own.

    `request` is as it is stored: what the view shows of it may be veiled.
    """
    offer = offered(request, view.people[request.requester], core.policy)
    return replace(
        view, along=await progress_of(tx, request), offered=offer.routes, choices=view.choices if offer.is_free else (),
        wants_amount=offer.wants_amount, takes_amount=offer.takes_amount,
    )  # fmt: skip


def buttons(view: View) -> list[Button]:
    """Return one button for each route that may be chosen, before them one for the amount that decides which."""
    ways = [
        view.button("circulate", template.name, label=view.say("button-circulate", route=template.name)[:40])
        for template in view.offered
    ]
    return [*amounts.buttons(view), *ways]


def ask(view: View) -> str:
    """Return the question of the draft's card."""
    language, routes, people = view.reader.language, bool(view.offered), bool(view.choices)
    if view.wants_amount and not routes and not people:
        return amounts.question(view)
    return route_words.question(language, routes_offered=routes, people_offered=people)


def choices(view: View) -> Text:
    """Return who says yes along each route that may be chosen, and how to be offered others."""
    more = view.wants_amount and bool(view.offered or view.choices)
    return lines(
        *route_words.offer(view.reader.language, view.offered, view.people),
        amounts.question(view, is_needed=False) if more else "",
    )


def head(view: View) -> str:
    """Return which route the request goes along, and which step is open."""
    return route_words.head(view.reader.language, view.along) if view.along else ""


def followed(view: View) -> Text:
    """Return the steps of the route with every answer so far."""
    if view.along is None:
        return Text()
    return lines(*route_words.told(view.reader.language, view.along, lambda person: view.name(PersonId(person))))


def circulating(view: View) -> Card:
    """Return the requester's card while the request is on its way."""
    stopped = route_words.stopped(view.reader.language, view.along, lambda person: view.name(PersonId(person)))
    text = lines(
        documents(view), comment(view), amount(view), filed(view), Bold(head(view)), followed(view), *stopped,
        deadline(view), number(view), fault(view),
    )  # fmt: skip
    first = [view.button("resume", style="primary")] if stopped else []
    return Card(text=text, rows=[[*first, view.button("remind"), view.button("cancel")]])


def sure(view: View) -> Card:
    """Return the question before an approval."""
    yes = [view.button("agree-sure", style="success"), view.button("back")]
    return Card(text=lines(documents(view), Bold(view.say("agree-question")), fault(view)), rows=[yes])


async def circulate(core: Core, press: Press, reader: Reader) -> str:
    """Send the request along the chosen route."""
    await core.workflow.circulate(press.request, by=reader.person.id, along=press.argument)
    await face(core, press)
    return say(reader.language, "toast-circulated")


async def agree(core: Core, press: Press, reader: Reader) -> str:
    """Say yes without a key, after the question."""
    await core.decisions.agree(press.request, by=reader.person.id)
    await face(core, press)
    return say(reader.language, "toast-agreed")
