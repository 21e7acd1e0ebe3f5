"""Old Word, Excel and PowerPoint files ([MS-CFB]): what they are and the little that can be told about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from signing.errors import Refused
from signing.intake.office.kinds import DOC, PPT, XLS

_ENTRY = 128
_TYPES = {1, 2, 5}
"""Storage, stream, root."""
_MACROS = {"VBA", "Macros", "_VBA_PROJECT_CUR", "_VBA_PROJECT"}
_MAIN = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT}
_FILE_PASS = 0x2F


@dataclass(frozen=True, kw_only=True)
class _Stream:
    name: str
    start: int
    """Offset of its first sector in the file."""


def media_type(source: Path) -> str:
    """Return which program's file it is; refuse `office-password` and `kind-office-other`."""
    body = source.read_bytes()
    streams = {stream.name: stream for stream in _directory(body)}
    if {"EncryptedPackage", "EncryptedSummary"} & streams.keys():
        raise Refused("office-password")
    name = next((name for name in _MAIN if name in streams), None)
    if name is None:
        raise Refused("kind-office-other")
    head = body[streams[name].start : streams[name].start + 512]
    if _is_encrypted(head, _MAIN[name]):
        raise Refused("office-password")
    return _MAIN[name]


def warnings(source: Path) -> Iterator[str]:
    """Yield the codes; `old-format` always: changes, comments and hidden parts cannot be looked for here."""
    names = {stream.name for stream in _directory(source.read_bytes())}
    yield "old-format"
    if names & _MACROS:
        yield "macros"
    if "ObjectPool" in names or any(name.startswith("MBD") for name in names):
        yield "embedded"
    if "_signatures" in names or "_xmlsignatures" in names:
        yield "office-signature"


def _directory(body: bytes) -> Iterator[_Stream]:
    """Yield the entries of the directory, wherever its sectors lie: an entry is known by its own shape."""
    sector = 1 << min(int.from_bytes(body[30:32], "little"), 12)
    for at in range(512, len(body) - _ENTRY + 1, _ENTRY):
        length, kind = int.from_bytes(body[at + 64 : at + 66], "little"), body[at + 66]
        if kind not in _TYPES or not 2 <= length <= 64 or length % 2 or body[at + length - 2 : at + length] != b"\0\0":
            continue
        name = body[at : at + length - 2].decode("utf-16-le", "replace")
        start = int.from_bytes(body[at + 116 : at + 120], "little")
        yield _Stream(name=name, start=(start + 1) * sector)


def _is_encrypted(head: bytes, found: str) -> bool:
    if found == DOC:  # FibBase.fEncrypted, [MS-DOC] 2.5.2
        return bool(int.from_bytes(head[10:12], "little") & 0x0100)
    return found == XLS and _FILE_PASS in _records(head)


def _records(head: bytes) -> Iterator[int]:
    """Yield the kinds of the first records of a workbook ([MS-XLS] 2.1.4)."""
    at = 0
    while at + 4 <= len(head):
        yield int.from_bytes(head[at : at + 2], "little")
        at += 4 + int.from_bytes(head[at + 2 : at + 4], "little")
