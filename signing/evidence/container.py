"""The evidence file as a container: a ZIP whose every byte follows from its parts, and the manifest of these."""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

MANIFEST = "manifest.sha256"
"""In the form that `sha256sum -c` reads."""
SIGNATURE = "manifest.sha256.sig"
"""Over the manifest, by the journal's key."""

Content = bytes | Path

_NAME = re.compile(r"(?:[a-zA-Z0-9][a-zA-Z0-9_.-]*/){0,3}[a-zA-Z0-9][a-zA-Z0-9_.-]*")
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
_MOST_PARTS = 2000
_LOCAL_HEADER = 30
"""Fixed bytes before name and extra field (APPNOTE 4.3.7)."""


class NotEvidence(ValueError):
    """The file is no container of ours at all."""


def manifest_of(parts: Mapping[str, Content]) -> bytes:
    """Return one line a part, ordered by name: SHA-256, two spaces, name."""
    return "".join(f"{_digest(parts[name])}  {name}\n" for name in sorted(parts)).encode()


def read_manifest(body: bytes) -> dict[str, str]:
    """Return name → SHA-256; raise `ValueError` when a line is not as we write it, or comes twice."""
    lines = body.decode("ascii").splitlines()
    found = [_LINE.fullmatch(line) for line in lines]
    listed = {match[2]: match[1] for match in found if match}
    if len(listed) != len(lines) or not body.endswith(b"\n"):
        raise ValueError("not a manifest of ours")
    return listed


def write_container(target: Path, parts: Mapping[str, Content]) -> None:
    """Write the parts, ordered by name, uncompressed and without a date: the same parts make the same bytes.

    So `is_as_written` finds what was changed between the parts, and nothing can hide there.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            content = parts[name]
            if isinstance(content, bytes):
                file.writestr(entry, content)
                continue
            entry.file_size = content.stat().st_size
            with content.open("rb") as source, file.open(entry, "w") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)


def unpack(source: Path, folder: Path) -> dict[str, Path]:
    """Write every part into `folder` under a number and return name → path; raise `NotEvidence`.

    Takes the bytes as they lie there, checksums of the ZIP aside: what was changed is named by the manifest.
    """
    try:
        with zipfile.ZipFile(source) as file:
            entries = file.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise NotEvidence("not a ZIP file") from error
    names = {entry.filename for entry in entries}
    if MANIFEST not in names and SIGNATURE not in names:
        raise NotEvidence("no manifest")
    if len(entries) > _MOST_PARTS or len(names) != len(entries):
        raise NotEvidence("too many parts, or one of them twice")
    if not all(_NAME.fullmatch(entry.filename) and entry.compress_type == zipfile.ZIP_STORED for entry in entries):
        raise NotEvidence("parts that we do not write")
    found: dict[str, Path] = {}
    with source.open("rb") as raw:
        for number, entry in enumerate(entries):
            raw.seek(entry.header_offset)
            header = raw.read(_LOCAL_HEADER)
            if len(header) < _LOCAL_HEADER or entry.file_size > source.stat().st_size:
                raise NotEvidence("cut off")
            raw.seek(sum(struct.unpack("<HH", header[26:30])), 1)
            found[entry.filename] = path = folder / f"{number:04}"
            path.write_bytes(raw.read(entry.file_size))
    return found


def is_as_written(source: Path, parts: Mapping[str, Content], *, scratch: Path) -> bool:
    """Return whether the container is, byte for byte, what `write_container` makes of these parts."""
    write_container(scratch, parts)
    try:
        return _digest(scratch) == _digest(source)
    finally:
        scratch.unlink()


def _digest(content: Content) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
