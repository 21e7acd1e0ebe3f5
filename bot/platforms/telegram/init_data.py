"""Who opened a Mini App: Telegram's signature over initData, its age, once, and the person bound to the account."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from bot.platforms.telegram.core import PLATFORM
from signing.errors import NotAllowed
from signing.people import PersonId
from signing.ports import Clock, Store

LIFE = timedelta(seconds=300)
SPACE = "init-data"
_LENGTH = 4096


def check(init_data: str, *, token: str, now: datetime) -> int:
    """Return the numeric account that Telegram vouches for; raise `NotAllowed(reason="init_data")`.

    HMAC-SHA256 with key HMAC("WebAppData", token) over the sorted `key=value` lines without `hash`; `auth_date` at
    most 300 s old and not ahead of us. Does not check that it is used once, nor whose account it is.
    """
    return _checked(init_data, token=token, now=now)[0]


def _checked(init_data: str, *, token: str, now: datetime) -> tuple[int, str]:
    """Return the account and the genuine `hash`: the one part that no rewriting of the data leaves valid."""
    try:
        pairs = parse_qsl(init_data[:_LENGTH], keep_blank_values=True, strict_parsing=True)
        fields = dict(pairs)
        given = fields.pop("hash")
        at = datetime.fromtimestamp(int(fields["auth_date"]), tz=UTC)
        account = json.loads(fields["user"])["id"]
    except (KeyError, TypeError, ValueError, OverflowError, OSError, RecursionError) as error:
        raise NotAllowed(reason="init_data") from error
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    wanted = hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()
    is_genuine = hmac.compare_digest(wanted.encode(), given.encode()) and len(pairs) == len(fields) + 1
    if not is_genuine or not timedelta(0) <= now - at <= LIFE or type(account) is not int:
        raise NotAllowed(reason="init_data")
    return account, wanted


class MiniAppIdentity:
    """Fills the web pages' `identify`: initData in, the bound person out, each initData once."""

    def __init__(self, *, store: Store, token: str, clock: Clock) -> None:
        self._store = store
        self._token = token
        self._clock = clock

    def __repr__(self) -> str:
        return "MiniAppIdentity()"

    async def __call__(self, init_data: str) -> PersonId:
        """Return the person; raise `NotAllowed(reason="init_data")` for anything forged, old, used or unbound."""
        now = self._clock.now()
        account_id, used = _checked(init_data, token=self._token, now=now)
        async with self._store.begin() as tx:
            if await tx.notes.get(space=SPACE, name=used, now=now) is not None:
                raise NotAllowed(reason="init_data")
            await tx.notes.put(space=SPACE, name=used, body={}, expires_at=now + 2 * LIFE)
            account = await tx.people.account(PLATFORM, str(account_id))
        if account is None:
            raise NotAllowed(reason="init_data")
        return account.person
