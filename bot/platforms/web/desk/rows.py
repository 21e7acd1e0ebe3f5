"""Rows of the desk as people read them: one request or one session in words, and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot import phrases, route_words
from bot.phrases import amounts
from bot.phrases.days import day
from bot.platforms.web.description import facts_of
from bot.platforms.web.desk import talk
from bot.platforms.web.desk.sessions import Session
from signing.approval import delegation
from signing.approval.policy import ApprovalPolicy
from signing.approval.progress import Progress, offered
from signing.audit import Event
from signing.automatic import standing_of
from signing.document import Document, fingerprint
from signing.people import Person, PersonId
from signing.ports import Clock
from signing.presence import Absence
from signing.request import RequestId, SigningRequest, State, written
from signing.signed_files import is_beside

REQUESTER: dict[State, tuple[str, ...]] = {
    State.DRAFT: ("ask", "cancel"),
    State.WAITING: ("remind", "reassign", "cancel"),
    State.CIRCULATING: ("remind", "cancel"),
    State.FROZEN: ("resume", "reassign", "cancel"),
}
"""What a requester may do with their own request in a state."""
SIGNER: dict[State, tuple[str, ...]] = {State.WAITING: ("sign", "reject", "question", "later")}


class Rows:
    """Makes rows in one reader's language and time zone."""

    def __init__(
        self, people: Mapping[PersonId, Person], me: Person, *, talks: Mapping[RequestId, tuple[Event, ...]],
        progress: Mapping[RequestId, Progress | None], policy: ApprovalPolicy, language: str, zone: str, clock: Clock,
    ) -> None:  # fmt: skip
        self._people = people
        self._me = me
        self._talks = talks
        self._progress = progress
        self._policy = policy
        self._language = language
        self._zone = zone
        self._now = clock.now()

    def signer(self, person: Person, absence: Absence | None) -> dict[str, Any]:
        """Return somebody who may be asked, and who signs instead of somebody who is away."""
        return {
            "id": person.id, "name": person.name, "title": person.title, "is_me": person.id == self._me.id,
            "away": self._away(absence) if absence else "",
        }  # fmt: skip

    def absence(self, absence: Absence) -> dict[str, Any]:
        """Return the reader's own absence in words."""
        say, deputy = phrases.say, name_of(self._people, absence.deputy or "")
        days = {"first": day(self._language, absence.first_day), "last": day(self._language, absence.last_day)}
        told = [
            say(self._language, "away-is-on" if absence.is_on(self._now) else "away-is-planned", **days),
            say(self._language, "away-deputy" if deputy else "away-nobody", deputy=deputy),
            say(self._language, "away-ground", ground=absence.ground) if absence.ground else "",
        ]
        return {"text": " ".join(one for one in told if one)}

    def _away(self, absence: Absence) -> str:
        key = "desk-away" if absence.deputy else "desk-away-nobody"
        until = day(self._language, absence.last_day)
        return phrases.say(self._language, key, day=until, deputy=name_of(self._people, absence.deputy or ""))

    def row(self, request: SigningRequest) -> dict[str, Any]:
        """Return one request."""
        return {
            "id": request.id,
            "number": written(request.lead),
            "state": request.state.value,
            "says": self._says(request),
            "later": self._later(request),
            **self._choice(request),
            "comment": request.comment,
            "talk": talk.told(self._talks.get(request.id, ()), self._people, language=self._language),
            "deputies": self._deputies(request),
            "documents": [self._document(document) for document in request.documents],
            "can": list(self._verbs(request)),
        }  # fmt: skip

    def _says(self, request: SigningRequest) -> str:
        progress, language = self._progress.get(request.id), self._language
        moment = request.finished_at or request.deadline
        asks = request.state is State.WAITING and not request.needs_key
        is_made = request.state is State.DRAFT and request.awaits_acceptance
        said = phrases.say(
            language, "desk-agree-asked" if asks else f"desk-state-{'made' if is_made else standing_of(request)}",
            signer=route_words.decided(request, progress, self._called), requester=self._called(request.requester),
            moment=phrases.moment(language, moment, now=self._now, zone=self._zone),
            reason=phrases.reason(language, request.reason),
            route=route_words.head(language, progress) if progress else "",
            steps=" · ".join(route_words.told(language, progress, self._called)) if progress else "",
        )  # fmt: skip
        teller = "" if request.requester == self._me.id else self._called(request.requester)
        amount = amounts.told(language, request.amount, requester=teller)
        return " · ".join([said, *([amount] if amount else []), *route_words.stopped(language, progress, self._called)])

    def found(self, request: SigningRequest, *, is_open: bool) -> dict[str, Any]:
        """Return a request that was looked up, with what may be fetched of it; `is_open`: its documents may be seen.

        What may be done with it stands in the lists.
        """
        begun = phrases.moment(self._language, request.created_at, now=self._now, zone=self._zone)
        row = self.row(request)
        can = [verb for verb in self._fetched(request) if is_open or verb == "verify"]
        can += [] if "evidence" in can else ["evidence"]
        return row | {"when": f"{row['number']} · {begun}", "deputies": [], "can": can}

    def _later(self, request: SigningRequest) -> str:
        """Return when a request comes back that its signer has put aside; empty for others."""
        if request.state is not State.WAITING or request.postponed_until is None:
            return ""
        key = "postponed-here" if request.signer == self._me.id else "postponed"
        moment = phrases.moment(self._language, request.postponed_until, now=self._now, zone=self._zone)
        return phrases.say(self._language, key, moment=moment, signer=self._called(request.signer or ""))

    def _choice(self, request: SigningRequest) -> dict[str, Any]:
        """Return the routes that a draft may take, whether it may go to no person of choice, and what amount says so.

        `amount` is None where none decides, or where the requester has no say in it.
        """
        offer = offered(request, self._people[request.requester], self._policy)
        ways, told = route_words.ways(self._language, offer.routes, self._people), request.amount
        amount = (
            amounts.money(self._language, told.hundredths, told.currency) if told and not offer.wants_amount else ""
        )
        return {
            "routes": [{"id": name, "steps": steps} for name, steps in ways.items()], "only_routes": not offer.is_free,
            "amount": amount if offer.takes_amount else None,
        }  # fmt: skip

    def _called(self, person: str) -> str:
        return name_of(self._people, person)

    def _document(self, document: Document) -> dict[str, Any]:
        said = [code for code in document.warnings if phrases.knows(self._language, f"warning-{code}")]
        return {
            "name": document.name, "pages": document.pages, "sha256": document.sha256,
            "facts": " · ".join(facts_of(document, self._language)),
            "fingerprint": fingerprint(document.sha256),
            "warnings": [phrases.say(self._language, f"warning-{code}") for code in said],
        }  # fmt: skip

    def _verbs(self, request: SigningRequest) -> Iterable[str]:
        """Yield what the reader may do now; the core decides again when it is done."""
        if request.requester == self._me.id:
            is_made = request.state is State.DRAFT and request.awaits_acceptance
            yield from ("accept", "cancel") if is_made else REQUESTER.get(request.state, ())
        if request.signer == self._me.id:
            yield from (verb for verb in SIGNER.get(request.state, ()) if verb != "sign" or request.needs_key)
        if request.signer == self._me.id and request.state is State.WAITING and not request.needs_key:
            yield "agree"
        progress = self._progress.get(request.id)
        if request.state is State.CIRCULATING and progress is not None and progress.stopped:
            yield "resume"
        is_asked = talk.is_asked(self._talks.get(request.id, ()))
        if request.requester == self._me.id and request.state is State.WAITING and is_asked:
            yield "answer"
        yield from self._fetched(request)

    def _fetched(self, request: SigningRequest) -> Iterable[str]:
        """Yield what a reader who may see the documents fetches."""
        yield "download"
        if request.state is State.SIGNED:
            yield from ("signature", "verify", "evidence") if is_beside(request) else ("verify", "evidence")

    def _deputies(self, request: SigningRequest) -> list[dict[str, str]]:
        """Return to whom the reader may hand this request over."""
        if request.state is not State.WAITING or request.signer != self._me.id:
            return []
        asks = self._people[request.requester]
        found = delegation.deputies(self._me, self._people.values(), requester=asks, policy=self._policy)
        return [{"id": one.id, "name": one.name} for one in found]

    def session(self, session: Session, *, is_this: bool) -> dict[str, Any]:
        """Return one browser somebody is signed in in."""
        seen = phrases.moment(self._language, session.seen_at, now=self._now, zone=self._zone)
        device = session.device or phrases.say(self._language, "page-session-unknown")
        return {"text": phrases.say(self._language, "page-session", device=device, moment=seen), "is_this": is_this}


def name_of(people: Mapping[PersonId, Person], person: str) -> str:
    """Return a person's name; nobody has an empty one."""
    found = people.get(PersonId(person))
    return found.name if found else ""
