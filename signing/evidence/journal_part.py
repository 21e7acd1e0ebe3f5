"""The journal's part of an evidence file: the rows of one request, and the chain from them to a signed head.

Rows of others keep their place as digests of their content. The chain is proved by recomputing it, so whoever reads
the file learns that nothing was changed or left out, and nothing about other requests.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signing.audit import Head, Row, body_digest, link


@dataclass(frozen=True, kw_only=True)
class ToldRow:
    """One row that the file tells; the tag is plain text, so that a later word is read as well."""

    seq: int
    at: datetime
    tag: str
    actor: str
    subject: str
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class JournalPart:
    """What was read, and whether it is a chain."""

    rows: tuple[ToldRow, ...]
    last: int
    """Number of the last row of the chain."""
    end: str
    """Its hash, recomputed."""
    changed: tuple[int, ...]
    """Told rows that do not have the hash they should have, and rows that do not follow the one before."""


def write_rows(rows: Iterable[Row], *, told: Collection[str]) -> bytes:
    """Return JSON lines: rows about a subject in `told` in full, all others as the digest of their content."""
    return "".join(f"{json.dumps(_line(row, told), ensure_ascii=False)}\n" for row in rows).encode()


def read_rows(body: bytes) -> JournalPart:
    """Recompute the chain; raise `ValueError`, `KeyError` or `TypeError` for what is no such part."""
    told: list[ToldRow] = []
    changed: list[int] = []
    seq, previous = 0, ""
    for line in body.decode().splitlines():
        fields = json.loads(line)
        if seq and fields["seq"] != seq + 1:
            changed.append(fields["seq"])
        seq = int(fields["seq"])
        if "digest" in fields:
            previous = link(previous, fields["digest"])
            continue
        if previous not in ("", fields["previous"]):
            changed.append(seq)
        content = {name: fields[name] for name in ("at", "tag", "actor", "subject", "facts")}
        previous = link(fields["previous"], body_digest(seq=seq, **content))
        if previous != fields["hash"]:
            changed.append(seq)
        told.append(ToldRow(seq=seq, **{**content, "at": datetime.fromisoformat(fields["at"])}))
    if not told:
        raise ValueError("no row is told")
    return JournalPart(rows=tuple(told), last=seq, end=previous, changed=tuple(changed))


def read_head(body: bytes) -> Head:
    """Return the head whose canonical form this is; raise `ValueError`, `KeyError` or `TypeError`."""
    fields = json.loads(body)
    head = Head(**{**fields, "at": datetime.fromisoformat(fields["at"])})
    if head.canonical() != body:
        raise ValueError("not a canonical head")
    return head


def _line(row: Row, told: Collection[str]) -> dict[str, Any]:
    event = row.event
    content: dict[str, Any] = {
        "at": event.at.isoformat(timespec="microseconds"), "tag": event.tag.value, "actor": event.actor,
        "subject": event.subject, "facts": event.facts,
    }  # fmt: skip
    if event.subject in told:
        return {"seq": row.seq, **content, "previous": row.previous, "hash": row.hash}
    return {"seq": row.seq, "digest": body_digest(seq=row.seq, **content)}
