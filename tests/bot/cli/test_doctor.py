"""`countersign doctor`: each trouble is told with what mends it; Telegram is a real server on loopback."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.cli.checkup import Finding, State, keyring, outside, readiness
from bot.settings import Settings
from playground.pki import LoopbackPki, TsaFault
from signing.people import PersonId
from signing.ports import KeyFacts
from tests.bot.cli.conftest import TOKEN, Said, Terminal, telegram

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def by_subject(said: Said) -> dict[str, dict[str, str]]:
    """Return doctor's findings by what they are about."""
    return {finding["about"]: finding for finding in said.json()}


def test_a_fresh_installation_lacks_only_keys_a_root_and_a_bot(terminal: Terminal) -> None:
    found = by_subject(terminal("doctor", "--json"))
    wrong = {about for about, finding in found.items() if finding["state"] == "wrong"}
    assert wrong - {"Workers"} == {"Keys", "Telegram", "Trusted roots"}
    assert "software" in found["Token"]["says"]


def test_every_trouble_comes_with_what_mends_it(bare: Terminal) -> None:
    found = by_subject(bare("doctor", "--json"))
    assert [about for about, finding in found.items() if finding["state"] == "wrong" and not finding["mend"]] == []
    assert found["Data folder"]["mend"] == "countersign init"


def test_a_folder_where_nothing_was_set_up_asks_for_init_and_starts_nothing(bare: Terminal) -> None:
    bare.data_dir.mkdir(mode=0o700, parents=True)
    said = bare("doctor", "--json")
    assert by_subject(said)["Database"]["mend"].endswith("countersign init")
    assert "Activation module" not in by_subject(said)
    assert said.err == ""


def test_a_module_that_cannot_start_says_why_in_one_line(bare: Terminal, capfd: pytest.CaptureFixture[str]) -> None:
    assert bare("init").code == 0
    (bare.data_dir / "secrets" / "activation-sealing-key").unlink()
    found = by_subject(bare("doctor", "--json"))
    assert found["Activation module"]["mend"].endswith("countersign init")
    told = capfd.readouterr().err
    assert "The activation module cannot start" in told
    assert "activation-sealing-key" in told
    assert "Traceback" not in told


async def test_a_bot_that_answers_is_named(terminal: Terminal) -> None:
    async with telegram() as address:
        settings = {"telegram_token": TOKEN, "telegram_api_url": address}
        found = by_subject(await asyncio.to_thread(terminal, "doctor", "--json", **settings))
    assert found["Telegram"]["state"] == "good"
    assert "@countersign_bot" in found["Telegram"]["says"]
    assert found["Updates"]["state"] == "good"


async def test_a_refused_token_is_told_and_never_shown(terminal: Terminal) -> None:
    async with telegram() as address:
        said = await asyncio.to_thread(
            terminal, "doctor", telegram_token=TOKEN.replace("1", "2"), telegram_api_url=address
        )
    assert "Unauthorized" in said.out
    assert "COUNTERSIGN_TELEGRAM_TOKEN" in said.out
    assert "canary" not in said.out + said.err


def test_a_telegram_that_is_away_is_told_without_the_token(terminal: Terminal) -> None:
    said = terminal("doctor", telegram_token=TOKEN, telegram_api_url="http://127.0.0.1:1")
    assert "does not answer" in said.out
    assert "canary" not in said.out + said.err


def test_a_wrong_pin_is_told_and_tried_only_once(bare: Terminal) -> None:
    assert bare("init").code == 0
    (bare.data_dir / "secrets" / "token-pin").write_text("0000")
    for _ in range(2):
        assert "PIN" in by_subject(bare("doctor", "--json"))["Token"]["says"]


def test_a_secret_that_others_can_read_is_told_with_the_command(bare: Terminal) -> None:
    assert bare("init").code == 0
    path = bare.data_dir / "secrets" / "sealing-key"
    path.chmod(0o644)
    assert by_subject(bare("doctor", "--json"))["Sealing key"]["mend"] == f"chmod 600 {path}"


async def test_a_time_stamp_is_really_asked_for(tmp_path: Path) -> None:
    pki = LoopbackPki(tmp_path / "pki")
    runner = web.AppRunner(pki.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pki.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        settings = Settings(tsa_urls=(pki.tsa_url,), tsa_roots_file=pki.roots_pem)
        good = [finding async for finding in outside.time_stamps(settings)]
        pki.tsa_fault = TsaFault.GARBAGE
        bad = [finding async for finding in outside.time_stamps(settings)]
    finally:
        await runner.cleanup()
    assert [finding.state for finding in good] == [State.GOOD]
    assert [finding.state for finding in bad] == [State.WRONG]
    assert "COUNTERSIGN_TSA_URLS" in bad[0].mend


@pytest.mark.parametrize(
    ("mode", "known", "state"),
    [
        ("polling", {"url": ""}, State.GOOD),
        ("polling", {"url": "https://elsewhere.example.com/hook"}, State.WARNING),
        ("webhook", {"url": ""}, State.WRONG),
        ("webhook", {"url": "https://sign.example.com.evil.example.com/hook"}, State.WRONG),
        ("webhook", {"url": "https://sign.example.com/hook"}, State.GOOD),
        ("webhook", {"url": "https://sign.example.com/hook", "waiting": 500}, State.WARNING),
        ("webhook", {"url": "https://sign.example.com/hook", "last_error": "Connection refused"}, State.WRONG),
    ],
)
def test_updates_must_arrive_the_configured_way(mode: Any, known: dict[str, Any], state: State) -> None:
    settings = Settings(telegram_mode=mode, public_url="https://sign.example.com")
    assert outside.webhook(settings, **{"url": "", "waiting": 0, "last_error": "", **known}).state is state


@pytest.mark.parametrize(
    ("from_days", "to_days", "state"),
    [(-1, 300, State.GOOD), (-1, 29, State.WARNING), (-9, -1, State.WRONG), (1, 300, State.WRONG)],
)
def test_a_certificate_must_be_in_time(from_days: int, to_days: int, state: State) -> None:
    dates = {"not_before": NOW + timedelta(days=from_days), "not_after": NOW + timedelta(days=to_days)}
    assert [finding.state for finding in keyring.key_findings((key(**dates),), now=NOW)] == [state]


def test_a_root_and_a_backup_are_asked_for(terminal: Terminal, tmp_path: Path) -> None:
    settings = Settings(data_dir=terminal.data_dir)
    assert [finding.state for finding in readiness.findings(settings)] == [State.WRONG, State.WARNING]
    pki = LoopbackPki(tmp_path / "pki", company="Doctor Ltd")
    assert terminal("backup", str(tmp_path / "made.tar")).code == 0
    found = list(readiness.findings(settings.model_copy(update={"trusted_roots_file": pki.roots_pem})))
    assert [finding.state for finding in found] == [State.GOOD, State.GOOD]


def test_a_key_without_a_certificate_is_told() -> None:
    found: list[Finding] = list(keyring.key_findings((key(),), now=NOW))
    assert found[0].state is State.WRONG
    assert "keys csr ivan" in found[0].mend


def key(*, not_before: datetime | None = None, not_after: datetime | None = None) -> KeyFacts:
    """Return a key with these dates of its certificate."""
    return KeyFacts(
        label="ivan", store="pkcs11", algorithm="P-256", is_seal=False, is_hardware=False, owners=(PersonId("1"),),
        certificate_sha256=None, not_before=not_before, not_after=not_after,
    )  # fmt: skip
