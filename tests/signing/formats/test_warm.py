"""The dry run that warms the workers' mother really signs; nothing of it stays."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

from signing.formats import PRELOAD
from signing.formats.warm import sign_sheet
from tests.signing.formats.desk import pdfsig


def test_the_dry_run_makes_a_signature(tmp_path: Path) -> None:
    sign_sheet(tmp_path)
    assert pdfsig(tmp_path / "signed.pdf") == ["Signature is Valid."]


def test_every_module_to_preload_is_there() -> None:
    for name in PRELOAD:
        assert importlib.import_module(name).__name__ == name


def test_whoever_only_names_formats_does_not_pay_for_pyhanko() -> None:
    script = "import sys, signing.formats; print('pyhanko' in sys.modules, 'pikepdf' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False"]
