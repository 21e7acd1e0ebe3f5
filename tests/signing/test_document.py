"""Names that are shown and fingerprints that are compared."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from signing.document import clean_name, fingerprint


def test_an_override_cannot_hide_the_ending() -> None:
    assert clean_name("invoice\u202efdp.exe") == "invoicefdp.exe"


def test_a_path_is_only_a_name() -> None:
    assert clean_name("../../etc/passwd") == "etc passwd"


def test_nothing_left_becomes_a_plain_name() -> None:
    assert clean_name("\x00\u200b..") == "document.pdf"


@given(st.text(max_size=400))
def test_a_clean_name_is_short_and_visible(name: str) -> None:
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= 120
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} for c in cleaned)
    assert "/" not in cleaned
    assert "\\" not in cleaned


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("a" * 300 + ".pdf").endswith("….pdf")


def test_a_fingerprint_is_both_ends() -> None:
    assert fingerprint("3fa19c02" + "0" * 48 + "77be10d4") == "3fa1 9c02 … 77be 10d4"
