"""Settings: what is written in `.env` counts, what is wrong is refused by name, secrets stay secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import PREFIX, Settings, SettingsError, example, read_settings

ROOT = Path(__file__).parents[2]


def written(folder: Path, *lines: str) -> Path:
    """Return an env file with these lines."""
    path = folder / "env"
    path.write_text("\n".join(lines) + "\n")
    return path


def faults(folder: Path, *lines: str) -> tuple[str, ...]:
    """Return what is wrong with an env file of these lines."""
    with pytest.raises(SettingsError) as caught:
        read_settings(written(folder, *lines))
    return caught.value.faults


def test_the_example_file_is_the_settings() -> None:
    rewrite = "python -m bot settings --example > .env.example"
    assert (ROOT / ".env.example").read_text() == example(), rewrite


def test_every_setting_is_explained() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_example_file_taken_as_it_stands_changes_nothing(tmp_path: Path) -> None:
    opened = example().replace(f"\n#{PREFIX}", f"\n{PREFIX}")
    assert read_settings(written(tmp_path, opened)) == read_settings(None)


def test_the_environment_counts_more_than_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_COMPANY_NAME", "From the environment")
    assert read_settings(written(tmp_path, "COUNTERSIGN_COMPANY_NAME=From the file")).company_name.endswith(
        "environment"
    )


@pytest.mark.parametrize("where", ["file", "environment"])
def test_an_unknown_key_is_refused_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    if where == "environment":
        monkeypatch.setenv("COUNTERSIGN_TELEGRAM_TOKN", "1")
    line = "COUNTERSIGN_TELEGRAM_TOKN=1" if where == "file" else ""
    assert faults(tmp_path, line) == ("COUNTERSIGN_TELEGRAM_TOKN: no such setting",)


def test_keys_of_other_programs_are_none_of_our_business(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "OTHER_PROGRAM=1")).listen_port == 8080


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["COUNTERSIGN_LISTEN_PORT=eighty"], "COUNTERSIGN_LISTEN_PORT: "),
        (["COUNTERSIGN_COMPANY_TIMEZONE=Mars/Olympus"], "COUNTERSIGN_COMPANY_TIMEZONE: a time zone such as"),
        (["COUNTERSIGN_PUBLIC_URL=http://sign.example.com"], "COUNTERSIGN_PUBLIC_URL: https is wanted"),
        (["COUNTERSIGN_PUBLIC_URL=sign.example.com"], "COUNTERSIGN_PUBLIC_URL: a web address"),
        (["COUNTERSIGN_TSA_URLS=https://a.example.com,ftp://b"], "COUNTERSIGN_TSA_URLS: a web address"),
        (["COUNTERSIGN_TELEGRAM_MODE=webhook"], "COUNTERSIGN_TELEGRAM_MODE=webhook needs COUNTERSIGN_PUBLIC_URL"),
        (["COUNTERSIGN_TELEGRAM_WEBHOOK_SECRET=short"], "COUNTERSIGN_TELEGRAM_WEBHOOK_SECRET: "),
        (["COUNTERSIGN_TELEGRAM_SHOWS=link"], "COUNTERSIGN_TELEGRAM_SHOWS=link needs COUNTERSIGN_PUBLIC_URL"),
        (["COUNTERSIGN_TELEGRAM_SHOWS=pages"], "COUNTERSIGN_TELEGRAM_SHOWS=pages needs COUNTERSIGN_PUBLIC_URL"),
        (["COUNTERSIGN_TSA_URLS=https://tsa.example.com"], "COUNTERSIGN_TSA_URLS needs COUNTERSIGN_TSA_ROOTS_FILE"),
        (["COUNTERSIGN_SMTP_HOST=mail.example.com"], "COUNTERSIGN_SMTP_HOST needs COUNTERSIGN_SMTP_FROM"),
        ([f"COUNTERSIGN_ACTIVATION_SOCKET=/{'x' * 120}"], "COUNTERSIGN_ACTIVATION_SOCKET is longer"),
    ],
)
def test_a_fault_names_its_key(tmp_path: Path, lines: list[str], said: str) -> None:
    assert [fault for fault in faults(tmp_path, *lines) if not fault.startswith(said)] == []


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path, "COUNTERSIGN_NONSENSE=1", "COUNTERSIGN_LISTEN_PORT=x", "COUNTERSIGN_LANGUAGE=fr")) == 3


def test_a_bad_secret_is_not_repeated_in_the_fault(tmp_path: Path) -> None:
    assert "hunter2" not in str(faults(tmp_path, "COUNTERSIGN_TELEGRAM_WEBHOOK_SECRET=hunter2"))


def test_secrets_are_not_in_the_repr() -> None:
    settings = Settings(telegram_token=SecretStr("1234:canary"), http_proxy=SecretStr("http://u:canary@proxy"))
    assert "canary" not in f"{settings!r}{settings}{settings.model_dump_json()}"


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().listen_port = 1  # type: ignore[misc]  # that is the point


def test_paths_default_into_the_data_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert settings.sealing_key_file == tmp_path / "secrets" / "sealing-key"
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/countersign.sqlite3"


def test_several_authorities_are_separated_by_commas(tmp_path: Path) -> None:
    lines = (
        "COUNTERSIGN_TSA_URLS=https://a.example.com/tsa/, https://b.example.com/tsr",
        "COUNTERSIGN_TSA_ROOTS_FILE=r.pem",
    )
    assert read_settings(written(tmp_path, *lines)).tsa_urls == (
        "https://a.example.com/tsa/",
        "https://b.example.com/tsr",
    )
