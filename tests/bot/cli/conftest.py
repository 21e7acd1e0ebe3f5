"""An installation of its own for each file of tests, and a terminal that types `countersign …` there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return the JSON it printed."""
        return json.loads(self.out)


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """Runs commands as a person does: a process each, nothing but the settings shared."""

    data_dir: Path
    settings: dict[str, str]

    def __call__(self, *words: str, **settings: str) -> Said:
        """Run `countersign words…`; keyword arguments are settings for this once."""
        ran = subprocess.run(
            self.command(*words), cwd=ROOT, env=self.environment(**settings), capture_output=True, text=True,
            check=False, stdin=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip
        return Said(code=ran.returncode, out=ran.stdout, err=ran.stderr)

    def command(self, *words: str) -> list[str]:
        """Return the command line."""
        return [sys.executable, "-m", "bot", *words]

    def environment(self, **settings: str) -> dict[str, str]:
        """Return the environment of a command."""
        inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        named = {f"COUNTERSIGN_{name.upper()}": value for name, value in {**self.settings, **settings}.items()}
        return {**inherited, "COUNTERSIGN_DATA_DIR": str(self.data_dir), **named}


@pytest.fixture
def bare(tmp_path: Path) -> Terminal:
    """A terminal where nothing was set up yet."""
    return Terminal(data_dir=tmp_path / "var", settings={})


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal at an installation that the tests of one file share."""
    made = Terminal(data_dir=tmp_path_factory.mktemp("installed") / "var", settings={})
    assert made("init").code == 0
    return made
