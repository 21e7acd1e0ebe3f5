"""The signer's card: what is asked, by whom, until when; Sign, Reject, and everything between."""

from __future__ import annotations

from aiogram.utils.formatting import Bold

from bot.phrases.days import later_moments
from bot.platforms.telegram import along, second_step_card
from bot.platforms.telegram.buttons import Button
from bot.platforms.telegram.cards import (
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
    where,
)
from signing.approval.showing import Shows
from signing.request import State

REASONS = ("wrong_amount", "wrong_document", "not_agreed", "not_mine")
"""Ready reasons of a refusal; the phrases `reason-<code>` say them."""


def render(view: View) -> Card:
    """Return the card of the request's state and of what its person tapped."""
    if view.request.is_final or view.request.signer != view.reader.person.id:
        return _over(view)
    if view.request.state is not State.WAITING:
        return _stopped(view)
    is_open = view.record is not None and view.record.state == "open"
    if view.mode.name in second_step_card.MODES and is_open:
        return second_step_card.render(view)
    faces = {
        "reject": _reject, "reason": _own_words, "deputy": _deputy, "later": _later, "ask": _ask, "agree": along.sure,
    }  # fmt: skip
    return faces.get(view.mode.name, _main)(view)


def _main(view: View) -> Card:
    request = view.request
    later = view.say("postponed-here", moment=view.moment(request.postponed_until)) if request.postponed_until else ""
    again = view.say("again", reason=reason(view)) if request.reason else ""
    act = "" if request.needs_key else Bold(view.say("agree-asked"))
    text = lines(
        documents(view), view.say("from", requester=view.name(request.requester)), stands_in(view), along.head(view),
        act, comment(view), amount(view), filed(view), deadline(view), fingerprints(view), earlier(view),
        warnings(view), where(view), later, again, fault(view),
    )  # fmt: skip
    look = view.button("page" if view.shows is Shows.LINK else "pages")
    small = [look, view.button("later"), view.button("ask")]
    if view.deputies:
        small.insert(1, view.button("deputy"))
    yes = view.button("sign" if request.needs_key else "agree", style="success")
    big = [yes, view.button("reject", style="danger")]
    rows = [big, small] if len(small) < 4 else [big, small[:2], small[2:]]
    return Card(text=text, rows=rows)


def _reject(view: View) -> Card:
    ready = [view.button("reject-for", code, label=view.say(f"reason-{code.replace('_', '-')}")) for code in REASONS]
    rows = [ready[:2], ready[2:], [view.button("reason"), view.button("back")]]
    return Card(text=lines(documents(view), Bold(view.say("reject-why")), fault(view)), rows=rows)


def _own_words(view: View) -> Card:
    return Card(text=lines(documents(view), Bold(view.say("reason-write")), fault(view)), rows=[[view.button("back")]])


def _ask(view: View) -> Card:
    words = view.say("ask-write", requester=view.name(view.request.requester))
    return Card(text=lines(documents(view), Bold(words), fault(view)), rows=[[view.button("back")]])


def _deputy(view: View) -> Card:
    people = [view.button("delegate", person.id, label=person.name[:40]) for person in view.deputies[:4]]
    rows = [row for row in (people[:2], people[2:]) if row]
    text = lines(documents(view), Bold(view.say("deputy-who")), fault(view))
    return Card(text=text, rows=[*rows, [view.button("back")]])


def _later(view: View) -> Card:
    moments = later_moments(view.now, zone=view.reader.zone)
    buttons = [
        view.button("postpone", at.isoformat(), label=view.say(f"button-later-{name}")) for name, at in moments.items()
    ]
    rows = [buttons, [view.button("back")]]
    return Card(text=lines(documents(view), Bold(view.say("later-when")), deadline(view), fault(view)), rows=rows)


def _stopped(view: View) -> Card:
    if view.request.state is State.FROZEN:
        state, why = view.say("frozen", reason=reason(view)), view.say("frozen-wait")
    else:
        state, why = view.say("signing"), view.say("delayed", reason=reason(view)) if view.request.reason else ""
    return Card(text=lines(documents(view), Bold(state), why, fingerprints(view), number(view)))


def _over(view: View) -> Card:
    if not view.request.is_final:
        handed = view.say("handed-to", person=view.name(view.request.signer))
        return Card(text=lines(documents(view), Bold(handed), number(view)))
    text = lines(
        documents(view), view.say("from", requester=view.name(view.request.requester)), final(view),
        fingerprints(view), number(view),
    )  # fmt: skip
    if view.request.state is not State.SIGNED:
        return Card(text=text)
    not_me: list[Button] = [view.button("not-me", style="danger")]
    return Card(text=text, rows=[links(view), not_me])
