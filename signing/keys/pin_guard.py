"""A wrong PIN is tried once: the count is on disk, so that a restart loop cannot lock a token."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signing.errors import KeyUnavailable

UNFINISHED_TRIES = 3
"""Tries that ended in a crash before the token answered; real tokens lock after three to ten wrong ones."""


class PinGuard:
    """Counts logins of one token in a file and lets one process at a time do them."""

    def __init__(self, path: Path, *, key: bytes) -> None:
        """`path` is a file of our own; `key` keeps the PIN's fingerprint in it from being guessed offline."""
        self._path = path
        self._key = key

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Hold the lock between processes around initialise and login (SoftHSM rewrites its token file there)."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def before_login(self, pin: str) -> None:
        """Count a try before it is made; raise `KeyUnavailable` when this PIN was refused or too many tries crashed."""
        tries = self._tries(pin)
        if tries >= UNFINISHED_TRIES:
            raise KeyUnavailable(reason="pin")
        self._write(pin, tries + 1)

    def accepted(self) -> None:
        """The token took the PIN."""
        self._path.unlink(missing_ok=True)

    def refused(self, pin: str) -> None:
        """The token refused the PIN: this one is never tried again; another one may be."""
        self._write(pin, UNFINISHED_TRIES)

    def _tries(self, pin: str) -> int:
        try:
            kept = json.loads(self._path.read_text())
            return int(kept["tries"]) if hmac.compare_digest(str(kept["pin"]), self._fingerprint(pin)) else 0
        except FileNotFoundError:
            return 0
        except (ValueError, KeyError, TypeError) as error:
            # An unreadable count says nothing about what was tried: fail closed.
            raise KeyUnavailable(reason="pin") from error

    def _write(self, pin: str, tries: int) -> None:
        fresh = self._path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"pin": self._fingerprint(pin), "tries": tries}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

    def _fingerprint(self, pin: str) -> str:
        return hmac.new(self._key, b"pin|" + pin.encode(), hashlib.sha256).hexdigest()
