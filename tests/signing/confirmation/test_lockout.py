"""Three wrong codes end a record, ten in a row lock a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.confirmation.lockout import check_person, check_record, tries_left
from signing.errors import LockedOut, RecordSpent


def test_a_record_has_three_tries() -> None:
    for tries in range(3):
        check_record(tries)
    with pytest.raises(RecordSpent):
        check_record(3)


def test_a_person_has_ten_in_a_row() -> None:
    for failures in range(10):
        check_person(failures)
    with pytest.raises(LockedOut):
        check_person(10)


@given(st.integers(0, 20), st.integers(0, 20))
def test_no_try_is_left_exactly_when_a_rule_refuses(tries: int, failures: int) -> None:
    try:
        check_record(tries)
        check_person(failures)
    except (RecordSpent, LockedOut):
        assert tries_left(tries=tries, failures=failures) == 0
    else:
        assert 1 <= tries_left(tries=tries, failures=failures) <= 3
