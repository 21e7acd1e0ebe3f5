"""Gathering memory into large pages changes nothing but how the kernel keeps it."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import mmap, re
from pathlib import Path
from bot.workers import pages

def large_kib():
    return int(re.search(r"AnonHugePages:\\s+(\\d+)", Path("/proc/self/smaps_rollup").read_text())[1])

memory = mmap.mmap(-1, 16 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
memory[:] = bytes(range(256)) * (len(memory) // 256)
memory.madvise(mmap.MADV_HUGEPAGE)
before, gathered = large_kib(), pages.collapse()
print(gathered % (2 << 20), large_kib() - before >= min(gathered, 8 << 20) // 1024)
print(memory[:] == bytes(range(256)) * (len(memory) // 256))
"""


def test_what_was_in_memory_stays_and_the_figure_is_the_kernels() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.split() == ["0", "True", "True"]
