"""A burst of documents in the deals of a portal, against the leaky bucket that the portal allows.

    python -m benchmarks.portal [--documents 200] [--deals 50]

The real bot beside the loopback portal, which counts as the real one does: fifty calls at once, then two a second. One
document is done when its request is made from the deal, a signer is asked and the deal's timeline says so; the code and
the signature would measure people and the token, so they are left out (see --approvals). The bound is the time in which
the bucket lets just so many calls through. An over-limit answer is a call that the portal refused as too much.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.office import load
from playground.bitrix24.office import Deal
from playground.bitrix24.rest import LEAK_PER_S, THRESHOLD
from tests.journeys.sales import Sales, eventually, sales
from tests.journeys.story import a_pdf

FIELD = "UF_CRM_MORE"
"""The multiple one: a deal holds several documents."""
EMPLOYEES = 8
SWEEP_S = "120"


@dataclass(frozen=True, kw_only=True)
class Burst:
    """What the burst took."""

    wall_s: float
    bound_s: float
    calls: collections.Counter[str]
    over_limit: int


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--deals", type=int, default=50)
    given = parser.parse_args()
    title = f"{given.documents} documents in {given.deals} deals, {load()}"
    with (
        tempfile.TemporaryDirectory() as folder,
        sales(
            Path(folder),
            signers=1,
            employees=EMPLOYEES,
            COUNTERSIGN_BITRIX24_SWEEP_SECONDS=SWEEP_S,
            COUNTERSIGN_BITRIX24_CALLS_PER_SECOND=str(LEAK_PER_S),
        ) as trade,  # fmt: skip
    ):
        _one_signer(trade)
        trade.within(lambda: trade.portal.office.fields.__setitem__(FIELD, True))
        burst = asyncio.run(_measure(trade, documents=given.documents, deals=given.deals))
    _show(title, burst, given.documents)


def _one_signer(trade: Sales) -> None:
    """Let one person be asked for every deal, so that nobody has to choose; the bot starts anew with it."""
    listed = json.loads(trade.office.countersign("people", "list", "--json").stdout)
    signer = next(person["id"] for person in listed if person["name"] == trade.office.signers[0].name)
    trade.office.environment["COUNTERSIGN_BITRIX24_SIGNER"] = signer
    trade.office.stop()
    trade.office.start()


async def _measure(trade: Sales, *, documents: int, deals: int) -> Burst:
    rest = trade.portal.rest
    await _idle(trade)
    opened = trade.within(lambda: _open(trade, deals))
    await _idle(trade)
    before, filled, start = len(rest.calls), trade.within(rest.filled), time.perf_counter()
    trade.within(lambda: _put(trade, opened, documents))
    await eventually(lambda: trade.within(lambda: _shown(trade, opened)) >= documents, seconds=documents * 10 + 60)
    wall_s = time.perf_counter() - start
    made = [call for call in rest.calls[before:] if not call.is_inner]
    over = sum(call.error == "QUERY_LIMIT_EXCEEDED" for call in made)
    bound_s = max(0.0, filled + len(made) - THRESHOLD) / LEAK_PER_S
    return Burst(
        wall_s=wall_s, bound_s=bound_s, calls=collections.Counter(call.method for call in made), over_limit=over
    )


def _open(trade: Sales, deals: int) -> list[Deal]:
    """Open the deals, each somebody's."""
    sellers = [trade.user(colleague) for colleague in trade.office.employees]
    return [
        trade.portal.office.open_deal(f"Deal {number}", by=sellers[number % len(sellers)]) for number in range(deals)
    ]


def _put(trade: Sales, deals: list[Deal], documents: int) -> None:
    """Put all documents into their deals at once."""
    for number in range(documents):
        deal, name = deals[number % len(deals)], f"Contract {number}.pdf"
        trade.portal.put(deal, name, a_pdf(name), by=deal.assigned_by, field=FIELD)


def _shown(trade: Sales, deals: list[Deal]) -> int:
    """Return how many requests the timelines show."""
    ours = {deal.id for deal in deals}
    return sum(comment.deal in ours for comment in trade.portal.office.comments.values())


async def _idle(trade: Sales) -> None:
    """Wait until what the bot asked before has leaked out."""
    await eventually(lambda: trade.within(trade.portal.rest.filled) == 0, seconds=120)


def _show(title: str, burst: Burst, documents: int) -> None:
    table = Table("what", "figure", title=title)
    count = burst.calls.total()
    table.add_row("all requests made and shown", f"{burst.wall_s:.1f} s")
    table.add_row("bound of the bucket for these calls", f"{burst.bound_s:.1f} s")
    ratio = f"{burst.wall_s / burst.bound_s:.2f}" if burst.bound_s else "all within the first fifty calls"
    table.add_row("× bound", ratio)
    table.add_row("calls a document", f"{count / documents:.1f}")
    table.add_row("over-limit answers", str(burst.over_limit))
    for method, calls in burst.calls.most_common():
        table.add_row(f"  {method}", str(calls))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
