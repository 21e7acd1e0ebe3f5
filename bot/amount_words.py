"""An amount that a requester writes into any chat: for which draft, taken, or what is wrong with it."""

from __future__ import annotations

from bot.phrases import amounts, error
from signing.approval.decisions import Decisions
from signing.approval.policy import ApprovalPolicy
from signing.approval.progress import wanting_amount
from signing.errors import NotAllowed, SigningError
from signing.people import Person
from signing.ports import Transaction
from signing.request import RequestId, SigningRequest


async def draft_for(tx: Transaction, person: Person, text: str, *, policy: ApprovalPolicy) -> SigningRequest | None:
    """Return the newest draft that waits for an amount, if what was written without a question looks like one."""
    if not amounts.looks_like_one(text, currency=policy.routes.currency):
        return None
    return await wanting_amount(tx, person.id, policy)


async def take(
    decisions: Decisions, request: str, text: str, *, by: Person, policy: ApprovalPolicy, language: str
) -> tuple[bool, str]:
    """Take what the requester wrote; return whether another amount is awaited, and what was wrong in words."""
    try:
        hundredths = amounts.read_amount(text, currency=policy.routes.currency)
        await decisions.tell_amount(RequestId(request), by=by.id, hundredths=hundredths)
    except NotAllowed as failure:
        return True, error(language, failure)
    except SigningError as failure:
        return False, error(language, failure)
    return False, ""
