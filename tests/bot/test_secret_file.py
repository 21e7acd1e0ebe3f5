"""Secret files: nobody else reads them, nobody replaces them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.secret_file import read_secret, write_secret


def test_what_was_written_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "pin"
    write_secret(path, "24681357")
    assert read_secret(path) == "24681357"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_secret_is_never_replaced(tmp_path: Path) -> None:
    write_secret(tmp_path / "pin", "first")
    with pytest.raises(FileExistsError):
        write_secret(tmp_path / "pin", "second")
    assert read_secret(tmp_path / "pin") == "first"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_secret_that_others_can_read_is_not_used(tmp_path: Path, mode: int) -> None:
    write_secret(tmp_path / "pin", "1")
    (tmp_path / "pin").chmod(mode)
    with pytest.raises(PermissionError, match="chmod 600"):
        read_secret(tmp_path / "pin")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    write_secret(tmp_path / "pin", "1")
    (tmp_path / "link").symlink_to(tmp_path / "pin")
    with pytest.raises(OSError, match="symbolic link"):
        read_secret(tmp_path / "link")
