"""`countersign journal`: verify finds every edit, export is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.journal import COLUMNS, RISKY, csv_line
from tests.bot.cli.conftest import Terminal


@pytest.fixture
def lived(bare: Terminal) -> Terminal:
    """An installation where something happened."""
    assert bare("init").code == 0
    assert bare("people", "add", "=cmd|'/c calc'!A1", "--identity", "seen").code == 0
    return bare


def test_an_untouched_journal_is_unbroken(lived: Terminal) -> None:
    said = lived("journal", "verify")
    assert (said.code, "unbroken" in said.out) == (0, True)
    assert lived("journal", "verify", "--json").json() == []


def test_a_changed_row_is_found(lived: Terminal) -> None:
    with closing(sqlite3.connect(lived.data_dir / "countersign.sqlite3")) as database, database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE journal SET actor = 'somebody' WHERE seq = 2")
    said = lived("journal", "verify", "--json")
    assert said.code == 1
    assert ("journal", 2, "edited") in [(row["where"], row["row"], row["fault"]) for row in said.json()]


def test_an_export_in_json_lines_has_every_row(lived: Terminal) -> None:
    rows = [json.loads(line) for line in lived("journal", "export").out.splitlines()]
    assert [row["seq"] for row in rows] == [1, 2]
    assert tuple(rows[0]) == COLUMNS


def test_an_export_in_csv_goes_into_a_new_file_only(lived: Terminal, tmp_path: Path) -> None:
    target = tmp_path / "journal.csv"
    assert lived("journal", "export", "--format", "csv", "--out", str(target)).code == 0
    rows = list(csv.reader(io.StringIO(target.read_text(), newline="")))
    assert (tuple(rows[0]), len(rows)) == (COLUMNS, 3)
    again = lived("journal", "export", "--out", str(target))
    assert (again.code, "is there already" in again.err) == (1, True)


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1))
def test_no_cell_is_a_formula_and_nothing_is_lost(cells: list[str]) -> None:
    (back,) = csv.reader(io.StringIO(csv_line(cells), newline=""))
    assert not any(cell.startswith(RISKY) for cell in back)
    assert [cell[1:] if was.startswith(RISKY) else cell for was, cell in zip(cells, back, strict=True)] == cells
