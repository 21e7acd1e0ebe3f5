"""The rules of the house that no linter knows: sizes, first lines, words, no machine in the text, true documents."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("signing", "storage", "bot", "playground", "benchmarks", "tests")
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
DRAWERS = re.compile(r"^(utils?|helpers?|common|misc|managers?|services?)(\.py)?$")
MACHINE = re.compile(
    r"py[p]i\.org|python[h]osted|registry\.npm[j]s|deb\.debia[n]\.org|(^|[^.\w])/(wor[k]|far[m]|hom[e])/\w",
    re.MULTILINE,
)


def sources() -> list[Path]:
    """Return every Python file of ours."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return sorted(path for path in found if "versions" not in path.parts)


def texts() -> Iterator[Path]:
    """Return every text file of the repository, tracked or not yet."""
    tops = [top for top in ROOT.iterdir() if top.name not in (".git", ".venv", ".env", "var")]
    for path in (path for top in tops for path in ([top] if top.is_file() else top.rglob("*"))):
        is_made = any(part in ("__pycache__", ".hypothesis") or part.endswith("_cache") for part in path.parts)
        if not is_made and path.is_file() and b"\0" not in path.read_bytes()[:4096]:
            yield path


def offenders(fault: Callable[[str], object]) -> list[str]:
    """Return `file: fault` for every source in which `fault(text)` finds something."""
    found = ((path.relative_to(ROOT), fault(path.read_text())) for path in sources())
    return [f"{path}: {what}" for path, what in found if what]


def test_a_file_says_its_purpose_in_its_first_line() -> None:
    def fault(text: str) -> str:
        purpose = (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")[0]
        first = text.partition("\n")[0]
        good = purpose and "\n" not in purpose and first.startswith(('"""', 'r"""', "#!"))
        return "" if good else "the first line is no docstring of one line"

    assert offenders(fault) == []


def test_a_file_fits_into_one_head() -> None:
    assert offenders(lambda text: text.count("\n") if text.count("\n") > MAX_FILE_LINES else 0) == []


def test_a_function_fits_on_one_screen() -> None:
    def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
        body = node.body[1:] if ast.get_docstring(node) else node.body
        return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0

    def fault(text: str) -> list[str]:
        nodes = ast.walk(ast.parse(text))
        functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
        return [f.name for f in functions if length(f) > MAX_FUNCTION_LINES]

    assert offenders(fault) == []


def test_no_file_is_a_drawer() -> None:
    assert [str(path) for path in texts() if any(DRAWERS.match(part) for part in path.relative_to(ROOT).parts)] == []


def test_no_text_names_a_machine_or_a_registry() -> None:
    named = {
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in texts()
        if (found := MACHINE.search(path.read_text(errors="replace")))
    }
    assert named == set()


def test_no_check_is_silenced_without_a_reason() -> None:
    silenced = re.compile(r"#\s*(type:\s*ignore(\[[\w, -]+\])?|noqa(:\s*[A-Z0-9, ]+)?)\s*$", re.MULTILINE)
    assert offenders(lambda text: [found.group() for found in silenced.finditer(text)]) == []


def test_no_test_is_switched_off_and_no_part_is_mocked() -> None:
    off = re.compile(r"pytest\.(skip|mark\.skip|importorski[p])|xfai[l]|unittest\.moc[k]")
    assert offenders(lambda text: off.findall(text) if text != Path(__file__).read_text() else []) == []


def test_the_pins_carry_hashes_and_no_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-b24pysdk.txt"):
        pins = (ROOT / name).read_text()
        assert len(re.findall(r"^\S+==", pins, re.MULTILINE)) == len(re.findall(r"\\\n {4}--hash.*\n(?! {4}--)", pins))
        assert "://" not in pins


def test_what_runs_is_what_is_tested() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^(\S+==[^\s;]+)", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


@pytest.mark.parametrize(
    ("packages", "extras"),
    [
        (("signing", "storage", "bot"), ()),
        (("playground",), ("playground",)),
        (("tests", "benchmarks"), ("playground", "dev")),
    ],
    ids=["product", "playground", "tests"],
)
def test_what_is_imported_is_named_in_pyproject(packages: tuple[str, ...], extras: tuple[str, ...]) -> None:
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project, apart = whole["project"], set(whole["dependency-groups"])
    named = {_distribution(line) for line in project["dependencies"]}
    named |= {_distribution(line) for extra in extras for line in project["optional-dependencies"][extra]}
    files = (path for package in packages for path in (ROOT / package).rglob("*.py"))
    imported = {top for path in files for top in _imports(ast.parse(path.read_text()))}
    foreign = imported - sys.stdlib_module_names - set(PACKAGES) - apart
    known = packages_distributions()
    assert {top for top in foreign if named.isdisjoint(map(_distribution, known.get(top, ())))} == set()


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _distribution(requirement: str) -> str:
    """Return the name in a requirement, as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=<>~ ]", requirement)[0]).lower()
