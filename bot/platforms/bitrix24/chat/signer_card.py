"""The signer's card: what is asked, by whom, until when; Sign, Reject, and everything between."""

from __future__ import annotations

from bot.phrases.days import later_moments
from bot.platforms.bitrix24.chat import along, second_step
from bot.platforms.bitrix24.chat.cards import (
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
from signing.request import State

REASONS = ("wrong_amount", "wrong_document", "not_agreed", "not_mine")
"""Ready reasons of a refusal; the phrases `reason-<code>` say them."""


def render(view: View) -> Card:
    """Return the card of the request's state and of what its person tapped."""
    if view.request.is_final or view.request.signer != view.reader.person.id:
        return _over(view)
    if view.request.state is not State.WAITING:
        return _stopped(view)
    if view.mode.name in second_step.MODES and view.record is not None:
        return second_step.render(
            view,
            view.record,
            head=documents(view),
            tail=lines(stands_in(view), amount(view), fingerprints(view), filed(view)),
        )
    faces = {
        "reject": _reject, "reason": _own_words, "deputy": _deputy, "later": _later, "ask": _ask, "agree": along.sure,
    }  # fmt: skip
    return faces.get(view.mode.name, _main)(view)


def _main(view: View) -> Card:
    request = view.request
    later = view.say("postponed-here", moment=view.moment(request.postponed_until)) if request.postponed_until else ""
    again = view.say("again", reason=reason(view)) if request.reason else ""
    act = "" if request.needs_key else bold(view.say("agree-asked"))
    text = lines(
        documents(view), view.say("from", requester=view.name(request.requester)), stands_in(view), along.head(view),
        act, comment(view), amount(view), deadline(view), filed(view), fingerprints(view), earlier(view),
        warnings(view), later, again, answers(view),
    )  # fmt: skip
    yes = view.button("sign" if request.needs_key else "agree", style="primary")
    big = [yes, view.button("reject", style="alert")]
    small = [view.button("pages", label=view.say("portal-chat-file")), view.button("later"), view.button("ask")]
    if view.deputies:
        small.append(view.button("deputy"))
    return Card(text=text, rows=[big, small])


def _reject(view: View) -> Card:
    ready = [view.button("reject-for", code, label=view.say(f"reason-{code.replace('_', '-')}")) for code in REASONS]
    rows = [ready[:2], ready[2:], [view.button("reason"), view.button("back")]]
    return Card(text=lines(documents(view), bold(view.say("reject-why")), answers(view)), rows=rows)


def _own_words(view: View) -> Card:
    return Card(
        text=lines(documents(view), bold(view.say("reason-write")), answers(view)), rows=[[view.button("back")]]
    )


def _ask(view: View) -> Card:
    words = view.say("ask-write", requester=view.name(view.request.requester))
    return Card(text=lines(documents(view), bold(words), answers(view)), rows=[[view.button("back")]])


def _deputy(view: View) -> Card:
    people = [view.button("delegate", person.id, label=person.name[:40]) for person in view.deputies[:4]]
    text = lines(documents(view), bold(view.say("deputy-who")), answers(view))
    return Card(text=text, rows=[people[:2], people[2:], [view.button("back")]])


def _later(view: View) -> Card:
    moments = later_moments(view.now, zone=view.reader.zone)
    buttons = [
        view.button("postpone", at.isoformat(), label=view.say(f"button-later-{name}")) for name, at in moments.items()
    ]
    text = lines(documents(view), bold(view.say("later-when")), deadline(view), answers(view))
    return Card(text=text, rows=[buttons, [view.button("back")]])


def _stopped(view: View) -> Card:
    if view.request.state is State.FROZEN:
        state, why = view.say("frozen", reason=reason(view)), view.say("frozen-wait")
    else:
        state, why = view.say("signing"), view.say("delayed", reason=reason(view)) if view.request.reason else ""
    return Card(text=lines(documents(view), bold(state), why, fingerprints(view), number(view)))


def _over(view: View) -> Card:
    if not view.request.is_final:
        handed = view.say("handed-to", person=view.name(view.request.signer))
        return Card(text=lines(documents(view), bold(handed), number(view)))
    text = lines(
        documents(view), view.say("from", requester=view.name(view.request.requester)), final(view),
        fingerprints(view), number(view), answers(view),
    )  # fmt: skip
    if view.request.state is not State.SIGNED:
        return Card(text=text)
    return Card(text=text, rows=[links(view), [view.button("not-me", style="alert")]])
