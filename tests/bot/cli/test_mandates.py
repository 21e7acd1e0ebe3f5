"""`countersign mandates`: what is shown is granted with the administrator's code; list, show and revoke."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pyotp
import pytest

from bot.cli.console import Failed
from bot.cli.mandates import amount, end_of
from playground.pki import LoopbackPki
from tests.bot.cli.conftest import Said, Terminal

GRANT = ("mandates", "grant", "--type", "leave", "--count", "50", "--until", "2027-06-30", "--key", "seal")
VALUE = ("--value", "500", "--total", "5000", "--currency", "eur", "--note", "leaves of the office")


@pytest.fixture(scope="module")
def office(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """An installation with an enrolled administrator, a signer, her own key and the company seal."""
    for name, role in (("Vera Sokolova", "administrator"), ("Ivan Petrov", "signer"), ("Anna Petrova", "signer")):
        assert terminal("people", "add", name, "--role", role, "--identity", "passport seen").code == 0
    pki = LoopbackPki(tmp_path_factory.mktemp("pki"), company="Acme")
    for label, more in (("seal", ("--seal", "--for", "anna")), ("own", ())):
        made = terminal("keys", "generate", label, "--for", "ivan", *more, "--algorithm", "p-256")
        assert made.code == 0, made.err
    _certify(terminal, pki, "seal", tmp_path_factory.mktemp("certificates"))
    return terminal


def _certify(terminal: Terminal, pki: LoopbackPki, label: str, folder: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    asked, brought = folder / f"{label}.csr", folder / f"{label}.pem"
    assert terminal("keys", "csr", label, "--subject", "CN=Acme Seal,O=Acme", "--out", str(asked)).code == 0
    request = x509.load_pem_x509_csr(asked.read_bytes()).public_bytes(Encoding.DER)
    chain = [x509.load_der_x509_certificate(der) for der in pki.issue(request, "Acme Seal")]
    brought.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    assert terminal("keys", "import-certificate", label, str(brought)).code == 0


@pytest.fixture(scope="module")
def seed(office: Terminal) -> str:
    """Vera enrols at the terminal with the two codes before this moment, so that today's code is still good."""
    with office.start("people", "enrol", "vera") as process:
        assert process.stdout is not None
        assert process.stdin is not None
        for line in process.stdout:
            if found := re.search(r"((?:[A-Z2-7]{4} ?){8})", line):
                break
        else:
            raise AssertionError("no key was shown")
        key = found.group(1).replace(" ", "")
        step = int(time.time()) // 30
        process.stdin.write("".join(f"{code(key, step - back)}\n" for back in (2, 1)))
        process.stdin.close()
        assert process.wait(60) == 0
    return key


def code(key: str, step: int) -> str:
    return pyotp.TOTP(key).at(step * 30)


def typed(terminal: Terminal, *words: str, answers: str = "") -> Said:
    """Run a command that asks."""
    from typer.testing import CliRunner

    from bot.cli.commands import app

    ran = CliRunner().invoke(app, words, env=terminal.environment(), input=answers, catch_exceptions=False)
    return Said(code=ran.exit_code, out=ran.stdout, err=ran.stderr)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--key", "nothing"), "no key “nothing”. Company seals: seal"),
        (("--key", "own"), "a mandate is for a company seal only"),
        (("--until", "tomorrow"), "“tomorrow” is no day"),
        (("--until", "2029-01-01"), "a mandate ends within a year"),
        (("--value", "ten", "--currency", "EUR"), "“ten” is no value"),
        (("--value", "10"), "A value has a currency"),
        (("--currency", "EUR"), "A value has a currency"),
        (("--type", "Leave of absence"), "make no sense together"),
        (("--by", "ivan"), "Ivan Petrov is no administrator"),
        (("--by", "nobody"), "“nobody” means nobody"),
    ],
)
def test_what_makes_no_sense_is_said_before_any_code_is_asked(
    office: Terminal, seed: str, more: tuple[str, ...], said: str
) -> None:
    assert seed
    answer = typed(office, *GRANT, *more)
    assert answer.code == 1
    assert said in answer.err
    assert "authenticator" not in answer.out


def test_a_mandate_is_shown_granted_listed_and_revoked(office: Terminal, seed: str) -> None:
    now = code(seed, int(time.time()) // 30)
    wrong = next(digits for digits in ("000000", "111111", "222222") if digits != now)
    done = typed(office, *GRANT, *VALUE, answers=f"{wrong}\n{now}\n")
    assert done.code == 0, done.err + done.out
    assert "Not this code" in done.err
    for words in (
        "of the type “leave”", "50", "at most 500.00 EUR each, 5000.00 EUR together", "2027-06-30", "CN=Acme Seal",
        "Vera Sokolova", "leaves of the office", "never as signed by a person",
    ):  # fmt: skip
        assert words in done.out
    (row,) = office("mandates", "list", "--json").json()
    number = row["mandate"]
    assert f"mandates revoke {number}" in done.out
    assert (row["state"], row["left"], row["value"], row["total"], row["spent"]) == (
        "in force", "50 of 50", "500.00 EUR", "5000.00 EUR", "0.00 EUR",
    )  # fmt: skip
    assert (row["seal"], row["granted_by"], row["note"]) == ("seal", "Vera Sokolova", "leaves of the office")
    shown = office("mandates", "show", number.lower())
    assert "Nothing was sealed under it yet." in shown.out
    assert not [one for one in office("people", "list", "--json").json() if one["id"].startswith("mandate:")]
    assert office("journal", "verify").code == 0
    for _ in range(2):
        assert office("mandates", "revoke", number, "--why", "no longer").code == 0
    assert office("mandates", "list", "--json").json()[0]["state"] == "revoked"
    rows = [line for line in office("journal", "export").out.splitlines() if f"mandate:{number}" in line]
    assert [tag for line in rows for tag in re.findall(r"mandate:(?:proposed|granted|revoked)", line)] == [
        "mandate:proposed", "mandate:granted", "mandate:revoked",
    ]  # fmt: skip
    assert office("journal", "verify").code == 0


def test_a_code_that_was_spent_grants_nothing(office: Terminal, seed: str) -> None:
    spent = "\n".join(code(seed, int(time.time()) // 30 - back) for back in (0, 1, 2))
    before = office("mandates", "list", "--json").json()
    assert typed(office, *GRANT, answers=f"{spent}\n").code == 1
    assert office("mandates", "list", "--json").json() == before


def test_an_unknown_mandate_is_said_to_be_unknown(office: Terminal) -> None:
    for verb in ("show", "revoke"):
        assert "There is no mandate “7K3M9QXA2F4B”" in office("mandates", verb, "7K3M9QXA2F4B").err


def test_values_are_read_to_the_hundredth() -> None:
    assert [amount(text) for text in ("", "0", "500", "499.9", "499,95")] == [None, 0, 500_00, 499_90, 499_95]
    for text in ("-1", "1.005", "nan", "1e400", "inf", "5 00", "٥٠٠", "1/2"):
        with pytest.raises(Failed):
            amount(text)


def test_the_last_day_counts_whole_in_the_companys_time() -> None:
    assert end_of("2026-12-31", zone="Europe/Podgorica").isoformat() == "2026-12-31T23:00:00+00:00"
    for text in ("2026-13-01", "31.12.2026", "2026-1-1", ""):
        with pytest.raises(Failed):
            end_of(text, zone="UTC")
