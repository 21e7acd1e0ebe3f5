"""Companies that all journeys of a run live in; every journey brings fresh people, because codes work once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.company import Company, company
from tests.journeys.processes import FIELD as BY_PROCESS
from tests.journeys.routes import CHAT_ROUTES, DEAL_ROUTE, ROUTED, ROUTES
from tests.journeys.sales import CHAT, Sales, sales

SIGNERS = 46
"""Of the office that most journeys share; each of them takes fresh ones."""


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company whose bot polls; the last signers are the people of its routes."""
    folder = tmp_path_factory.mktemp("office")
    policy = folder / "policy.toml"
    policy.write_text(ROUTES.format(*(f"Person{place} Test" for place in range(SIGNERS, SIGNERS + ROUTED))))
    with company(folder, signers=SIGNERS + ROUTED, employees=60, COUNTERSIGN_POLICY_FILE=str(policy)) as made:
        made.routed = [made.signers.pop() for _ in range(ROUTED)][::-1]
        yield made


@pytest.fixture(scope="session")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sales]:
    """A company with a portal; its last three signers are the people of its routes."""
    folder = tmp_path_factory.mktemp("sales")
    policy = folder / "policy.toml"
    policy.write_text(DEAL_ROUTE.format("Person27 Test", "Person28 Test", "Person29 Test"))
    settings = {
        "COUNTERSIGN_SELF_SIGN_ALLOWED": "true",
        "COUNTERSIGN_POLICY_FILE": str(policy),
        "COUNTERSIGN_BITRIX24_PROCESS_FIELDS": BY_PROCESS,
    }
    with sales(folder, signers=30, employees=48, **settings) as made:
        made.office.routed = [made.office.signers.pop() for _ in range(3)][::-1]
        yield made


@pytest.fixture(scope="session")
def chatting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sales]:
    """A company whose portal has our chat bot; its last signer is the one of its routes."""
    folder = tmp_path_factory.mktemp("chatting")
    policy = folder / "policy.toml"
    policy.write_text(CHAT_ROUTES.format("Person21 Test"))
    with sales(folder, signers=22, employees=25, COUNTERSIGN_POLICY_FILE=str(policy), **CHAT) as made:
        made.office.routed = [made.office.signers.pop()]
        yield made
