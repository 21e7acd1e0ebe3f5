"""The list card: everything that waits for a signer, the ticked ones signed with one code, progress told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.phrases.standing import stands_in
from bot.platforms.bitrix24.chat import second_step
from bot.platforms.bitrix24.chat.buttons import Button
from bot.platforms.bitrix24.chat.cards import GAP, Card, Sheet, amount_of, answers, bold, lines
from bot.platforms.bitrix24.timeline import plain
from signing.activation.record import MAX_ENTRIES
from signing.document import fingerprint
from signing.request import RequestId, SigningRequest, State

PAGE = 10
"""Requests on one page: two rows of five ticks."""
FINGERPRINTS = 15
"""Shown before one code is entered; the secure page shows all of them."""
PROGRESS = "progress"
"""The mode after the code; its argument is the record's nonce."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the signer ticked; everything is, until it is unticked."""

    unticked: frozenset[RequestId] = frozenset()
    offset: int = 0


@dataclass(frozen=True, kw_only=True)
class ListView(Sheet):
    """Everything the list card may need."""

    waiting: Sequence[SigningRequest]
    covered: Sequence[SigningRequest] = ()
    """What the record in front of the signer covers, in any state."""
    choice: Choice = field(default_factory=Choice)


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


def render(view: ListView) -> Card:
    """Return the list card of the moment."""
    if view.record is not None and view.covered:
        return _progress(view) if view.mode.name == PROGRESS else _second_step(view)
    if not view.waiting:
        return Card(text=lines(view.say("list-empty"), answers(view)))
    chosen = ticked(view.waiting, view.choice)
    marks = {request.id for request in chosen}
    ticks = [
        view.button("tick", request.id, label=f"{'☑' if request.id in marks else '☐'} {number}")
        for number, request in _page(view)
        if request.needs_key
    ]
    last = [*_more(view)]
    if chosen:
        label = view.say("button-sign-many", number=len(chosen))
        last.insert(0, view.button("sign-many", label=label, style="primary"))
    head = bold(view.say("list-head", number=len(view.waiting)))
    body = [_line(view, number, request) for number, request in _page(view)]
    text = lines(head, view.say("portal-chat-list-hint"), GAP, *body, answers(view))
    return Card(text=text, rows=[ticks[:5], ticks[5:], last])


def _line(view: ListView, number: int, request: SigningRequest) -> str:
    first, more = request.documents[0], len(request.documents) - 1
    name = plain(first.name[:60]) + (f" +{more}" if more else "")
    pages = sum(document.pages for document in request.documents)
    facts = {"requester": view.name(request.requester), "moment": view.moment(request.deadline), "pages": pages}
    told = [view.say("list-line", **facts), amount_of(view, request)]
    return "\n    ".join([f"{number}. {bold(name)}", *(line for line in told if line)])


def _page(view: ListView) -> list[tuple[int, SigningRequest]]:
    offset = view.choice.offset if view.choice.offset < len(view.waiting) else 0
    return list(enumerate(view.waiting[offset : offset + PAGE], offset + 1))


def _more(view: ListView) -> list[Button]:
    if len(view.waiting) <= PAGE:
        return []
    following = view.choice.offset + PAGE
    argument = str(following if following < len(view.waiting) else 0)
    return [view.button("turn", argument, label=view.say("button-more"))]


def _second_step(view: ListView) -> Card:
    assert view.record is not None, "the caller has looked"
    entries = view.record.record.entries
    names = {(request.id, d.position): d.name for request in view.covered for d in request.documents}
    listed = [
        f"{place}. {plain(names.get((entry.request, entry.document), '')[:50])} · {fingerprint(entry.sha256)}"
        f"{_for_whom(view, entry.request)}"
        for place, entry in enumerate(entries[:FINGERPRINTS], 1)
    ]
    rest = len(entries) - len(listed)
    tail = lines(*listed, view.say("documents-more", number=rest) if rest else "")
    return second_step.render(view, view.record, head=bold(view.say("step-two-many", number=len(entries))), tail=tail)


def _for_whom(view: ListView, request: RequestId) -> str:
    found = next((one for one in view.covered if one.id == request), None)
    if found is None or found.delegated_from is None:
        return ""
    return f" · {stands_in(view.reader.language, view.name(found.delegated_from), plain(found.ground))}"


def _progress(view: ListView) -> Card:
    all_of_them = view.covered
    signed = sum(request.state is State.SIGNED for request in all_of_them)
    moving = any(request.state is State.SIGNING for request in all_of_them)
    head = view.say("progress" if moving else "progress-done", signed=signed, all=len(all_of_them))
    over = [request for request in all_of_them if request.state not in (State.SIGNED, State.SIGNING)]
    failed = [f"✖ {plain(one.documents[0].name[:60])}: {view.say(f'state-{one.state.value}')}" for one in over]
    text = lines(bold(head), *failed, view.say("progress-rest") if failed and not moving else "", answers(view))
    if moving:
        return Card(text=text)
    rest = [view.button("rest")] if view.waiting else []
    mine = [view.button("not-me", style="alert")] if signed else []
    return Card(text=text, rows=[rest, mine])
