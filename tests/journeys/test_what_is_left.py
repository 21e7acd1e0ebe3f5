"""After all journeys of the shared company: no secret has stayed where it has no business. Runs last, by its name."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playground.telegram_server import DEFAULT_TOKEN
from tests.journeys.company import STEP_S, Company

STEPS_OF_A_RUN = 40
"""Half minutes whose codes are looked for."""


def canaries(office: Company) -> dict[str, str]:
    """Return every secret that has no business in a log, a database or the journal, by name."""
    found = {"token": DEFAULT_TOKEN.partition(":")[2]}
    for secret in (office.folder / "secrets").iterdir():
        found[secret.name] = secret.read_text().strip()
    for signer in office.enrolled:
        (found[f"seed of {signer.name}"],) = parse_qs(urlsplit(signer.uri).query)["secret"]
    return found


def kept(office: Company) -> Iterator[Path]:
    """Yield every file of the installation but documents, secrets, the token itself, and the world around."""
    apart = {"documents", "secrets", "pki", "tokens", "softhsm"}
    for path in office.folder.rglob("*"):
        if path.is_file() and not apart & set(path.relative_to(office.folder).parts):
            yield path


def values(database: Path) -> Iterable[str]:
    """Yield every value of a database as text."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield from (str(value) for value in row if value is not None)
    finally:
        connection.close()


async def test_no_secret_stays_in_logs_databases_or_the_journal_after_all_these_journeys(office: Company) -> None:
    secret, places = canaries(office), list(kept(office))
    assert {"bot.log"} <= {path.name for path in places}
    assert any(path.name.endswith("-wal") for path in places), "the write-ahead log is not among them"
    found = [
        (path.name, name)
        for path in places
        for body in (path.read_bytes(),)
        for name, value in secret.items()
        if value.encode() in body
    ]
    assert not found
    assert not await asyncio.to_thread(typed_codes, office, places)


def typed_codes(office: Company, places: list[Path]) -> list[tuple[str, str]]:
    """Return where one of the codes of this run stands by itself: in a log's line or in a value of a database."""
    now = int(time.time()) // STEP_S
    codes = {one.code_of(step) for one in office.enrolled for step in range(now - STEPS_OF_A_RUN, now + 1)}
    alone = re.compile(r"(?<![\w.:-])\d{6}(?![\w.:-])")
    told: list[tuple[str, str]] = []
    for path in places:
        texts = values(path) if path.suffix == ".sqlite3" else [path.read_text("utf-8", "replace")]
        told += [(path.name, one) for words in texts for one in alone.findall(words) if one in codes]
    return told
