"""The pool of disposable workers: one fresh process a call, some at once, each with a time limit."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import inspect
import json
import os
import pickle
import shutil
import signal
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from bot.workers import probes
from bot.workers.paths import SCRATCH, WRITTEN, paths_in
from bot.workers.replies import read_reply
from bot.workers.sandbox import User, WorkerLimits
from signing import formats
from signing.errors import WorkerFailed
from signing.intake import gate

P = ParamSpec("P")
R = TypeVar("R")

PRELOAD = (*gate.PRELOAD, *formats.PRELOAD, "signing.verification.pdf")


@dataclass(frozen=True, kw_only=True)
class Isolation:
    """Which walls really stand around a worker on this machine, found out by trying."""

    network: bool
    """A worker cannot connect anywhere, not even to this machine."""
    memory: bool
    """A worker that takes too much memory fails alone."""
    files: bool
    """A worker sees only the files of its call."""
    user: bool
    """A worker runs as another user than the bot."""
    reasons: tuple[str, ...] = ()
    """Codes of what is missing."""

    @property
    def is_strong(self) -> bool:
        """Tell whether hostile documents may be opened without an administrator's word."""
        return self.network and self.memory


class WorkerPool:
    """The fill of `signing.ports.Workers`."""

    def __init__(
        self,
        *,
        size: int | None = None,
        accept_weak_isolation: bool = False,
        user: str | None = None,
        limits: WorkerLimits | None = None,
        preload: Sequence[str] = PRELOAD,
    ) -> None:
        """Nothing is started yet; see `start`.

        `size` None means a worker a core, and one more that waits for its turn with the bot. `user` counts only for a
        bot that runs as root, and must be able to read the documents.
        """
        self._limits = limits or WorkerLimits()
        self._accept_weak_isolation = accept_weak_isolation
        self._user = User.named(user) if user is not None and os.getuid() == 0 else None
        self._preload = tuple(preload)
        self._seats = asyncio.Semaphore(size or len(os.sched_getaffinity(0)) + 1)
        self._starting = asyncio.Lock()
        self._nursery: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self.isolation: Isolation | None = None
        """Known after `start`."""
        self.starts = 0
        """How often the nursery was started: more than once means that she died."""
        self.failures = Counter(dict.fromkeys(("timeout", "crashed", "memory", "nursery"), 0))
        """Workers that ended badly, by how."""

    async def start(self) -> None:
        """Start the nursery and try the walls; raise `WorkerFailed("weak-isolation")` when they are not accepted."""
        await self._ensure_nursery()
        self.isolation = await self._try_walls()
        if not (self.isolation.is_strong or self._accept_weak_isolation):
            await self.close()
            raise WorkerFailed(reason="weak-isolation", missing=list(self.isolation.reasons))

    async def close(self) -> None:
        """End the nursery and every worker with it."""
        control, self._control = self._control, None
        if control is not None:
            control.close()
        process, self._nursery = self._nursery, None
        if process is not None:
            await process.wait()  # a closed control socket ends the nursery, and the kernel ends her children

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a module-level function in a fresh worker; its `SigningError`s come home, all else is `WorkerFailed`.

        Paths among the arguments are opened to the worker for reading, the parameter `target` for writing (an
        empty file is made when there is none); `scratch` is a folder for this call alone, made and taken away here.
        The result must be of the type that `work` is annotated with.
        """
        given = _signature(work).bind(*args, **kwargs).arguments
        scratch = frozenset(paths_in(given.pop(SCRATCH, None)))
        with self._folders(scratch):
            return await self._run_in(work, args, kwargs, given=given, scratch=scratch)

    async def _run_in(
        self, work: Callable[P, R], args: Any, kwargs: Any, *, given: dict[str, Any], scratch: Set[Path]
    ) -> R:
        targets = frozenset(paths_in(given.pop(WRITTEN, None)))
        writable = targets | scratch
        readable = frozenset(paths_in(given)) - writable
        request = pickle.dumps((work, args, kwargs, readable, writable))
        made = [path for path in targets if self._make(path)]
        try:
            async with self._seats:
                await self._ensure_nursery()
                reply = await self._call(request)
            result: R = read_reply(reply, work)
        except BaseException as error:
            if isinstance(error, WorkerFailed):
                self.failures[str(error.facts.get("reason"))] += 1
            for path in made:
                path.unlink(missing_ok=True)
            raise
        return result

    @contextlib.contextmanager
    def _folders(self, folders: Set[Path]) -> Iterator[None]:
        for folder in folders:
            folder.mkdir(mode=0o700)
            if self._user is not None:
                os.chown(folder, self._user.uid, -1)
        try:
            yield
        finally:
            for folder in folders:
                shutil.rmtree(folder, ignore_errors=True)

    def _make(self, path: Path) -> bool:
        """Make the empty file that the worker may fill; False when there is one already."""
        if path.exists():
            return False
        path.touch(mode=0o600)
        if self._user is not None:
            os.chown(path, self._user.uid, -1)
        return True

    async def _ensure_nursery(self) -> None:
        async with self._starting:
            if self._nursery is not None and self._nursery.returncode is None:
                return
            await self.close()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.setblocking(False)
            with theirs:
                self._control, self._nursery = ours, await self._spawn(theirs.fileno())
            self.starts += 1
            if await _within(_START_S, asyncio.get_running_loop().sock_recv(ours, 16)) != b"ready":
                await self.close()
                raise WorkerFailed(reason="nursery")

    async def _spawn(self, control: int) -> asyncio.subprocess.Process:
        """Start the nursery with an environment of its own: nothing of the bot's, which holds secrets."""
        told = {
            "control": control, "preload": self._preload, "limits": dataclasses.asdict(self._limits),
            "user": dataclasses.asdict(self._user) if self._user else None,
        }  # fmt: skip
        surroundings = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8", "TZ": "UTC"}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.workers.nursery", json.dumps(told),
            env=surroundings, pass_fds=[control], stdin=asyncio.subprocess.DEVNULL, cwd="/",
        )  # fmt: skip

    async def _call(self, request: bytes) -> bytes:
        """Return the answer of one worker, who is dead when this returns, however it returns."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        with contextlib.ExitStack() as stack:
            call = stack.enter_context(self._fresh_worker())
            try:
                async with asyncio.timeout(self._limits.wall_s):
                    handle = await _receive_handle(call)
                    stack.callback(_kill, handle)
                    await loop.sock_sendall(call, request)
                    call.shutdown(socket.SHUT_WR)
                    reply = await self._read(call)
            except TimeoutError:
                raise WorkerFailed(reason="timeout") from None
            except ConnectionError:
                reply = b""
        if not reply:  # killed: by the kernel for its time, or by its own fault
            raise WorkerFailed(reason="timeout" if loop.time() - began >= self._limits.cpu_s else "crashed")
        return reply

    def _fresh_worker(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            try:
                assert self._control is not None
                socket.send_fds(self._control, [b"call"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise WorkerFailed(reason="nursery") from None
        return ours

    async def _read(self, call: socket.socket) -> bytes:
        loop, reply = asyncio.get_running_loop(), bytearray()
        while part := await loop.sock_recv(call, 1 << 20):
            reply += part
            if len(reply) > self._limits.reply_bytes:
                raise WorkerFailed(reason="reply-too-large")
        return bytes(reply)

    async def _try_walls(self) -> Isolation:
        with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.NamedTemporaryFile() as secret:
            if self._user is not None:
                os.chown(secret.name, self._user.uid, -1)
            holes = await self.run(
                probes.find_holes, port=listener.getsockname()[1], file=secret.name,
                more_bytes=self._limits.memory_bytes,
            )  # fmt: skip
        if self._user is None:
            holes = (*holes, "user")
        return Isolation(
            network="network" not in holes, memory="memory" not in holes, files="files" not in holes,
            user="user" not in holes, reasons=holes,
        )  # fmt: skip


async def isolation(*, user: str | None = None) -> Isolation:
    """Return what walls a worker would have on this machine (for doctor); starts and ends a small pool."""
    pool = WorkerPool(size=1, accept_weak_isolation=True, user=user, preload=())
    try:
        await pool.start()
        assert pool.isolation is not None
        return pool.isolation
    finally:
        await pool.close()


_signature = functools.cache(inspect.signature)


async def _receive_handle(call: socket.socket) -> int:
    """Wait for the nursery to send the handle (pidfd) of the new worker: no number that could be reused."""
    loop = asyncio.get_running_loop()
    arrived: asyncio.Future[None] = loop.create_future()
    loop.add_reader(call, _settle, arrived)
    try:
        await arrived
    finally:
        loop.remove_reader(call)
    _, handles, _, _ = socket.recv_fds(call, 1, 1)
    if not handles:
        raise ConnectionError
    return handles[0]


def _settle(arrived: asyncio.Future[None]) -> None:
    if not arrived.done():
        arrived.set_result(None)


def _kill(handle: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    os.close(handle)


async def _within(seconds: float, waited: Coroutine[Any, Any, bytes]) -> bytes:
    try:
        return await asyncio.wait_for(waited, seconds)
    except (TimeoutError, ConnectionError):
        return b""


_START_S = 60
"""Importing the parsers takes a second; a busy machine may take more."""
