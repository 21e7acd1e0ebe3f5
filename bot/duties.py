"""The promises that no platform keeps: sign, wake, expire, tell a key's owner; and what happens to dead ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog

from signing.approval.decisions import Decisions
from signing.errors import ActivationUnavailable, KeyUnavailable, SigningError, TimestampUnavailable, WorkerFailed
from signing.notices import Kind, Notice, tell, tell_administrators
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


class Duties:
    """Handlers of the core's own jobs."""

    def __init__(
        self,
        *,
        store: Store,
        workflow: SigningWorkflow,
        decisions: Decisions,
        burials: Mapping[str, Callable[[Job], Awaitable[None]]] | None = None,
    ) -> None:
        """`burials` by kind of job: what the platforms do about their own dead jobs."""
        self._burials = burials or {}
        self._store = store
        self._workflow = workflow
        self._decisions = decisions

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return the handlers by kind of job."""
        return {Kind.SIGN: self._sign, Kind.WAKE: self._wake, Kind.EXPIRE: self._expire}

    async def bury(self, job: Job, error: Exception) -> None:
        """A job is dead: nothing is dropped silently, the people it concerns and the administrators are told."""
        log.error("job_dead", kind=job.kind, subject=job.subject, error=type(error).__name__)
        request = job.facts.get("request")
        if job.kind == Kind.SIGN and request:
            await self._decisions.freeze(RequestId(request), reason="unfinished")
        elif job.kind == Kind.DELIVER and request:
            await self._bury_delivery(RequestId(request), str(job.facts["channel"]))
        elif job.kind in self._burials:
            await self._burials[job.kind](job)
        elif job.kind not in CHATTER:
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

    async def _sign(self, job: Job) -> None:
        request = RequestId(job.facts["request"])
        try:
            await self._workflow.sign(request, nonce=job.facts["nonce"])
        except (TimestampUnavailable, KeyUnavailable, ActivationUnavailable, WorkerFailed) as error:
            is_slow = error.facts.get("reason") == "pending"
            await self._workflow.delay(request, reason="key_pending" if is_slow else AWAY[type(error)])
            raise

    async def _wake(self, job: Job) -> None:
        await self._decisions.wake(RequestId(job.facts["request"]))

    async def _expire(self, job: Job) -> None:
        await self._decisions.expire(RequestId(job.facts["request"]))
