"""A backup as one tar file: every file with its SHA-256 in a manifest that a key of the installation vouches for."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Self

FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_BYTES = 256 * 1024 * 1024
"""Of a manifest; some hundred bytes a document."""
_CHUNK = 1 << 20


class BadArchive(Exception):
    """The file is no backup of ours, or not as it was written; the text says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds, and of what it is."""

    made_at: str
    schema: str
    """The newest migration that the database has."""
    journal: tuple[int, str]
    """Number and hash of the journal's last row."""
    ledger: tuple[int, str]
    token: dict[str, Any] = field(default_factory=dict)
    """Which token the keys lie in; its objects are in the backup only when it is a software one."""
    keys: dict[str, str] = field(default_factory=dict)
    """Fingerprints of the sealing keys, by name: which ones fit."""
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Size and SHA-256 by name."""

    def canonical(self) -> bytes:
        """Return the form that is vouched for."""
        return json.dumps({"format": FORMAT, **vars(self)}, sort_keys=True, ensure_ascii=False).encode()

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Return the manifest; raise `BadArchive`."""
        try:
            facts = json.loads(body)
            if facts.pop("format") != FORMAT:
                raise BadArchive("it was made by another version of this program")
            files = {str(name): (int(size), str(digest)) for name, (size, digest) in facts.pop("files").items()}
            ends = {name: (int(facts[name][0]), str(facts[name][1])) for name in ("journal", "ledger")}
            return cls(**{**facts, **ends, "files": files})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadArchive("its manifest cannot be read") from error


def pack(target: Path, files: Iterable[tuple[str, Path]], manifest: Manifest, *, key: bytes) -> Manifest:
    """Write `files` (name in the archive, path) and the manifest; return it complete. Nothing is there until all is.

    A file that is gone when its turn comes, such as a document that was just erased, is left out.
    """
    draft = target.with_name(target.name + ".part")
    held: dict[str, tuple[int, str]] = {}
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for name, path in files:
                try:
                    with path.open("rb") as source:
                        held[name] = _add(tar, name, source)
                except FileNotFoundError:
                    continue
            complete = Manifest(**{**vars(manifest), "files": held})
            body = complete.canonical()
            _add(tar, MANIFEST, io.BytesIO(_vouched(body, key) + b"\n" + body))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(target)
    return complete


def unpack(archive: Path, into: Path) -> bytes:
    """Write every file of the archive below the empty folder `into`; return the manifest's own bytes, unchecked.

    Only plain files with plain names are taken. Raises `BadArchive`.
    """
    manifest = b""
    try:
        with tarfile.open(archive, mode="r:") as tar:
            for member in tar:
                source = tar.extractfile(member) if member.isreg() and _is_plain(member.name) else None
                if source is None:
                    raise BadArchive(f"it holds {member.name!r}, which no backup of ours does")
                if member.name == MANIFEST:
                    manifest = source.read(MANIFEST_BYTES)
                    continue
                target = into / member.name
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    while chunk := source.read(_CHUNK):
                        file.write(chunk)
                    os.fsync(file.fileno())
    except (tarfile.TarError, FileExistsError) as error:
        raise BadArchive("it is no backup, or it was cut off") from error
    if not manifest:
        raise BadArchive("it has no manifest: it was cut off")
    return manifest


def check(manifest: bytes, into: Path, *, key: bytes) -> Manifest:
    """Return the manifest when `key` vouches for it and every unpacked file is as it says; raise `BadArchive`."""
    vouched, _, body = manifest.partition(b"\n")
    if not hmac.compare_digest(vouched, _vouched(body, key)):
        raise BadArchive("its manifest was changed, or these are not the sealing keys it was made with")
    read = Manifest.read(body)
    found = {str(path.relative_to(into)): path for path in into.rglob("*") if path.is_file()}
    if found.keys() != read.files.keys():
        name = min(found.keys() ^ read.files.keys())
        raise BadArchive(f"{name} is {'not in its manifest' if name in found else 'missing'}")
    for name, (size, digest) in read.files.items():
        with found[name].open("rb") as file:
            is_same = hashlib.file_digest(file, "sha256").hexdigest() == digest
        if not is_same or found[name].stat().st_size != size:
            raise BadArchive(f"{name} is damaged")
    return read


def peek(manifest: bytes) -> Manifest:
    """Return a manifest that nobody has vouched for yet: to say which keys it wants."""
    return Manifest.read(manifest.partition(b"\n")[2])


def _vouched(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).hexdigest().encode()


def _add(tar: tarfile.TarFile, name: str, source: io.BufferedReader | io.BytesIO) -> tuple[int, str]:
    source.seek(0, os.SEEK_END)
    member = tarfile.TarInfo(name)
    member.size, member.mode = source.tell(), 0o600
    source.seek(0)
    digest = hashlib.file_digest(source, "sha256").hexdigest()
    source.seek(0)
    tar.addfile(member, source)
    return member.size, digest


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and str(path) == name
