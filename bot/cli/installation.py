"""What a command works on: settings, the database beside a running bot, the activation module."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.activation_child import ActivationChild
from bot.activation_settings import activation_config, point_to_soft_token
from bot.cli.console import Failed, countersign
from bot.clients import proposals_of
from bot.clock import SystemClock
from bot.settings import PREFIX, Settings, read_settings
from signing.activation.client import ActivationClient
from signing.errors import ActivationUnavailable
from signing.founding import Founding
from signing.membership import Membership
from signing.ports import Clock
from signing.proposals import Proposals

if TYPE_CHECKING:
    from storage.database import Database
    from storage.store import SqlStore


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One company's bot, opened for a command; the bot itself may be running meanwhile."""

    settings: Settings
    clock: Clock
    database: Database
    store: SqlStore
    activation: ActivationClient
    membership: Membership
    proposals: Proposals
    founding: Founding


@asynccontextmanager
async def installation(settings: Settings | None = None, *, with_module: bool = False) -> AsyncIterator[Installation]:
    """Open the installation of these settings (else of those in force); raise `Failed` when nothing was set up yet.

    Only what needs keys or codes asks for the activation module: starting it costs a second.
    """
    # SQLAlchemy takes half a second, which the start of the bot saves.
    from storage.database import Database, database_path
    from storage.store import SqlStore

    settings, clock = settings or read_settings(), SystemClock()
    if not database_path(settings.database_url).exists():
        raise Failed(f"Nothing is set up here yet. Mend: {countersign('init')}")
    async with AsyncExitStack() as stack:
        # Not exclusive: a running bot keeps its lock, SQLite orders the writers.
        database = await stack.enter_async_context(await Database.open(settings.database_url, exclusive=False))
        opening = activation_module(settings) if with_module else _unstarted(settings)
        activation = await stack.enter_async_context(opening)
        store = SqlStore(database, clock)
        membership = Membership(store=store, activation=activation, clock=clock)
        proposals = proposals_of(store=store, activation=activation, clock=clock)
        yield Installation(
            settings=settings, clock=clock, database=database, store=store, activation=activation,
            membership=membership, proposals=proposals, founding=Founding(store=store, clock=clock),
        )  # fmt: skip


@asynccontextmanager
async def activation_module(settings: Settings) -> AsyncIterator[ActivationClient]:
    """Yield the running activation module; when none runs, one is started for the moment."""
    async with _unstarted(settings) as client, AsyncExitStack() as stack:
        try:
            await client.status()
        except ActivationUnavailable:
            child = _child(settings)
            stack.push_async_callback(child.stop)
            await child.start()
        yield client


@asynccontextmanager
async def _unstarted(settings: Settings) -> AsyncIterator[ActivationClient]:
    client = ActivationClient(settings.activation_socket)
    try:
        yield client
    finally:
        await client.close()


def _child(settings: Settings) -> ActivationChild:
    if not settings.activation_spawn:
        raise Failed(f"The activation module does not answer. Mend: start its unit, or set {PREFIX}ACTIVATION_SPAWN=on")
    point_to_soft_token(settings)
    return ActivationChild(activation_config(settings))
