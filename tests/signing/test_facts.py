"""Plain words made of a certificate's subject."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signing.people import PersonId
from tests.fakes.activation import a_key


@pytest.mark.parametrize(
    ("subject", "holder"),
    [
        ("CN=Ivan Marković,O=Company,C=ME", "Ivan Marković"),
        ("O=Company,CN=Seal", "Seal"),
        (r"CN=Company\, Ltd,O=x", "Company, Ltd"),
        ("O=Company", "own"),
        ("", "own"),
    ],
)
def test_a_card_names_the_holder_not_the_syntax(subject: str, holder: str) -> None:
    assert replace(a_key(PersonId("ivan")), subject=subject).holder == holder
