"""Mini App launches: initData signed as Telegram signs it, carried in the fragment of the page's address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from playground.telegram.people import BotAccount, Person
from playground.telegram.refusal import Json

VERSION = "9.6"


def init_data(
    *, bot: BotAccount, person: Person, now: datetime, query_id: str, key: Ed25519PrivateKey, start_param: str = ""
) -> str:
    """Return the query string of initData with `signature` (Ed25519) and `hash` (HMAC).

    https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
    """
    user = {name: value for name, value in person.user().items() if name != "is_bot"} | {"allows_write_to_pm": True}
    fields = {
        "query_id": query_id,
        "user": json.dumps(user, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(int(now.timestamp())),
    } | ({"start_param": start_param} if start_param else {})
    third_party = f"{bot.id}:WebAppData\n" + _check_string(fields)
    fields["signature"] = base64.urlsafe_b64encode(key.sign(third_party.encode())).decode().rstrip("=")
    secret = hmac.digest(b"WebAppData", bot.token.encode(), "sha256")
    fields["hash"] = hmac.new(secret, _check_string(fields).encode(), hashlib.sha256).hexdigest()
    return urlencode(fields)


def launch_address(url: str, data: str, theme: Mapping[str, str]) -> str:
    """Return `url` with the fragment that Telegram's clients add."""
    launch: Json = {
        "tgWebAppData": data,
        "tgWebAppVersion": VERSION,
        "tgWebAppPlatform": "ios",
        "tgWebAppThemeParams": json.dumps(dict(theme), separators=(",", ":")),
    }
    mark = "&" if "#" in url else "#"
    return url + mark + urlencode(launch)


def _check_string(fields: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
