"""What an installation puts into its evidence files, built from the settings: for the bot and the command line."""

from __future__ import annotations

from functools import partial

from bot.pem import read_roots
from bot.settings import Settings
from signing.activation.client import ActivationClient
from signing.approval.policy import ApprovalPolicy
from signing.evidence.making import EvidenceMaker, Rules
from signing.ports import Clock, Documents, Store, Workers
from storage.audit_log import publish_head
from storage.database import Database


def maker_of(
    settings: Settings,
    *,
    policy: ApprovalPolicy,
    database: Database,
    store: Store,
    documents: Documents,
    activation: ActivationClient,
    workers: Workers,
    clock: Clock,
) -> EvidenceMaker:
    """Return what makes the evidence files of this installation."""
    rules = Rules(
        policy=policy.to_json(), roots=read_roots(settings.trusted_roots_file),
        tsa_roots=read_roots(settings.tsa_roots_file),
    )  # fmt: skip
    return EvidenceMaker(
        store=store, documents=documents, activation=activation, workers=workers, clock=clock, rules=rules,
        # The copy of the heads elsewhere is the bot's own business: its next round brings it up to date.
        publish_head=partial(_publish, database, activation, clock),
    )  # fmt: skip


async def _publish(database: Database, activation: ActivationClient, clock: Clock) -> None:
    await publish_head(database, sign=activation.sign_head, copy=None, now=clock.now())
