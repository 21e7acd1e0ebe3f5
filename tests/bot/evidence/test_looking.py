"""What people type into a search, in their own words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence.looking import search_of
from signing.lookup import Search
from signing.request import RequestId


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", {}),
        ("  Договор   Marković ", {"words": ("договор", "marković")}),
        ("7k3m-9qxa-2f4b", {"numbers": (RequestId("7K3M9QXA2F4B"),)}),
        ("7K3M9QXA2F4B", {"numbers": (RequestId("7K3M9QXA2F4B"),)}),
        ("correspondem", {"words": ("correspondem",)}),
        ("3fa19c02", {"begins": "3fa19c02"}),
        ("3fa1 9c02 … 77be 10d4", {"begins": "3fa19c02", "ends": "77be10d4"}),
        ("договор 3FA1 9C02 ... 77BE 10D4", {"words": ("договор",), "begins": "3fa19c02", "ends": "77be10d4"}),
        ("facade 17-44", {"words": ("facade", "17-44")}),
        ("signed", {"states": ("signed",)}),
        ("договор подписана", {"words": ("договор",), "states": ("signed",)}),
        ("not sent yet contract", {"words": ("contract",), "states": ("draft",)}),
        ("designed", {"words": ("designed",)}),
        ("2026-10", {"since": utc(2026, 9, 30, 22), "until": utc(2026, 10, 31, 23)}),
        ("05.11.2026", {"since": utc(2026, 11, 4, 23), "until": utc(2026, 11, 5, 23)}),
        ("2026-11-05..", {"since": utc(2026, 11, 4, 23)}),
        ("..12.2026", {"until": utc(2026, 12, 31, 23)}),
        ("2026-10..2026-11-05", {"since": utc(2026, 9, 30, 22), "until": utc(2026, 11, 5, 23)}),
        ("2026-13 31.02.2026 ..", {"words": ("2026-13", "31.02.2026", "..")}),
    ],
)
def test_a_search_means(text: str, meant: dict[str, Any]) -> None:
    assert search_of(text, zone="Europe/Podgorica") == Search(**meant)


@given(st.text(max_size=60))
def test_every_text_is_a_search(text: str) -> None:
    found = search_of(text, zone="UTC")
    assert set(found.begins + found.ends) <= set("0123456789abcdef")
