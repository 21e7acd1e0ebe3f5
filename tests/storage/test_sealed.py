"""Sealing: secret, bound to its place, with keys that can change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sealed import Sealer, Unsealable

KEY, OTHER = b"k" * 32, b"o" * 32


@given(st.binary(max_size=300))
def test_what_was_sealed_opens_in_its_own_place(secret: bytes) -> None:
    sealer = Sealer(KEY)
    assert sealer.open(sealer.seal(secret, table="factor", row="p1"), table="factor", row="p1") == secret


def test_a_sealed_value_does_not_open_in_another_place() -> None:
    sealer = Sealer(KEY)
    sealed = sealer.seal(b"seed", table="factor", row="p1")
    for table, row in (("factor", "p2"), ("other", "p1"), ("fac", "tor|p1")):
        with pytest.raises(Unsealable):
            sealer.open(sealed, table=table, row=row)


def test_every_changed_byte_is_found() -> None:
    sealer = Sealer(KEY, older={2: OTHER})
    sealed = sealer.seal(b"seed", table="factor", row="p1")
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(Unsealable):
            sealer.open(changed, table="factor", row="p1")
    for cut in range(len(sealed)):
        with pytest.raises(Unsealable):
            sealer.open(sealed[:cut], table="factor", row="p1")


def test_the_same_secret_is_never_sealed_alike() -> None:
    sealer = Sealer(KEY)
    assert len({sealer.seal(b"seed", table="t", row="r") for _ in range(100)}) == 100


def test_a_new_key_still_opens_what_an_older_one_sealed() -> None:
    before, after = Sealer(KEY, version=1), Sealer(OTHER, version=2, older={1: KEY})
    sealed = before.seal(b"seed", table="t", row="r")
    assert after.open(sealed, table="t", row="r") == b"seed"
    assert not after.is_current(sealed)
    assert after.is_current(after.seal(b"seed", table="t", row="r"))
    with pytest.raises(Unsealable):
        Sealer(OTHER, version=2).open(sealed, table="t", row="r")


def test_derived_keys_differ_by_purpose_and_outlive_a_new_sealing_key() -> None:
    before, after = Sealer(KEY, version=1), Sealer(OTHER, version=2, older={1: KEY})
    assert before.derived_key("recovery") == after.derived_key("recovery")
    assert before.derived_key("recovery") != before.derived_key("ledger-head")


def test_no_key_stands_in_the_description() -> None:
    assert "kkk" not in repr(Sealer(KEY))


@pytest.mark.parametrize(("key", "version"), [(b"short", 1), (KEY, 0), (KEY, 256)])
def test_a_bad_key_or_version_is_refused(key: bytes, version: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(key, version=version)
