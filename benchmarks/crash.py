"""kill -9 by the hundred while a company signs: what was lost, what came twice, how soon the bot was back.

`./dev bench --crash N` kills N times (100 when not told). The counting is done outside the program.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.journeys.campaign import Campaign, Outcome, mortal_company, plan

SIGNERS, REQUESTERS = 20, 10


def main(count: int) -> int:
    """Kill `count` times, print the figures, and return 1 when a promise was broken."""
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="crash-") as folder,
        mortal_company(Path(folder), signers=SIGNERS, employees=REQUESTERS) as company,
    ):
        outcome = asyncio.run(Campaign(company=company).run(plan(count, seed=count)))
    for name, value in rows(outcome):
        print(f"{name:<58}{value:>12}")
    print(f"{'seconds in all':<58}{time.monotonic() - began:>12.0f}")
    for broken in (*outcome.figures.wrong, *outcome.faults.splitlines()):
        print("BROKEN", broken)
    return int(bool(outcome.figures.wrong or outcome.faults))


def rows(outcome: Outcome) -> list[tuple[str, str | int]]:
    """Return the lines of the table."""
    found, wrong = outcome.figures, outcome.figures.wrong
    kinds = [(f"  {kind}", number) for kind, number in sorted(outcome.kills.items())]
    states = [(f"  {state}", number) for state, number in sorted(found.states.items())]
    return [
        ("kill -9", outcome.kills.total()), *kinds, ("  points that nobody passed in time", len(outcome.missed)),
        ("documents sent", found.sent), *states,
        ("LOST: no request, or signed and never arrived", sum("lost" in each or "never" in each for each in wrong)),
        ("DUPLICATE signatures: documents with two", sum("different signatures" in each for each in wrong)),
        ("signed files delivered", found.delivered), ("  that came once more, the same bytes", found.again),
        ("notices and cards that came once more", found.notices_again),
        ("codes confirmed / entries authorised", f"{found.confirmed} / {found.authorised}"),
        ("attempts / uses of keys / signatures in the ledger", f"{found.attempted} / {found.uses} / {found.made}"),
        ("unknown outcomes, each told to an administrator", found.unknown),
        ("bot back after, s: median / longest", _times(outcome.back_s)),
        ("activation module back after, s: median / longest", _times(outcome.module_back_s)),
    ]  # fmt: skip


def _times(seconds: tuple[float, ...]) -> str:
    return f"{statistics.median(seconds):.1f} / {max(seconds):.1f}" if seconds else "—"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
