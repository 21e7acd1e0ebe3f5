"""Routes in the portal's chat: offered beside people on a draft, followed on the card, answered without a key."""

from __future__ import annotations

from bot import route_words
from bot.platforms.bitrix24.chat import amounts
from bot.platforms.bitrix24.chat.buttons import Button, Press
from bot.platforms.bitrix24.chat.cards import (
    Card,
    View,
    amount,
    answers,
    bold,
    comment,
    deadline,
    documents,
    filed,
    lines,
    number,
)
from bot.platforms.bitrix24.chat.core import ChatCore, Reader
from bot.platforms.bitrix24.chat.shown import Mode
from bot.platforms.bitrix24.timeline import plain
from signing.people import PersonId


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


def choices(view: View) -> str:
    """Return who says yes along each route that may be chosen, and how to be offered others."""
    ways = (plain(line) for line in route_words.offer(view.reader.language, view.offered, view.people))
    more = view.wants_amount and bool(view.offered or view.choices)
    return lines(*ways, amounts.question(view, is_needed=False) if more else "")


def head(view: View) -> str:
    """Return which route the request goes along, and which step is open."""
    return plain(route_words.head(view.reader.language, view.along)) if view.along else ""


def followed(view: View) -> str:
    """Return the steps of the route with every answer so far."""
    if view.along is None:
        return ""
    return lines(*route_words.told(view.reader.language, view.along, lambda person: view.name(PersonId(person))))


def circulating(view: View) -> Card:
    """Return the requester's card while the request is on its way."""
    stopped = route_words.stopped(view.reader.language, view.along, lambda person: view.name(PersonId(person)))
    text = lines(
        documents(view), comment(view), amount(view), bold(head(view)), followed(view), *stopped, filed(view),
        deadline(view), number(view), answers(view),
    )  # fmt: skip
    first = [view.button("resume", style="primary")] if stopped else []
    return Card(text=text, rows=[[*first, view.button("remind")], [view.button("cancel")]])


def sure(view: View) -> Card:
    """Return the question before an approval."""
    yes = [view.button("agree-sure", style="primary"), view.button("back")]
    return Card(text=lines(documents(view), bold(view.say("agree-question")), answers(view)), rows=[yes])


async def circulate(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Send the request along the chosen route."""
    await core.workflow.circulate(press.request, by=reader.person.id, along=press.argument)
    return Mode()


async def agree(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """Say yes without a key, after the question."""
    await core.decisions.agree(press.request, by=reader.person.id)
    return Mode()
