"""The mother of the workers: imports the heavy modules once, then forks one child for each call.

Our own instead of multiprocessing's forkserver, which hands the whole environment (tokens, passwords) to its
children, imports the parent's `__main__` (aiogram: five seconds) in each of them, and reads their answers by pickle.
She runs as process 1 of her own namespaces, single-threaded, and never looks at a document herself.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import json
import os
import pickle
import signal
import socket
import sys
from collections.abc import Callable, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from bot.workers import pages, sandbox
from bot.workers.replies import OUT_OF_MEMORY, error_line, result_line
from bot.workers.sandbox import User, WorkerLimits


@dataclass(frozen=True, kw_only=True)
class Nursing:
    """What the pool tells the nursery at the start."""

    control: int
    """File descriptor of a datagram-like Unix socket: each message brings the socket of one call."""
    user: User | None
    preload: tuple[str, ...]
    limits: WorkerLimits


def main() -> None:
    """Run until the pool closes the control socket (`python -m bot.workers.nursery JSON`)."""
    told = json.loads(sys.argv[1])
    nursing = Nursing(
        control=told["control"], user=User(**told["user"]) if told["user"] else None,
        preload=tuple(told["preload"]), limits=WorkerLimits(**told["limits"]),
    )  # fmt: skip
    sandbox.die_with_parent()
    sandbox.offer_memory()
    if sandbox.leave_namespaces(stays_root=nursing.user is not None):
        _continue_in_child()
    for module in nursing.preload:
        importlib.import_module(module)
    sandbox.bound_capabilities()
    sandbox.build_walls(_code())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    gc.collect()
    gc.freeze()
    gc.disable()  # a worker's life is shorter than its garbage, and looking for it copies the mother's pages
    pages.collapse()
    sandbox.close_memory()  # from here on she cannot see her own maps either
    with socket.socket(fileno=nursing.control) as control:
        control.send(b"ready")
        _nurse(control, nursing)


def _continue_in_child() -> None:
    """Only a child enters the new process namespace; it is process 1 there, and all end with it."""
    child = os.fork()
    if child == 0:
        sandbox.die_with_parent()
        return
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _nurse(control: socket.socket, nursing: Nursing) -> None:
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 16, 1)
        if not message:
            return
        call = socket.socket(fileno=descriptors[0])
        child = os.fork()
        if child == 0:
            control.close()
            _work(call, nursing)
        with call, contextlib.suppress(OSError):  # the pool may have given up already
            handle = os.pidfd_open(child)
            socket.send_fds(call, [b"p"], [handle])
            os.close(handle)


def _work(call: socket.socket, nursing: Nursing) -> NoReturn:
    """Child: read one request, give everything up, work, answer, end; never return into the mother's loop."""
    try:
        sandbox.die_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        sandbox.set_limits(nursing.limits)
        _send(call, _answer(call, nursing))
    finally:
        os._exit(0)


def _answer(call: socket.socket, nursing: Nursing) -> bytes:
    try:
        asked = pickle.loads(_request(call))  # noqa: S301  # from the bot, before any hostile byte
        work, arguments, keywords, readable, writable = asked
        _shut(readable=readable | _code(work), writable=writable, user=nursing.user)
        return result_line(work(*arguments, **keywords))
    except MemoryError:
        return OUT_OF_MEMORY  # made before: there may be none left to make it of
    except BaseException as error:
        return error_line(error)


def _request(call: socket.socket) -> bytes:
    parts = iter(lambda: call.recv(1 << 20), b"")
    return b"".join(parts)


def _send(call: socket.socket, answer: bytes) -> None:
    left = memoryview(answer)
    while left:
        left = left[os.write(call.fileno(), left) :]


def _shut(*, readable: Set[Path], writable: Set[Path], user: User | None) -> None:
    """Give up all that the work does not need. What a wall is worth here, `probes` finds out by trying."""
    silence = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(silence, standard)  # C libraries print what they read
    sandbox.refuse_new_privileges()
    sandbox.restrict_files(readable=readable, writable=writable)
    if user is not None:
        sandbox.become(user)
    sandbox.drop_capabilities()
    sandbox.filter_system_calls()


def _code(work: Callable[..., Any] | None = None) -> Set[Path]:
    """Return where Python, the libraries, the fonts of the system and the work's own package lie."""
    return _SYSTEM | _package(work.__module__.partition(".")[0] if work else __name__.partition(".")[0])


@functools.cache
def _package(name: str) -> Set[Path]:
    return frozenset(Path(place) for place in getattr(sys.modules[name], "__path__", []))


_SYSTEM = frozenset(
    {Path(entry) for entry in sys.path if entry.endswith(("-packages", "lib-dynload"))}
    | {Path(place) for place in ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom")}
    | {Path(sys.prefix) / "lib", Path(sys.base_prefix) / "lib"}
)


if __name__ == "__main__":
    main()
