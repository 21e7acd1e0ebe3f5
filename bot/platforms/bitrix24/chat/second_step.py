"""Step two of a signature: certificate, kind of signature in plain words, fingerprints, the way to the code."""

from __future__ import annotations

from bot.phrases.signing import certificate, kind
from bot.platforms.bitrix24.chat.buttons import Button
from bot.platforms.bitrix24.chat.cards import GAP, Card, Sheet, answers, bold, lines
from bot.platforms.bitrix24.timeline import plain
from signing.ports import KeyFacts, StoredRecord

CODE = "code"
"""The mode of the second step; its argument is the record's nonce."""
CERTIFICATE = "certificate"
"""Another face of it: which key shall it be?"""
MODES = (CODE, CERTIFICATE)
OFFERED = 4


def render(view: Sheet, stored: StoredRecord, *, head: str, tail: str) -> Card:
    """Return step two over whatever `head` and `tail` say is signed."""
    if view.mode.name == CERTIFICATE:
        return _certificates(view, stored, head)
    key = next((key for key in view.keys if key.label == stored.record.key), None)
    text = lines(
        bold(view.say("step-two")), head, view.say("sign-as", signer=view.name(view.reader.person.id)),
        certificate(view.reader.language, key), kind(view.reader.language, key, stored),
        tail, GAP, view.say("portal-chat-code"),
        view.say("portal-chat-code-typed") if view.policy.typed_code else "", answers(view),
    )  # fmt: skip
    nonce = stored.record.nonce
    page = Button(label=view.say("button-secure-page"), page=nonce, style="primary")
    choice = [view.button("certificate", nonce)] if len(_usable(view)) > 1 else []
    return Card(text=text, rows=[[page], [*choice, view.button("withdraw", nonce)]])


def _certificates(view: Sheet, stored: StoredRecord, head: str) -> Card:
    keys = [view.button("use-key", key.label, label=_name(view, key)) for key in _usable(view)[:OFFERED]]
    back = view.button("certificate-back", stored.record.nonce, label=view.say("button-back"))
    text = lines(head, bold(view.say("certificate-which")), answers(view))
    return Card(text=text, rows=[keys[:2], keys[2:], [back]])


def _usable(view: Sheet) -> list[KeyFacts]:
    return [key for key in view.keys if key.certificate_sha256]


def _name(view: Sheet, key: KeyFacts) -> str:
    what = view.say("kind-seal" if key.is_seal else "kind-own")
    return f"{plain(key.holder[:30])} · {what}"[:60]
