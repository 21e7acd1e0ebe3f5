"""The promises that no platform keeps: sign, wake, expire, tell a key's owner; and what happens to dead ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

import structlog

from bot.counting import POSTPONED
from signing.approval.decisions import Decisions
from signing.approval.leaving import Leaving
from signing.approval.watch import Watch
from signing.automatic import Automatic
from signing.errors import ActivationUnavailable, KeyUnavailable, SigningError, TimestampUnavailable, WorkerFailed
from signing.notices import Kind, Notice, tell, tell_administrators
from signing.people import PersonId
from signing.ports import Job, Store
from signing.request import RequestId
from signing.workflow import SigningWorkflow

log = structlog.get_logger(__name__)

AWAY: dict[type[SigningError], str] = {
    TimestampUnavailable: "timestamp_away",
    KeyUnavailable: "token_away",
    ActivationUnavailable: "token_away",
    WorkerFailed: "workers_away",
}
"""What waiting can mend, with the reason the cards show meanwhile."""

LONGEST_PAUSE = timedelta(minutes=2)
"""Between attempts: what was away is noticed soon after it is back."""

ATTEMPTS = 3000
"""Some four days of trying: a chat or a token may be away over a long weekend, and nothing promised may be lost."""

PATIENT = (*Kind,)
"""The core's own kinds of jobs, all of them tried so long."""

CHATTER = frozenset({Kind.CARD, Kind.ORIGIN, Kind.TELL})
"""Words to a chat that cannot be reached: to promise more words about them would help nobody."""

Handler = Callable[[Job], Awaitable[None]]


class Platform(Protocol):
    """A chat platform or portal, as far as it keeps promises."""

    name: str
    """Such as `telegram`; the first word of a delivery's channel."""
    patient: tuple[str, ...]
    """Its own kinds of jobs that are tried for days."""

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return the handlers of its own kinds of jobs, and of those that only one platform keeps."""

    def burials(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return what is done about its own dead jobs."""

    async def deliver(self, job: Job) -> None:
        """Bring the signed files to the channel of the job."""

    async def show_state(self, job: Job) -> None:
        """Bring the state of a request up to date where others see it."""


def shared_promises(platforms: Mapping[str, Platform]) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
    """Return the handlers of the kinds that every platform keeps for its own part.

    What is promised on a platform that is switched off now fails and waits for its return.
    """

    async def deliver(job: Job) -> None:
        channel = str(job.facts["channel"])
        await platforms[channel.removeprefix("copy:").partition(":")[0]].deliver(job)

    async def show_state(job: Job) -> None:
        await platforms[str(job.facts.get("platform", "telegram"))].show_state(job)

    return {Kind.DELIVER: deliver, Kind.ORIGIN: show_state}


def own_promises(store: Store, platforms: Sequence[Platform]) -> Mapping[str, Handler]:
    """Return the handlers of what the platforms keep by themselves.

    A kind that several keep, such as cards, becomes a job for each, `card@telegram`: a person may have several chats,
    and one that is away holds up none of the others.
    """
    keepers: dict[str, dict[str, Handler]] = {}
    for platform in platforms:
        for kind, handler in platform.job_handlers().items():
            keepers.setdefault(kind, {})[platform.name] = handler
    handlers: dict[str, Handler] = {}
    for kind, by_name in keepers.items():
        handlers |= {f"{kind}@{name}": handler for name, handler in by_name.items()}
        handlers[kind] = next(iter(by_name.values())) if len(by_name) == 1 else _pass_on(store, tuple(by_name))
    return handlers


def attempts_of(handlers: Iterable[str], patient: Iterable[str]) -> Mapping[str, int]:
    """Return how often what the core and the platforms call patient is tried, for one platform as for all."""
    named = set(patient)
    return {kind: ATTEMPTS for kind in handlers if kind.partition("@")[0] in named}


def _pass_on(store: Store, names: Sequence[str]) -> Handler:
    async def pass_on(job: Job) -> None:
        async with store.begin() as tx:
            for name in names:
                await tx.jobs.add(Job(kind=f"{job.kind}@{name}", subject=job.subject, facts=job.facts))

    return pass_on


