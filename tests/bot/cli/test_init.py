"""`countersign init`: one command makes everything, a second one changes nothing."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

from bot.activation_config import ActivationConfig
from tests.bot.cli.conftest import Terminal


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file that people or keys depend on."""
    names = ("secrets", "tokens", "softhsm2.conf")
    files = [path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] in names]
    return {str(path): path.read_bytes() for path in files}


def test_init_twice_keeps_every_secret(bare: Terminal) -> None:
    assert bare("init").code == 0
    first = snapshot(bare.data_dir)
    again = bare("init")
    assert (again.code, snapshot(bare.data_dir)) == (0, first)


def test_the_token_takes_the_pin_in_the_file(bare: Terminal) -> None:
    bare("init")
    pin = (bare.data_dir / "secrets" / "token-pin").read_text()
    environment = {**os.environ, "SOFTHSM2_CONF": str(bare.data_dir / "softhsm2.conf")}
    spare = ["--init-token", "--free", "--label", "spare", "--so-pin", "12345678", "--pin", pin]
    slots = subprocess.run(
        ["softhsm2-util", "--show-slots"], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert "countersign" in slots
    assert len(pin) == 16
    subprocess.run(["softhsm2-util", *spare], env=environment, check=True, capture_output=True)
    assert bare("keys", "list").code == 0, "the module logs in with that PIN"


def test_nobody_else_can_read_a_secret(bare: Terminal) -> None:
    bare("init")
    assert stat.S_IMODE(bare.data_dir.stat().st_mode) == 0o700
    secrets = list((bare.data_dir / "secrets").iterdir())
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert len(secrets) == 4


def test_a_token_that_was_cut_off_while_it_was_made_is_made_again(bare: Terminal) -> None:
    bare("init")
    (bare.data_dir / "softhsm2.conf").unlink()
    (bare.data_dir / "tokens").rename(bare.data_dir / "tokens.new")
    assert bare("init").code == 0
    assert bare("keys", "list").code == 0


def test_another_make_of_token_must_bring_its_pin(bare: Terminal) -> None:
    said = bare("init", pkcs11_module="/usr/lib/other/libother.so")
    assert said.code == 1
    assert "COUNTERSIGN_PKCS11_PIN_FILE" in said.err


def test_before_init_every_command_says_what_mends_it(bare: Terminal) -> None:
    said = bare("people", "list")
    assert said.code == 1
    assert "Mend: countersign init" in said.err


def test_a_bad_setting_stops_the_command_by_name(bare: Terminal) -> None:
    said = bare("init", listen_port="eighty")
    assert (said.code, "COUNTERSIGN_LISTEN_PORT" in said.err) == (1, True)
    assert not bare.data_dir.exists()


def test_the_settings_in_force_are_shown_with_stars(bare: Terminal) -> None:
    said = bare("settings", "--json", telegram_token="1:canary-canary-canary")
    assert {"key": "COUNTERSIGN_TELEGRAM_TOKEN", "value": "**********"} in said.json()
    assert "canary" not in said.out + said.err


def test_the_module_gets_its_own_configuration_without_a_secret(bare: Terminal) -> None:
    bare("init")
    said = bare("settings", "--activation")
    config = ActivationConfig.from_json(said.out)
    assert config.store_path == str(bare.data_dir / "activation" / "store.sqlite3")
    assert Path(config.tokens[0].pin_file).read_text() not in said.out


def test_without_a_token_the_bot_says_what_to_do(bare: Terminal) -> None:
    said = bare("run")
    assert said.code == 1
    assert "COUNTERSIGN_TELEGRAM_TOKEN" in said.err
    assert "./dev run" in said.err
