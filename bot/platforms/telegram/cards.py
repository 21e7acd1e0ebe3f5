"""What a card is, and the lines that every card shares; pure: a view goes in, text and buttons come out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiogram.utils.formatting import BlockQuote, Bold, Text, sizeof

from bot import route_words
from bot.phrases import amounts, knows, moment, say, size
from bot.phrases.standing import absence_line, acted_for, for_requester, for_signer
from bot.platforms.telegram.buttons import Button, Rows
from bot.platforms.telegram.core import Reader
from bot.platforms.telegram.shown import Mode
from signing.approval.policy import ApprovalPolicy
from signing.approval.progress import Progress
from signing.approval.showing import Shows
from signing.approval.templates import Template
from signing.automatic import standing_of
from signing.document import Document, fingerprint
from signing.filing import Place
from signing.people import Person, PersonId
from signing.ports import KeyFacts, Signature, StoredRecord
from signing.presence import Absence
from signing.request import SigningRequest, State, written
from signing.signed_files import kind_of

CAPTION_LIMIT = 1024
TEXT_LIMIT = 4096
COMMENT_LENGTH = 300
LISTED_DOCUMENTS = 5
LISTED_WARNINGS = 5


@dataclass(frozen=True, kw_only=True)
class Card:
    """One message: text, and rows of buttons."""

    text: Text
    rows: Rows = ()

    def face(self) -> str:
        """Return a digest of what a person sees: a card whose face stays needs no edit."""
        text, entities = self.text.render()
        marks = [(entity.type, entity.offset, entity.length) for entity in entities]
        looks = [[(b.label, b.style, b.url, b.page, b.copied) for b in row] for row in self.rows]
        return hashlib.sha256(repr((text, marks, looks)).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What every card knows: for whom it is, what its person tapped, and what is in front of him or her."""

    reader: Reader
    people: Mapping[PersonId, Person]
    policy: ApprovalPolicy
    now: datetime
    mode: Mode = field(default_factory=Mode)
    record: StoredRecord | None = None
    """What the second step in front of the signer covers."""
    keys: Sequence[KeyFacts] = ()
    public_url: str | None = None
    shows: Shows = Shows.FILE
    """What the chat may show of the documents on the card."""
    away: Mapping[PersonId, Absence] = field(default_factory=dict)
    """Who is away now."""

    def say(self, key: str, **facts: Any) -> str:
        """Return a phrase in the reader's language."""
        return say(self.reader.language, key, **facts)

    def name(self, person: PersonId | None) -> str:
        """Return how cards call a person."""
        found = self.people.get(person) if person else None
        return found.name if found else self.say("somebody")

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

    def button(self, verb: str, argument: str = "", *, label: str = "", style: str | None = None) -> Button:
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
    offered: Sequence[Template] = ()
    """The routes that the requester may choose."""
    wants_amount: bool = False
    """More routes may fit when the amount is told."""
    takes_amount: bool = False
    """The requester may tell it, or tell another one."""
    along: Progress | None = None
    """How far the request has come on its route; None when it goes to one person."""
    place: Place | None = None
    """Where the signed files go besides the chat."""
    can_file: bool = False
    """Whether the reader may choose such a place now."""
    found: Sequence[Place] = ()
    """What the reader's search for one has found."""


GAP = object()
"""An empty line between the parts of a card."""


def lines(*parts: object) -> Text:
    """Return the parts that say something, each on its own line; `GAP` is an empty line."""
    said = ["" if part is GAP else part for part in parts if part is GAP or _is_said(part)]
    body: list[object] = []
    for place, part in enumerate(said):
        body += ["\n", part] if place else [part]
    return Text(*body)


def fitted(text: Text, limit: int) -> Text:
    """Return the text, its end left out when Telegram would refuse the length."""
    kept = text
    while sizeof(kept.render()[0]) > limit:
        whole = kept.render()[0]
        over = sizeof(whole) - limit
        kept = Text(kept[: max(1, len(whole) - over - 1)], "…")
    return kept


def documents(view: View) -> Text:
    """Return each document with name, pages and size; with one document, its fingerprint stands elsewhere."""
    all_of_them = view.request.documents
    listed = [_document(view, document) for document in all_of_them[:LISTED_DOCUMENTS]]
    rest = len(all_of_them) - len(listed)
    return lines(*listed, view.say("documents-more", number=rest) if rest else "")


