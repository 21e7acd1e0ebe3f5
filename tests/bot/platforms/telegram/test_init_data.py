"""Who opened a Mini App: genuine, fresh, once, and a person of ours."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from bot.platforms.telegram.init_data import MiniAppIdentity, check
from signing.errors import NotAllowed
from signing.people import Account, Person, PersonId
from storage.database import Database
from storage.migrations import upgrade
from storage.store import SqlStore
from tests.conftest import HandClock

TOKEN = "7300000001:AAsome-token"
ACCOUNT = 5_100_200_302


def signed(clock: HandClock, *, token: str = TOKEN, **fields: str) -> str:
    """Return initData as Telegram makes it (docs: core.telegram.org/bots/webapps)."""
    user = json.dumps({"id": ACCOUNT, "first_name": "Ivan"})
    body = {"auth_date": str(int(clock.now().timestamp())), "query_id": "AAE", "user": user, **fields}
    lines = "\n".join(f"{name}={body[name]}" for name in sorted(body))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return urlencode({**body, "hash": hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()})


def test_genuine_data_names_the_account(clock: HandClock) -> None:
    assert check(signed(clock), token=TOKEN, now=clock.now()) == ACCOUNT


def test_old_data_and_data_from_the_future_are_refused(clock: HandClock) -> None:
    data = signed(clock)
    for moved in (timedelta(seconds=301), timedelta(seconds=-1)):
        with pytest.raises(NotAllowed):
            check(data, token=TOKEN, now=clock.now() + moved)
    assert check(data, token=TOKEN, now=clock.now() + timedelta(seconds=300)) == ACCOUNT


def test_data_of_another_bot_is_refused(clock: HandClock) -> None:
    with pytest.raises(NotAllowed):
        check(signed(clock, token="7300000002:AAother"), token=TOKEN, now=clock.now())


def test_every_changed_part_is_refused(clock: HandClock) -> None:
    pairs = dict(parse_qsl(signed(clock)))
    changed = [{**pairs, name: value + "1"} for name, value in pairs.items()]
    changed += [{k: v for k, v in pairs.items() if k != name} for name in pairs]
    changed += [{**pairs, "start_param": "x"}, {**pairs, "hash": pairs["hash"].upper()}]
    for fields in changed:
        with pytest.raises(NotAllowed):
            check(urlencode(fields), token=TOKEN, now=clock.now())


@pytest.mark.parametrize("rubbish", ["", "&", "hash=1", "x" * 100_000, "user=[[[[&hash=0&auth_date=1", "auth_date=9e9"])
def test_rubbish_is_refused(clock: HandClock, rubbish: str) -> None:
    with pytest.raises(NotAllowed):
        check(rubbish, token=TOKEN, now=clock.now())


def test_a_repeated_field_is_refused(clock: HandClock) -> None:
    with pytest.raises(NotAllowed):
        check(signed(clock) + "&user=%7B%22id%22%3A+1%7D", token=TOKEN, now=clock.now())


async def test_it_is_used_once_even_when_written_anew(tmp_path: Path, clock: HandClock) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.sqlite3'}"
    upgrade(url)
    async with await Database.open(url) as database:
        store = SqlStore(database, clock)
        ivan = Person(id=PersonId("ivan"), name="Ivan", created_at=clock.now())
        async with store.begin() as tx:
            await tx.people.add(ivan)
            await tx.people.bind(Account(platform="telegram", account_id=str(ACCOUNT), chat_id="1", person=ivan.id))
        identify = MiniAppIdentity(store=store, token=TOKEN, clock=clock)
        data = signed(clock)
        assert await identify(data) == ivan.id
        reordered = urlencode(list(reversed(parse_qsl(data))))
        for again in (data, reordered, data.replace("+", "%20")):
            with pytest.raises(NotAllowed):
                await identify(again)
        stranger = signed(clock, user=json.dumps({"id": 1}))
        with pytest.raises(NotAllowed):
            await identify(stranger)
        assert TOKEN not in repr(identify)
