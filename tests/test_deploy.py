"""What `deploy/` holds fits together: blocks of the document, units, containers, Caddy, the settings of two users."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings, read_settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PAGE = (ROOT / "docs" / "deploy.md").read_text()


def blocks(*names: str) -> str:
    """Return the blocks of docs/deploy.md as `install.sh` runs them."""
    done = subprocess.run([DEPLOY / "install.sh", "--blocks", *names], check=True, capture_output=True, text=True)
    return done.stdout


def unit(path: Path) -> dict[str, str]:
    """Return the section [Service] of a unit; of repeated keys the first one."""
    parser = RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # keys of units keep their case
    parser.read_string(path.read_text())
    return dict(parser["Service"])


@pytest.fixture
def settings() -> Settings:
    """What a server with two users is told, but for what only its administrator knows."""
    return read_settings(DEPLOY / "vps.env")


@pytest.mark.parametrize(
    "name", ["install", "setup", "tls", "check", "backup", "containers", "containers-up", "containers-roots", ""]
)
def test_the_blocks_of_the_document_are_scripts(name: str) -> None:
    script = blocks(name) if name else "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
    assert script.strip()
    subprocess.run(["bash", "-n"], input=script, check=True, text=True)


@pytest.mark.parametrize("script", sorted(DEPLOY.glob("*.sh")), ids=lambda path: path.name)
def test_scripts_parse_and_may_be_run(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)
    assert script.stat().st_mode & 0o111


def test_what_the_blocks_copy_is_there() -> None:
    named = set(re.findall(r"deploy/[\w./-]+", blocks("install", "setup", "tls")))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_settings_and_units_speak_of_the_same_places(settings: Settings) -> None:
    bot, module = (unit(DEPLOY / "systemd" / f"{name}.service") for name in ("countersign", "countersign-activation"))
    keys = Path(module["ReadWritePaths"])
    assert Path(bot["ReadWritePaths"]) == settings.data_dir
    assert settings.activation_socket.parent == Path("/run") / module["RuntimeDirectory"]
    for path in (
        settings.activation_store_file, settings.activation_sealing_key_file, settings.pkcs11_pin_file,
        settings.softhsm_conf,
    ):  # fmt: skip
        assert path.parent == keys
    assert f"SOFTHSM2_CONF={settings.softhsm_conf}" in module["Environment"]
    assert str(keys) in bot["InaccessiblePaths"]
    assert str(settings.data_dir) in module["InaccessiblePaths"]
    assert not settings.activation_spawn
    assert bot["User"] != module["User"]


def test_the_bots_unit_leaves_the_workers_their_walls() -> None:
    bot = unit(DEPLOY / "systemd" / "countersign.service")
    assert set(bot["RestrictNamespaces"].split()) == {"user", "pid", "net", "ipc"}
    assert {"landlock_restrict_self", "capset"} < set(bot["SystemCallFilter"].split())


def test_the_exposure_told_is_the_one_measured() -> None:
    told = dict(re.findall(r"^\| (countersign[\w-]*\.service) \| ([\d.]+) \|", PAGE, re.MULTILINE))
    assert set(told) == {path.name for path in UNITS}
    analyze = shutil.which("systemd-analyze") or ""
    for path in UNITS if analyze and _version(analyze) == 252 else ():
        said = subprocess.run(
            [analyze, "security", "--offline=true", "--no-pager", path], capture_output=True, text=True, check=False
        ).stdout
        (exposure,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", said)
        assert exposure == told[path.name]


def _version(analyze: str) -> int:
    said = subprocess.run([analyze, "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.split()[1])


def compose() -> dict[str, Any]:
    """Return the containers by name."""
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"])


def test_every_container_is_tight_and_the_two_that_matter_are_two_users() -> None:
    services = compose()
    for service in services.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
    lasting = {name: one for name, one in services.items() if one.get("restart") == "unless-stopped"}
    assert {name for name, one in lasting.items() if "healthcheck" not in one} == set()
    assert services["bot"]["user"].partition(":")[0] != services["activation"]["user"].partition(":")[0]
    assert services["activation"]["network_mode"] == "none"
    assert not any("keys:" in volume for volume in services["bot"]["volumes"])
    # A network of the bot's own would be another one after a crash, and Caddy would stay in the old one.
    assert services["bot"]["network_mode"] == services["caddy"]["network_mode"] == "host"
    for name, uid in (("countersign", "10001"), ("countersign-keys", "10002")):
        assert re.search(rf"useradd --uid {uid} .* {name} \\$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)


def test_what_containers_mount_and_copy_is_there() -> None:
    mounted = {volume.partition(":")[0] for one in compose().values() for volume in one.get("volumes", ())}
    assert {name for name in mounted if name.startswith("./") and not (DEPLOY / name).exists()} == {"./files"}
    copied = re.findall(r"^COPY (?!--from)(\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert let_in == set(copied)


def test_what_an_administrator_puts_beside_the_containers_never_gets_into_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    secret = {*re.findall(r"(?:> |vps\.env )(\S+)", blocks("containers")), "files/"}
    assert secret == {"countersign.env", ".env", "files/"}
    assert [name for name in secret if f"/deploy/{name}" not in ignored] == []


def test_the_containers_profile_leaves_the_workers_their_walls() -> None:
    profile = json.loads((DEPLOY / "seccomp.json").read_text())
    refused = {name for rule in profile["syscalls"] if "args" not in rule for name in rule["names"]}
    assert profile["defaultAction"] == "SCMP_ACT_ALLOW"
    assert {"mount", "ptrace", "chroot", "pidfd_getfd", "bpf", "keyctl"} < refused
    needed = {"unshare", "clone", "seccomp", "capset", "prctl", "pidfd_open", "landlock_restrict_self"}
    assert needed & refused == set()
    services = compose()
    assert [name for name in ("bot", "console") if "seccomp=seccomp.json" not in services[name]["security_opt"]] == []


def test_caddy_understands_its_file() -> None:
    text = (DEPLOY / "Caddyfile").read_text()
    assert text.count("{") == text.count("}")
    assert "log" not in re.findall(r"^\s*(\w+)", text, re.MULTILINE), "the paths of links are secrets"
    if caddy := shutil.which("caddy"):
        subprocess.run(
            [caddy, "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"],
            env={"CADDY_DOMAIN": "sign.example.com", "HOME": "/nonexistent"}, check=True, capture_output=True,
        )  # fmt: skip
