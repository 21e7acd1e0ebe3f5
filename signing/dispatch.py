"""What requests promise: to end in time, to go on; and when they are signed, files to whom the policy names."""

from __future__ import annotations

from signing.approval.policy import ApprovalPolicy
from signing.notices import Kind, go_on, watch
from signing.ports import Delivery, Job, Transaction
from signing.request import SigningRequest, State
from signing.second_step import address_of, destinations


async def promise_deliveries(tx: Transaction, request: SigningRequest, *, policy: ApprovalPolicy) -> None:
    """Promise each place its files; somebody who is both requester and signer gets one."""
    channels = list(await destinations(tx, request))
    signers = dict.fromkeys(signature.signer for signature in await tx.signatures.of(request.id))
    for copy in policy.copies:
        to_signers = [await address_of(tx, request, signer) for signer in signers] if copy == "signer" else []
        for address in to_signers or [copy]:
            if address and address != "signer" and address not in channels:
                channels.append(f"copy:{address}")
    for channel in channels:
        await tx.deliveries.promise(Delivery(request=request.id, channel=channel, state="promised"))
        facts = {"request": request.id, "channel": channel}
        await tx.jobs.add(Job(kind=Kind.DELIVER, subject=f"{request.id}|{channel}", facts=facts))


async def promise_anew(tx: Transaction, request: SigningRequest) -> None:
    """Promise what time and the route have to do with a request; the time of a part is that of the whole."""
    if request.part is None:
        await expire_at(tx, request)
    if request.state is State.CIRCULATING or request.part is not None:
        await go_on(tx, request.lead)
    if request.state is State.WAITING:
        await watch(tx, request.id)


async def expire_at(tx: Transaction, request: SigningRequest) -> None:
    """Promise the end of a request's time."""
    facts = {"request": request.id}
    await tx.jobs.add(Job(kind=Kind.EXPIRE, subject=request.id, facts=facts, due=request.deadline))
