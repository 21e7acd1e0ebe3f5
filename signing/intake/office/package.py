"""A zip of parts, opened without trusting it: bombs, doubled names and lies about sizes end here."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from signing.errors import Refused
from signing.intake.limits import GateLimits

PARTS = 4_000
"""Parts of one file; a presentation with a thousand slides has fewer."""
_CHUNK = 1 << 20
_ENCRYPTED = 1
"""General purpose bit 0 (APPNOTE 4.4.4)."""


class Package:
    """The parts of a zip, each one unpacked once and found whole."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        """`parts` are the texts among them; the others are named with no body."""
        self._parts = parts

    @property
    def names(self) -> frozenset[str]:
        """Names of all parts, as written."""
        return frozenset(self._parts)

    def read(self, name: str) -> bytes:
        """Return the body of a part; nothing when there is none."""
        return self._parts.get(name, b"")

    def named(self, *beginnings: str, ending: str = "") -> list[str]:
        """Return the names that begin and end so, in order."""
        return sorted(name for name in self._parts if name.startswith(beginnings) and name.endswith(ending))


def open_package(source: Path, limits: GateLimits) -> Package:
    """Unpack everything under the limits; refuse `office-broken`, `office-password`, `bomb`."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            _check_directory(entries, limits)
            return Package(_unpack(archive, entries, limits))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise Refused("office-broken", reason=type(error).__name__) from error


def names_in(source: Path) -> frozenset[str]:
    """Return the names of a zip's parts, none when it cannot be read."""
    try:
        with zipfile.ZipFile(source) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return frozenset()


def _check_directory(entries: list[zipfile.ZipInfo], limits: GateLimits) -> None:
    """Judge what the directory says, before anything is unpacked."""
    if len(entries) > PARTS:
        raise Refused("bomb", what="parts")
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise Refused("office-broken", reason="doubled-part")  # two programs would read two documents
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Refused("office-password")
    if sum(entry.file_size for entry in entries) > limits.total_bytes:
        raise Refused("bomb", what="parts")


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: GateLimits) -> dict[str, bytes]:
    """Count what really comes out: the directory may lie, and entries may share bytes."""
    parts, total = {}, 0
    for entry in entries:
        kept = bytearray()
        is_markup = entry.filename.endswith((".xml", ".rels", "mimetype"))
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > limits.total_bytes or len(kept) > limits.stream_bytes:
                    raise Refused("bomb", what="parts")
                if is_markup:
                    kept += chunk
        parts[entry.filename] = bytes(kept)
    return parts
