"""One-time codes: which ones count, in which alphabet, how often."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.confirmation.totp import STEP_S, consecutive_step, enrolment_uri, matching_step, new_secret, step_at
from signing.errors import WrongCode

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MOMENT = datetime(2026, 11, 23, 9, 0, 12, tzinfo=UTC)
NOW = step_at(MOMENT)

ZEROS = "０𝟎𝟘𝟢𝟬𝟶٠۰०০๐᠐"
"""Zero in twelve other alphabets; Python's `int` and NFKC take many of them for ASCII."""
SPACES = (" ", "\t", "\n", "\r", "\u00a0", "\u2009", "\u200b", "\ufeff", "\x00")


def code(step: int, secret: str = SECRET) -> str:
    """Return what an authenticator shows in this step."""
    return pyotp.TOTP(secret).generate_otp(step)


def test_the_current_and_the_previous_step_count_and_no_other() -> None:
    assert [step for step in range(NOW - 5, NOW + 5) if accepted(code(step))] == [NOW - 1, NOW]


def test_the_reference_values_of_rfc_6238_are_met() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, eight_digits in ((59, "94287082"), (1111111109, "07081804"), (2000000000, "69279037")):
        moment = datetime.fromtimestamp(seconds, UTC)
        assert matching_step(secret, eight_digits[-6:], moment, -1) == seconds // STEP_S


def test_a_code_works_once() -> None:
    spent = matching_step(SECRET, code(NOW), MOMENT, -1)
    assert spent == NOW
    assert not accepted(code(NOW), last=spent)


def test_an_older_code_does_not_work_after_a_newer_one() -> None:
    assert not accepted(code(NOW - 1), last=NOW)
    assert accepted(code(NOW), last=NOW - 1)


@given(st.integers(0, 10**9), st.integers(-3, 3), st.integers(-3, 3))
def test_an_accepted_step_is_newer_than_the_last_and_no_older_than_one(at: int, shift: int, last: int) -> None:
    moment, current = datetime.fromtimestamp(at, UTC), at // STEP_S
    try:
        step = matching_step(SECRET, code(max(0, current + shift)), moment, current + last)
    except WrongCode:
        return
    assert current + last < step
    assert step in {current, current - 1}


@pytest.mark.parametrize("zero", ZEROS)
def test_the_same_digits_in_another_alphabet_are_no_code(zero: str) -> None:
    assert unicodedata.digit(zero) == 0
    told = code(NOW)
    written = "".join(chr(ord(zero) + int(digit)) for digit in told)
    assert str(int(written)).zfill(6) == told
    assert not accepted(written)
    assert not accepted(told[:5] + written[5])


@pytest.mark.parametrize("space", SPACES)
def test_a_code_with_anything_around_or_inside_is_no_code(space: str) -> None:
    told = code(NOW)
    assert not any(accepted(form) for form in (space + told, told + space, told[:3] + space + told[3:]))


@given(st.text(max_size=12))
def test_any_text_is_answered_with_a_step_or_wrong_code(text: str) -> None:
    if accepted(text):
        assert text in {code(NOW), code(NOW - 1)}


def test_all_wrong_codes_are_answered_alike() -> None:
    wrong = str((int(code(NOW)) + 1) % 10**6).zfill(6)
    told = {str(refusal(form, last)) for form, last in ((wrong, -1), (code(NOW - 9), -1), (code(NOW), NOW), ("x", -1))}
    assert len(told) == 1


def test_two_consecutive_codes_finish_an_enrolment() -> None:
    assert consecutive_step(SECRET, code(NOW - 1), code(NOW), MOMENT) == NOW
    assert consecutive_step(SECRET, code(NOW - 2), code(NOW - 1), MOMENT) == NOW - 1


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, -1), (-1, -1), (-2, 0), (0, 1), (-3, -2), (-1, 1)])
def test_codes_that_do_not_follow_each_other_do_not(first: int, second: int) -> None:
    with pytest.raises(WrongCode):
        consecutive_step(SECRET, code(NOW + first), code(NOW + second), MOMENT)


def test_seeds_are_fresh_and_160_bit_long() -> None:
    seeds = {new_secret() for _ in range(50)}
    assert len(seeds) == 50
    assert {len(seed) * 5 for seed in seeds} == {160}


def test_the_address_names_company_and_person() -> None:
    uri = enrolment_uri(SECRET, account="Иван Петров", issuer="Компания")
    parsed = pyotp.parse_uri(uri)
    assert (parsed.secret, parsed.name, parsed.issuer) == (SECRET, "Иван Петров", "Компания")


def test_a_clock_that_runs_on_closes_the_window() -> None:
    told = code(NOW)
    late = [offset for offset in range(0, 120, 5) if accepted(told, moment=MOMENT + timedelta(seconds=offset))]
    assert max(late) < 2 * STEP_S


def accepted(text: str, *, last: int = -1, moment: datetime = MOMENT) -> bool:
    """Return whether a text counts as a code."""
    try:
        matching_step(SECRET, text, moment, last)
    except WrongCode:
        return False
    return True


def refusal(text: str, last: int) -> WrongCode:
    """Return the error of a refused code."""
    with pytest.raises(WrongCode) as caught:
        matching_step(SECRET, text, MOMENT, last)
    return caught.value
