"""What a card is, and the lines that every card shares; pure: a view goes in, BB code and buttons come out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import route_words
from bot.phrases import amounts, knows, moment, say, size
from bot.phrases import reason as reason_in_words
from bot.phrases.standing import absence_line, acted_for, for_requester, for_signer
from bot.platforms.bitrix24.chat.buttons import Button, Rows
from bot.platforms.bitrix24.chat.core import Reader
from bot.platforms.bitrix24.chat.shown import Mode
from bot.platforms.bitrix24.timeline import plain
from signing.approval.policy import ApprovalPolicy
from signing.approval.progress import Progress
from signing.approval.templates import Template
from signing.automatic import standing_of
from signing.document import Document, fingerprint
from signing.filing import Place
from signing.people import Person, PersonId
from signing.ports import KeyFacts, Signature, StoredRecord
from signing.presence import Absence
from signing.request import SigningRequest, State, written
from signing.signed_files import kind_of

COMMENT_LENGTH = 300
LISTED_DOCUMENTS = 5
LISTED_WARNINGS = 5
GAP = "\n"
"""An empty line between the parts of a card."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One message: BB code, and rows of buttons."""

    text: str
    rows: Rows = ()

    def face(self) -> str:
        """Return a digest of what a person sees: a card whose face stays needs no change."""
        looks = [[(b.label, b.style, b.url, b.page) for b in row] for row in self.rows]
        return hashlib.sha256(repr((self.text, looks)).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What every card may need, whatever it is about."""

    reader: Reader
    people: Mapping[PersonId, Person]
    policy: ApprovalPolicy
    now: datetime
    mode: Mode = field(default_factory=Mode)
    record: StoredRecord | None = None
    """What the second step in front of the signer covers."""
    keys: Sequence[KeyFacts] = ()
    public_url: str = ""
    away: Mapping[PersonId, Absence] = field(default_factory=dict)
    """Who is away now."""

    def say(self, key: str, **facts: Any) -> str:
        """Return a phrase in the reader's language."""
        return say(self.reader.language, key, **facts)

    def name(self, person: PersonId | None) -> str:
        """Return how cards call a person."""
        found = self.people.get(person) if person else None
        return plain(found.name) if found else self.say("somebody")

    def moment(self, at: datetime) -> str:
        """Return a moment in the reader's zone and words."""
        return moment(self.reader.language, at, now=self.now, zone=self.reader.zone)

    @property
    def today(self) -> date:
        """The day by the reader's clocks."""
        return self.now.astimezone(ZoneInfo(self.reader.zone)).date()

    def absence(self, person: PersonId) -> str:
        """Return that a person is away and who signs instead; empty for somebody who is there."""
        found = self.away.get(person)
        language = self.reader.language
        return absence_line(language, found, names=self.name, today=self.today) if found else ""

    def button(self, verb: str, argument: str = "", *, label: str = "", style: str = "") -> Button:
        """Return the button of a verb; its label is the phrase `button-<verb>` unless another is given."""
        return Button(label=label or self.say(f"button-{verb}"), verb=verb, argument=argument, style=style)


@dataclass(frozen=True, kw_only=True)
class View(Sheet):
    """Everything a card of one request may need."""

    request: SigningRequest
    choices: Sequence[Person] = ()
    """Whom the requester may ask."""
    deputies: Sequence[Person] = ()
    """To whom the signer may hand over."""
    signatures: Sequence[Signature] = ()
    place: Place | None = None
    """Where the signed files go besides the chat."""
    offered: Sequence[Template] = ()
    """The routes that the requester may choose."""
    wants_amount: bool = False
    """More routes may fit when the amount is told."""
    takes_amount: bool = False
    """The requester may tell it, or tell another one."""
    along: Progress | None = None
    """How far the request has come on its route; None when it goes to one person."""
    customer: str = ""
    """Of a document from an open channel: `waits` until its signed file is sent there, then `has_it`."""


def lines(*parts: str) -> str:
    """Return the parts that say something, each on its own line; `GAP` is an empty line."""
    return "\n".join("" if part is GAP else part for part in parts if part)


def bold(words: str) -> str:
    """Return words that stand out."""
    return f"[b]{words}[/b]"


def documents(view: View) -> str:
    """Return each document with name, pages and size; with one document, its fingerprint stands elsewhere."""
    all_of_them = view.request.documents
    listed = [_document(view, document) for document in all_of_them[:LISTED_DOCUMENTS]]
    rest = len(all_of_them) - len(listed)
    return lines(*listed, view.say("documents-more", number=rest) if rest else "")


def stands_in(view: View) -> str:
    """Return to the requester why somebody else is asked, to the signer for whom he or she acts."""
    language, request = view.reader.language, view.request
    if request.signer == view.reader.person.id:
        ground = plain(request.ground)
        return for_signer(language, replace(request, ground=ground), names=view.name)
    return for_requester(language, request, absences=view.away, names=view.name, today=view.today)


def fingerprints(view: View) -> str:
    """Return the short form of every listed document's SHA-256."""
    chosen = view.request.documents[:LISTED_DOCUMENTS]
    if len(chosen) == 1:
        return view.say("fingerprint", value=fingerprint(chosen[0].sha256))
    numbered = (f"{d.position + 1}. {fingerprint(d.sha256)}" for d in chosen)
    return lines(view.say("fingerprints"), *numbered)


def warnings(view: View) -> str:
    """Return what the gate wants people to know, each warning once."""
    codes = dict.fromkeys(code for document in view.request.documents for code in document.warnings)
    known = [code for code in codes if knows(view.reader.language, f"warning-{code}")]
    rest = len(known) - LISTED_WARNINGS
    more = f"⚠️ {view.say('warnings-more', number=rest)}" if rest > 0 else ""
    return lines(*(f"⚠️ {view.say(f'warning-{code}')}" for code in known[:LISTED_WARNINGS]), more)


def earlier(view: View) -> str:
    """Return the signatures that were there before us."""
    found = [signature for document in view.request.documents for signature in document.earlier]
    told = [
        view.say("earlier-intact" if signature.intact else "earlier-unclear", signer=plain(signature.signer[:60]))
        for signature in found[:3]
    ]
    rest = len(found) - len(told)
    return lines(*told, view.say("earlier-more", number=rest) if rest else "")


def comment(view: View) -> str:
    """Return the requester's words as a quotation."""
    words = view.request.comment
    short = words if len(words) <= COMMENT_LENGTH else f"{words[:COMMENT_LENGTH]}…"
    return lines(*(f">>{plain(line)}" for line in short.splitlines() if line.strip()))


def amount(view: View) -> str:
    """Return how much it is about, and who says so."""
    return amount_of(view, view.request)


def amount_of(view: Sheet, request: SigningRequest) -> str:
    """Return how much a request is about, and who says so."""
    is_own = request.requester == view.reader.person.id
    return amounts.told(view.reader.language, request.amount, requester="" if is_own else view.name(request.requester))


def deadline(view: View) -> str:
    """Return until when, in the reader's zone and words."""
    return view.say("deadline", moment=view.moment(view.request.deadline))


def filed(view: View) -> str:
    """Return where the signed files go besides the chat: the record of step two names it."""
    return view.say("attached-to", title=plain(view.place.title[:100])) if view.place else ""


def number(view: View) -> str:
    """Return the request's number as people read it."""
    return view.say("number", number=written(view.request.lead))


def reason(view: View) -> str:
    """Return why the request was refused or stopped: a code has a phrase, own words stay as they are."""
    return plain(reason_in_words(view.reader.language, view.request.reason)[:COMMENT_LENGTH])


def answers(view: Sheet) -> str:
    """Return what the last press did, or what went wrong with it."""
    return lines(
        f"❗ {view.mode.fault}" if view.mode.fault else "", f"[i]{view.mode.said}[/i]" if view.mode.said else ""
    )


def links(view: View) -> list[Button]:
    """Return the way to check a finished request."""
    return [Button(label=view.say("button-verification"), url=f"{view.public_url}/v/{view.request.lead}")]


def final(view: View) -> str:
    """Return the state that stays: who, when, why."""
    request = view.request
    facts = {
        "signer": route_words.decided(request, view.along, lambda person: view.name(PersonId(person))),
        "requester": view.name(request.requester),
        "moment": view.moment(request.finished_at or view.now),
        "reason": reason(view),
    }
    own = f"final-{request.state.value}-{request.reason.replace('_', '-')}"
    is_own = request.reason.startswith("route_") and knows(view.reader.language, own)
    head = bold(view.say(own if is_own else f"final-{standing_of(request)}", **facts))
    is_signed = request.state is State.SIGNED and view.signatures
    acted = acted_for(view.reader.language, replace(request, ground=plain(request.ground)), names=view.name)
    level = view.say(f"level-{kind_of(request.format, view.signatures[0].level)}") if is_signed else ""
    return lines(head, acted, level)


def _document(view: View, document: Document) -> str:
    facts = {"pages": document.pages, "size": size(view.reader.language, document.size_bytes)}
    line = f"📄 {bold(plain(document.name))} · {view.say('document-facts', **facts)}"
    made = view.say("made-from", name=plain(document.original_name[:60])) if document.is_looked_at else ""
    return lines(line, f"↳ {made}" if made else "")
