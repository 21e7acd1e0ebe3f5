"""The steps of journeys in which a business process waits for a signature."""

from __future__ import annotations

from typing import Any

from bot.platforms.bitrix24.robot.offer import CODE
from playground.bitrix24.bizproc import Process
from playground.bitrix24.office import Deal
from playground.telegram.person import TelegramPerson
from tests.journeys.company import Colleague
from tests.journeys.sales import Sales
from tests.journeys.story import a_pdf, card_of, has

FIELD = "UF_CRM_BY_PROCESS"
"""A file field that only processes have signed."""


def deal_with(trade: Sales, name: str, *, by: Colleague, body: bytes | None = None) -> Deal:
    """Somebody opens a deal with a document for a process, a PDF of that name where no `body` is given."""
    deal = trade.deal(name, by=by)
    trade.put(deal, name, body or a_pdf(name), by=by, field=FIELD)
    return deal


def start(trade: Sales, deal: Deal, *, by: Colleague | int, timeout_s: int = 0, **properties: Any) -> Process:
    """Somebody starts a process for a deal; it comes to our action."""
    user = by if isinstance(by, int) else trade.user(by)
    filled = {"field": FIELD, **properties}
    return trade.within(
        lambda: trade.portal.bizproc.start(deal, by=user, code=CODE, properties=filled, timeout_s=timeout_s)
    )


def user_of(trade: Sales, colleague: Colleague) -> str:
    """Return a colleague as a property of type user."""
    return f"user_{trade.user(colleague)}"


def says(trade: Sales, deal: Deal, *words: str) -> bool:
    """Tell whether a comment in the deal's timeline says all of it."""
    return any(all(word in comment.text for word in words) for comment in trade.portal.comments(deal))


def log_of(process: Process) -> str:
    """Return what stands in a process's log."""
    return "\n".join(text for _, text in process.log)


def ends(trade: Sales, process: Process) -> list[str]:
    """Return how the journal says that the answer to a process ended."""
    rows = trade.office.rows("portal:process_answered")
    mine = [row for row in rows if row["facts"]["process"] == process.id]
    return [str(row["facts"]["end"]) for row in mine]


async def reject(ivan: TelegramPerson, name: str) -> None:
    """The signer refuses."""
    await ivan.press(await card_of(ivan, name), "Reject")
    await ivan.press(await ivan.wait_for(lambda m: has(m, name, button="Wrong amount")), "Wrong amount")
