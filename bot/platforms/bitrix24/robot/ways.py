"""Who is asked for a process: one person, or the people of a route; checked before anything is drafted."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platforms.bitrix24.core import PLATFORM
from bot.platforms.bitrix24.deal import Deal
from bot.platforms.bitrix24.robot.wishes import Unfit, Wishes
from signing.activation.record import DETACHED
from signing.amount import Amount
from signing.approval import route
from signing.approval.policy import ApprovalPolicy
from signing.approval.progress import progress_of
from signing.document import Document
from signing.people import Person
from signing.ports import Transaction
from signing.request import SigningRequest
from signing.routing import route_for


async def person_of(tx: Transaction, user: int, *, who: str) -> Person:
    """Return who an employee of the portal is; raise `Unfit` when nobody of ours."""
    account = await tx.people.account(PLATFORM, str(user)) if user else None
    if account is None:
        raise Unfit(f"unknown-{who}" if user else f"no-{who}", user=str(user))
    return await tx.people.get(account.person)


async def signer_of(tx: Transaction, deal: Deal, wishes: Wishes) -> Person | None:
    """Return who is asked, the deal's responsible person by default; nobody along a route, or for a mandate alone."""
    if wishes.signer is None and (wishes.route or wishes.claim):
        return None
    return await person_of(tx, wishes.signer or deal.assigned_to, who="signer")


async def check_signer(tx: Transaction, requester: Person, signer: Person, *, policy: ApprovalPolicy) -> None:
    """Raise `NotAllowed` unless this requester may ask this signer for one more."""
    route.check(requester, signer, policy=policy)
    route.check_room(requester.id, signer, await tx.requests.waiting_for(signer.id), policy=policy)


async def check_documents(
    tx: Transaction, requester: Person, documents: Sequence[Document], wishes: Wishes, *, form: str,
    amount: Amount | None, policy: ApprovalPolicy,
) -> None:  # fmt: skip
    """Raise unless these documents may go along the route that is wished, or to a person or a mandate without one.

    `amount` is what the deal says; nobody else can say one for a process.
    Raises `Unfit`, and of `route_for` what is wrong with the people of the route.
    """
    names, along = [document.name for document in documents], wishes.route
    fitting = [template.name for template in policy.routes.fitting(requester, names, amount=amount)]
    facts = {
        "document": names[0], "requester": requester.name, "route": along, "routes": ", ".join(fitting),
        "number": len(fitting), "amount": "none" if policy.routes.counted(amount) is None else "told",
    }  # fmt: skip
    if along is None:
        if policy.routes.is_required(requester, names, amount=amount):
            raise Unfit("route-required", **facts)
        return
    template = policy.routes.template(along)
    if wishes.form in DETACHED or (wishes.form is None and not template.takes(form)):
        raise Unfit("route-inside", **facts)
    if along not in fitting:
        raise Unfit("route-unfit", **facts)
    if template.has_bounds and policy.routes.counted(amount) is None:
        raise Unfit("amount-missing", route=along, currency=policy.routes.currency or "none")
    await route_for(tx, requester, names, along=along, form=form, amount=amount, policy=policy)


async def check_same(tx: Transaction, live: SigningRequest, *, signer: Person | None, along: str | None) -> None:
    """Raise `Unfit` unless a request that is under way already asks whom the process wants to be asked."""
    progress = await progress_of(tx, live)
    if progress is not None:
        if progress.name != along:
            raise Unfit("already-along", route=progress.name)
    elif signer is None or signer.id not in (live.signer, live.delegated_from):
        asked = (await tx.people.get(live.signer)).name if live.signer else ""
        raise Unfit("already-asked", signer=asked)
