"""What comes back from the portal or its authorization server, and what it means; nothing told on holds a token."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.platforms.bitrix24.errors import Bitrix24Error, NotExecuted, UnknownOutcome, refusal

MOVED = frozenset({301, 302, 303, 307, 308})
_TOO_MANY = 429
_LONGEST = 160
_SECRET = re.compile(r"[A-Za-z0-9_|%.~+/=-]{24,}")
"""Whatever is so long and has a digit in it may be a token; names of methods and errors have none."""


def read_json(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object of a body, None for anything else, such as a page in whatever encoding."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def mapping(value: object) -> Mapping[str, Any]:
    """Return a map; an empty one comes as a list (reference 2.1), and what is none counts as empty."""
    return value if isinstance(value, dict) else {}


def number(value: object, default: int = 0) -> int:
    """Return a whole number that may have come as text or with a point; `default` for what is none."""
    try:
        return int(value) if isinstance(value, float) else int(str(value))
    except (ValueError, OverflowError):
        return default


def harmless(text: object, *secrets: str) -> str:
    """Return words that may be logged: short, of one line, and empty when a token may stand in them."""
    words = " ".join(str(text or "").split())
    is_told = any(secret and secret in words for secret in secrets)
    if is_told or any(re.search(r"\d", run) for run in _SECRET.findall(words)):
        return ""
    return words[:_LONGEST]


def failure_to_send(method: str, error: aiohttp.ClientError | TimeoutError) -> Bitrix24Error:
    """Return what a broken connection means: nothing was sent before it stood, afterwards nobody knows."""
    never_sent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return (NotExecuted if never_sent else UnknownOutcome)(method=method, code=type(error).__name__)


def read_answer(method: str, status: int, body: Mapping[str, Any] | None, *, secrets: tuple[str, ...]) -> None:
    """Raise what an answer says when it is not a good one; an error may stand in it with any status."""
    if body is not None and "error" in body:
        description = harmless(body.get("error_description"), *secrets)
        code = harmless(body["error"], *secrets) or description or "UNNAMED"
        raise refusal(method, code=code, status=status, description=description)
    if status == _TOO_MANY:
        raise NotExecuted(method=method, status=status)
    if body is None or status >= 500:
        raise UnknownOutcome(method=method, status=status)
