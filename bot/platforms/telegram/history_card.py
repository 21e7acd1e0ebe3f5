"""The history card: requests of somebody, or of everybody for an auditor, a page at a time; what was searched for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aiogram.utils.formatting import Bold, Text

from bot.evidence.looking import search_of
from bot.phrases import moment, say
from bot.platforms.telegram import shown
from bot.platforms.telegram.buttons import Button
from bot.platforms.telegram.cards import GAP, Card, lines
from bot.platforms.telegram.core import Core, Reader, reader_of
from bot.platforms.telegram.shown import Mode
from bot.platforms.telegram.veil import veiled
from signing.approval import showing
from signing.approval.policy import ApprovalPolicy
from signing.approval.progress import progress_of
from signing.approval.showing import Shows
from signing.evidence.case import reads_all
from signing.history import Page
from signing.people import Person, PersonId
from signing.request import RequestId, SigningRequest, written

LEAF, EVIDENCE = "leaf", "evidence"
"""Verbs of its buttons: another page, and the evidence file of one request."""


@dataclass(frozen=True, kw_only=True)
class HistoryView:
    """Everything the card needs."""

    reader: Reader
    people: Mapping[PersonId, Person]
    page: Page
    words: str
    """What was searched for, as it was typed."""
    fault: str
    now: datetime
    sent: frozenset[RequestId]
    """Whose evidence may come by this chat."""
    routes: Mapping[RequestId, str]
    """The names of the routes that requests go along."""

    def say(self, key: str, **facts: Any) -> str:
        """Return a phrase in the reader's language."""
        return say(self.reader.language, key, **facts)

    def name(self, person: PersonId | None) -> str:
        """Return how cards call a person."""
        found = self.people.get(person) if person else None
        return found.name if found else self.say("somebody")


def mode_of(words: str, *, page: int = 0) -> Mode:
    """Return the face of the card that shows a page of what `words` find."""
    return Mode(name=LEAF, argument=f"{page} {words}")


async def gather(core: Core, person: PersonId) -> HistoryView | None:
    """Look the page up that the card shall show; None when no account is bound any more."""
    now = core.clock.now()
    async with core.store.read() as tx:
        reader = await reader_of(tx, person, core)
        mode = (await shown.load(tx, shown.history_of(person), now=now)).mode
        people = {each.id: each for each in await tx.people.all()}
    if reader is None:
        return None
    number, _, words = mode.argument.partition(" ")
    search, at = search_of(words, zone=reader.zone), int(number or 0)
    page = await core.history.look(search, by=person, page=at, words=words)
    async with core.store.read() as tx:
        along = {one.id: await progress_of(tx, one) for one in page.requests}
    known = tuple(veiled(one, policy=core.policy, language=reader.language) for one in page.requests)
    sent = frozenset(one.id for one in page.requests if passes(one, core.policy))
    return HistoryView(
        reader=reader, people=people, page=replace(page, requests=known), words=words, fault=mode.fault, now=now,
        sent=sent, routes={number: progress.name for number, progress in along.items() if progress},
    )  # fmt: skip


def passes(request: SigningRequest, policy: ApprovalPolicy) -> bool:
    """Return whether the evidence of a request may come by this chat: it holds the documents."""
    return showing.of_request(request, policy) is Shows.FILE


def render(view: HistoryView) -> Card:
    """Return the page, with what leads to the others and to evidence."""
    page, first = view.page, view.page.number * view.page.size + 1
    everybody = "-all" if reads_all(view.reader.person) else ""
    head = Bold(view.say(f"history-head{everybody}", total=page.total))
    searched = view.say("history-searched", words=view.words) if view.words else ""
    fault = f"❗ {view.fault}" if view.fault else ""
    if not page.requests:
        empty = view.say("history-nothing" if view.words else "mine-empty")
        return Card(text=lines(head, searched, GAP, empty, view.say("history-hint"), fault))
    told = [_line(view, place, request) for place, request in enumerate(page.requests, first)]
    evidence = [
        Button(label=f"📎 {place}", verb=EVIDENCE, argument=request.id)
        for place, request in enumerate(page.requests, first)
        if request.id in view.sent
    ]
    text = lines(head, searched, GAP, *told, GAP, view.say("history-hint"), fault)
    return Card(text=text, rows=[evidence, _leaves(view)])


def _line(view: HistoryView, place: int, request: SigningRequest) -> Text:
    document, more = request.documents[0], len(request.documents) - 1
    name = document.name[:60] + (f" +{more}" if more else "")
    at = moment(view.reader.language, request.created_at, now=view.now, zone=view.reader.zone)
    line = view.say(
        "history-line", state=view.say(f"state-{request.state.value}"), moment=at, number=written(request.id),
        requester=view.name(request.requester), signer=_whom(view, request),
    )  # fmt: skip
    return Text(f"{place}. ", Bold(name), f"\n{line}")


def _whom(view: HistoryView, request: SigningRequest) -> str:
    if request.signer is not None:
        return view.name(request.signer)
    return f"🧭 {view.routes[request.id]}" if request.id in view.routes else "–"


def _leaves(view: HistoryView) -> list[Button]:
    page = view.page
    at = {"newer": page.number - 1, "older": page.number + 1}
    return [
        Button(label=view.say(f"button-{name}"), verb=LEAF, argument=f"{number} {view.words}")
        for name, number in at.items()
        if 0 <= number <= page.last
    ]
