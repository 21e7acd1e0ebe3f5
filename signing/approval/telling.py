"""How much a draft is about: told by its requester, or by the deal that its document lies in.

The journal has the amount when the request is sent; before that every word replaces the one before.
"""

from __future__ import annotations

from signing.amount import Amount, Teller
from signing.approval.policy import ApprovalPolicy
from signing.errors import NotAllowed, NotAllowedNow
from signing.notices import refresh
from signing.ports import Transaction
from signing.request import SigningRequest, State


async def tell(tx: Transaction, found: SigningRequest, *, hundredths: int, policy: ApprovalPolicy) -> SigningRequest:
    """Keep what the requester says; does not check who that is.

    Raises `NotAllowedNow` for what was sent, and `NotAllowed(reason="amount_of_deal")` where the deal says it.
    """
    if found.state is not State.DRAFT:
        raise NotAllowedNow(state=found.state.value, wanted="tell_amount")
    before = policy.routes.counted(found.amount)
    if before is not None and before.told_by is Teller.DEAL:
        raise NotAllowed(reason="amount_of_deal")
    return await _keep(tx, found, Amount(hundredths=hundredths, currency=policy.routes.currency))


async def follow(tx: Transaction, found: SigningRequest, amount: Amount | None, *, policy: ApprovalPolicy) -> None:
    """Keep what the deal says now; when it says nothing that counts, the requester's own word stays.

    What was sent stays as it is: whoever is asked has seen the amount of then.
    """
    told, before = policy.routes.counted(amount), found.amount
    is_own = before is None or before.told_by is Teller.REQUESTER
    if found.state is State.DRAFT and told != before and not (told is None and is_own):
        await _keep(tx, found, told)


async def _keep(tx: Transaction, found: SigningRequest, amount: Amount | None) -> SigningRequest:
    told = found.touched(amount=amount)
    await tx.requests.save(told)
    await refresh(tx, found.id, found.requester)
    return told
