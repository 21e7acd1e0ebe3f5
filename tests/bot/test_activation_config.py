"""The module's configuration and the files with its secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.activation_config import ActivationConfig, TokenConfig, read_secret


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pin"
    path.write_text("2468\nsecond line\n")
    for mode in (0o644, 0o640, 0o604, 0o660):
        path.chmod(mode)
        with pytest.raises(PermissionError):
            read_secret(path)
    path.chmod(0o400)
    assert read_secret(path) == "2468"
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(OSError, match="symbolic"):
        read_secret(tmp_path / "link")


def test_a_configuration_with_a_wrong_key_is_refused(installed_config: ActivationConfig) -> None:
    text = installed_config.to_json()
    assert ActivationConfig.from_json(text) == installed_config
    with pytest.raises(TypeError):
        ActivationConfig.from_json(text.replace('"issuer"', '"isuer"'))


@pytest.fixture
def installed_config() -> ActivationConfig:
    """Some configuration."""
    held = TokenConfig(name="pkcs11", module_path="/m.so", token_label="t", pin_file="/pin")
    return ActivationConfig(
        socket_path="/s", store_path="/d", sealing_key_file="/k", tokens=(held,), users=(1,), ceremony_users=(2, 3)
    )
