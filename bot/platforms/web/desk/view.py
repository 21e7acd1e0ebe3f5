"""Says in words what lies on the desk: the folder's files, what waits for me, what I asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot import phrases
from bot.folders import Folder, Folders
from bot.phrases import amounts
from bot.phrases.days import later_moments
from bot.platforms.web.description import key_in_words
from bot.platforms.web.desk import talk
from bot.platforms.web.desk.rows import Rows, name_of
from bot.platforms.web.desk.sessions import Sessions
from bot.platforms.web.desk.visits import Visit
from signing.activation.mandate import is_mandate
from signing.approval import route
from signing.approval.policy import ApprovalPolicy
from signing.approval.progress import progress_of
from signing.audit import Event, Tag
from signing.errors import ActivationUnavailable, FilingUnavailable, NotFound
from signing.evidence.case import parties
from signing.moves import SYSTEM
from signing.people import Person, PersonId
from signing.ports import Activation, Clock, KeyFacts, Store, Transaction
from signing.request import RequestId, SigningRequest, State

MINE = 20
"""So many of their own requests are shown."""
HISTORY: dict[str, str] = {
    Tag.REQUEST_DRAFTED: "drafted", Tag.REQUEST_PAGES_ACCEPTED: "accepted",
    Tag.REQUEST_SUBMITTED: "submitted", Tag.REQUEST_LOOKED_AT: "looked-at",
    Tag.REQUEST_REASSIGNED: "reassigned", Tag.REQUEST_DELEGATED: "reassigned", Tag.REQUEST_POSTPONED: "postponed",
    Tag.REQUEST_REMINDED: "reminded", Tag.REQUEST_CONFIRMED: "confirmed", Tag.REQUEST_FROZEN: "frozen",
    Tag.REQUEST_RESUMED: "resumed", Tag.REQUEST_SIGNED: "signed", Tag.REQUEST_REJECTED: "rejected",
    Tag.REQUEST_STOOD_IN: "stood-in", Tag.REQUEST_RETURNED: "returned",
    Tag.REQUEST_QUESTIONED: "questioned", Tag.REQUEST_ANSWERED: "answered", Tag.REQUEST_CANCELLED: "cancelled",
    Tag.REQUEST_EXPIRED: "expired", Tag.DELIVERY_MADE: "delivered", Tag.REQUEST_SEALED: "sealed",
    Tag.REQUEST_NOT_SEALED: "not-sealed", Tag.REQUEST_CIRCULATED: "circulated", Tag.REQUEST_AGREED: "agreed",
}  # fmt: skip
"""What of the journal is told, and by which phrase `desk-event-…`."""


class View:
    """Reads what a visit may see."""

    def __init__(
        self, *, store: Store, activation: Activation, folders: Folders, policy: ApprovalPolicy, clock: Clock,
        timezone: str, chat: str, sessions: Sessions,
    ) -> None:  # fmt: skip
        """`chat` is the platform of people's own chats; `timezone` counts for people without one of their own."""
        self._store = store
        self._activation = activation
        self._folders = folders
        self._policy = policy
        self._clock = clock
        self._timezone = timezone
        self._chat = chat
        self._sessions = sessions

    async def of(self, visit: Visit, *, language: str) -> dict[str, Any]:
        """Return JSON of finished sentences and of what may be done."""
        folder = await self._folder(visit)
        async with self._store.read() as tx:
            me = await tx.people.get(visit.person)
            waiting = await tx.requests.waiting_for(me.id)
            mine = await tx.requests.made_by(me.id, limit=MINE)
            filed = await _filed(tx, visit, folder) if folder else {}
            people = {person.id: person for person in await tx.people.all()}
            recent = await tx.requests.recent_signers(me.id, limit=5)
            absence = await tx.absences.of(me.id)
            away = {one.person: one for one in await tx.absences.all() if one.is_on(self._clock.now())}
            has_chat = any(a.platform == self._chat for a in await tx.people.accounts_of(me.id))
            progress = {one.id: await progress_of(tx, one) for one in (*mine, *filed.values(), *waiting)}
            talks = {one.id: await talk.talk_about(tx, one) for one in (*waiting, *mine)}
        words = Rows(
            people, me, talks=talks, progress=progress, policy=self._policy, language=language,
            zone=me.timezone or self._timezone, clock=self._clock,
        )  # fmt: skip
        choices = route.choices(me, people.values(), recent=recent, policy=self._policy)
        return {
            "turn": visit.turn,
            "me": {
                "name": me.name, "may_sign": me.may_sign, "has_chat": has_chat,
                "has_codes": me.enrolled_at is not None,
            },
            "folder": _folder_rows(folder, filed, words) if folder else None,
            "is_folder_gone": visit.folder is not None and folder is None,
            "waiting": [words.row(request) for request in waiting],
            "mine": [words.row(request) for request in mine],
            "signers": [words.signer(one, away.get(one.id)) for one in choices],
            "keys": await self._keys(me, language),
            "deputies": _deputies(me, people),
            "absence": words.absence(absence) if absence else None,
            "today": now_there(self._clock, me.timezone or self._timezone),
            "later": _moments(self._clock, me.timezone or self._timezone, language),
            "sign_ticked": [phrases.say(language, "page-sign-ticked", number=n) for n in range(len(waiting) + 1)],
            "days": self._policy.request_ttl_days,
            "amount_question": amounts.question(language, self._policy.routes.currency),
            "sessions": await self._signed_in(visit, words),
        }  # fmt: skip

    async def _signed_in(self, visit: Visit, words: Rows) -> list[dict[str, Any]] | None:
        """Return where the person is signed in; None inside another site, where nobody signs in or out."""
        if visit.session is None:
            return None
        found = await self._sessions.of_person(visit.person)
        return [words.session(one, is_this=one.name == visit.session) for one in found]

    async def history(self, request: RequestId, visit: Visit, *, language: str) -> list[dict[str, str]]:
        """Return what happened to a request, oldest first."""
        async with self._store.read() as tx:
            parts = await tx.circulations.parts_of(request)
            subjects = [request, *(part.id for part in parts if part.state is not State.CANCELLED)]
            events = [event for subject in subjects for event in await tx.journal.of(subject)]
            if parts:  # each of them tells its own answer
                told_by_parts = (Tag.REQUEST_SIGNED, Tag.REQUEST_REJECTED)
                events = [e for e in events if e.subject != request or e.tag not in told_by_parts]
            events.sort(key=lambda event: event.at)
            me = await tx.people.get(visit.person)
            people = {person.id: person for person in await tx.people.all()}
        zone, now = me.timezone or self._timezone, self._clock.now()
        told = [
            (
                phrases.moment(language, event.at, now=now, zone=zone),
                phrases.say(
                    language, _phrase(event), person=name_of(people, event.actor),
                    other=name_of(people, str(event.facts.get("to", ""))), text=talk.words_of(event),
                ),
            )
            for event in events if event.tag in HISTORY
        ]  # fmt: skip
        # what goes to several places at once is told once
        return [{"at": at, "text": text} for at, text in dict.fromkeys(told)]

    async def may_see(self, tx: Transaction, visit: Visit, request: SigningRequest) -> bool:
        """Tell whether this visit may open a request: one that concerns who sits there, or one of the folder."""
        if await is_party(tx, visit, request):
            return True
        if visit.folder is None or not request.reply_to.keeps_file:
            return False
        folder = await self._folder(visit)
        return folder is not None and any(filed.request == request.id for filed in folder.files)

    async def _folder(self, visit: Visit) -> Folder | None:
        if visit.folder is None:
            return None
        try:
            return await self._folders.open(visit.folder)
        except (NotFound, FilingUnavailable):
            return None

    async def _keys(self, me: Person, language: str) -> list[dict[str, str]]:
        if not me.may_sign:
            return []
        try:
            keys = await self._activation.keys(me.id)
        except ActivationUnavailable:
            return []
        usable = [key for key in keys if key.certificate_sha256]
        return [{"label": key.label, "text": _key(key, language)} for key in usable]


