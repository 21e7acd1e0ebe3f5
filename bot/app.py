"""Builds the bot by hand, top to bottom, and runs it until it is told to stop; `start` calls it."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot import rounds, web_server
from bot.activation_child import ActivationChild
from bot.activation_settings import activation_config
from bot.background import every, until
from bot.clients import smtp_of
from bot.clock import SystemClock
from bot.duties import LONGEST_PAUSE, PATIENT, Duties, Handler, Platform, attempts_of, own_promises, shared_promises
from bot.folders import NoFolders
from bot.joining import approval_page, join_pages, letters
from bot.metrics import Metrics
from bot.parts import Parts, build
from bot.platforms.bitrix24.platform import Bitrix24
from bot.platforms.email.client_mail import ClientMail
from bot.platforms.email.delivery import EmailChannel
from bot.platforms.telegram.init_data import MiniAppIdentity
from bot.platforms.web.desk.desk import Desk
from bot.platforms.web.desk.fetching import DeskDelivery
from bot.platforms.web.pages import Pages
from bot.platforms.web.rendering import Rendering
from bot.portal import chat_of, deal_policy_of, portal_connection, stage_policy_of
from bot.proposal_duties import ProposalDuties
from bot.retention import RETAIN_EVERY_S, retain
from bot.second_channel import KeyUseNotice
from bot.secret_file import read_secret
from bot.settings import Settings
from bot.surroundings import Surroundings
from bot.web_server import WebServer
from signing.intake.limits import MIB
from signing.notices import Kind
from signing.ports import SecondChannel
from storage.inbox import Arrival, Feed, Inbox
from storage.jobs import JobQueue

if TYPE_CHECKING:
    from bot.platforms.telegram.platform import Telegram

log = structlog.get_logger(__name__)

COUNT_EVERY_S = 30.0
WEBHOOK_PATH = "/telegram/webhook"


async def live(
    settings: Settings, *, server: WebServer, rendering: Rendering, done: Callable[[str], None], stop: asyncio.Event
) -> None:
    """Build the house, show it at `server` in place of the starting page, and run it until `stop` is set.

    Tells `done` of every step of the start.
    """
    async with build(settings, clock=SystemClock()) as parts:
        done("database")
        async with _activation(parts), _portal(parts) as bitrix24, _platforms(parts, bitrix24, done) as telegram:
            await parts.workflow.reconcile()
            await parts.evidence.remember()
            await parts.leaving.reconcile()
            await parts.proposals.reconcile()
            desk = _desk(parts, telegram, bitrix24, rendering)
            await server.show(_house(parts, telegram, bitrix24, rendering, desk))
            await _listen(parts, telegram)
            done("telegram")
            log.info("ready", port=server.port, telegram=settings.telegram_mode)
            await stop.wait()
            log.info("stopping")
            await parts.background.stop()


@asynccontextmanager
async def _activation(parts: Parts) -> AsyncIterator[None]:
    """Start the activation module as a child, unless it is a unit of its own."""
    child = ActivationChild(activation_config(parts.settings)) if parts.settings.activation_spawn else None
    try:
        if child is not None:
            await child.start()
            parts.background.start("activation", lambda stopping: until(stopping, child.watch()))
        yield
    finally:
        if child is not None:
            await child.stop()


@asynccontextmanager
async def _portal(parts: Parts) -> AsyncIterator[Bitrix24 | None]:
    """Yield the company's portal when there is one; its loops run from now on."""
    settings = parts.settings
    way = portal_connection(settings, store=parts.store, sealer=parts.sealer, clock=parts.clock)
    async with way as connection:
        if connection is None:
            yield None
            return
        inbox = Inbox(parts.database, parts.clock, parts.sealer)
        bitrix24 = Bitrix24(
            core=parts.portal_core(), connection=connection, policy=deal_policy_of(settings),
            stages=stage_policy_of(settings),
            chat=chat_of(settings, core=parts.chat_core(), connection=connection, inbox=inbox),
        )  # fmt: skip
        sweep_s = float(settings.bitrix24_sweep_seconds)
        parts.background.start("bitrix24-bindings", lambda stopping: until(stopping, bitrix24.keep_bound()))
        parts.background.start("bitrix24-sweep", lambda stopping: every(stopping, sweep_s, bitrix24.sweep))
        if bitrix24.chat is not None:
            parts.background.start("bitrix24-chat", bitrix24.chat.fetch)
        yield bitrix24


