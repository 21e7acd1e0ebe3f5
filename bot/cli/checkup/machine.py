"""The machine: data folder, secrets, disk, clock, database, isolation of workers."""

from __future__ import annotations

import ctypes
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.cli.checkup import Finding, good, warning, wrong
from bot.cli.console import countersign
from bot.settings import PREFIX, Settings
from bot.workers import isolation as probe
from storage.database import database_path
from storage.migrations import HEAD, revision

LEAST_FREE_MB = 500
"""Below this, or below 5 % of the disk, documents are refused."""
LEAST_FREE_SHARE = 0.05
TIME_ERROR = 5
"""adjtimex(2): the clock is not synchronised."""


def findings(settings: Settings) -> Iterator[Finding]:
    """Yield the findings about this machine."""
    yield _data_folder(settings)
    yield from (_secret(path, about) for path, about in _secrets(settings))
    yield _disk(settings.data_dir)
    yield _clock()
    yield _database(settings)


def _secrets(settings: Settings) -> Iterator[tuple[Path, str]]:
    yield settings.sealing_key_file, "Sealing key"
    yield settings.pkcs11_pin_file, "PIN"
    if settings.smtp_password_file:
        yield settings.smtp_password_file, "Mail password"


def _data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    if not folder.is_dir():
        return wrong("Data folder", f"{folder} is missing", mend=countersign("init"))
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return warning("Data folder", f"{folder} is open to other users", mend=f"chmod 700 {folder}")
    return good("Data folder", str(folder))


def _secret(path: Path, about: str) -> Finding:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return wrong(about, f"{path} is missing", mend=countersign("init"))
    except PermissionError:
        return good(about, f"{path} is closed to this user")
    if mode & 0o077:
        return wrong(about, f"{path} can be read by other users (mode {mode:04o})", mend=f"chmod 600 {path}")
    return good(about, "in a file of its own, mode 0600")


def _disk(folder: Path) -> Finding:
    usage = shutil.disk_usage(next(place for place in (folder, *folder.parents) if place.exists()))
    free_mb, share = usage.free // 2**20, usage.free / usage.total
    says = f"{free_mb:,} MB free ({share:.0%})"
    if free_mb < LEAST_FREE_MB or share < LEAST_FREE_SHARE:
        mend = f"make room; below {LEAST_FREE_MB} MB or {LEAST_FREE_SHARE:.0%} documents are refused"
        return wrong("Disk", says, mend=mend)
    return good("Disk", says)


def _clock() -> Finding:
    # 208 bytes is `struct timex` on 64-bit Linux; all zeros only asks.
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(256))
    if state == TIME_ERROR:
        return warning("Clock", "nothing keeps it synchronised", mend="timedatectl set-ntp true")
    return good("Clock", "synchronised") if state >= 0 else warning("Clock", "the system does not say")


def _database(settings: Settings) -> Finding:
    path = database_path(settings.database_url)
    if not path.exists():
        return wrong("Database", f"{path} is missing", mend=countersign("init"))
    found = revision(path)
    if found != HEAD:
        mend = f"{countersign('backup FILE')}, then {countersign('init')}" if found else countersign("init")
        return wrong("Database", f"its schema is {found or 'empty'}, this program wants {HEAD}", mend=mend)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        return wrong("Database", f"damaged: {said}", mend=f"stop the bot and bring {path.name} back from a backup")
    return good("Database", f"schema {HEAD}, sound")


async def isolation(settings: Settings) -> Finding:
    """Return whether hostile documents are read behind walls here; tried out, not guessed."""
    found = await probe()
    walls = {
        "no network": found.network, "limited memory": found.memory, "own files only": found.files,
        "another user": found.user,
    }  # fmt: skip
    there = ", ".join(name for name, stands in walls.items() if stands) or "no wall stands"
    if all(walls.values()):
        return good("Workers", there)
    if found.is_strong:
        return good("Workers", f"{there}; not {', '.join(name for name, stands in walls.items() if not stands)}")
    says = f"{there}; missing: {', '.join(found.reasons)}"
    if settings.accept_weak_isolation:
        return warning("Workers", f"{says} (accepted in the settings)")
    return wrong("Workers", says, mend=f"mend that, or accept it: {PREFIX}ACCEPT_WEAK_ISOLATION=on")
