"""The schema's history (alembic) and the one call that brings a database up to date."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from storage.database import database_path

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0004"
"""The newest revision; a test compares it with the folder `versions`."""


def upgrade(url: str) -> None:
    """Create the database or bring it up to date; quick when there is nothing to do. Call it before opening."""
    path = database_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made before SQLite would make it, so that it is private from its first byte.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if revision(path) != HEAD:
        # Imported late: a start with nothing to do saves alembic's import.
        from alembic import command

        command.upgrade(config(path), "head")


def revision(path: Path) -> str | None:
    """Return the revision of the database, None when it is empty."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
    return str(row[0]) if row else None


def is_known(schema: str) -> bool:
    """Return whether this program can bring a database of that revision forward."""
    return any((Path(__file__).parent / "versions").glob(f"{schema}_*.py"))


def config(path: Path) -> Config:
    """Return alembic's configuration for one database, without an ini file."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["path"] = path
    return made
