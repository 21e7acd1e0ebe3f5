"""`countersign retention`: shows the policy, carries it out, erases a person who asks for it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.bot.cli.conftest import Terminal

YEAR_S = 366 * 86400


def old_document(terminal: Terminal) -> Path:
    """Return bytes that no request needs, a year old."""
    name = "ab" * 32
    path = terminal.data_dir / "documents" / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF refused long ago")
    os.utime(path, (time.time() - YEAR_S,) * 2)
    return path


def test_by_default_nothing_is_erased(terminal: Terminal) -> None:
    path = old_document(terminal)
    assert {row["kept"] for row in terminal("retention", "show", "--json").json()} == {"for ever"}
    said = terminal("retention", "apply")
    assert said.code == 1
    assert "kept for ever" in said.err
    assert path.exists()


def test_what_is_old_is_shown_and_then_erased(terminal: Terminal) -> None:
    path = old_document(terminal)
    shown = terminal("retention", "show", "--json", keep_documents_days="365").json()
    assert (shown[0]["kept"], shown[0]["due_files"]) == ("365 days", 1)
    assert path.exists()
    said = terminal("retention", "apply", keep_documents_days="365")
    assert "1 files of 0 requests" in said.out
    assert not path.exists()
    assert terminal("retention", "show", "--json", keep_documents_days="365").json()[0]["due_files"] == 0


def test_a_person_is_forgotten_and_the_journal_stays_whole(terminal: Terminal) -> None:
    added = terminal("people", "add", "Olga Forgotten", "--identity", "passport", "--json").json()
    terminal("people", "add", "Vera", "--role", "administrator", "--identity", "passport")
    kept = terminal("retention", "erase-person", "Olga Forgotten")
    assert kept.code == 1, "nobody said yes"
    said = terminal("retention", "erase-person", "Olga Forgotten", "--yes")
    assert said.code == 0, said.err
    people = {row["id"]: row["name"] for row in terminal("people", "list", "--json").json()}
    assert people[added["id"]].startswith("Erased person")
    assert "Olga" not in repr(people)
    assert terminal("journal", "verify").code == 0
