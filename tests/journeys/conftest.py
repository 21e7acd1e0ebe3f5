"""Companies that all journeys of a run live in; every journey brings fresh people, because codes work once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.company import Company, company
from tests.journeys.processes import FIELD as BY_PROCESS
from tests.journeys.sales import Sales, sales


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company whose bot polls."""
    with company(tmp_path_factory.mktemp("office"), signers=36, employees=46) as made:
        yield made


@pytest.fixture(scope="session")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sales]:
    """A company with a portal."""
    with sales(
        tmp_path_factory.mktemp("sales"),
        signers=27,
        employees=46,
        COUNTERSIGN_SELF_SIGN_ALLOWED="true",
        COUNTERSIGN_BITRIX24_PROCESS_FIELDS=BY_PROCESS,
    ) as made:
        yield made
