"""What the kernel takes away from a worker: network, other files, other processes, memory, time.

Several walls stand behind each other, since no single one exists everywhere: namespaces are refused in many
containers, Landlock is missing before Linux 5.13, a system-call filter knows no paths. Python 3.11 wraps none of them.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import pwd
import resource
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.workers import syscalls

_LIBC = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_NEWNET, _CLONE_NEWIPC = 0x10000000, 0x20000000, 0x40000000, 0x08000000
_NAMESPACES = _CLONE_NEWNET | _CLONE_NEWPID | _CLONE_NEWIPC
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
_SECCOMP_MODE_FILTER = 2
_LAST_CAPABILITY = 63
_MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class WorkerLimits:
    """Limits of one call. The gate's own limits are stricter; these hold when a parser is wrong."""

    memory_bytes: int = 1536 * _MIB
    """Address space. The preloaded libraries map 130 MiB of it."""
    cpu_s: int = 20
    wall_s: float = 30
    file_bytes: int = 256 * _MIB
    open_files: int = 64
    reply_bytes: int = 64 * _MIB


OFFICE_LIMITS = WorkerLimits(memory_bytes=2048 * _MIB, cpu_s=60, wall_s=90, open_files=256)
"""LibreOffice maps half a gigabyte before it has opened anything, and a long table takes its time."""


@dataclass(frozen=True, kw_only=True)
class User:
    """Somebody else than the bot, by numbers: inside the sandbox there is no list of names."""

    uid: int
    gid: int

    @classmethod
    def named(cls, name: str) -> User:
        """Look up a name or a number; raise `KeyError` for an unknown one."""
        account = pwd.getpwuid(int(name)) if name.isdigit() else pwd.getpwnam(name)
        return cls(uid=account.pw_uid, gid=account.pw_gid)


def set_limits(limits: WorkerLimits) -> None:
    """Set the resource limits of this process; they cannot be raised again."""
    pairs = (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),  # a core file would hold the document
    )
    for kind, value in pairs:
        resource.setrlimit(kind, (value, value))


def become(user: User) -> None:
    """Leave root for another user for good."""
    os.setgroups([])
    os.setresgid(user.gid, user.gid, user.gid)
    os.setresuid(user.uid, user.uid, user.uid)


def leave_namespaces(*, stays_root: bool) -> bool:
    """Move this process' children into namespaces of their own (network, processes, IPC); False where refused.

    `stays_root`: the children change to another user later, which a namespace of users would not know.
    """
    if not stays_root and _works_in_a_child(_leave_as_nobody):
        return _leave_as_nobody()
    return bool(_LIBC.unshare(_NAMESPACES) == 0)


def _leave_as_nobody() -> bool:
    uid, gid = os.getuid(), os.getgid()
    if _LIBC.unshare(_NAMESPACES | _CLONE_NEWUSER) != 0:
        return False
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{_NOBODY} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{_NOBODY} {gid} 1")
    except OSError:
        return False
    return True


def _works_in_a_child(step: Callable[[], bool]) -> bool:
    """Try a step that cannot be taken back.

    A kernel may grant a namespace of users and then refuse its map, which leaves a process without an identity: to a
    root without CAP_SETFCAP, as in many containers, and where AppArmor restricts such namespaces (Ubuntu).
    """
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if step() else 1)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return status == 0


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)


def offer_memory() -> None:
    """When the machine runs out of memory, let the kernel take this process and its children before the bot."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)


def close_memory() -> None:
    """Forbid processes of the same user to trace this one or to read its memory."""
    _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def refuse_new_privileges() -> None:
    """Give up for ever the way to more privileges; the kernel wants it before the other walls."""
    _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def bound_capabilities() -> None:
    """Let no later program gain a capability; those this process has stay."""
    for capability in range(_LAST_CAPABILITY + 1):
        _LIBC.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def drop_capabilities() -> None:
    """Give up all capabilities."""
    header, nothing = struct.pack("Ii", 0x20080522, 0), bytes(24)
    _LIBC.capset(header, nothing)


def filter_system_calls() -> bool:
    """Forbid new sockets, programs, processes and looks into other processes; False on an unknown machine."""
    described = _filter()
    if described is None:
        return False
    return bool(_LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(described), 0, 0) == 0)


@functools.cache
def _filter() -> _Program | None:
    program = syscalls.denying_program(os.uname().machine)
    if program is None:
        return None
    return _Program(length=len(program) // 8, instructions=program)


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def build_walls(places: Iterable[Path]) -> None:
    """Mother: make once what is the same for every child; `places` are what all of them may read.

    A child that made it itself would touch, and so copy, hundreds of pages that it shares with her.
    """
    _filter()
    for path in places:
        place = _open_place(path)
        if place is not None:
            _PLACES[path] = place


def restrict_files(*, readable: Iterable[Path], writable: Iterable[Path]) -> bool:
    """Close the file system but for these paths (Landlock); False where the kernel has none of it.

    `writable` are files that exist, or folders to work in; `readable` are files or whole folders. Other processes are
    out of reach too: Landlock forbids tracing out of its domain, and signals since its sixth version.
    """
    version = _LIBC.syscall(_LANDLOCK_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    handled = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    attributes = struct.pack("QQQ", handled, 3, 3)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = _LIBC.syscall(_LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    for path in readable:
        _allow(ruleset, path, file_access=_READ_FILE, folder_access=_READ_FILE | _READ_DIR | _EXECUTE)
    for path in writable:
        written = _READ_FILE | _WRITE_FILE | _TRUNCATE
        _allow(ruleset, path, file_access=handled & written, folder_access=handled & (written | _READ_DIR | _ARRANGE))
    closed = _LIBC.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return bool(closed)


def _allow(ruleset: int, path: Path, *, file_access: int, folder_access: int = 0) -> None:
    place, is_known = _PLACES.get(path) or _open_place(path), path in _PLACES
    if place is None:
        return  # what is not there needs no permission
    access = folder_access if place.is_folder else file_access
    _LIBC.syscall(_LANDLOCK_ADD_RULE, ruleset, 1, struct.pack("=Qi", access, place.descriptor), 0)
    if not is_known:
        os.close(place.descriptor)


@dataclass(frozen=True, kw_only=True)
class _Place:
    descriptor: int
    """Names the path, and opens nothing."""
    is_folder: bool


_PLACES: dict[Path, _Place] = {}
"""What the mother opened for all her children."""


def _open_place(path: Path) -> _Place | None:
    try:
        return _Place(descriptor=os.open(path, os.O_PATH | os.O_CLOEXEC), is_folder=path.is_dir())
    except OSError:
        return None


_NOBODY = 65534
_FIRST_TO_GO = "800"
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_ARRANGE = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8
"""Remove folders and files, make folders and files: no links, no sockets, no devices."""