def fingerprints(view: View) -> Text:
    """Return the short form of every listed document's SHA-256."""
    chosen = view.request.documents[:LISTED_DOCUMENTS]
    if len(chosen) == 1:
        return Text(view.say("fingerprint", value=fingerprint(chosen[0].sha256)))
    numbered = (f"{d.position + 1}. {fingerprint(d.sha256)}" for d in chosen)
    return lines(view.say("fingerprints"), *numbered)


def warnings(view: View) -> Text:
    """Return what the gate wants people to know, each warning once."""
    codes = dict.fromkeys(code for document in view.request.documents for code in document.warnings)
    known = [code for code in codes if knows(view.reader.language, f"warning-{code}")]
    rest = len(known) - LISTED_WARNINGS
    more = f"⚠️ {view.say('warnings-more', number=rest)}" if rest > 0 else ""
    return lines(*(f"⚠️ {view.say(f'warning-{code}')}" for code in known[:LISTED_WARNINGS]), more)


def earlier(view: View) -> Text:
    """Return the signatures that were there before us."""
    found = [signature for document in view.request.documents for signature in document.earlier]
    told = [
        view.say("earlier-intact" if signature.intact else "earlier-unclear", signer=signature.signer[:60])
        for signature in found[:3]
    ]
    rest = len(found) - len(told)
    return lines(*told, view.say("earlier-more", number=rest) if rest else "")


def comment(view: View) -> Text:
    """Return the requester's words as a quotation."""
    words = view.request.comment
    if not words:
        return Text()
    short = words if len(words) <= COMMENT_LENGTH else f"{words[:COMMENT_LENGTH]}…"
    return Text(BlockQuote(short))


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


def number(view: View) -> str:
    """Return the request's number as people read it."""
    return view.say("number", number=written(view.request.lead))


def reason(view: View) -> str:
    """Return why the request was refused or stopped."""
    return why(view, view.request)


def why(view: Sheet, request: SigningRequest) -> str:
    """Return why a request was refused or stopped: a code has a phrase, own words stay as they are."""
    code = request.reason
    key = f"reason-{code.replace('_', '-')}"
    return view.say(key) if code and knows(view.reader.language, key) else code[:COMMENT_LENGTH]


def fault(view: Sheet) -> str:
    """Return what went wrong with the last try."""
    return f"❗ {view.mode.fault}" if view.mode.fault else ""


def filed(view: View) -> str:
    """Return where the signed files go besides the chat."""
    return view.say("attached-to", title=view.place.title[:100]) if view.place else ""


def stands_in(view: View) -> str:
    """Return to the requester why somebody else is asked, to the signer for whom he or she acts."""
    if view.request.signer == view.reader.person.id:
        return for_signer(view.reader.language, view.request, names=view.name)
    return for_requester(
        view.reader.language, view.request, absences=view.away, names=view.name, today=view.today
    )  # fmt: skip


def where(view: View) -> str:
    """Return where the document is, when it is not in this chat."""
    return "" if view.shows is Shows.FILE else view.say(f"shows-{view.shows.value}")


def links(view: View) -> list[Button]:
    """Return the way to check a finished request: the page of the number, or the number to copy."""
    plain = written(view.request.lead)
    if view.public_url:
        return [Button(label=view.say("button-verification"), url=f"{view.public_url}/v/{view.request.lead}")]
    return [Button(label=view.say("button-copy-number"), copied=plain)]


def final(view: View) -> Text:
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
    head = view.say(own if is_own else f"final-{standing_of(request)}", **facts)
    level = view.say(f"level-{kind_of(request.format, view.signatures[0].level)}") if view.signatures else ""
    acted = acted_for(view.reader.language, request, names=view.name)
    return lines(Bold(head), acted, level if request.state is State.SIGNED else "")


def _is_said(part: object) -> bool:
    return bool(part.render()[0]) if isinstance(part, Text) else part not in (None, "")


def _document(view: View, document: Document) -> Text:
    facts = {"pages": document.pages, "size": size(view.reader.language, document.size_bytes)}
    name = document.name if len(view.request.documents) == 1 else document.name[:60]
    line = Text("📄 ", Bold(name), f" · {view.say('document-facts', **facts)}")
    return lines(line, made_from(view, document))


def made_from(view: Sheet, document: Document) -> str:
    """Return of which file we made a document's pages."""
    return f"↳ {view.say('made-from', name=document.original_name[:60])}" if document.is_looked_at else ""
