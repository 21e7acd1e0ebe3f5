"""The script of commands: it starts the right program, prepares only once, and says what it cannot do."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STUB = '#!/bin/sh\necho "$@"\n'


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the script beside an environment that holds the pins already and only says what it was asked."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "dev", tmp_path)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("pin==1\n")
        (tmp_path / ".venv" / name).write_text("pin==1\n")
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(STUB)
    python.chmod(0o755)
    return tmp_path


def dev(house: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script there."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN_")}
    return subprocess.run(
        [house / "dev", *words], env={**inherited, **environment}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("written", "started"),
    [
        (None, "-m playground"),
        ("COUNTERSIGN_TELEGRAM_TOKEN=\n", "-m playground"),
        ('COUNTERSIGN_TELEGRAM_TOKEN=""\n', "-m playground"),
        ("#COUNTERSIGN_TELEGRAM_TOKEN=1:a\n", "-m playground"),
        ("COUNTERSIGN_TELEGRAM_TOKEN=1:a\n", "-m bot run"),
        ("export COUNTERSIGN_TELEGRAM_TOKEN='1:a'\n", "-m bot run"),
    ],
)
def test_a_token_decides_between_playground_and_live(house: Path, written: str | None, started: str) -> None:
    if written is not None:
        (house / ".env").write_text(written)
    assert dev(house, "run").stdout.strip() == started


def test_a_token_in_the_environment_counts_too(house: Path) -> None:
    assert dev(house, "run", COUNTERSIGN_TELEGRAM_TOKEN="1:a").stdout.strip() == "-m bot run"


def test_the_product_gets_its_words_unchanged(house: Path) -> None:
    assert dev(house, "countersign", "people", "add", "Ivan Petrov").stdout.strip() == "-m bot people add Ivan Petrov"


def test_changed_pins_are_installed_with_their_hashes(house: Path) -> None:
    (house / "requirements.txt").write_text("pin==2\n")
    (house / ".venv" / "requirements-dev.txt").unlink()
    assert "--require-hashes -r requirements.txt" in dev(house, "setup", "run").stdout
    assert dev(house, "setup", "run").stdout == "", "the second time there is nothing to do"


def test_the_larger_environment_serves_the_smaller_need(house: Path) -> None:
    (house / ".venv" / "requirements.txt").unlink()
    assert dev(house, "run").stdout.strip() == "-m playground"


def test_what_cannot_be_installed_is_told_in_one_line(house: Path) -> None:
    tools = house / "tools"
    tools.mkdir()
    for name in ("bash", "env", "dirname", "cmp", "sh"):
        (tools / name).symlink_to(str(shutil.which(name)))
    said = dev(house, "run", PATH=str(tools))
    assert said.returncode == 1
    assert "apt-get install softhsm2" in said.stderr


def test_an_unknown_command_shows_the_known_ones(house: Path) -> None:
    said = dev(house, "rnu")
    assert said.returncode == 1
    assert "./dev run" in said.stderr


@pytest.mark.parametrize(
    ("module", "mend"),
    [(["playground"], "PLAYGROUND_PORT"), (["bot", "run"], "COUNTERSIGN_LISTEN_PORT")],
    ids=["playground", "live"],
)
def test_a_taken_port_is_told_in_one_line(tmp_path: Path, module: list[str], mend: str) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "sealing-key").write_text("00" * 32)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = {
            **os.environ, "PLAYGROUND_PORT": port, "PLAYGROUND_FOLDER": str(tmp_path),
            "COUNTERSIGN_DATA_DIR": str(tmp_path), "COUNTERSIGN_LISTEN_PORT": port, "COUNTERSIGN_TELEGRAM_TOKEN": "1:a",
        }  # fmt: skip
        said = subprocess.run(
            [sys.executable, "-m", *module], cwd=ROOT, env=told, capture_output=True, text=True, check=False, timeout=60
        )
    assert said.returncode == 1
    assert mend in said.stderr
    assert said.stderr.count("\n") == 1
