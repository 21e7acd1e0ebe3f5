"""Office files, archives and texts at the gate: refused today, with a code that says what is possible."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from signing.errors import Refused
from signing.intake.findings import Findings
from signing.intake.limits import GateLimits


def inspect_office(source: Path, limits: GateLimits) -> Findings:
    """Refuse: `kind-office` (the way out: save as PDF)."""
    _refuse("kind-office")


def inspect_archive(source: Path, limits: GateLimits) -> Findings:
    """Refuse: `kind-archive` (the way out: unpack it and send the documents)."""
    _refuse("kind-archive")


def inspect_text(source: Path, limits: GateLimits) -> Findings:
    """Refuse: `kind-text` (the way out: print it to PDF)."""
    _refuse("kind-text")


def inspect_unknown(source: Path, limits: GateLimits) -> Findings:
    """Refuse: `kind-unknown`."""
    _refuse("kind-unknown")


def _refuse(code: str) -> NoReturn:
    raise Refused(code)
