"""What a finished request promises: its signed files to the requester, and copies to whom the policy names."""

from __future__ import annotations

from signing.approval.policy import ApprovalPolicy
from signing.notices import Kind
from signing.ports import Delivery, Job, Transaction
from signing.request import SigningRequest
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
