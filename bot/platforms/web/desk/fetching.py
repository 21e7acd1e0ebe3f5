"""Signed files of people who have no chat with us: they lie at the desk and are fetched there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from signing.audit import Tag
from signing.moves import SYSTEM, note
from signing.ports import Clock, Job, Store
from signing.request import RequestId

PLATFORM = "desk"


class DeskDelivery:
    """The desk as a place that requests come from; fills `bot.duties.Platform`."""

    name: str = PLATFORM
    patient: tuple[str, ...] = ()

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """The desk promises nothing of its own."""
        return {}

    def burials(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """So nothing of its own dies."""
        return {}

    async def deliver(self, job: Job) -> None:
        """The file lies where its requester fetches it: that is all there is to do."""
        request, channel = RequestId(job.facts["request"]), str(job.facts["channel"])
        async with self._store.begin() as tx:
            if (await tx.deliveries.get(request, channel)).state == "delivered":
                return
            await tx.deliveries.move(request, channel, to="delivered", receipt={"fetched": "at the desk"})
            now = self._clock.now()
            await note(tx, Tag.DELIVERY_MADE, subject=request, actor=SYSTEM, now=now, channel=channel)

    async def show_state(self, job: Job) -> None:
        """The page reads the state itself."""