@asynccontextmanager
async def _platforms(parts: Parts, bitrix24: Bitrix24 | None, done: Callable[[str], None]) -> AsyncIterator[Telegram]:
    """Start the workers and Telegram; aiogram is imported here, in a thread, because that takes seconds."""
    done("token")
    await asyncio.gather(parts.workers.start(), asyncio.to_thread(import_module, "bot.platforms.telegram.platform"))
    done("workers")
    from bot.platforms.telegram.client import Outgoing, connect
    from bot.platforms.telegram.platform import Telegram

    settings = parts.settings
    bot = connect(_token(settings), api_url=settings.telegram_api_url, proxy=settings.proxy)
    inbox = Inbox(parts.database, parts.clock, parts.sealer)
    telegram = Telegram(
        core=parts.core(bitrix24.places if bitrix24 else None),
        outgoing=Outgoing(bot, plain=settings.telegram_plain), inbox=inbox, webhook_secret=webhook_secret(settings),
    )  # fmt: skip
    _start_loops(parts, telegram, bitrix24, inbox)
    try:
        yield telegram
    finally:
        await bot.session.close()


def _start_loops(parts: Parts, telegram: Telegram, bitrix24: Bitrix24 | None, inbox: Inbox) -> None:
    desk, chat = DeskDelivery(store=parts.store, clock=parts.clock), bitrix24.chat if bitrix24 else None
    portal: tuple[Platform | None, ...] = (bitrix24, chat)
    platforms: list[Platform] = [telegram, desk, *(one for one in portal if one is not None), *_mail(parts)]
    burials = {kind: bury for platform in platforms for kind, bury in platform.burials().items()}
    duties = Duties(
        store=parts.store, workflow=parts.workflow, decisions=parts.decisions, automatic=parts.automatic,
        watch=parts.watch, leaving=parts.leaving, burials=burials,
    )  # fmt: skip
    handlers: dict[str, Handler] = {
        **duties.job_handlers(),
        **ProposalDuties(store=parts.store, proposals=parts.proposals).job_handlers(),
        **own_promises(parts.store, platforms),
        **shared_promises({platform.name: platform for platform in platforms}),
        **letters(parts, chat=telegram.name, chat_link=telegram.invitation),
        Kind.KEY_USED: _key_use(parts, telegram.channel, bitrix24).tell,
    }
    if bitrix24 is not None:
        handlers[Kind.CARD] = bitrix24.notices.beside(handlers[Kind.CARD])
    attempts = attempts_of(handlers, (*PATIENT, *(kind for platform in platforms for kind in platform.patient)))
    queue = JobQueue(parts.database, parts.clock, attempts=attempts, longest=LONGEST_PAUSE, on_dead=duties.bury)
    background = parts.background
    background.start("jobs", lambda stopping: queue.run(handlers, stop=stopping))
    feeds = {telegram.name: telegram.intake.feed, **({chat.name: chat.feed} if chat else {})}
    background.start("inbox", lambda stopping: inbox.run(partial(_feed, feeds), stop=stopping))
    background.start(
        "heads", lambda stopping: every(stopping, rounds.HEAD_EVERY_S, partial(rounds.publish_journal_head, parts))
    )
    background.start("retention", lambda stopping: every(stopping, RETAIN_EVERY_S, partial(retain, parts)))
    background.start("mandates", lambda stopping: every(stopping, rounds.TIDY_EVERY_S, parts.automatic.watch))
    background.start("tidy", lambda stopping: every(stopping, rounds.TIDY_EVERY_S, partial(rounds.tidy, parts, inbox)))


async def _feed(feeds: Mapping[str, Feed], arrival: Arrival) -> None:
    """Feed an event to the platform it came from; one of a chat that is switched off now stays a dead letter."""
    await feeds[arrival.source](arrival)


async def _listen(parts: Parts, telegram: Telegram) -> None:
    """Open the way in that the settings ask for, and tell Telegram our commands."""
    settings = parts.settings
    parts.background.start("commands", lambda stopping: _once(stopping, telegram.commands.publish))
    if settings.telegram_mode == "webhook":
        url = f"{settings.public_url}{WEBHOOK_PATH}"
        parts.background.start(
            "webhook", lambda stopping: _once(stopping, partial(telegram.intake.announce_webhook, url))
        )
    else:
        parts.background.start("polling", telegram.intake.poll)