def timed(watch: Watch, leaving: Leaving) -> Mapping[str, Handler]:
    """Return the handlers of what time alone does: absences, reminders, mornings."""

    async def look(job: Job) -> None:
        await watch.look(RequestId(job.facts["request"]))

    async def remind(job: Job) -> None:
        await watch.remind(RequestId(job.facts["request"]), by=PersonId(job.facts["by"]))

    async def morning(job: Job) -> None:
        await watch.morning(PersonId(job.facts["person"]))

    async def turn(job: Job) -> None:
        await leaving.turn(PersonId(job.facts["person"]))

    return {Kind.WATCH: look, Kind.REMIND: remind, Kind.MORNING: morning, Kind.ABSENCE: turn}


class Duties:
    """Handlers of the core's own jobs."""

    def __init__(
        self,
        *,
        store: Store,
        workflow: SigningWorkflow,
        decisions: Decisions,
        automatic: Automatic,
        watch: Watch,
        leaving: Leaving,
        burials: Mapping[str, Callable[[Job], Awaitable[None]]] | None = None,
    ) -> None:
        """`burials` by kind of job: what the platforms do about their own dead jobs."""
        self._burials = burials or {}
        self._store = store
        self._workflow = workflow
        self._decisions = decisions
        self._automatic = automatic
        self._watch = watch
        self._leaving = leaving

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return the handlers by kind of job."""
        return {
            Kind.SEAL: self._seal, Kind.SIGN: self._sign, Kind.WAKE: self._wake, Kind.EXPIRE: self._expire,
            **timed(self._watch, self._leaving),
        }  # fmt: skip

    async def bury(self, job: Job, error: Exception) -> None:
        """A job is dead: nothing is dropped silently, the people it concerns and the administrators are told."""
        log.error("job_dead", kind=job.kind, subject=job.subject, error=type(error).__name__)
        request = job.facts.get("request")
        if job.kind in (Kind.SEAL, Kind.SIGN) and request:
            await self._decisions.freeze(RequestId(request), reason="unfinished")
        elif job.kind == Kind.DELIVER and request:
            await self._bury_delivery(RequestId(request), str(job.facts["channel"]))
        elif job.kind in self._burials:
            await self._burials[job.kind](job)
        elif job.kind.partition("@")[0] not in CHATTER:
            async with self._store.begin() as tx:
                if job.kind == Kind.KEY_USED and request:
                    owner = job.facts["person"]
                    await tell_administrators(tx, Notice.NOT_TOLD, request=RequestId(request), signer=owner)
                else:
                    await tell_administrators(tx, Notice.GIVEN_UP, kind=job.kind)

    async def _bury_delivery(self, request: RequestId, channel: str) -> None:
        async with self._store.begin() as tx:
            await tx.deliveries.move(request, channel, to="failed")
            found = await tx.requests.get(request)
            await tell(tx, found.requester, Notice.DELIVERY_FAILED, request=request, reason="unfinished")
            await tell_administrators(tx, Notice.DELIVERY_FAILED, request=request, reason="unfinished")

    async def _seal(self, job: Job) -> None:
        await self._automatic.seal(RequestId(job.facts["request"]))

    async def _sign(self, job: Job) -> None:
        request = RequestId(job.facts["request"])
        try:
            await self._workflow.sign(request, nonce=job.facts["nonce"])
        except (TimestampUnavailable, KeyUnavailable, ActivationUnavailable, WorkerFailed) as error:
            is_slow = error.facts.get("reason") == "pending"
            reason = "key_pending" if is_slow else AWAY[type(error)]
            POSTPONED[reason] += 1
            await self._workflow.delay(request, reason=reason)
            raise

    async def _wake(self, job: Job) -> None:
        await self._decisions.wake(RequestId(job.facts["request"]))

    async def _expire(self, job: Job) -> None:
        await self._decisions.expire(RequestId(job.facts["request"]))
