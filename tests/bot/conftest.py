"""The bot's own parts are tried over the same small house as the core."""

from __future__ import annotations

from tests.signing.conftest import house

__all__ = ["house"]
