"""Amounts as people write and read them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.phrases import LANGUAGES, amounts
from bot.phrases.amounts import looks_like_one, money, question, read_amount
from signing.amount import Amount, Teller
from signing.errors import NotAllowed


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [
        ("25 000", 25_000_00), ("25,000.00", 25_000_00), ("25.000,50", 25_000_50), ("25 000 EUR", 25_000_00),
        ("25000", 25_000_00), ("25.000", 25_000_00), ("25,000", 25_000_00), ("25,5", 25_50), ("25.05", 25_05),
        ("1.234.567,89", 1_234_567_89), ("1,234,567.89", 1_234_567_89), ("1'234.50", 1_234_50), ("€25,000", 25_000_00),
        ("EUR 25\u00a0000", 25_000_00), ("25 000 евро.", 25_000_00), ("250 000", 250_000_00), ("0", 0),
        (" 12eur ", 12_00),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, hundredths: int) -> None:
    assert read_amount(text, currency="EUR") == hundredths


@pytest.mark.parametrize(
    "text",
    ["", "about ten", "-5", "25.0000", "25,00,000", "1.234,567", "1,234,567,89", "٢٥", "12 34", "0.500", "5 6 EUR 7",
     "1" * 14, "25 000" + " " * 40 + "or more", "25 000 евро и 50 центов"],
)  # fmt: skip
def test_what_may_be_read_in_two_ways_is_no_amount(text: str) -> None:
    with pytest.raises(NotAllowed, match="no_amount"):
        read_amount(text, currency="EUR")


@pytest.mark.parametrize("text", ["25 000 USD", "$5", "EUR 5 USD"])
def test_an_amount_in_another_currency_is_not_taken_for_the_companys(text: str) -> None:
    with pytest.raises(NotAllowed, match="other_currency"):
        read_amount(text, currency="EUR")
    with pytest.raises(NotAllowed, match="no_amount"):
        read_amount(text, currency="")


@settings(deadline=None)  # the first phrase loads them all
@given(hundredths=st.integers(min_value=0, max_value=10**15 - 1), language=st.sampled_from(LANGUAGES))
def test_what_we_write_we_read_back(hundredths: int, language: str) -> None:
    assert read_amount(money(language, hundredths, "EUR"), currency="EUR") == hundredths


def test_only_what_begins_like_a_number_may_have_meant_an_amount() -> None:
    texts = ("25 000", "EUR 5", "25 thousand", "hello", "away 1.12", "")
    assert [looks_like_one(text, currency="EUR") for text in texts] == [True, True, True, False, False, False]


def test_the_question_names_the_currency_where_there_is_one() -> None:
    assert question("en", "EUR").replace("\u00a0", " ") == (
        "How much is it about? Write the amount in EUR, for example 25 000."
    )
    assert "Write the amount, for example" in question("en", "")
    assert "в EUR" in question("ru", "EUR", is_needed=False)


@pytest.mark.parametrize(
    ("amount", "requester", "words"),
    [
        (Amount(hundredths=25_000_00, currency="EUR"), "Anna", "Amount: 25 000 EUR, as Anna says"),
        (Amount(hundredths=25_000_50, currency=""), "", "Amount: 25 000.50"),
        (Amount(hundredths=5, currency="EUR", told_by=Teller.DEAL), "Anna", "Amount: 0.05 EUR, as the deal says"),
        (None, "Anna", ""),
    ],
)
def test_an_amount_says_who_told_it(amount: Amount | None, requester: str, words: str) -> None:
    assert amounts.told("en", amount, requester=requester).replace("\u00a0", " ") == words
