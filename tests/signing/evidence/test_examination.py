"""An evidence file is judged by itself: sound as it is; whatever is changed in it is found and named."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from signing.evidence import container
from signing.evidence.container import NotEvidence
from signing.evidence.examination import Trust
from tests.signing.evidence.conftest import Made
from tests.signing.evidence.office import judged

Parts = dict[str, bytes]


def parts_of(file: Path) -> Parts:
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(target: Path, parts: Mapping[str, bytes], *, renew_manifest: bool = False) -> Path:
    """Pack parts as somebody would who knows how, with a fresh list of parts when asked."""
    content = dict(parts)
    if renew_manifest:
        seal = (container.MANIFEST, container.SIGNATURE)
        content[container.MANIFEST] = container.manifest_of({n: b for n, b in content.items() if n not in seal})
    container.write_container(target, content)
    return target


def edited(parts: Parts, name: str, change: Callable[[Any], None]) -> Parts:
    """Return the parts with one JSON part changed."""
    body = json.loads(parts[name])
    change(body)
    return {**parts, name: json.dumps(body, ensure_ascii=False).encode()}


def told(parts: Parts, change: Callable[[Any], None]) -> Parts:
    """Return the parts with other facts told."""
    return edited(parts, "evidence.json", change)


def edited_line(parts: Parts, name: str, has: str, change: Callable[[Any], None]) -> Parts:
    """Return the parts with the last line changed that has a word in it."""
    lines = parts[name].decode().splitlines()
    place = max(at for at, line in enumerate(lines) if has in line)
    body = json.loads(lines[place])
    change(body)
    lines[place] = json.dumps(body, ensure_ascii=False)
    return {**parts, name: ("\n".join(lines) + "\n").encode()}


async def faults(file: Path, made: Made, trust: Trust | None = None) -> set[tuple[str, str]]:
    report = await judged(file, now=made.now, trust=trust)
    assert report.is_sound is not bool(report.faults)
    return {(fault.code, fault.part) for fault in report.faults}


async def test_a_file_is_sound_as_it_was_made(made: Made) -> None:
    report = await judged(made.file, now=made.now)
    assert report.faults == ()
    assert {note.code for note in report.notes} >= {"key_unknown", "heads_unknown", "roots_unknown", "revocation"}
    known = replace(made.trust, journal_key=made.sign_key_der, heads=made.heads)
    report = await judged(made.file, now=made.now, trust=known)
    assert report.is_sound
    assert {note.code for note in report.notes} == {"test_certificate", "revocation", "people"}


async def test_every_changed_byte_of_every_part_is_found_and_the_part_is_named(made: Made, tmp_path: Path) -> None:
    parts = parts_of(made.file)
    dice = random.Random(20261125)
    for name in sorted(parts):
        at = dice.randrange(len(parts[name]))
        changed = bytearray(parts[name])
        changed[at] ^= 1 << dice.randrange(8)
        file = packed(tmp_path / "changed.zip", {**parts, name: bytes(changed)})
        found = await faults(file, made)
        seal = {container.MANIFEST, container.SIGNATURE}
        assert name in {part for _, part in found} or name in seal, (name, at, found)
        assert found, (name, at)


async def test_every_changed_byte_of_the_file_is_found(made: Made, tmp_path: Path) -> None:
    """Wherever it is: in a part, between parts, in the ZIP's own lists."""
    whole, dice = made.file.read_bytes(), random.Random(4)
    places = [*dice.sample(range(len(whole)), 10), *dice.sample(range(len(whole) - 2200, len(whole)), 10), 4, 7]
    file = tmp_path / "changed.zip"
    for at in places:
        changed = bytearray(whole)
        changed[at] ^= 0x20
        file.write_bytes(changed)
        try:
            assert await faults(file, made), at
        except NotEvidence:
            continue


async def test_what_was_taken_out_put_in_or_appended_is_named(made: Made, tmp_path: Path) -> None:
    parts = parts_of(made.file)
    for name in parts:
        less = {other: body for other, body in parts.items() if other != name}
        found = await faults(packed(tmp_path / "less.zip", less), made)
        missing = "manifest_unreadable" if name == container.MANIFEST else "part_missing"
        assert (missing, name) in found or name == container.SIGNATURE, name
        assert found
    more = await faults(packed(tmp_path / "more.zip", {**parts, "documents/9/x.pdf": b"x"}), made)
    assert ("part_unlisted", "documents/9/x.pdf") in more
    appended = tmp_path / "appended.zip"
    appended.write_bytes(made.file.read_bytes() + b"x")
    assert ("between_parts", "") in await faults(appended, made)


