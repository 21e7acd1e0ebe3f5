"""Every implementation of a port, for the suites that hold whatever fills it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signing.ports import Clock
from storage.database import Database
from storage.migrations import upgrade
from storage.store import SqlStore


@pytest.fixture(params=["sqlite"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh, migrated database of each kind we know; another kind joins by its name in `params`."""
    assert request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'countersign.db'}"
    upgrade(url)
    async with await Database.open(url) as opened:
        yield opened


@pytest.fixture
def store(database: Database, clock: Clock) -> SqlStore:
    """The store over that database."""
    return SqlStore(database, clock)
