"""A search as somebody typed it: states by their names in every language we speak, days in the reader's zone."""

from __future__ import annotations

from functools import cache

from bot.phrases import LANGUAGES, say
from signing.history import read_search
from signing.lookup import Search
from signing.request import State


def search_of(text: str, *, zone: str) -> Search:
    """Return what was meant; see `read_search`."""
    return read_search(text, states=_states(), zone=zone)


@cache
def _states() -> dict[str, str]:
    named = {say(language, f"state-{state.value}").lower(): state.value for state in State for language in LANGUAGES}
    return {**named, **{state.value: state.value for state in State}}
