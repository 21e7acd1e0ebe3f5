"""What a monitor may know of what stands around the rows: token, certificates, disk, inbox, workers, journal heads."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bot.counting import POSTPONED
from bot.parts import Parts
from signing.audit import Head
from signing.errors import SigningError
from storage.inbox import Inbox
from storage.migrations import HEAD

F = TypeVar("F", GaugeMetricFamily, CounterMetricFamily)

DAY_S = 86400.0
SOON_DAYS = 30.0
"""A certificate that ends sooner wants a new one."""


class Surroundings:
    """Numbers about the parts, read afresh by `refresh`; no name of a person, a key or a document."""

    def __init__(self, parts: Parts, inbox: Inbox) -> None:
        self._parts = parts
        self._inbox = inbox
        self._found: Sequence[Metric] = ()
        self._head: Head | None = None

    def collect(self) -> Iterable[Metric]:
        """Return what was found last, in Prometheus' own objects."""
        return [*self._found, *_counted(self._parts)]

    async def refresh(self) -> None:
        """Look around; a part that is away is told as away."""
        now = self._parts.clock.now()
        found: list[Metric] = [_gauge("build", "The schema this program knows", {(HEAD,): 1.0}, "schema")]
        found += await self._module(now)
        found += await self._rows(now)
        found += await asyncio.to_thread(self._disk)
        self._found = found

    async def _module(self, now: datetime) -> Sequence[Metric]:
        try:
            status = await self._parts.activation.status()
        except SigningError:
            return [_gauge("activation_up", "Whether the activation module answers", {(): 0.0})]
        stores = {(str(store["name"]), str(store["state"])): 1.0 for store in status["stores"]}
        return [
            _gauge("activation_up", "Whether the activation module answers", {(): 1.0}),
            _gauge("token", "The tokens by state; all is well when it is ready", stores, "store", "state"),
            _gauge("factors_locked", "People whose authenticator is locked", {(): float(status["locked"])}),
            *_certificates(status["keys"], now),
        ]

    async def _rows(self, now: datetime) -> Sequence[Metric]:
        lag = await self._inbox.lag()
        async with self._parts.store.read() as tx:
            fresh = await tx.journal.heads(after=self._head.seq if self._head else 0)
        self._head = fresh[-1].head if fresh else self._head
        head_s = (now - self._head.at).total_seconds() if self._head else 0.0
        oldest_s = (now - lag.oldest).total_seconds() if lag.oldest else 0.0
        return [
            _gauge("inbox_waiting", "Events that arrived and are not handled yet", {(): float(lag.waiting)}),
            _gauge("inbox_oldest_seconds", "How long the oldest of them waits", {(): oldest_s}),
            _gauge("inbox_dead", "Events given up", {(): float(lag.dead)}),
            _gauge("journal_head_age_seconds", "Since the journal's newest signed head", {(): head_s}),
        ]

    def _disk(self) -> Sequence[Metric]:
        usage = shutil.disk_usage(self._parts.settings.data_dir)
        return [
            _gauge("disk_free_bytes", "Room left where the data are", {(): float(usage.free)}),
            _gauge("disk_size_bytes", "Size of that disk", {(): float(usage.total)}),
        ]


def _certificates(keys: Iterable[Mapping[str, Any]], now: datetime) -> Sequence[Metric]:
    ends = [datetime.fromisoformat(key["not_after"]) if key["not_after"] else None for key in keys]
    days = [(end - now).total_seconds() / DAY_S for end in ends if end is not None]
    states = Counter({"valid": 0, "ends_soon": 0, "ended": 0, "missing": len(ends) - len(days)})
    states.update("ended" if left <= 0 else "ends_soon" if left < SOON_DAYS else "valid" for left in days)
    by_state = {(state,): float(number) for state, number in states.items()}
    found: list[Metric] = [_gauge("certificates", "Keys by the state of their certificate", by_state, "state")]
    if days:
        found.append(_gauge("certificate_soonest_end_days", "Until the first certificate ends", {(): min(days)}))
    return found


def _counted(parts: Parts) -> Sequence[Metric]:
    workers = parts.workers
    reasons = {(reason,): float(number) for reason, number in workers.failures.items()}
    postponed = {(reason,): float(number) for reason, number in POSTPONED.items()}
    return [
        _counter("worker_nursery_starts", "Starts of the workers' mother; one is normal", {(): float(workers.starts)}),
        _counter("worker_failures", "Workers that ended badly, by how", reasons, "reason"),
        _counter("signing_postponed", "Tries to sign that wait for a part that is away", postponed, "reason"),
    ]


def _gauge(name: str, says: str, values: Mapping[Any, float], *labels: str) -> GaugeMetricFamily:
    return _filled(GaugeMetricFamily(f"countersign_{name}", says, labels=labels), values)


def _counter(name: str, says: str, values: Mapping[Any, float], *labels: str) -> CounterMetricFamily:
    return _filled(CounterMetricFamily(f"countersign_{name}", says, labels=labels), values)


def _filled(family: F, values: Mapping[Any, float]) -> F:
    for named, value in values.items():
        family.add_metric(list(named), value)
    return family
