"""`countersign policy`: faults with their line and what mends them; who must say yes, in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Terminal

POLICY = """\
currency = "EUR"

[departments]
sales = ["Anna Petrova"]

[[route]]
name = "Contracts from 10 000"
documents = ["*contract*"]
departments = ["sales"]
amount_from = 10_000
required = true

[[route.step]]
approves = ["Lawyer"]

[[route.step]]
signs = ["Olga Babić", "Ivan Marković", "Petr Petrov"]
need = 2
veto = ["Olga Babić"]

[[route]]
name = "Two directors"

[[route.step]]
signs = ["Ivan Marković", "Olga Babić"]
"""


@pytest.fixture(scope="module")
def staffed(terminal: Terminal) -> Terminal:
    """A terminal at an installation with the people of the policy."""
    for name in ("Anna Petrova", "Olga Babić", "Ivan Marković", "Petr Petrov"):
        assert terminal("people", "add", name, "--identity", "passport", "--role", "signer").code == 0
    assert terminal("people", "add", "Lidia Law", "--identity", "passport", "--title", "Lawyer").code == 0
    return terminal


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A sound policy file."""
    path = tmp_path / "policy.toml"
    path.write_text(POLICY, encoding="utf-8")
    return path


def test_a_sound_file_is_called_sound(staffed: Terminal, policy: Path) -> None:
    said = staffed("policy", "check", policy_file=str(policy))
    assert (said.code, "policy.toml is sound: 2 routes, amounts in EUR." in said.out) == (0, True)


def test_every_fault_is_told_with_its_line(staffed: Terminal, policy: Path) -> None:
    policy.write_text(POLICY.replace("need = 2", "need = 4").replace('"Lawyer"', '"Notary"'), encoding="utf-8")
    said = staffed("policy", "check", str(policy))
    assert said.code == 1
    assert "policy.toml:16: 4 of 3 cannot be. Write a number from 1 to 3." in said.out
    policy.write_text(POLICY.replace('"Lawyer"', '"Notary"'), encoding="utf-8")
    said = staffed("policy", "check", str(policy))
    assert "policy.toml:14: The policy file names “Notary”, and nobody here is called so." in said.out
    assert "1 fault" in said.err
    policy.write_text(POLICY.replace('"EUR"', '"Euro"'), encoding="utf-8")
    said = staffed("policy", "check", str(policy))
    assert "policy.toml:1: “Euro” is no currency. Write its three capital letters" in said.out


def test_who_must_say_yes_in_plain_words(staffed: Terminal, policy: Path) -> None:
    asked = ("--document", "Contract 17.pdf", "--requester", "Anna", "--amount", "25000")
    said = staffed("policy", "explain", str(policy), *asked)
    assert said.out.splitlines() == [
        "Contracts from 10 000 (required)",
        "  Files: *contract*",
        "  Departments: sales",
        "  Amounts: from 10 000 EUR",
        "  1. Lidia Law approves.",
        "  2. Any 2 sign: Olga Babić (with veto), Ivan Marković, Petr Petrov.",
        "  A refusal of Olga Babić ends it at once.",
        "  It ends as refused as soon as it cannot be satisfied any more.",
        "",
        "It goes along this route and to nobody else.",
    ]
    small = staffed("policy", "explain", str(policy), "--document", "Contract 17.pdf", "--amount", "5")
    assert "Two directors\n  1. All sign: Ivan Marković, Olga Babić." in small.out
    assert "any one signer" in small.out
    wrong = staffed("policy", "explain", str(policy), "--amount", "5 USD")
    assert (wrong.code, "Amounts are in EUR here." in wrong.err) == (1, True)
    both = staffed("policy", "explain", str(policy), "--json").json()
    assert [route["name"] for route in both] == ["Contracts from 10 000", "Two directors"]


def test_without_a_file_it_says_where_one_is_named(staffed: Terminal) -> None:
    said = staffed("policy", "check")
    assert (said.code, "COUNTERSIGN_POLICY_FILE" in said.err) == (1, True)


def test_a_faulty_file_stops_the_start(staffed: Terminal, policy: Path) -> None:
    policy.write_text("[[route]]\nname = ", encoding="utf-8")
    said = staffed("policy", "explain", policy_file=str(policy))
    assert (said.code, "has faults" in said.err) == (1, True)
