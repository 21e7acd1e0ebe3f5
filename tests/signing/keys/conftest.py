"""Connections to the test's own token."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from signing.keys.pin_guard import PinGuard
from signing.keys.pkcs11_token import Pkcs11Token
from tests.conftest import SoftToken

Connect = Callable[..., Pkcs11Token]


@pytest.fixture
def connect(token: SoftToken, tmp_path: Path) -> Connect:
    """Open the token as a start of the module does; the login guard's file survives from start to start."""

    def opened(*, pin: str = token.pin, label: str = token.label) -> Pkcs11Token:
        guard = PinGuard(tmp_path / "token.pin", key=b"g" * 32)
        return Pkcs11Token(module_path=str(token.module), token_label=label, pin=pin, guard=guard)

    return opened
