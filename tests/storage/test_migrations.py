"""The migrations make what `tables.py` describes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from storage.migrations import HEAD, config, is_known, revision, upgrade
from storage.tables import metadata


def test_a_migrated_database_is_what_the_tables_say(url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        found = inspect(connection)
        for table in metadata.sorted_tables:
            assert {(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table.name)} == {
                (c.name, str(c.type.compile(engine.dialect)), c.nullable) for c in table.columns
            }
            assert {str(u["name"]) for u in found.get_unique_constraints(table.name)} == {
                str(u.name) for u in table.constraints if str(u.name).startswith("uq_")
            }
    engine.dispose()


def test_the_journal_and_its_heads_are_guarded_by_triggers(url: str) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert found == {f"{table}_no_{verb}" for table in ("journal", "journal_head") for verb in ("update", "delete")}


def test_there_is_one_newest_revision_and_the_code_knows_it(tmp_path: Path) -> None:
    assert ScriptDirectory.from_config(config(tmp_path / "x.db")).get_heads() == [HEAD]


def test_every_revision_is_known_by_its_file() -> None:
    revisions = ScriptDirectory.from_config(config(Path("nowhere"))).walk_revisions()
    assert [script.revision for script in revisions if not is_known(script.revision)] == []
    assert not is_known("9999")


def test_upgrading_again_changes_nothing_and_a_new_database_is_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "countersign.db"
    for _ in range(2):
        upgrade(f"sqlite:///{path}")
        assert revision(path) == HEAD
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("url", ["postgresql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_what_is_no_sqlite_file_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not a SQLite file"):
        upgrade(url)
