"""Plain questions to the Bot API for the command line; importing aiogram would cost five seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.cli.console import Failed
from bot.settings import PREFIX, Settings

TIMEOUT_S = 10


async def call(settings: Settings, method: str) -> dict[str, Any]:
    """Return the result of a method without arguments; raise `Failed`, never with the token in the text."""
    return (await _ask(settings, method))[0]


async def clock_skew_s(settings: Settings) -> float:
    """Return how many seconds our clock is before Telegram's (whole seconds, network time included)."""
    return (await _ask(settings, "getMe"))[1]


async def _ask(settings: Settings, method: str) -> tuple[dict[str, Any], float]:
    if settings.telegram_token is None:
        raise Failed(
            f"There is no Telegram token. Mend: get one from @BotFather, put {PREFIX}TELEGRAM_TOKEN=… into .env"
        )
    url = f"{settings.telegram_api_url}/bot{settings.telegram_token.get_secret_value()}/{method}"
    limit = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with aiohttp.ClientSession(timeout=limit) as session, session.get(url, proxy=settings.proxy) as answer:
            body = await answer.json(content_type=None)
            now, theirs = datetime.now(UTC), answer.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        # The error's text quotes the address, and the token is in it.
        raise Failed(
            f"Telegram does not answer ({type(error).__name__}). Mend: check the network and {PREFIX}HTTP_PROXY"
        ) from None
    if not isinstance(body, dict) or not body.get("ok"):
        said = body.get("description", "?") if isinstance(body, dict) else "?"
        raise Failed(f"Telegram says “{said}”. Mend: check {PREFIX}TELEGRAM_TOKEN")
    return dict(body["result"]), (now - parsedate_to_datetime(theirs)).total_seconds() if theirs else 0.0
