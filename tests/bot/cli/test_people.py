"""`countersign people`: add, find by a part of the name, lock, enrol at the terminal."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

import pyotp
import pytest

from tests.bot.cli.conftest import TOKEN, Terminal, telegram


@pytest.fixture(scope="module")
def staffed(terminal: Terminal) -> Terminal:
    """An installation with three people."""
    for name, role in (("Ivan Petrov", "signer"), ("Anna Petrova", "administrator"), ("Olga Babić", "requester")):
        assert terminal("people", "add", name, "--role", role, "--identity", "passport seen").code == 0
    return terminal


def person(terminal: Terminal, name: str) -> dict[str, Any]:
    """Return one row of the list."""
    return next(row for row in terminal("people", "list", "--json").json() if row["name"] == name)


def test_people_are_listed_with_their_roles(staffed: Terminal) -> None:
    assert person(staffed, "Ivan Petrov")["roles"] == ["requester", "signer"]
    table = staffed("people", "list").out
    assert "Olga Babić" in table


def test_a_name_that_two_people_have_is_refused(staffed: Terminal) -> None:
    said = staffed("people", "lock", "petrov")
    assert said.code == 1
    assert "Ivan Petrov" in said.err
    assert "Anna Petrova" in said.err


def test_a_lock_stays_until_it_is_lifted(staffed: Terminal) -> None:
    assert staffed("people", "lock", "olga", "--why", "test").code == 0
    assert person(staffed, "Olga Babić")["locked"] is not None
    assert staffed("people", "unlock", "olga").code == 0
    assert person(staffed, "Olga Babić")["locked"] is None


def test_an_invitation_needs_a_bot(staffed: Terminal) -> None:
    said = staffed("people", "invite", "olga")
    assert said.code == 1
    assert "COUNTERSIGN_TELEGRAM_TOKEN" in said.err


def test_a_deputy_is_permitted_once(staffed: Terminal) -> None:
    for _ in range(2):
        assert staffed("people", "deputy", "ivan", "anna").code == 0
    assert person(staffed, "Ivan Petrov")["deputies"] == [person(staffed, "Anna Petrova")["id"]]


async def test_an_invitation_is_a_link_to_the_bot_that_is_kept_as_a_hash(staffed: Terminal) -> None:
    async with telegram() as address:
        settings = {"telegram_token": TOKEN, "telegram_api_url": address}
        said = await asyncio.to_thread(staffed, "people", "invite", "olga", "--json", **settings)
    link = said.json()["link"]
    assert link.startswith("https://t.me/countersign_bot?start=")
    secret = link.partition("start=")[2]
    assert len(secret) == 22, "128 bit"
    kept = b"".join(path.read_bytes() for path in staffed.data_dir.glob("countersign.sqlite3*"))
    assert secret.encode() not in kept


def test_a_signer_enrols_at_the_terminal_and_can_be_reset(staffed: Terminal) -> None:
    with staffed.start("people", "enrol", "ivan") as enrolling:
        assert enrolling.stdin is not None
        assert enrolling.stdout is not None
        seen = ""
        while not (key := re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", seen)):
            line = enrolling.stdout.readline()
            assert line, "the terminal shows a key"
            seen += line
        authenticator, now = pyotp.TOTP(key.group().replace(" ", "")), time.time()
        answered, _ = enrolling.communicate(f"{authenticator.at(now - 30)}\n{authenticator.at(now)}\n", timeout=30)
    assert enrolling.returncode == 0
    assert "█" in seen or "▀" in seen, "a QR is drawn"
    assert len(re.findall(r"^ {2}\S+", answered, re.MULTILINE)) == 10
    assert person(staffed, "Ivan Petrov")["second_factor"] is not None
    assert staffed("people", "reset-factor", "ivan").code == 0
    assert person(staffed, "Ivan Petrov")["second_factor"] is None
    assert '"factor:reset"' in staffed("journal", "export").out


def test_somebody_is_written_down_as_away_and_comes_back(staffed: Terminal) -> None:
    assert staffed("people", "add", "Zoya Stone", "--role", "signer", "--identity", "seen").code == 0
    away = ("people", "away", "Zoya", "--from", "2098-12-01", "--until", "2098-12-12", "--deputy", "Ivan")
    refused = staffed(*away)
    assert refused.code == 1
    assert "Ivan Petrov may not stand in for Zoya Stone yet. Permit it: countersign people deputy" in refused.err
    assert staffed("people", "deputy", "Zoya", "Ivan").code == 0
    said = staffed(*away, "--ground", "power of attorney 12/2026")
    assert said.code == 0, said.err
    assert "Zoya Stone is away from 1 December 2098 to 12 December 2098, Ivan Petrov signs meanwhile." in said.out
    assert person(staffed, "Zoya Stone")["away"] == "2098-12-01 to 2098-12-12"
    assert staffed("people", "back", "Zoya").code == 0
    assert person(staffed, "Zoya Stone")["away"] is None
    assert "not stand in for Zoya Stone any more" in staffed("people", "deputy", "Zoya", "Ivan", "--remove").out


def test_a_day_that_is_none_is_said_so(staffed: Terminal) -> None:
    refused = staffed("people", "away", "Anna", "--until", "12.12.")
    assert refused.code == 1
    assert "“12.12.” is no day" in refused.err
