"""What the tests let workers do: crash, hang, eat memory, reach for what they must not have, lie."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

from signing.document import Sha256
from signing.errors import Refused


class Colour(StrEnum):
    """An enum in a result."""

    RED = "red"


@dataclass(frozen=True, kw_only=True)
class Inner:
    """A dataclass in a dataclass."""

    colour: Colour
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Everything:
    """Every type a result may be made of."""

    body: bytes
    sha256: Sha256
    inner: tuple[Inner, ...]
    pair: tuple[int, str]
    named: dict[str, list[float]]
    missing: str | None
    flag: bool


def echo(value: Everything) -> Everything:
    """Return the argument."""
    return value


def add(first: int, second: int) -> int:
    """Return a sum."""
    return first + second


def nothing() -> None:
    """Return nothing."""


def refuse(code: str) -> int:
    """Refuse as the gate does."""
    raise Refused(code, limit=7)


def fail(secret: str) -> int:
    """Fail in a way nobody foresaw; the words of the error must not travel."""
    raise KeyError(secret)


def crash() -> int:
    """Die of a wild pointer."""
    return ctypes.string_at(0)[0]


def exit_at_once() -> int:
    """Die without a word."""
    os._exit(0)


def sleep(seconds: float) -> int:
    """Wait without using the processor."""
    time.sleep(seconds)
    return 1


def spin() -> int:
    """Use the processor for ever."""
    while True:
        pass


def eat_memory() -> int:
    """Take memory for ever."""
    kept = []
    while True:
        kept.append(bytes(1 << 26))


def answer_with(size_bytes: int) -> bytes:
    """Return a big answer."""
    return bytes(size_bytes)


def write_too_much(target: Path) -> int:
    """Fill the disk."""
    with target.open("wb") as stream:
        for _ in range(1 << 20):
            stream.write(bytes(1 << 20))
    return 1


def copy(source: Path, target: Path) -> int:
    """Copy a file, as a conversion does."""
    return target.write_bytes(source.read_bytes())


def overwrite(source: Path) -> int:
    """Try to change a file that is only to be read."""
    return source.write_bytes(b"forged")


def read_by_name(name: str) -> int:
    """Try to open a file that nobody gave."""
    return len(Path(name).read_bytes())


def list_folder(name: str) -> int:
    """Try to look around."""
    return len(list(Path(name).iterdir()))


def connect(port: int) -> str:
    """Try to reach a server on this machine; return how it failed."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError as error:
        return type(error).__name__
    return "connected"


def surroundings() -> dict[str, str]:
    """Return the environment, and what the kernel remembers of it."""
    # The beginning of the process' memory of its environment is closed too; then there is nothing to tell.
    return dict(os.environ)


def start_a_program() -> int:
    """Try to run another program."""
    return subprocess.run(["/bin/true"], check=True).returncode


def fork() -> int:
    """Try to leave a child behind."""
    return os.fork()


def signal_everybody() -> int:
    """Try to kill every process there is."""
    os.kill(-1, 9)
    return 1


def modules() -> list[str]:
    """Return what the worker has imported."""
    return sorted(sys.modules)


def number() -> int:
    """Return a number, says the annotation; see `lie`."""
    return 1


def lie(reply: str) -> NoReturn:
    """Answer on the socket by hand, as a taken-over worker would, and die."""
    for descriptor in range(3, 64):
        try:
            if os.fstat(descriptor).st_mode & 0o170000 == 0o140000:
                os.write(descriptor, reply.encode())
        except OSError:
            continue
    os._exit(0)


def undeclared() -> Any:
    """Return something that is no JSON value."""
    return object()
