"""The module's configuration on its way from the parent."""

from __future__ import annotations

import pytest

from bot.activation_config import ActivationConfig, TokenConfig


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
