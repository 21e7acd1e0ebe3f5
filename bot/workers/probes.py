"""What a worker of this machine can still reach, found out by trying from the inside."""

from __future__ import annotations

import socket
from pathlib import Path


def find_holes(*, port: int, file: str, more_bytes: int) -> tuple[str, ...]:
    """Return the codes of missing walls: `network`, `files`, `memory`.

    `port` listens on this machine, `file` is readable for the bot (text on purpose: a path would be opened to
    the worker), `more_bytes` is more memory than a worker may have.
    """
    tries = {"network": _connects(port), "files": _reads(file), "memory": _allocates(more_bytes)}
    return tuple(wall for wall, fell in tries.items() if fell)


def _connects(port: int) -> bool:
    try:
        with socket.socket() as connection:
            connection.settimeout(1)
            connection.connect(("127.0.0.1", port))
            return True
    except OSError:
        return False


def _reads(file: str) -> bool:
    try:
        with Path(file).open("rb"):
            return True
    except OSError:
        return False


def _allocates(more_bytes: int) -> bool:
    try:
        return len(bytearray(more_bytes)) == more_bytes
    except MemoryError:
        return False
