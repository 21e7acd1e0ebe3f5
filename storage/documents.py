"""Bytes on disk, named by their SHA-256; written once, checked whenever they are read."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from signing.document import Sha256
from signing.errors import NotFound, SigningError


class DiskFull(SigningError):
    """Too little room is left to take another document (`free_bytes`); nothing was written."""


class DiskDocuments:
    """Fills `signing.ports.Documents`; the spool is in the same folder, so that `adopt` is one rename."""

    def __init__(self, folder: Path, *, min_free_bytes: int = 500_000_000, min_free_share: float = 0.05) -> None:
        self._folder = folder
        self._spool = folder / "spool"
        self._min_free_bytes = min_free_bytes
        self._min_free_share = min_free_share
        for needed in (folder, self._spool):
            needed.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def put(self, body: bytes) -> Sha256:
        """Store the bytes durably; raise `DiskFull` before anything is written."""
        return await asyncio.to_thread(self._put, body)

    async def adopt(self, path: Path) -> Sha256:
        """Take over a finished file of the spool; the path is gone afterwards.

        Never refused for want of room: the bytes are on this disk already, and they may carry a signature.
        """
        return await asyncio.to_thread(self._adopt, path)

    async def get(self, sha256: Sha256) -> bytes:
        """Return the bytes; raise `NotFound` when absent or when they no longer match their name."""
        return await asyncio.to_thread(self._get, sha256)

    def path(self, sha256: Sha256) -> Path:
        """Return where the bytes lie or would lie; does not check them."""
        name = str(sha256)
        if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise NotFound(what="document")
        return self._folder / name[:2] / name

    def spool(self) -> Path:
        """Return a fresh path in the private spool; raise `DiskFull` when there is little room."""
        self._need_room(0)
        return self._spool / secrets.token_hex(16)

    def tidy(self, *, older_than_s: float, now_s: float) -> int:
        """Delete spooled files that nobody adopted, and folders that a crash left; return how many."""
        old = [path for path in self._spool.iterdir() if now_s - path.stat().st_mtime > older_than_s]
        for path in old:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        return len(old)

    def old(self, *, needed: Collection[str], older_than_s: float, now_s: float) -> tuple[Sha256, ...]:
        """Return which bytes nobody needs and nobody has brought again since."""
        return tuple(
            Sha256(path.name)
            for path in self._folder.glob("??/*")
            if path.name not in needed and now_s - path.stat().st_mtime > older_than_s
        )

    def erase(self, names: Iterable[Sha256], *, older_than_s: float, now_s: float) -> int:
        """Delete bytes for ever; one that was brought again meanwhile stays. Return how many are gone."""
        erased = 0
        for path in map(self.path, names):
            with self._alone(), suppress(FileNotFoundError):
                if now_s - path.stat().st_mtime > older_than_s:
                    path.unlink()
                    erased += 1
        return erased

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads and processes from bringing or erasing bytes for a moment."""
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _put(self, body: bytes) -> Sha256:
        self._need_room(len(body))
        path = self._spool / secrets.token_hex(16)
        try:
            with path.open("xb") as file:
                file.write(body)
            return self._adopt(path)
        finally:
            path.unlink(missing_ok=True)

    def _adopt(self, path: Path) -> Sha256:
        with path.open("rb") as file:
            sha256 = Sha256(hashlib.file_digest(file, "sha256").hexdigest())
            os.fsync(file.fileno())
        target = self.path(sha256)
        if not target.parent.exists():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self._folder)
        path.chmod(0o600)
        os.utime(path)
        # A second copy replaces the first one: the same bytes, and it heals a copy that was damaged.
        with self._alone():
            path.rename(target)
        _sync_folder(target.parent)
        return sha256

    def _get(self, sha256: Sha256) -> bytes:
        try:
            body = self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(what="document") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise NotFound(what="document", damaged=True)
        return body

    def _need_room(self, size_bytes: int) -> None:
        disk = shutil.disk_usage(self._folder)
        if disk.free - size_bytes < max(self._min_free_bytes, self._min_free_share * disk.total):
            raise DiskFull(free_bytes=disk.free)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
