"""The company's Bitrix24 portal as the settings name it, for the bot and for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from bot.platforms.bitrix24.chat.core import ChatCore
from bot.platforms.bitrix24.chat.fetching import Inbox
from bot.platforms.bitrix24.chat.platform import PortalChat
from bot.platforms.bitrix24.core import DealPolicy
from bot.platforms.bitrix24.installation import Sealing
from bot.platforms.bitrix24.platform import Application, Connection, connect
from bot.platforms.bitrix24.stages import StagePolicy
from bot.secret_file import read_secret
from bot.settings import Settings
from signing.people import PersonId
from signing.ports import Clock, Store

FORMS = {"inside": "pades", "beside": "cades"}
"""What the setting says in plain words, as a name of `signing.formats.FORMATS`."""
TIME_LIMIT = aiohttp.ClientTimeout(total=90, connect=20)
"""The portal itself gives up a call after 60 s (reference 2.2); where no connection comes about, nothing was sent."""


def application_of(settings: Settings) -> Application | None:
    """Return the local application, None where no portal is configured."""
    if settings.bitrix24_url is None or settings.bitrix24_client_id is None:
        return None
    return Application(
        portal_url=settings.bitrix24_url, oauth_url=settings.bitrix24_oauth_url,
        client_id=settings.bitrix24_client_id, client_secret=read_secret(settings.bitrix24_client_secret_file),
        calls_per_s=settings.bitrix24_calls_per_second,
    )  # fmt: skip


def deal_policy_of(settings: Settings) -> DealPolicy:
    """Return what happens to files in deals."""
    signer = PersonId(settings.bitrix24_signer) if settings.bitrix24_signer else None
    return DealPolicy(
        fields=settings.bitrix24_fields, process_fields=settings.bitrix24_process_fields, signer=signer,
        has_chat=settings.bitrix24_chat, form=FORMS[settings.bitrix24_signature],
        beside_field=settings.bitrix24_signature_field,
    )  # fmt: skip


def chat_of(settings: Settings, *, core: ChatCore, connection: Connection, inbox: Inbox) -> PortalChat | None:
    """Return the portal's chat bot, None where it is switched off."""
    if not settings.bitrix24_chat:
        return None
    return PortalChat(
        core=core, portal=connection.portal, installation=connection.installation, inbox=inbox,
        quick_s=settings.bitrix24_chat_seconds, idle_s=settings.bitrix24_chat_idle_seconds,
    )  # fmt: skip


def stage_policy_of(settings: Settings) -> StagePolicy:
    """Return what the settings say about stages of deals."""
    return StagePolicy(
        asks=settings.bitrix24_stages, when_signed=settings.bitrix24_stage_signed,
        when_rejected=settings.bitrix24_stage_rejected,
    )  # fmt: skip


@asynccontextmanager
async def portal_connection(
    settings: Settings, *, store: Store, sealer: Sealing, clock: Clock
) -> AsyncIterator[Connection | None]:
    """Yield the way to the portal, None where none is configured; no cookies are kept between calls.

    Raises `OSError` when the file of the client's secret cannot be read.
    """
    application = application_of(settings)
    if application is None:
        yield None
        return
    async with aiohttp.ClientSession(timeout=TIME_LIMIT, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield connect(session, application, store=store, sealer=sealer, clock=clock)
