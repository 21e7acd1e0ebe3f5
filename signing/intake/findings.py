"""What the inspection of one kind of file brings back to the gate."""

from __future__ import annotations

from dataclasses import dataclass

from signing.document import EarlierSignature


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Facts of a file that may pass."""

    pages: int
    warnings: tuple[str, ...] = ()
    earlier: tuple[EarlierSignature, ...] = ()
    docmdp: int | None = None
    """P of an author's certification: 2 allows forms and signatures, 3 also comments; None without one."""
