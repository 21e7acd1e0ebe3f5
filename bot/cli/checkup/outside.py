"""The outside: Telegram and its webhook, our public address, the time-stamp authorities."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp

from bot.cli import telegram_api
from bot.cli.checkup import Finding, good, warning, wrong
from bot.cli.console import Failed
from bot.net import Outbound
from bot.pem import read_roots
from bot.settings import PREFIX, Settings
from signing.errors import TimestampUnavailable
from signing.timestamp import HttpTimestampAuthority

MOST_SKEW_S = 5.0
MOST_WAITING = 100
TSA_LIMIT_S = 15


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Yield the findings about everything that is not this machine."""
    async for finding in _telegram(settings):
        yield finding
    yield _pages(settings)
    async for finding in time_stamps(settings):
        yield finding


async def _telegram(settings: Settings) -> AsyncIterator[Finding]:
    try:
        bot = await telegram_api.call(settings, "getMe")
        hook = await telegram_api.call(settings, "getWebhookInfo")
        skew_s = await telegram_api.clock_skew_s(settings)
    except Failed as failure:
        says, _, mend = str(failure).partition(" Mend: ")
        yield wrong("Telegram", says, mend=mend)
        return
    yield good("Telegram", f"@{bot.get('username')} answers at {settings.telegram_api_url}")
    yield webhook(settings, url=str(hook.get("url", "")), waiting=int(hook.get("pending_update_count", 0)),
                  last_error=str(hook.get("last_error_message", "")))  # fmt: skip
    if abs(skew_s) > MOST_SKEW_S:
        mend = "timedatectl set-ntp true"
        yield wrong("Clock", f"{skew_s:+.0f} s away from Telegram's: one-time codes will fail", mend=mend)


def webhook(settings: Settings, *, url: str, waiting: int, last_error: str) -> Finding:
    """Return the finding about how updates arrive; `url` is the webhook Telegram knows, or empty."""
    backlog = f", {waiting} updates wait" if waiting else ""
    if settings.telegram_mode == "polling":
        if url:
            return warning("Updates", f"a webhook is set{backlog}", mend="start the bot: it removes the webhook")
        return good("Updates", f"by polling{backlog}")
    if not url.startswith(f"{settings.public_url}/"):
        says = f"the webhook is {url or 'not set'}, not below {settings.public_url}"
        return wrong("Updates", says, mend="start the bot: it sets the webhook")
    if last_error:
        mend = f"make {settings.public_url} reach {settings.listen_host}:{settings.listen_port}"
        return wrong("Updates", f"Telegram cannot bring them: {last_error}{backlog}", mend=mend)
    if waiting > MOST_WAITING:
        return warning("Updates", f"by webhook{backlog}", mend="start the bot")
    return good("Updates", f"by webhook{backlog}")


def _pages(settings: Settings) -> Finding:
    if settings.public_url is None:
        says = "no public address: codes are entered in the chat, the terminal draws the enrolment QR"
        return warning("Pages", says, mend=f"{PREFIX}PUBLIC_URL, see docs/live.md")
    return good("Pages", settings.public_url)


async def time_stamps(settings: Settings) -> AsyncIterator[Finding]:
    """Yield one finding an authority, each asked for a real time-stamp."""
    if not settings.tsa_urls:
        yield warning("Time-stamps", "none: signatures are B-B, their time is only stated", mend=f"{PREFIX}TSA_URLS")
    roots = read_roots(settings.tsa_roots_file)
    limit = aiohttp.ClientTimeout(total=TSA_LIMIT_S)
    async with aiohttp.ClientSession(timeout=limit, proxy=settings.proxy) as session:
        for url in settings.tsa_urls:
            authority = HttpTimestampAuthority([url], roots_der=roots, post=Outbound(session).post)
            try:
                await authority.stamp(b"countersign doctor")
                yield good("Time-stamps", url)
            except TimestampUnavailable as error:
                mend = f"check {PREFIX}TSA_URLS, {PREFIX}TSA_ROOTS_FILE and the network"
                yield wrong("Time-stamps", f"{url}: {error.facts.get('reason')}", mend=mend)
