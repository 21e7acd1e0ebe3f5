"""The list card: many requests in one message, ticked ones signed with one code, each openable, progress told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiogram.utils.formatting import Bold, Text

from bot.phrases.standing import stands_in
from bot.platforms.telegram import second_step_card
from bot.platforms.telegram.buttons import Button
from bot.platforms.telegram.cards import GAP, Card, Sheet, amount_of, fault, lines, why
from signing.activation.record import MAX_ENTRIES
from signing.document import fingerprint
from signing.filing import Place
from signing.request import RequestId, SigningRequest, State

PAGE = 10
"""Requests on one page: two rows of five ticks."""
FINGERPRINTS = 15
"""Shown before one code is entered; the page of ours shows all of them."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the signer ticked; everything is, until it is unticked."""

    unticked: frozenset[RequestId] = frozenset()
    offset: int = 0


@dataclass(frozen=True, kw_only=True)
class ListView:
    """Everything the list card may need."""

    view: Sheet
    waiting: Sequence[SigningRequest]
    covered: Sequence[SigningRequest] = ()
    """What the record in front of the signer covers, in any state."""
    places: Mapping[RequestId, Place] = field(default_factory=dict)
    """Where the signed files of these go besides the chats."""
    choice: Choice


def ticked(waiting: Sequence[SigningRequest], choice: Choice) -> tuple[SigningRequest, ...]:
    """Return what Sign would cover: the ticked ones, as many as one record may hold."""
    chosen: list[SigningRequest] = []
    entries = 0
    for request in waiting:
        is_wanted = request.needs_key and request.id not in choice.unticked
        entries += len(request.documents) if is_wanted else 0
        if is_wanted and entries <= MAX_ENTRIES:
            chosen.append(request)
    return tuple(chosen)


def render(listed: ListView) -> Card:
    """Return the list card of the moment."""
    view = listed.view
    if view.record is not None and listed.covered:
        return _second_step(listed) if view.record.state == "open" else _progress(listed)
    if not listed.waiting:
        return Card(text=lines(view.say("list-empty"), fault(view)))
    return _opening(listed) if view.mode.name == "open" else _ticking(listed)


def _ticking(listed: ListView) -> Card:
    view, chosen = listed.view, ticked(listed.waiting, listed.choice)
    marks = {request.id for request in chosen}
    ticks = [
        view.button("tick", request.id, label=f"{'☑' if request.id in marks else '☐'} {number}")
        for number, request in _page(listed)
        if request.needs_key
    ]
    last = [view.button("open")]
    if chosen:
        label = view.say("button-sign-many", number=len(chosen))
        last.insert(0, view.button("sign-many", label=label, style="success"))
    return Card(text=_text(listed), rows=[ticks[:5], ticks[5:], [*last, *_turn(listed)]])


def _opening(listed: ListView) -> Card:
    view = listed.view
    numbers = [view.button("take-out", request.id, label=str(number)) for number, request in _page(listed)]
    rows = [numbers[:5], numbers[5:], [*_turn(listed), view.button("back")]]
    return Card(text=lines(_text(listed), GAP, Bold(view.say("open-which"))), rows=rows)


def _text(listed: ListView) -> Text:
    view = listed.view
    head = Bold(view.say("list-head", number=len(listed.waiting)))
    body = [_line(view, number, request) for number, request in _page(listed)]
    return lines(head, view.say("list-hint"), GAP, *body, fault(view))


def _line(view: Sheet, number: int, request: SigningRequest) -> Text:
    first, more = request.documents[0], len(request.documents) - 1
    name = first.name[:60] + (f" +{more}" if more else "")
    pages = sum(document.pages for document in request.documents)
    facts = {"requester": view.name(request.requester), "moment": view.moment(request.deadline), "pages": pages}
    told = [view.say("list-line", **facts), amount_of(view, request)]
    return Text(f"{number}. ", Bold(name), *(f"\n    {line}" for line in told if line))


def _page(listed: ListView) -> list[tuple[int, SigningRequest]]:
    offset = listed.choice.offset if listed.choice.offset < len(listed.waiting) else 0
    return list(enumerate(listed.waiting[offset : offset + PAGE], offset + 1))


def _turn(listed: ListView) -> list[Button]:
    if len(listed.waiting) <= PAGE:
        return []
    following = listed.choice.offset + PAGE
    argument = str(following if following < len(listed.waiting) else 0)
    return [listed.view.button("turn", argument, label=listed.view.say("button-more"))]


def _second_step(listed: ListView) -> Card:
    view = listed.view
    assert view.record is not None
    entries = view.record.record.entries
    names = {(request.id, d.position): d.name for request in listed.covered for d in request.documents}
    shown = [
        f"{place}. {names.get((entry.request, entry.document), '')[:50]} · {fingerprint(entry.sha256)}"
        f"{_for_whom(listed, entry.request)}{_where(listed, entry.request)}"
        for place, entry in enumerate(entries[:FINGERPRINTS], 1)
    ]
    rest = len(entries) - len(shown)
    head = Text(Bold(view.say("step-two-many", number=len(entries))))
    tail = lines(*shown, view.say("documents-more", number=rest) if rest else "")
    return second_step_card.step(view, head=head, tail=tail)


def _for_whom(listed: ListView, request: RequestId) -> str:
    found = next((one for one in listed.covered if one.id == request), None)
    if found is None or found.delegated_from is None:
        return ""
    return f" · {stands_in(listed.view.reader.language, listed.view.name(found.delegated_from), found.ground)}"


def _where(listed: ListView, request: RequestId) -> str:
    place = listed.places.get(request)
    return f" · 📎 {place.title[:50]}" if place else ""


def _progress(listed: ListView) -> Card:
    view, all_of_them = listed.view, listed.covered
    signed = sum(request.state is State.SIGNED for request in all_of_them)
    moving = sum(request.state is State.SIGNING for request in all_of_them)
    head = view.say("progress", signed=signed, all=len(all_of_them)) if moving else view.say(
        "progress-done", signed=signed, all=len(all_of_them)
    )  # fmt: skip
    failed = [_failed(view, request) for request in all_of_them if request.state not in (State.SIGNED, State.SIGNING)]
    text = lines(Bold(head), *failed, view.say("progress-rest") if failed and not moving else "")
    if moving:
        return Card(text=text)
    rows = [[view.button("rest")]] if listed.waiting else []
    last = [view.button("not-me", style="danger")] if signed else []
    return Card(text=text, rows=[*rows, *([last] if last else [])])


def _failed(view: Sheet, request: SigningRequest) -> Text:
    told = why(view, request) or view.say(f"state-{request.state.value}")
    return Text("✖ ", Bold(request.documents[0].name[:60]), f": {told}")
