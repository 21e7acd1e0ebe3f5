"""Tests-only entry point of the activation module: a clock told by a file, and a place to die.

`python -m tests.bot.told_module CLOCK POINT --config -`; `POINT` is `never`, or `before:` or `after:` and the kind of a
ledger row: the process kills itself before that row is committed, or right after.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.activation_process import read_config, run
from signing.activation.ledger import Entered, LedgerRow
from signing.activation.store import ActivationTransaction
from storage.activation_store import SqliteActivationStore
from storage.sealed import Sealer

R = TypeVar("R")


@dataclass(frozen=True)
class ToldClock:
    """Reads the time from a file."""

    path: Path

    def now(self) -> datetime:
        """See `Clock`."""
        return datetime.fromisoformat(self.path.read_text())


class MortalStore(SqliteActivationStore):
    """A store in a process that dies at a named point."""

    point = "never"

    def _run(self, work: Callable[[ActivationTransaction], R]) -> R:
        written: list[str] = []

        def watched(tx: ActivationTransaction) -> R:
            append = tx.append

            def noted(kind: Entered, subject: str, *, at: datetime, **facts: Any) -> LedgerRow:
                row = append(kind, subject, at=at, **facts)
                self._die_at(f"before:{kind.value}")
                written.append(kind.value)
                return row

            tx.append = noted  # type: ignore[method-assign]  # the very point of a mortal store
            return work(tx)

        answer = super()._run(watched)
        for kind in written:
            self._die_at(f"after:{kind}")
        return answer

    def _die_at(self, point: str) -> None:
        if point == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


def open_mortal(path: Path, sealer: Sealer) -> MortalStore:
    """Open the store that dies."""
    return MortalStore(path, sealer=sealer)


if __name__ == "__main__":
    MortalStore.point = sys.argv[2]
    run(read_config(sys.argv[3:]), clock=ToldClock(Path(sys.argv[1])), opening=open_mortal)
