"""What makes evidence files over the Fake activation: everything in them is real but the signatures."""

from __future__ import annotations

from bot.clock import SystemClock
from signing.approval.policy import ApprovalPolicy
from signing.evidence.making import EvidenceMaker, Rules
from signing.ports import Documents, Store, Workers
from storage.audit_log import publish_head
from storage.database import Database
from tests.fakes.activation import FakeActivation


def paper_maker(
    database: Database,
    store: Store,
    documents: Documents,
    activation: FakeActivation,
    *,
    policy: ApprovalPolicy,
    workers: Workers,
) -> EvidenceMaker:
    """Return it."""
    clock = SystemClock()

    async def publish() -> None:
        await publish_head(database, sign=activation.sign_head, copy=None, now=clock.now())

    rules = Rules(policy=policy.to_json(), roots=(), tsa_roots=())
    return EvidenceMaker(
        store=store, documents=documents, activation=activation, workers=workers, clock=clock, rules=rules,
        publish_head=publish,
    )  # fmt: skip
