"""What is forgotten before the first real document: the root that signers chain to, and a backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

from bot.cli.checkup import Finding, good, warning, wrong
from bot.cli.console import countersign
from bot.pem import read_roots
from bot.settings import Settings
from storage.database import database_path

BACKUP_EVERY = timedelta(days=7)


def findings(settings: Settings) -> Iterator[Finding]:
    """Yield the findings."""
    yield _roots(settings)
    yield _backup(settings)


def _roots(settings: Settings) -> Finding:
    path = settings.trusted_roots_file
    try:
        roots = read_roots(path)
    except (OSError, ValueError):
        return wrong("Trusted roots", f"{path} cannot be read", mend="PEM certificates, readable by the bot's user")
    if not roots:
        says = "none: every signature would be refused by its own check"
        return wrong("Trusted roots", says, mend=f"put the root certificate of your CA into {path}, restart the bot")
    return good("Trusted roots", f"{len(roots)} in {path}")


def _backup(settings: Settings) -> Finding:
    query = "SELECT max(at) FROM journal WHERE tag = 'installation:backed_up'"
    try:
        with closing(sqlite3.connect(f"file:{database_path(settings.database_url)}?mode=ro", uri=True)) as connection:
            (last,) = connection.execute(query).fetchone()
    except sqlite3.Error:
        return warning("Backup", "the journal cannot be asked", mend=countersign("init"))
    mend = countersign("backup FILE")
    if last is None:
        return warning("Backup", "none yet", mend=mend)
    age = datetime.now(UTC) - datetime.fromisoformat(last)
    says = f"the last one is of {last[:10]}"
    return good("Backup", says) if age < BACKUP_EVERY else warning("Backup", says, mend=mend)
