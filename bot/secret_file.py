"""Files that hold one secret: written once, read only when nobody else can read them."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_secret(path: Path) -> str:
    """Return the first line of a file that only its owner (we, or root) can read; raise `PermissionError`.

    Root at a terminal also reads what belongs to the owner of the folder it lies in, such as the bot's user.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor) as file:
        facts = os.fstat(descriptor)
        owners = {os.geteuid(), 0} | ({path.parent.stat().st_uid} if os.geteuid() == 0 else set())
        is_ours = facts.st_uid in owners and stat.S_ISREG(facts.st_mode)
        if not is_ours or stat.S_IMODE(facts.st_mode) & 0o077:
            raise PermissionError(f"{path.name} must belong to us and be readable by nobody else (chmod 600)")
        return file.readline().rstrip("\r\n")


def write_secret(path: Path, secret: str) -> None:
    """Write a new file that only its owner may read; raise `FileExistsError` rather than replace a secret."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
