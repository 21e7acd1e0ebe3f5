"""The mother of the workers brings what they work with, and nothing heavy besides."""

from __future__ import annotations

import subprocess
import sys

from signing.formats import FORMATS
from signing.formats.finishing import finish_copy


def test_what_signs_is_loaded_before_the_fork_and_no_typeface_is() -> None:
    """A worker that had to import its own work would do so for every document."""
    program = (
        "import importlib, sys\n"
        "from bot.workers.pool import PRELOAD\n"
        "for name in PRELOAD: importlib.import_module(name)\n"
        "print(sys.modules.keys() >= set(sys.argv[1:]), 'fontTools' in sys.modules, 'segno' in sys.modules)"
    )
    works = [finish_copy, *(form.prepare for form in FORMATS.values())]
    command = [sys.executable, "-c", program, *(work.__module__ for work in works)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.split() == ["True", "False", "False"]
