"""What every test may ask for: a SoftHSM token of its own, a clock told by hand; no network but loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from tests.sharing_out import ByCompany, place_in_line

SOFTHSM = next(
    (path for path in map(Path, ("/usr/lib/softhsm/libsofthsm2.so",)) if path.exists()),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
)


@dataclass(frozen=True, kw_only=True)
class SoftToken:
    """A fresh SoftHSM token in a temporary folder; `SOFTHSM2_CONF` points there while the test runs."""

    conf: Path
    folder: Path
    """Where the token's objects lie; moving it away is pulling the token."""
    module: Path = SOFTHSM
    label: str = "countersign-test"
    pin: str = field(default="24681357", repr=False)


@dataclass
class HandClock:
    """A clock that stands still until it is moved."""

    moment: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the moment it shows."""
        return self.moment

    def move(self, **by: float) -> datetime:
        """Move on by `timedelta(**by)` and return the new moment."""
        self.moment += timedelta(**by)
        return self.moment


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByCompany:
    """Share out by company."""
    return ByCompany(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest ways; the short ones fill the time that is left at the end."""
    items.sort(key=lambda item: place_in_line(item.path))


@pytest.fixture
def clock() -> HandClock:
    """A clock told by hand."""
    return HandClock()


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoftToken]:
    """A SoftHSM token of this test's own."""
    made = make_token(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(made.conf))
    yield made
    shutil.rmtree(made.folder, ignore_errors=True)


def make_token(place: Path) -> SoftToken:
    """Make a SoftHSM token in a folder; whoever uses it sets `SOFTHSM2_CONF`."""
    folder = place / "tokens"
    folder.mkdir()
    conf = place / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    made = SoftToken(conf=conf, folder=folder)
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", made.label, "--pin", made.pin, "--so-pin", "13572468"],
        check=True,
        capture_output=True,
        env={**os.environ, "SOFTHSM2_CONF": str(conf)},
    )
    return made


def _only_loopback(event: str, facts: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(facts[1], tuple) and not _is_loopback(str(facts[1][0])):
        raise PermissionError(f"a test tried to reach {facts[1][0]}: tests stay on loopback")


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ip_address(host.partition("%")[0]).is_loopback


sys.addaudithook(_only_loopback)
