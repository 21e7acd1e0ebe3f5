"""What is counted where it happens and shown by the metrics: since the start of the process, numbers only."""

from __future__ import annotations

from collections import Counter

POSTPONED = Counter(dict.fromkeys(("timestamp_away", "token_away", "workers_away", "key_pending"), 0))
"""Tries to sign that were put off, by what is away; a monitor wants to see the zeros, too."""
