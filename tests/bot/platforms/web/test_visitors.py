"""One address cannot keep us busy; another address does not pay for it."""

from __future__ import annotations

import pytest
from aiohttp import web

from bot.platforms.web.visitors import REMEMBERED, Visitors, believed


class Watch:
    """A stop-watch moved by hand."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.s


def refused(visitors: Visitors, address: str) -> bool:
    try:
        visitors.check(address)
    except web.HTTPTooManyRequests:
        return True
    return False


def test_after_the_burst_tokens_come_back_with_time() -> None:
    watch = Watch()
    visitors = Visitors(burst=2, per_minute=6, elapsed_s=watch)
    assert [refused(visitors, "192.0.2.1") for _ in range(3)] == [False, False, True]
    assert not refused(visitors, "192.0.2.2")
    watch.s = 10
    assert [refused(visitors, "192.0.2.1") for _ in range(2)] == [False, True]


def test_the_memory_is_bounded() -> None:
    visitors = Visitors(burst=1, per_minute=1, elapsed_s=Watch())
    for place in range(REMEMBERED + 10):
        refused(visitors, f"visitor {place}")
    assert not refused(visitors, "visitor 0")
    assert refused(visitors, f"visitor {REMEMBERED + 9}")


@pytest.mark.parametrize(
    ("peer", "said", "counted"),
    [
        ("127.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("127.0.0.1", "1.1.1.1, 192.0.2.1", "192.0.2.1"),
        ("::1", "", "::1"),
        ("203.0.113.5", "192.0.2.1", "203.0.113.5"),
        ("", "192.0.2.1", ""),
    ],
)
def test_only_what_a_proxy_of_this_machine_added_is_believed(peer: str, said: str, counted: str) -> None:
    assert believed(peer=peer, forwarded=said) == counted
