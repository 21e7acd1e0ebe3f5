"""How tests are shared out to workers: a file stays on one worker, and so do all journeys of one company.

Founding a company takes a minute; pytest-xdist's own groups do not hold since pytest 9.2 (the suffix that it writes
into a test's id is not read any more).
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

JOURNEYS = Path(__file__).parent / "journeys"
SHARED = ("office", "trade", "chatting")
"""Companies of `tests/journeys/conftest.py`, which journeys of several files live in."""


class ByCompany(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Shares out by company, else by file."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return _company(Path(file).name) if "journeys/" in file else file


def place_in_line(file: Path) -> int:
    """Return when a file's turn is: the shared companies first, then other journeys, which wait more than they work."""
    if JOURNEYS not in file.parents:
        return 2
    return int(_company(file.name) not in SHARED)


@functools.cache
def _company(file: str) -> str:
    """Return the shared company that a file of journeys asks for; a file that founds its own stays by itself."""
    text = (JOURNEYS / file).read_text(encoding="utf-8")
    asked = (name for name in SHARED if re.search(rf"def \w+\([^)]*\b{name}: ", text) and f"def {name}(" not in text)
    return next(asked, file)
