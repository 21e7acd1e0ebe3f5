"""The documents tell the truth: the drawn tree is the real one, commands exist, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer import Typer
from typer.main import get_command

from bot.cli.commands import app

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").rglob("*.md")])


def drawn() -> Iterator[str]:
    """Yield every path of the tree in docs/architecture.md."""
    tree = (ROOT / "docs" / "architecture.md").read_text().split("```")[1]
    folders: list[str] = []
    for line in tree.strip("\n").splitlines():
        depth, name = (len(line) - len(line.lstrip())) // 2, line.split()[0]
        folders[depth:] = [name]
        yield "".join(folders)


def test_everything_drawn_is_there() -> None:
    assert [path for path in drawn() if not (ROOT / path).exists()] == []


def test_every_package_is_drawn() -> None:
    packages = {
        f"{found.parent.relative_to(ROOT)}/"
        for package in ("signing", "storage", "bot", "playground", "benchmarks")
        for found in (ROOT / package).rglob("__init__.py")
    }
    assert packages - set(drawn()) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text())
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page: Path) -> None:
    text = page.read_text()
    known = subprocess.run([ROOT / "dev", "help"], check=True, capture_output=True, text=True).stdout
    assert [name for name in re.findall(r"\./dev (\w+)", text) if f"./dev {name}" not in known] == []
    said = re.findall(r"(?:\./dev |`)countersign ((?:[a-z][a-z0-9-]* ?)+)", text)
    assert [words for words in said if not _is_command(words.split(), app)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_settings_exist(page: Path) -> None:
    example = (ROOT / ".env.example").read_text()
    assert [key for key in re.findall(r"COUNTERSIGN_\w+", page.read_text()) if f"#{key}=" not in example] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_tests_that_are_cited_exist(page: Path) -> None:
    told = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in re.findall(r"`(test_\w+)`", page.read_text()) if f"def {name}(" not in told] == []


def _is_command(words: list[str], group: Typer) -> bool:
    """Return whether `words` begin with a command; what follows it are arguments."""
    command = get_command(group)
    while (inner := getattr(command, "commands", None)) is not None:
        if not words or words[0] not in inner:
            return False
        command = inner[words.pop(0)]
    return True
