"""Recovery codes as people copy them."""

from __future__ import annotations

from signing.confirmation.recovery import code_hash, new_codes


def test_ten_different_codes_are_made() -> None:
    codes = {code for _ in range(20) for code in new_codes()}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {14}


def test_case_spaces_and_dashes_do_not_count() -> None:
    code = new_codes()[0]
    forms = (code, code.upper(), code.replace("-", ""), f"  {code.replace('-', ' ')} ")
    assert len({code_hash(form, person="p1", key=b"k") for form in forms}) == 1


def test_a_hash_belongs_to_one_person_one_key_and_one_code() -> None:
    code, other = new_codes()[:2]
    hashes = {code_hash(c, person=p, key=k) for c in (code, other) for p in ("p1", "p2") for k in (b"k", b"l")}
    assert len(hashes) == 8
