"""Settings → what the activation module's process needs to know."""

from __future__ import annotations

import os

from bot.activation_config import ActivationConfig, TokenConfig
from bot.settings import Settings


def activation_config(settings: Settings) -> ActivationConfig:
    """Return the configuration of a module that the bot's own user starts and may hold the key ceremony with."""
    token = TokenConfig(
        name="pkcs11",
        module_path=str(settings.pkcs11_module),
        token_label=settings.pkcs11_token_label,
        pin_file=str(settings.pkcs11_pin_file),
    )
    return ActivationConfig(
        socket_path=str(settings.activation_socket),
        store_path=str(settings.activation_store_file),
        sealing_key_file=str(settings.activation_sealing_key_file),
        tokens=(token,),
        issuer=settings.company_name,
        users=(os.getuid(),),
        ceremony_users=(os.getuid(),),
    )


def point_to_soft_token(settings: Settings) -> None:
    """Tell SoftHSM in processes that we start where our token lies; the library itself reads only its environment."""
    if os.access(settings.softhsm_conf, os.R_OK):  # in production it is closed to the bot's user
        os.environ.setdefault("SOFTHSM2_CONF", str(settings.softhsm_conf))
