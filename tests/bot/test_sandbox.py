"""Walls where the kernel gives only half of what a worker asks for."""

from __future__ import annotations

import os
import subprocess
import sys

# A console in a container: root, but the capability to map root into a namespace of users (CAP_SETFCAP) is gone. Who is
# not root in the first place may map himself.
ROOT_WITHOUT_CAPABILITIES = """
import asyncio, os, sys
from bot.workers import isolation, sandbox

if len(sys.argv) == 1:
    sandbox.bound_capabilities()
    os.execv(sys.executable, [sys.executable, "-c", sys.orig_argv[-1], "bounded"])
print(asyncio.run(isolation()).is_strong)
"""


def test_a_root_that_may_not_map_itself_still_has_workers_behind_walls() -> None:
    told = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    command = [sys.executable, "-c", ROOT_WITHOUT_CAPABILITIES]
    done = subprocess.run(command, capture_output=True, text=True, env=told, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")
