"""What the tests have workers do in a folder of their own."""

from __future__ import annotations

import time
from pathlib import Path


def fill(scratch: Path) -> list[str]:
    """Make, rename and remove files and folders, as LibreOffice does; return what is left."""
    (scratch / "a" / "b").mkdir(parents=True)
    (scratch / "a" / "b" / "text").write_text("kept")
    (scratch / "gone").write_text("gone")
    (scratch / "gone").rename(scratch / "moved")
    (scratch / "moved").unlink()
    (scratch / "a" / "empty").mkdir()
    (scratch / "a" / "empty").rmdir()
    return sorted(str(path.relative_to(scratch)) for path in scratch.rglob("*"))


def link(scratch: Path, outside: str) -> None:
    """Leave a way to a file outside."""
    (scratch / "link").symlink_to(outside)


def write_beside(scratch: Path) -> None:
    """Write where nothing was opened."""
    (scratch.parent / "beside").write_text("x")


def stay(scratch: Path) -> None:
    """Take too long."""
    (scratch / "begun").write_text("x")
    time.sleep(60)
