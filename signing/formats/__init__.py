"""Signature formats: one file, one format; `FORMATS` is the register."""

from __future__ import annotations

from signing.formats import cades, pades
from signing.formats.format import Finished, Format, Prepared

__all__ = ["FORMATS", "PRELOAD", "Finished", "Format", "Prepared"]

FORMATS: dict[str, Format] = {"pades": pades, "cades": cades}
"""By the name that an activation record's entry carries."""

PRELOAD = (
    "signing.formats.finishing", "signing.formats.increment", "signing.formats.selfcheck", "signing.formats.warm",
)  # fmt: skip
"""What the mother of the workers imports once, a second of CPU; nobody else should."""
