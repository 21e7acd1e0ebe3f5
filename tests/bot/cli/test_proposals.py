"""Two administrators at the console: named with --as, proved by a code of each; listed, stopped, told by doctor."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

import pyotp
import pytest
from typer.testing import CliRunner

from bot.cli.checkup.rights import findings
from bot.cli.commands import app
from bot.cli.finding import find
from bot.cli.installation import installation
from bot.settings import Settings
from signing.membership import CONSOLE
from tests.bot.cli.conftest import Said, Terminal

STEP_S = 30


def typed(terminal: Terminal, *words: str, code: str = "") -> Said:
    """Run a command that asks for a code."""
    environment = {"SOFTHSM2_CONF": None, **terminal.environment()}
    ran = CliRunner().invoke(app, words, env=environment, input=f"{code}\n", catch_exceptions=False)
    return Said(code=ran.exit_code, out=ran.stdout, err=ran.stderr)


def person(terminal: Terminal, name: str) -> dict[str, Any]:
    return next(row for row in terminal("people", "list", "--json").json() if row["name"] == name)


async def enrol(settings: Settings, *names: str) -> dict[str, pyotp.TOTP]:
    """Enrol with the two codes before the present one, so that the present one is fresh."""
    phones: dict[str, pyotp.TOTP] = {}
    async with installation(settings, with_module=True) as here:
        for name in names:
            person = await find(here, name)
            secret = await here.membership.invite(person.id, by=CONSOLE, purpose="enrol")
            _, begun = await here.membership.open_enrolment(secret)
            totp, now = pyotp.TOTP(begun.secret), time.time()
            first, second = totp.at(now - 2 * STEP_S), totp.at(now - STEP_S)
            await here.membership.finish_enrolment(secret, first=first, second=second, timezone=None)
            phones[name] = totp
    return phones


async def rule(settings: Settings) -> list[str]:
    return [finding.says async for finding in findings(settings)]


@pytest.fixture(scope="module")
def founded(terminal: Terminal) -> tuple[Terminal, dict[str, pyotp.TOTP]]:
    """A founded company of two administrators and an employee."""
    for name in ("Vera Sokolova", "Boris Ilić"):
        added = terminal("people", "add", name, "--role", "administrator", "--identity", "passport seen")
        assert added.code == 0
    assert terminal("people", "add", "Anna Petrova", "--identity", "passport seen").code == 0
    refused = terminal("people", "founded")
    assert (refused.code, "No administrator has an authenticator" in refused.err) == (1, True)
    phones = asyncio.run(enrol(Settings(data_dir=terminal.data_dir), "vera", "boris"))
    assert "founding period" in terminal("people", "list").out
    assert terminal("people", "founded").code == 0
    return terminal, phones


def test_a_role_waits_for_the_code_of_a_second_administrator(founded: tuple[Terminal, dict[str, pyotp.TOTP]]) -> None:
    terminal, phones = founded
    asked = typed(terminal, "people", "roles", "anna", "--add", "signer", "--as", "vera", code=phones["vera"].now())
    assert asked.code == 0, asked.err
    number = re.search(r"Proposal ([0-9a-f]{8})", asked.out)
    assert number is not None
    assert "Roles: requester → requester, signer" in asked.out
    assert person(terminal, "Anna Petrova")["roles"] == ["requester"]
    own = typed(terminal, "proposals", "approve", number[1], "--as", "vera", code="000000")
    assert (own.code, "Another administrator must approve" in own.err) == (1, True)
    wrong = typed(terminal, "proposals", "approve", number[1], "--as", "boris", code="000000")
    assert (wrong.code, "Not this code" in wrong.err) == (1, True)
    (row,) = terminal("proposals", "list", "--json").json()
    assert (row["state"], row["by"], row["behind_it"]) == ("open", "Vera Sokolova", ["Vera Sokolova"])
    done = typed(terminal, "proposals", "approve", number[1], "--as", "boris", code=phones["boris"].now())
    assert (done.code, "Done." in done.out) == (0, True), done.err
    assert person(terminal, "Anna Petrova")["roles"] == ["requester", "signer"]
    assert terminal("proposals", "list", "--json").json() == []


def test_without_a_name_two_administrators_are_missing_and_anybody_here_may_stop_it(
    founded: tuple[Terminal, dict[str, pyotp.TOTP]],
) -> None:
    terminal, _ = founded
    asked = terminal("keys", "generate", "ours", "--for", "anna", "--algorithm", "p-256")
    assert "two administrators" in asked.out
    number = re.search(r"Proposal ([0-9a-f]{8})", asked.out)
    assert number is not None
    assert terminal("keys", "list", "--json").json() == []
    assert terminal("proposals", "object", number[1]).code == 0
    assert "objected" in terminal("proposals", "list", "--all").out


def test_a_person_is_added_with_less_and_the_rest_is_proposed(
    founded: tuple[Terminal, dict[str, pyotp.TOTP]],
) -> None:
    terminal, _ = founded
    added = terminal("people", "add", "Olga Babić", "--role", "signer", "--identity", "passport seen")
    assert "It waits for two administrators" in added.out
    assert person(terminal, "Olga Babić")["roles"] == ["requester"]


def test_restricting_waits_for_nobody(founded: tuple[Terminal, dict[str, pyotp.TOTP]]) -> None:
    terminal, _ = founded
    assert terminal("people", "roles", "boris", "--remove", "administrator").code == 0
    assert person(terminal, "Boris Ilić")["roles"] == ["requester"]
    last = terminal("people", "roles", "vera", "--remove", "administrator")
    assert (last.code, "only administrator" in last.err) == (1, True)


def test_lists_tell_the_rule_in_force_and_choose_by_state(
    founded: tuple[Terminal, dict[str, pyotp.TOTP]],
) -> None:
    terminal, _ = founded
    assert "two administrators widen rights, since" in terminal("people", "list").out
    chosen = terminal("people", "list", "--state", "not-invited", "--json").json()
    assert {row["state"] for row in chosen} == {"not-invited"}
    assert terminal("people", "list", "--state", "locked").out.startswith("Nobody has come so far.")
    (says,) = asyncio.run(rule(Settings(data_dir=terminal.data_dir)))
    assert "in force since" in says
