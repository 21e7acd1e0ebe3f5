"""What a monitor may know: how many requests, jobs and events there are; numbers only, no name and no document."""

from __future__ import annotations

from collections import Counter

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.registry import REGISTRY

from bot.surroundings import Surroundings
from signing.ports import Clock
from signing.request import State
from storage.store import SqlStore


class Metrics:
    """Gauges that are refreshed from the rows; `REGISTRY` has those of the process itself."""

    def __init__(self, *, store: SqlStore, clock: Clock, around: Surroundings | None = None) -> None:
        """`around` are the parts besides the rows."""
        self._around = around
        self._store = store
        self._clock = clock
        self._registry = CollectorRegistry()
        self._requests = self._gauge("requests_unfinished", "Requests that are not final, by state", "state")
        self._jobs = self._gauge("jobs_waiting", "Promises not kept yet, by kind; later ones too", "kind")
        self._late_s = self._gauge("jobs_oldest_overdue_seconds", "How long the oldest due promise waits")
        self._dead = self._gauge("jobs_dead", "Promises given up")
        self._dead_kinds = self._gauge("jobs_dead_by_kind", "Promises given up, by kind", "kind")
        self._waits_s = self._gauge("requests_oldest_waiting_seconds", "How long the oldest request waits for a signer")
        self._events = self._gauge(
            "journal_events",
            "Rows of the journal by tag: signature:made, request:not_confirmed (wrong codes), request:released "
            "(unknown outcomes), request:refused (by the gate) …",
            "tag",
        )
        self._row = self._gauge("journal_last_row", "Number of the newest row of the journal")
        if around is not None:
            self._registry.register(around)
        self._counted: Counter[str] = Counter()
        self._seq = 0

    async def refresh(self) -> None:
        """Read the rows; of the journal only what is new."""
        async with self._store.read() as tx:
            unfinished = await tx.requests.unfinished()
            waiting, dead = await tx.jobs.waiting(), await tx.jobs.failed()
            self._seq, fresh = await tx.journal.counts(after=self._seq)
        self._counted.update(fresh)
        now = self._clock.now()
        overdue_s = [(now - job.due).total_seconds() for job in waiting if job.due is not None]
        waits_s = [(now - one.created_at).total_seconds() for one in unfinished if one.state is State.WAITING]
        _set(self._requests, Counter(request.state.value for request in unfinished))
        _set(self._jobs, Counter(job.kind for job in waiting))
        _set(self._events, self._counted)
        self._late_s.set(max([0.0, *overdue_s]))
        self._waits_s.set(max([0.0, *waits_s]))
        self._dead.set(len(dead))
        _set(self._dead_kinds, Counter(job.kind for job, _ in dead))
        self._row.set(self._seq)
        if self._around is not None:
            await self._around.refresh()

    def text(self) -> bytes:
        """Return everything in Prometheus' own words."""
        return generate_latest(self._registry) + generate_latest(REGISTRY)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"countersign_{name}", says, labels, registry=self._registry)


def _set(gauge: Gauge, values: Counter[str]) -> None:
    """Set every value; what is not named any more is gone."""
    gauge.clear()
    for name, value in values.items():
        gauge.labels(name).set(value)
