"""The activation module as a child of the bot: started, awaited, started again when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from bot.activation_config import READY, ActivationConfig
from signing.errors import ActivationUnavailable

COMMAND = (sys.executable, "-m", "bot.activation_process", "--config", "-")
START_S = 30.0
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0
STOP_S = 40.0
"""Longer than the module's own time for finishing what was begun."""

_log = logging.getLogger(__name__)


class ActivationChild:
    """One child process and the task that keeps it alive. While it is away, calls raise `ActivationUnavailable`."""

    def __init__(self, config: ActivationConfig, *, command: Sequence[str] = COMMAND) -> None:
        self._config = replace(config, parent_pid=os.getpid())
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The child's process id; None while it is away."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    async def start(self) -> None:
        """Start the child and wait until it answers; raise `ActivationUnavailable`. Call it from the main thread:
        the kernel ends the child with the thread that started it (prctl(2), PR_SET_PDEATHSIG)."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(self._config.to_json().encode())
        self._process.stdin.close()
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), START_S)
        except TimeoutError:
            line = b""
        if line != READY:
            await self._end()
            raise ActivationUnavailable(reason="not_started")

    async def watch(self) -> None:
        """Start the child again whenever it dies, with growing pauses; runs until `stop` (owned by the background)."""
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            code = await self._process.wait() if self._process else None
            if self._stopping.is_set():
                return
            _log.error("the activation module ended with %s; starting it again in %.1f s", code, pause_s)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause_s)
                return
            try:
                await self.start()
                pause_s = FIRST_PAUSE_S
            except ActivationUnavailable:
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def stop(self) -> None:
        """Let the child finish what it began and end it."""
        self._stopping.set()
        await self._end()

    async def _end(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
