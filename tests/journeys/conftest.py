"""One company for all journeys of a run; every journey brings fresh people, because codes work once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.company import Company, company

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company whose bot polls."""
    with company(tmp_path_factory.mktemp("office"), signers=36, employees=46) as made:
        yield made


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the journeys of one company on one worker, so that no other worker founds it again."""
    for item in items:
        if HERE in item.path.parents:
            shared = "office" in getattr(item, "fixturenames", ())
            item.add_marker(pytest.mark.xdist_group("office" if shared else item.path.stem))