def _deputies(me: Person, people: Mapping[PersonId, Person]) -> list[dict[str, Any]]:
    """Return who may sign for the person: an administrator permits them, the person chooses one when away."""
    permitted = (people[one] for one in me.deputies if one in people and me.may_sign)
    return [{"id": one.id, "name": one.name} for one in permitted if one.may_sign]


def now_there(clock: Clock, zone: str) -> str:
    """Return today's date where somebody is."""
    return clock.now().astimezone(ZoneInfo(zone)).date().isoformat()


def _phrase(event: Event) -> str:
    """Return the key of what is told; what nobody did has words of its own."""
    if is_mandate(event.actor) and event.tag is Tag.REQUEST_SIGNED:
        return "desk-event-sealed-done"
    is_alone = event.actor == SYSTEM and event.tag in (
        Tag.REQUEST_REMINDED, Tag.REQUEST_CANCELLED, Tag.REQUEST_REASSIGNED,
    )  # fmt: skip
    return f"desk-event-{HISTORY[event.tag]}{'-by-itself' if is_alone else ''}"


def _moments(clock: Clock, zone: str, language: str) -> list[dict[str, str]]:
    """Return when a document may come back that is put aside."""
    names = later_moments(clock.now(), zone=zone)
    return [{"id": name, "text": phrases.say(language, f"button-later-{name}")} for name in names]


async def is_party(tx: Transaction, visit: Visit, request: SigningRequest) -> bool:
    """Tell whether a request concerns who sits there: who asked, is asked, also along its route, or has signed.

    Who passed a request on to a deputy still sees it.
    """
    return visit.person in {*(link.person for link in request.links), *await parties(tx, request)}


async def _filed(tx: Transaction, visit: Visit, folder: Folder) -> dict[str, SigningRequest]:
    """Return the requests about the folder's files; of one that came from a private chat the file alone is shown."""
    found = {file.place: await tx.requests.get(file.request) for file in folder.files if file.request}
    return {place: one for place, one in found.items() if one.reply_to.keeps_file or await is_party(tx, visit, one)}


def _folder_rows(folder: Folder, filed: Mapping[str, SigningRequest], words: Rows) -> dict[str, Any]:
    rows = []
    for file in folder.files:
        request = filed.get(file.place)
        over = request is not None and request.is_final and not file.is_signed
        can_ask = not file.is_signed and (request is None or over)
        row = words.row(request) if request is not None else None
        rows.append(
            {"place": file.place, "name": file.name, "is_signed": file.is_signed, "request": row, "can_ask": can_ask}
        )
    return {"title": folder.title, "files": rows}


def _key(key: KeyFacts, language: str) -> str:
    return f"{key_in_words(key, language=language, own='web-key-own')} · {key.subject}"
