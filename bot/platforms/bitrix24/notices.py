"""How a request stands, under the bell of its requester and signer: one live notice each, never a pile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.phrases import language_of, moment, reason, say
from bot.platforms.bitrix24.bell import Bell
from bot.platforms.bitrix24.core import PLATFORM, Core
from bot.platforms.bitrix24.deal import DealFile
from bot.platforms.bitrix24.errors import Refused
from bot.platforms.bitrix24.timeline import plain
from signing.approval.progress import names_of_deciders
from signing.automatic import standing_of
from signing.people import Account, Person, PersonId
from signing.ports import Job, Transaction
from signing.request import RequestId, SigningRequest, State, written

log = structlog.get_logger(__name__)

NOTICE_JOB = "bitrix24-notice"
"""Bring the notice of one request to one person up to date; subject `request:person`."""
TOLD = "bitrix24-notice"
"""Notes by `request:person`: what the notice under the bell says."""
NOTHING = ""
"""There is nothing to say (any more): a notice that stands is taken away."""

_TO_REQUESTER = (State.WAITING, State.FROZEN, State.SIGNED, State.REJECTED, State.EXPIRED)
_TO_SIGNER = (State.WAITING, State.EXPIRED, State.CANCELLED)

Handler = Callable[[Job], Awaitable[None]]


def phrase_of(request: SigningRequest, person: PersonId) -> str | None:
    """Return the phrase for this person, `NOTHING`, or None where the notice stays as it is.

    People are not told what they have just done themselves.
    """
    standing = standing_of(request)
    if request.state is State.SIGNING or standing == "sealing":
        return None
    if request.reason.startswith("route_"):
        return NOTHING  # others were enough, or somebody refused: the card says it, and nothing is to be done
    if person == request.signer and request.state is not State.DRAFT:
        is_own = person == request.requester and request.state is State.CANCELLED
        return f"bell-signer-{request.state.value}" if request.state in _TO_SIGNER and not is_own else NOTHING
    if person != request.requester:
        return NOTHING  # handed over to somebody else
    if request.state is State.DRAFT:
        return "bell-requester-draft" if request.reply_to.keeps_file else NOTHING
    is_told = request.state in _TO_REQUESTER or standing == "not-sealed"
    return f"bell-requester-{standing}" if is_told else NOTHING


class StateNotices:
    """Promises notices beside the cards of a chat, and rings."""

    def __init__(self, *, core: Core, bell: Bell, portal_url: str) -> None:
        self._core = core
        self._bell = bell
        self._portal_url = portal_url

    def beside(self, card: Handler) -> Handler:
        """Return the handler of a person's card that promises the notice, too: whoever has no portal gets none."""

        async def both(job: Job) -> None:
            await self._promise(RequestId(job.facts["request"]), PersonId(job.facts["person"]))
            await card(job)

        return both

    async def tell(self, job: Job) -> None:
        """Job: ring when the bell says something else than is true now. The TAG makes every repeat harmless."""
        request, person = RequestId(job.facts["request"]), PersonId(job.facts["person"])
        async with self._core.store.read() as tx:
            account = await _account(tx, person)
            found = await tx.requests.get(request)
            told = await self._told(tx, found, person)
            reader = await tx.people.get(person)
            signer = ", ".join(await names_of_deciders(tx, found))
            requester = (await tx.people.get(found.requester)).name
        wanted = _wanted(found, person)
        if account is None or wanted is None or wanted == told:
            return
        tag = f"portal:{request}:{account.account_id}"
        try:
            if phrase := phrase_of(found, person):
                names = {"signer": plain(signer), "requester": plain(requester)}
                text = self._text(found, phrase, reader, account, names)
                if not await self._bell.ring(int(account.account_id), text, tag=tag):
                    log.warning("bell_not_rung", user=account.account_id)
            else:
                await self._bell.still(tag=tag)
        except Refused as refusal:  # no scope: cards and timeline say it as well, doctor says what is missing
            log.warning("bell_refused", code=refusal.code)
            return
        async with self._core.store.begin() as tx:
            await tx.notes.put(space=TOLD, name=f"{request}:{person}", body={"told": wanted})

    async def bury(self, job: Job) -> None:
        """The portal was away for days: the notice of the next state tells it."""
        log.error("bell_given_up", subject=job.subject)

    async def _promise(self, request: RequestId, person: PersonId) -> None:
        async with self._core.store.read() as tx:
            if await _account(tx, person) is None:
                return
            found = await tx.requests.get(request)
            if _wanted(found, person) in (None, await self._told(tx, found, person)):
                return
        facts = {"request": request, "person": person}
        async with self._core.store.begin() as tx:
            await tx.jobs.add(Job(kind=NOTICE_JOB, subject=f"{request}:{person}", facts=facts))

    async def _told(self, tx: Transaction, request: SigningRequest, person: PersonId) -> str:
        told = await tx.notes.get(space=TOLD, name=f"{request.id}:{person}", now=self._core.clock.now())
        return str(told["told"]) if told else NOTHING

    def _text(
        self, request: SigningRequest, phrase: str, reader: Person, account: Account, names: dict[str, Any]
    ) -> str:
        language = language_of(reader.language, account.language_hint, self._core.language)
        at = moment(
            language, request.finished_at or request.deadline, now=self._core.clock.now(),
            zone=reader.timezone or self._core.timezone,
        )  # fmt: skip
        why = plain(reason(language, request.reason))
        document = plain(", ".join(document.name for document in request.documents[:3]))
        told = [
            say(language, phrase, document=document, moment=at, reason=why, **names),
            say(language, "number", number=written(request.lead)),
            self._way(request),
        ]
        return "\n".join(line for line in told if line)

    def _way(self, request: SigningRequest) -> str:
        """Return where to look: the deal, else the page that says who has signed."""
        if request.reply_to.platform == PLATFORM and request.reply_to.keeps_file:
            return f"{self._portal_url}/crm/deal/details/{DealFile.read(request.reply_to.chat_id).deal}/"
        return f"{self._core.public_url}/v/{request.lead}" if request.state is State.SIGNED else ""


def _wanted(request: SigningRequest, person: PersonId) -> str | None:
    """Return what the notice must say, told apart by the signer's name, too."""
    phrase = phrase_of(request, person)
    return f"{phrase}:{request.signer or ''}" if phrase else phrase


async def _account(tx: Transaction, person: PersonId) -> Account | None:
    return next((one for one in await tx.people.accounts_of(person) if one.platform == PLATFORM), None)
