"""Step two of a signature: certificate, kind of signature in plain words, fingerprint, ways to enter the code."""

from __future__ import annotations

from aiogram.utils.formatting import Bold, Text

from bot.phrases.signing import certificate, kind
from bot.platforms.telegram.buttons import Button
from bot.platforms.telegram.cards import (
    GAP,
    Card,
    Sheet,
    View,
    amount,
    documents,
    fault,
    filed,
    fingerprints,
    lines,
    stands_in,
)
from signing.approval.showing import Shows
from signing.ports import KeyFacts, StoredRecord

MODES = ("confirm", "typing", "keypad", "certificate")
"""The modes of the second step; their argument is the record's nonce."""
DOTS = "•"


def render(view: View) -> Card:
    """Return step two of one request; the list card has its own head."""
    head = Text(Bold(view.say("step-two")), "\n", documents(view))
    return step(view, head=head, tail=lines(stands_in(view), amount(view), filed(view), fingerprints(view)))


def step(view: Sheet, *, head: Text, tail: Text) -> Card:
    """Return step two over whatever `head` and `tail` say is signed. `view.record` must be there."""
    assert view.record is not None
    key = _key(view, view.record)
    if view.mode.name == "certificate":
        return _certificates(view, head)
    text = lines(
        head, view.say("sign-as", signer=view.reader.person.name), certificate(view.reader.language, key),
        kind(view.reader.language, key, view.record), tail, GAP, view.say(_how(view)), fault(view),
    )  # fmt: skip
    return Card(text=text, rows=_keypad(view) if view.mode.name == "keypad" else _ways(view))


def _how(view: Sheet) -> str:
    """Return the phrase that says how the code is entered."""
    return "code-on-page" if view.shows is Shows.LINK else f"code-{view.mode.name}"


def _key(view: Sheet, stored: StoredRecord) -> KeyFacts | None:
    return next((key for key in view.keys if key.label == stored.record.key), None)


def _ways(view: Sheet) -> list[list[Button]]:
    nonce = view.mode.argument
    rows: list[list[Button]] = []
    if view.public_url:
        page = Button(label=view.say("button-secure-page"), page=f"{view.public_url}/sign/{nonce}", style="success")
        rows.append([page])
    chat = []
    if view.shows is not Shows.LINK and view.policy.typed_code and view.mode.name != "typing":
        chat.append(view.button("typing", nonce))
    if view.shows is not Shows.LINK and view.policy.keypad:
        chat.append(view.button("keypad", nonce))
    last = [view.button("withdraw", nonce)]
    if len([key for key in view.keys if key.certificate_sha256]) > 1:
        last.insert(0, view.button("certificate", nonce))
    return [*rows, *([chat] if chat else []), last]


def _keypad(view: Sheet) -> list[list[Button]]:
    """Return the keys; their tokens are made by the keypad, which lives in memory only."""
    keys = [view.button("key", digit, label=digit) for digit in "1234567890"]
    last = [view.button("key", "back", label="⌫"), view.button("withdraw", view.mode.argument)]
    return [keys[:5], keys[5:], last]


def _certificates(view: Sheet, head: Text) -> Card:
    usable = [key for key in view.keys if key.certificate_sha256][:4]
    buttons = [view.button("use-key", key.label, label=_name(view, key)) for key in usable]
    rows = [row for row in (buttons[:2], buttons[2:]) if row]
    back = [view.button("confirm", view.mode.argument, label=view.say("button-back"))]
    return Card(text=lines(head, Bold(view.say("certificate-which")), fault(view)), rows=[*rows, back])


def _name(view: Sheet, key: KeyFacts) -> str:
    what = view.say("kind-seal" if key.is_seal else "kind-own")
    return f"{key.holder[:30]} · {what}"[:60]
