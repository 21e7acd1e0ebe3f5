"""A fresh database for every test of the storage."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signing.ports import Clock
from storage.database import Database
from storage.migrations import upgrade
from storage.store import SqlStore
from tests.storage.journal import write


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a migrated database."""
    address = f"sqlite:///{tmp_path / 'counter sign.db'}"
    upgrade(address)
    return address


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """That database, open as the bot opens it."""
    async with await Database.open(url) as opened:
        yield opened


@pytest.fixture
def store(database: Database, clock: Clock) -> SqlStore:
    """The store over that database."""
    return SqlStore(database, clock)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The second place of the heads."""
    return tmp_path / "second" / "heads.jsonl"


@pytest.fixture
async def written(url: str, copy: Path, clock: Clock) -> str:
    """A closed journal of twelve rows with three heads, copied."""
    await write(url, copy, clock)
    return url