CHANGES: dict[str, tuple[Callable[[Parts], Parts], str]] = {
    "requester": (lambda p: told(p, lambda b: b["request"].update(requester="olga")), "facts_differ"),
    "state": (lambda p: told(p, lambda b: b["request"].update(state="rejected")), "facts_differ"),
    "history": (lambda p: told(p, lambda b: b["history"].pop(2)), "facts_differ"),
    "other": (lambda p: told(p, lambda b: b["documents"][0].update(sha256="0" * 64)), "shown_not_in_journal"),
    "signer": (lambda p: edited_line(p, "journal/rows.jsonl", "request:confirmed", lambda b: b.update(actor="olga")),
               "journal_row"),
    "row_taken_out": (
        lambda p: {**p, "journal/rows.jsonl": b"\n".join(p["journal/rows.jsonl"].split(b"\n")[1:])}, "facts_differ",
    ),
    "end_taken_off": (
        lambda p: {**p, "journal/rows.jsonl": b"\n".join(p["journal/rows.jsonl"].splitlines()[:-1]) + b"\n"},
        "journal_end",
    ),
    "ledger": (lambda p: edited_line(p, "ledger/rows.jsonl", "record:confirmed", lambda b: b.update(subject="x")),
               "ledger_row"),
    "ledger_row_out": (
        lambda p: {**p, "ledger/rows.jsonl": b"\n".join(p["ledger/rows.jsonl"].splitlines()[:-1]) + b"\n"},
        "statement_differs",
    ),
    "statement": (lambda p: edited(p, "ledger/statement.json", lambda b: b.update(requests=[])), "statement_signature"),
    "head": (lambda p: {**p, "journal/head.json": p["journal/head.json"].replace(b'"hash":"', b'"hash":"0', 1)},
             "head_signature"),
    "shown": (lambda p: {**p, "documents/1/shown.pdf": p["documents/2/shown.pdf"]}, "shown_differs"),
    "signed_swapped": (lambda p: {**p, "documents/1/signed.pdf": p["documents/2/signed.pdf"]}, "not_prefix"),
    "appended": (lambda p: {**p, "documents/1/signed.pdf": p["documents/1/signed.pdf"] + b"%x\n"}, "signed_differs"),
    "original": (lambda p: {**p, "documents/2/original": b"another"}, "original_differs"),
    "time_stamp": (lambda p: {**p, "timestamps/1-1.tst": p["timestamps/2-1.tst"]}, "copy_differs"),
    "certificate": (lambda p: {**p, "certificates/1-1.pem": p["certificates/roots.pem"]}, "copy_differs"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_with_a_fresh_list_of_parts_is_found_by_what_it_contradicts(
    made: Made, tmp_path: Path, name: str
) -> None:
    change, code = CHANGES[name]
    file = packed(tmp_path / "changed.zip", change(parts_of(made.file)), renew_manifest=True)
    found = await faults(file, made)
    assert ("manifest_signature", container.SIGNATURE) in found
    assert code in {each for each, _ in found}, found


async def test_what_the_reader_knows_from_elsewhere_is_compared(made: Made) -> None:
    other_key = replace(made.trust, journal_key=b"another key")
    assert ("key_differs", "journal/key.pem") in await faults(made.file, made, other_key)
    newest = made.heads[-1]
    rewritten = replace(newest, head=replace(newest.head, hash="0" * 64))
    assert {c for c, _ in await faults(made.file, made, Trust(heads=(rewritten,)))} == {"head_differs"}
    report = await judged(made.file, now=made.now, trust=Trust(heads=()))
    assert report.is_sound
    assert "head_not_in_copy" in {note.code for note in report.notes}


async def test_another_company_root_does_not_vouch(made: Made, tmp_path: Path) -> None:
    from playground.pki import LoopbackPki

    strangers = LoopbackPki(tmp_path / "pki", company="Strangers", now=lambda: made.now)
    found = await faults(made.file, made, Trust(roots=strangers.roots_der))
    assert {code for code, _ in found} >= {"signer_not_trusted"}


async def test_a_file_from_the_future_is_not_believed(made: Made) -> None:
    report = await judged(made.file, now=made.now - timedelta(days=1))
    assert "time_future" in {fault.code for fault in report.faults}


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"%PDF-1.7\n", b"x" * 100])
async def test_what_is_no_evidence_is_not_judged(made: Made, tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(body)
    with pytest.raises(NotEvidence):
        await judged(file, now=made.now)


async def test_nothing_of_other_requests_stands_in_the_file(made: Made) -> None:
    lines = [json.loads(line) for line in parts_of(made.file)["journal/rows.jsonl"].splitlines()]
    others = [line for line in lines if "digest" in line]
    assert others
    assert all(set(line) == {"seq", "digest"} for line in others)
    subjects = {line["subject"] for line in lines if "digest" not in line}
    assert len(subjects) == 1
