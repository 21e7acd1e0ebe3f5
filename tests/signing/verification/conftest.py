"""A desk with a fresh PKI for the session, and a folder for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.pki import LoopbackPki
from tests.signing.formats.desk import Desk, LocalSigner, moment


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> LoopbackPki:
    """The company's CA of this session."""
    return LoopbackPki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def signer(pki: LoopbackPki) -> LocalSigner:
    """A person with a P-256 key."""
    return LocalSigner.made(pki, "Иван Марковић")


@pytest.fixture
def desk(pki: LoopbackPki, signer: LocalSigner, tmp_path: Path) -> Desk:
    """Everything to sign with."""
    return Desk(pki=pki, signer=signer, folder=tmp_path, now=moment())
