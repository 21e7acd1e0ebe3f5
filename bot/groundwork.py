"""The first half of the settings: where this installation stands; `settings` has the rules and the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.setting_values import AbsolutePath, Address, Addresses, BaseAddress, Zone, inside

PREFIX = "COUNTERSIGN_"
SOFTHSM_MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
)


class Groundwork(BaseSettings):
    """Where the installation stands: Telegram, our pages, the company, what is kept, the token, trusted time."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True,
        hide_input_in_errors=True, use_attribute_docstrings=True,
    )  # fmt: skip

    telegram_token: SecretStr | None = None
    """The bot's token from @BotFather. Without it `./dev run` starts the playground."""
    telegram_api_url: BaseAddress = "https://api.telegram.org"
    """Another Bot API server, such as one of your own."""
    telegram_mode: Literal["polling", "webhook"] = "polling"
    """`polling` needs nothing; `webhook` needs COUNTERSIGN_PUBLIC_URL and is faster."""
    telegram_webhook_secret: SecretStr | None = Field(default=None, min_length=32, max_length=256)
    """32 to 256 letters, digits, _ or -. Empty: derived from the sealing key."""
    telegram_plain: bool = False
    """Use only what every Bot API 7 server knows (no coloured buttons, no drafts)."""

    public_url: BaseAddress | None = None
    """Where people's phones reach this installation, such as https://sign.example.com. Without it codes are entered
    in the chat and the terminal draws the enrolment QR."""
    telegram_script_url: Address = "https://telegram.org/js/telegram-web-app.js"
    """Telegram's script for pages inside Telegram."""
    listen_host: str = "127.0.0.1"
    """Address the web server listens on; a reverse proxy speaks TLS before it."""
    listen_port: int = Field(default=8080, ge=0, le=65535)
    """Port the web server listens on; 0 takes a free one."""

    company_name: str = "Our company"
    """Stands in authenticators and on pages."""
    company_timezone: Zone = "UTC"
    """IANA name; counts for people who have not told their own."""
    language: Literal["en", "ru"] = "en"
    """For people whose Telegram speaks another language."""

    data_dir: AbsolutePath = Field(default=Path("var"), validate_default=True)
    """Folder of everything we keep: database, documents, secrets, the software token."""
    database_url: str = Field(
        default_factory=lambda data: f"sqlite+aiosqlite:///{data['data_dir'] / 'countersign.sqlite3'}"
    )
    """SQLAlchemy address. Empty: countersign.sqlite3 in the data folder."""
    journal_copy_file: AbsolutePath = inside("journal-heads.jsonl")
    """Second place of the journal's signed heads; put it on another disk. Empty: in the data folder."""

    pkcs11_module: AbsolutePath = Field(
        default_factory=lambda: Path(next((m for m in SOFTHSM_MODULES if Path(m).exists()), SOFTHSM_MODULES[0]))
    )
    """The PKCS#11 library of your HSM. Empty: SoftHSM, a software token."""
    pkcs11_token_label: str = "countersign"  # noqa: S105  # a name, no secret
    """Label of the token."""
    pkcs11_pin_file: AbsolutePath = inside("secrets/token-pin")
    """File with the PIN (mode 0600), for the activation module only. Empty: secrets/token-pin in the data folder."""
    softhsm_conf: AbsolutePath = inside("softhsm2.conf")
    """SoftHSM's own configuration, made by `countersign init`; other tokens ignore it."""
    sealing_key_file: AbsolutePath = inside("secrets/sealing-key")
    """64 hex digits (mode 0600) that seal the bot's secrets at rest. Empty: secrets/sealing-key in the data folder."""
    activation_sealing_key_file: AbsolutePath = inside("secrets/activation-sealing-key")
    """As above for the activation module: seeds of authenticators. The bot need not be able to read it.
    Empty: secrets/activation-sealing-key in the data folder."""
    activation_store_file: AbsolutePath = inside("activation/store.sqlite3")
    """The activation module's own database. Empty: activation/store.sqlite3 in the data folder."""
    activation_socket: AbsolutePath = inside("activation.sock")
    """Unix socket of the activation module. Empty: activation.sock in the data folder."""
    activation_spawn: bool = True
    """Start the activation module as a child; `off` when it runs as a unit and user of its own."""

    tsa_urls: Addresses = ()
    """RFC 3161 time-stamp authorities, separated by commas, tried in order. With one signatures are B-T, else B-B."""
    tsa_roots_file: AbsolutePath | None = None
    """PEM file of the roots that the authorities must chain to."""
    trusted_roots_file: AbsolutePath = inside("trusted-roots.pem")
    """PEM file of the roots that make a signer trusted. Empty: trusted-roots.pem in the data folder."""
