"""One company for all journeys of a run; every journey brings fresh people, because codes work once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.company import Company, company


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company whose bot polls."""
    with company(tmp_path_factory.mktemp("office"), signers=22, employees=22) as made:
        yield made
