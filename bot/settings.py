"""Environment and `.env` → one frozen `Settings`, the only reader of both; `.env.example` is made from here."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal, Self

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo

from bot.groundwork import PREFIX, Groundwork
from bot.setting_values import (
    AbsolutePath,
    BaseAddress,
    Copies,
    DealField,
    DealFields,
    OAuthHost,
    Quiet,
    StagePlaces,
    StageTargets,
    inside,
)

__all__ = ["PREFIX", "Settings", "SettingsError", "example", "read_settings"]

SOCKET_PATH_LENGTH = 107
"""Linux gives a Unix socket's path 108 bytes, the last of them a zero (unix(7))."""


class SettingsError(Exception):
    """The settings cannot be used; every fault names its key and says what is wanted."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class Settings(Groundwork):
    """Everything that may be configured. Units stand in the names; secrets show as stars."""

    SECTIONS: ClassVar[dict[str, str]] = {
        "telegram_token": "Telegram",
        "public_url": "Our own pages",
        "company_name": "The company",
        "data_dir": "What is kept",
        "pkcs11_module": "The token and the activation module",
        "tsa_urls": "Trusted time and trusted roots",
        "self_sign_allowed": "Rules",
        "libreoffice_dir": "What is made of other files (docs/live.md)",
        "stamp": "The visible stamp",
        "bitrix24_url": "Bitrix24: documents of deals (docs/bitrix24.md)",
        "smtp_host": "Mail: to clients, and as a second channel on which people are told of every use of their key",
        "accept_weak_isolation": "Running",
    }
    """The first field of each section of `.env.example`, with its title."""

    self_sign_allowed: bool = False
    """May a requester sign their own document alone?"""
    typed_code_allowed: bool = True
    """May a code be typed in the private chat?"""
    keypad_allowed: bool = True
    """May a code be entered on keys in the chat?"""
    request_ttl_days: int = Field(default=14, ge=1, le=365)
    """A request that nobody answers expires after so many days."""
    remind_every_hours: int = Field(default=4, ge=1)
    """A requester may remind the signer once in so many hours."""
    remind_after_hours: int = Field(default=24, ge=0, le=336)
    """A card that waits is reminded of by itself after so many hours, then as often again; 0: never."""
    reminders: int = Field(default=2, ge=0, le=9)
    """So many such reminders; then the deputy, then the administrators, then the deadline."""
    overdue: Literal["offer", "hand_over", "wait"] = "offer"
    """What comes after them: `offer` the signer a deputy, `hand_over` to the first permitted deputy, or `wait`."""
    quiet_hours: Quiet = "20:00-08:00"
    """Nobody is reminded in these hours, by the clocks of their own time zone; `off`: at any hour."""
    quiet_weekends: bool = True
    """Nor on Saturdays and Sundays."""
    requests_per_hour: int = Field(default=20, ge=1)
    """So many requests may one person make in an hour; nobody shall be tired into tapping Sign."""
    requests_per_day: int = Field(default=100, ge=1)
    """So many in a day."""
    waiting_per_signer: int = Field(default=50, ge=1)
    """So many requests of one person may wait for one signer."""
    telegram_shows: Literal["file", "pages", "link"] = "file"
    """What of a document passes Telegram: `file`; `pages`, pictures of pages but no file, the signed one neither;
    `link`, nothing, not even its name: it is uploaded, read, signed and fetched on our page (docs/page.md)."""
    copies_to: Copies = ()
    """Who gets a copy of every signed file besides the requester: `signer`, `telegram:<chat id>`, with commas."""
    policy_file: AbsolutePath | None = None
    """TOML file with the routes along which several people say yes (docs/routes.md). Empty: every request goes to one
    person."""
    share_days: int = Field(default=14, ge=0, le=365)
    """So long works a link by which a requester sends a signed document to a client; 0: nobody makes such links."""
    share_downloads: int = Field(default=20, ge=1, le=1000)
    """So often may a file be downloaded by such a link."""
    max_document_mb: int = Field(default=20, ge=1, le=20)
    """Largest document; Telegram gives bots no more than 20."""

    libreoffice_dir: AbsolutePath | None = None
    """Folder `program` of the LibreOffice that turns office files into PDF.
    Empty: where the system's packages put it."""
    mend_pdf: bool = False
    """Turn the fields, marks and unseen parts of a PDF into plain pages, which its sender looks at before anybody is
    asked; never of a PDF that is signed already. The file as it came is kept."""
    keep_documents_days: int = Field(default=0, ge=0, le=36500)
    """Bytes of documents are erased so many days after their request is finished, digests stay; 0: kept for ever."""
    keep_words_days: int = Field(default=0, ge=0, le=36500)
    """The same for file names, comments and reasons of finished requests; 0: kept for ever."""

    stamp: bool = True
    """`on` or `off`."""
    stamp_corner: Literal["auto", "top-left", "top-right", "bottom-left", "bottom-right"] = "auto"
    """`auto` looks for a place that covers no text."""

    bitrix24_url: BaseAddress | None = None
    """The company's portal, such as https://example.bitrix24.com. Empty: no Bitrix24."""
    bitrix24_client_id: str | None = None
    """“Application ID (client_id)” of the local application."""
    bitrix24_client_secret_file: AbsolutePath = inside("secrets/bitrix24-client-secret")
    """File with its “Application key (client_secret)” (mode 0600).
    Empty: secrets/bitrix24-client-secret in the data folder."""
    bitrix24_oauth_url: OAuthHost = "https://oauth.bitrix24.tech"
    """The authorization server of the portal's region: https://oauth.bitrix24.tech or https://oauth.bitrix.info."""
    bitrix24_fields: DealFields = Field(default=("UF_CRM_SIGN_DOC",), min_length=1)
    """File fields of deals whose documents are signed, separated by commas; `countersign bitrix24 setup` makes them."""
    bitrix24_process_fields: DealFields = ()
    """File fields of deals that only business processes have signed: nobody is asked when a file is put there."""
    bitrix24_signature: Literal["inside", "beside"] = "inside"
    """`inside` the document, which is replaced by the signed one; `beside` it as a file of its own (.p7s)."""
    bitrix24_signature_field: DealField | None = None
    """File field for those where the document's own field holds one file only, such as UF_CRM_SIGNATURE;
    `countersign bitrix24 setup` makes it."""
    bitrix24_signer: str | None = None
    """Id of the person who is asked for every document of a deal. Empty: the requester chooses on their own card."""
    bitrix24_stages: StagePlaces = ()
    """Where a new file of a deal asks for a signature: stages such as NEW or C2:PREPARATION, C2:* for a whole pipeline
    (C0:* is the first one), with ! before it: not there. Empty: everywhere."""
    bitrix24_stage_signed: StageTargets = ()
    """The stage a deal moves to when its document is signed, one a pipeline, such as EXECUTING,C2:WON. Empty: none."""
    bitrix24_stage_rejected: StageTargets = ()
    """The same when the signer refuses."""
    bitrix24_calls_per_second: float = Field(default=2, ge=0.5, le=100)
    """What the portal's plan lets through for long: 2, Enterprise 5; what a portal of your own allows."""
    bitrix24_sweep_seconds: int = Field(default=120, ge=1)
    """How often deals are read for what no event told."""

    bitrix24_chat: bool = False
    """Speak in the portal's own messenger too; the local application needs the permission imbot."""
    bitrix24_chat_seconds: int = Field(default=5, ge=1, le=30)
    """How often the messenger is asked while somebody has something to press there."""
    bitrix24_chat_idle_seconds: int = Field(default=15, ge=1, le=60)
    """The same while nobody has: so long a first document may wait for its card."""

    smtp_host: str | None = None
    """Mail server, reached with STARTTLS; one on this machine without."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    """Its port."""
    smtp_user: str | None = None
    """Its user, when it wants one."""
    smtp_password_file: AbsolutePath | None = None
    """File with that user's password (mode 0600)."""
    smtp_from: str | None = None
    """Sender of the messages."""
    accept_weak_isolation: bool = False
    """Read documents although their workers cannot be isolated here (`countersign doctor` says what is missing)."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is told in the log; secrets never are."""
    http_proxy: SecretStr | None = None
    """Proxy on the way to Telegram and to time-stamp authorities, such as http://proxy.example.com:3128."""

    @property
    def proxy(self) -> str | None:
        """The proxy's address with what is secret in it."""
        return self.http_proxy.get_secret_value() if self.http_proxy else None

    def office_folders(self) -> tuple[Path, ...]:
        """Return where alone LibreOffice is looked for; nothing when it may lie where packages put it."""
        return (self.libreoffice_dir,) if self.libreoffice_dir else ()

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.telegram_mode == "webhook" and self.public_url is None:
            raise ValueError(f"{PREFIX}TELEGRAM_MODE=webhook needs {PREFIX}PUBLIC_URL")
        if self.telegram_shows != "file" and self.public_url is None:
            raise ValueError(
                f"{PREFIX}TELEGRAM_SHOWS={self.telegram_shows} needs {PREFIX}PUBLIC_URL: "
                "what does not pass Telegram is read and fetched on our own page"
            )
        if self.tsa_urls and self.tsa_roots_file is None:
            raise ValueError(f"{PREFIX}TSA_URLS needs {PREFIX}TSA_ROOTS_FILE: whom shall the time be believed?")
        if self.bitrix24_url and not (self.public_url and self.bitrix24_client_id):
            raise ValueError(f"{PREFIX}BITRIX24_URL needs {PREFIX}PUBLIC_URL and {PREFIX}BITRIX24_CLIENT_ID")
        if self.smtp_host and not self.smtp_from:
            raise ValueError(f"{PREFIX}SMTP_HOST needs {PREFIX}SMTP_FROM")
        if len(os.fsencode(self.activation_socket)) > SOCKET_PATH_LENGTH:
            raise ValueError(f"{PREFIX}ACTIVATION_SOCKET is longer than {SOCKET_PATH_LENGTH} bytes: give a short path")
        return self


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Return the settings of the environment, over those of `env_file`; raise `SettingsError` naming each bad key."""
    written = dotenv_values(env_file) if env_file else {}
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    names = {name.upper() for name in (*os.environ, *written) if name.upper().startswith(PREFIX)}
    faults = [f"{name}: no such setting" for name in sorted(names - known)]
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        # A default made from other fields is not made while any field is wrong: that is no fault of its own.
        faults += [_fault(one["loc"], one["msg"]) for one in found if one["type"] != "default_factory_not_called"]
    if faults:
        raise SettingsError(faults)
    return settings


def _fault(place: tuple[int | str, ...], message: str) -> str:
    said = message.removeprefix("Value error, ")
    return f"{PREFIX}{str(place[0]).upper()}: {said}" if place else said


def example() -> str:
    """Return `.env.example`: every setting with its explanation and its default, all commented out."""
    return "\n".join(_example_lines()) + "\n"


def _example_lines() -> Iterator[str]:
    yield "# Copy to .env and fill in what you need; every line is optional. Made from bot/settings.py."
    for name, field in Settings.model_fields.items():
        if title := Settings.SECTIONS.get(name):
            yield from ("", f"# --- {title} ---")
        yield from ("", *(f"# {line}" for line in re.split(r"\n\s*", field.description or "")))
        yield f"#{PREFIX}{name.upper()}={_written(field)}"


def _written(field: FieldInfo) -> str:
    if isinstance(field.default, bool):
        return "on" if field.default else "off"
    if isinstance(field.default, tuple):
        return ",".join(field.default)
    return "" if field.default_factory is not None or field.default is None else str(field.default)
