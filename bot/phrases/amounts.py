"""Amounts as people read and write them: “25 000 EUR”, “25,000.00”, “25.000,50”."""

from __future__ import annotations

import re

from bot.phrases import say
from signing.amount import Amount, Teller
from signing.errors import NotAllowed

LONGEST = 40
"""Nothing that is an amount has more characters."""
_EXAMPLE = 25_000_00
_GAP = "\u00a0"
"""A number must not break at the end of a line."""
_CALLED = {
    "€": "EUR", "euro": "EUR", "евро": "EUR", "$": "USD", "£": "GBP", "₽": "RUB", "р": "RUB", "руб": "RUB",
    "рублей": "RUB",
}  # fmt: skip
_CURRENCY = rf"(?P<{{0}}>[A-Za-z]{{{{3}}}}|{'|'.join(map(re.escape, _CALLED))})?"
_GAPS = r"[ \u00a0\u2009\u202f'’]"
_NUMBER = (
    r"(?P<whole>[0-9]{1,13}"
    rf"|[1-9][0-9]{{0,2}}(?:(?:{_GAPS}[0-9]{{3}}){{1,4}}|(?:,[0-9]{{3}}){{1,4}}(?!,)|(?:\.[0-9]{{3}}){{1,4}}(?!\.)))"
    r"(?:[.,](?P<cents>[0-9]{1,2}))?"
)
"""Thousands stand in groups of three behind one kind of mark; behind another one come at most two digits of cents."""
_WRITTEN = re.compile(rf"{_CURRENCY.format('before')}\s*{_NUMBER}\s*{_CURRENCY.format('behind')}\.?", re.IGNORECASE)


def money(language: str, hundredths: int, currency: str) -> str:
    """Return an amount as people read it, cents only where there are any."""
    whole, cents = divmod(hundredths, 100)
    mark = say(language, "amount-mark")
    number = f"{whole:,}".replace(",", _GAP) + (f"{mark}{cents:02}" if cents else "")
    return f"{number}{_GAP}{currency}" if currency else number


def told(language: str, amount: Amount | None, *, requester: str) -> str:
    """Return how much something is about and who says so; `requester` is empty for whoever said it."""
    if amount is None:
        return ""
    words = money(language, amount.hundredths, amount.currency)
    if amount.told_by is Teller.DEAL:
        return say(language, "amount-told-deal", amount=words)
    return say(language, "amount-told" if requester else "amount-own", amount=words, person=requester)


def question(language: str, currency: str, *, is_needed: bool = True) -> str:
    """Return the question for an amount, with an example; when it is not needed, what it is good for."""
    key = "amount-ask" if is_needed else "amount-more"
    return say(language, key, currency=currency or "none", example=money(language, _EXAMPLE, ""))


def read_amount(text: str, *, currency: str) -> int:
    """Return the hundredths that somebody wrote, as people write amounts anywhere in Europe.

    Raises `NotAllowed`: `no_amount`, and `other_currency` when another one than `currency` is named.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or len(text) > LONGEST:
        raise NotAllowed(reason="no_amount")
    named = {_CALLED.get(one.lower(), one.upper()) for one in found.group("before", "behind") if one}
    if named - {currency}:
        raise NotAllowed(reason="other_currency" if currency else "no_amount", currency=currency)
    whole = int(re.sub(r"[^0-9]", "", found["whole"]))
    return whole * 100 + int((found["cents"] or "").ljust(2, "0"))


def looks_like_one(text: str, *, currency: str) -> bool:
    """Tell whether somebody who wrote this may have meant an amount."""
    try:
        read_amount(text, currency=currency)
    except NotAllowed:
        return text.strip()[:1].isdigit()
    return True