async def _once(stopping: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work` once; the background repeats it while it fails."""
    await work()
    await stopping.wait()


def _desk(parts: Parts, telegram: Telegram, bitrix24: Bitrix24 | None, rendering: Rendering) -> Desk:
    """Return the intranet page over the portal's deals."""
    settings = parts.settings
    return Desk(
        store=parts.store, workflow=parts.workflow, decisions=parts.decisions, leaving=parts.leaving,
        membership=parts.membership, reception=parts.reception, documents=parts.documents,
        activation=parts.activation, policy=parts.policy, folders=bitrix24.folders if bitrix24 else NoFolders(),
        clock=parts.clock, rendering=rendering, timezone=settings.company_timezone,
        max_document_bytes=settings.max_document_mb * MIB, chat=telegram.name, invitation=telegram.invitation,
        evidence=parts.evidence,
    )  # fmt: skip


def _house(
    parts: Parts, telegram: Telegram, bitrix24: Bitrix24 | None, rendering: Rendering, desk: Desk
) -> web.Application:
    """Return our pages and the webhook, all open."""
    identity = MiniAppIdentity(store=parts.store, token=_token(parts.settings), clock=parts.clock)
    pages = Pages(
        store=parts.store, workflow=parts.workflow, decisions=parts.decisions, membership=parts.membership,
        sharing=parts.sharing, reception=parts.reception, activation=parts.activation, workers=parts.workers,
        documents=parts.documents, clock=parts.clock, identify=identity, rendering=rendering, desk=desk,
        chat=telegram.address,
        timezone=parts.settings.company_timezone, roots_der=parts.roots, tsa_roots_der=parts.tsa_roots,
    )  # fmt: skip
    around = Surroundings(parts, Inbox(parts.database, parts.clock, parts.sealer))
    metrics = Metrics(store=parts.store, clock=parts.clock, around=around)
    parts.background.start("metrics", lambda stopping: every(stopping, COUNT_EVERY_S, metrics.refresh))
    return web_server.build(
        pages=pages, webhook=telegram.intake.webhook, webhook_path=WEBHOOK_PATH,
        metrics=metrics.text, readiness=partial(rounds.readiness, parts),
        more=(
            *approval_page(parts, rendering, identify=identity).routes(),
            *join_pages(parts, rendering, chat_link=telegram.invitation).routes(),
            *(bitrix24.routes(desk.page) if bitrix24 else ()),
        ),
    )  # fmt: skip


def _key_use(parts: Parts, telegram: SecondChannel, bitrix24: Bitrix24 | None) -> KeyUseNotice:
    settings = parts.settings
    channels = {"telegram": telegram} | ({bitrix24.name: bitrix24.channel} if bitrix24 else {})
    if (smtp := smtp_of(settings)) is not None:
        channels["email"] = EmailChannel(smtp)
    return KeyUseNotice(
        store=parts.store, membership=parts.membership, clock=parts.clock, channels=channels,
        public_url=settings.public_url, policy=parts.policy, zone=settings.company_timezone,
        language=settings.language, by_account=(bitrix24.name,) if bitrix24 else (),
    )  # fmt: skip


def _mail(parts: Parts) -> Iterator[ClientMail]:
    """Yield the way to clients by e-mail, where there is a mail server."""
    settings, smtp = parts.settings, smtp_of(parts.settings)
    if smtp is not None:
        yield ClientMail(
            store=parts.store, documents=parts.documents, sharing=parts.sharing, clock=parts.clock, smtp=smtp,
            company=settings.company_name, public_url=settings.public_url, language=settings.language,
        )  # fmt: skip


def _token(settings: Settings) -> str:
    return settings.telegram_token.get_secret_value() if settings.telegram_token else ""


def webhook_secret(settings: Settings) -> str:
    """Return the configured secret, or one derived from the sealing key: nothing to configure, nothing to guess."""
    if settings.telegram_webhook_secret is not None:
        return settings.telegram_webhook_secret.get_secret_value()
    return hmac.new(read_secret(settings.sealing_key_file).encode(), b"telegram webhook", "sha256").hexdigest()
