"""Processes that wait for us, as rows: what the portal asked (sealed, its token is a key), and how far we are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.platforms.bitrix24.installation import Sealing
from signing.ports import Clock, Transaction
from signing.request import RequestId

RUNS = "bitrix24-run"
"""Notes by run."""
WAITING = "bitrix24-run-of"
"""Notes `request:run`: which processes wait for a request."""
KEPT = timedelta(days=30)
"""An ended run stays so long: a repeated post finds it and does nothing."""
KEPT_REFUSED = timedelta(days=1)
"""What was no process of the portal's: anybody in the company can post it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a process asked of us; the event token answers in its name, so it does not show."""

    event_token: str = field(repr=False)
    domain: str
    """The portal's address as it wrote it."""
    workflow: str
    deal: int
    properties: Mapping[str, Any]
    asked_at: datetime
    timeout_s: int = 0
    """After so many seconds the process goes on without us; 0: it waits as long as it takes."""

    @property
    def gives_up_at(self) -> datetime | None:
        """When the process goes on without us."""
        return self.asked_at + timedelta(seconds=self.timeout_s) if self.timeout_s else None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the process gets back; decided once."""

    status: str
    """`signed`, `rejected`, `expired`, `cancelled` or `error`; a template branches on `signed` and nothing else."""
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    route: str = ""
    """Along which route it went, for the process's log; empty: to one person."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of the action."""

    id: str
    """It can be told: the token cannot be got back from it."""
    asked: Asked
    request: RequestId | None = None
    answer: Answer | None = None
    is_tried: bool = False
    """Whether an answer may have reached the portal already."""
    end: str = ""
    """`answered`, `stopped` (a refusal ended the process), `late` (the process had gone on without us) or `refused`
    (it was no process of the portal's)."""


def run_of(event_token: str) -> str:
    """Return the name of the run that a token belongs to."""
    return hashlib.sha256(event_token.encode()).hexdigest()[:32]


class Runs:
    """Reads and writes runs in a transaction of the caller's."""

    def __init__(self, *, sealer: Sealing, clock: Clock) -> None:
        self._sealer = sealer
        self._clock = clock

    async def add(self, tx: Transaction, asked: Asked) -> Run | None:
        """Keep what was asked; None when this very run is known already."""
        run = Run(id=run_of(asked.event_token), asked=asked)
        if await tx.notes.get(space=RUNS, name=run.id, now=self._clock.now()) is not None:
            return None
        await self.save(tx, run)
        return run

    async def get(self, tx: Transaction, run: str) -> Run | None:
        """Return a run, None when it is forgotten."""
        body = await tx.notes.get(space=RUNS, name=run, now=self._clock.now())
        return None if body is None else self._run(run, body)

    async def save(self, tx: Transaction, run: Run) -> None:
        """Keep a run as it stands now; the token of an ended one is worth nothing and is not kept."""
        asked = run.asked if not run.end else replace(run.asked, event_token="")
        secret = json.dumps({**vars(asked), "asked_at": asked.asked_at.isoformat()}).encode()
        body = {
            "sealed": self._sealer.seal(secret, table="note", row=f"{RUNS}:{run.id}").hex(), "request": run.request,
            "answer": None if run.answer is None else vars(run.answer), "is_tried": run.is_tried, "end": run.end,
        }  # fmt: skip
        kept = KEPT_REFUSED if run.end == "refused" else KEPT
        expires_at = self._clock.now() + kept if run.end else None
        await tx.notes.put(space=RUNS, name=run.id, body=body, expires_at=expires_at)
        if run.end and run.request:
            await tx.notes.drop(space=WAITING, prefix=f"{run.request}:{run.id}")

    async def wait(self, tx: Transaction, run: Run, request: RequestId) -> Run:
        """Keep that a process waits for a request."""
        waiting = replace(run, request=request)
        await self.save(tx, waiting)
        await tx.notes.put(space=WAITING, name=f"{request}:{run.id}", body={})
        return waiting

    async def waiting_for(self, tx: Transaction, request: RequestId) -> tuple[Run, ...]:
        """Return the runs that wait for a request and were not answered yet."""
        names = [name for name, _ in await tx.notes.all(space=WAITING, prefix=f"{request}:")]
        found = [await self.get(tx, name.partition(":")[2]) for name in names]
        return tuple(run for run in found if run is not None and run.answer is None and not run.end)

    def _run(self, name: str, body: Mapping[str, Any]) -> Run:
        secret = self._sealer.open(bytes.fromhex(body["sealed"]), table="note", row=f"{RUNS}:{name}")
        asked = json.loads(secret)
        answer = body["answer"]
        return Run(
            id=name, asked=Asked(**{**asked, "asked_at": datetime.fromisoformat(asked["asked_at"])}),
            request=RequestId(body["request"]) if body["request"] else None,
            answer=None if answer is None else Answer(**answer), is_tried=body["is_tried"], end=body["end"],
        )  # fmt: skip
