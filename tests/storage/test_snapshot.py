"""Two files at one moment: what a signature leaves in both is never half in a backup, however busy the bot is."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.snapshot import end_of_journal, is_sound, snapshot

SNAPSHOTS = 60


def opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    return connection


class Busy(threading.Thread):
    """Signs as fast as it can: confirmed in the database, made in the store, told in the database."""

    def __init__(self, database: Path, store: Path) -> None:
        super().__init__()
        self._database, self._store = database, store
        self.stop = threading.Event()
        self.signed = 0

    def run(self) -> None:
        """Sign until it is told to stop."""
        with closing(opened(self._database)) as database, closing(opened(self._store)) as store:
            while not self.stop.is_set():
                self.signed += 1
                database.execute("UPDATE counted SET confirmed = ?", (self.signed,))
                store.execute("UPDATE counted SET made = ?", (self.signed,))
                database.execute("UPDATE counted SET told = ?", (self.signed,))


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Busy]:
    for name, columns in (("database", "confirmed, told"), ("store", "made")):
        with closing(opened(tmp_path / name)) as connection:
            connection.execute(f"CREATE TABLE counted ({columns})")
            connection.execute(f"INSERT INTO counted VALUES ({', '.join('0' for _ in columns.split(','))})")
    made = Busy(tmp_path / "database", tmp_path / "store")
    made.start()
    yield made
    made.stop.set()
    made.join()


def test_no_signature_is_half_in_a_snapshot(busy: Busy, tmp_path: Path) -> None:
    seen = set()
    for number in range(SNAPSHOTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        snapshot(database=tmp_path / "database", store=tmp_path / "store", into=folder)
        with closing(sqlite3.connect(folder / "database.sqlite3")) as connection:
            confirmed, told = connection.execute("SELECT confirmed, told FROM counted").fetchone()
        with closing(sqlite3.connect(folder / "store.sqlite3")) as connection:
            (made,) = connection.execute("SELECT made FROM counted").fetchone()
        assert told <= made <= confirmed
        seen.add(confirmed)
    assert len(seen) > SNAPSHOTS // 2, "nobody signed meanwhile"
    assert busy.is_alive()


def test_damage_is_found_and_an_empty_journal_has_an_end(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    with closing(sqlite3.connect(good)) as connection:
        connection.execute("CREATE TABLE journal (seq, hash)")
        connection.executemany("INSERT INTO journal VALUES (?, ?)", [(place, "x" * 500) for place in range(500)])
        connection.commit()
    body = bytearray(good.read_bytes())
    body[8192:20000] = bytes(20000 - 8192)
    bad.write_bytes(body)
    assert is_sound(good)
    assert not is_sound(bad)
    assert end_of_journal(good) == (499, "x" * 500)
