"""The system calls that a parser never needs, as a seccomp filter (classic BPF, `linux/seccomp.h`)."""

from __future__ import annotations

import struct

_X86_64 = {
    "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "fork": 57, "vfork": 58, "execve": 59,
    "kill": 62, "ptrace": 101, "rt_sigqueueinfo": 129, "mount": 165, "tkill": 200, "add_key": 248,
    "request_key": 249, "keyctl": 250, "unshare": 272, "accept4": 288, "perf_event_open": 298, "setns": 308,
    "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321, "execveat": 322, "userfaultfd": 323,
    "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434, "pidfd_getfd": 438,
}  # fmt: skip
_AARCH64 = {
    "mount": 40, "unshare": 97, "ptrace": 117, "kill": 129, "tkill": 130, "rt_sigqueueinfo": 138, "socket": 198,
    "bind": 200, "listen": 201, "accept": 202, "connect": 203, "add_key": 217, "request_key": 218, "keyctl": 219,
    "execve": 221, "perf_event_open": 241, "accept4": 242, "setns": 268, "process_vm_readv": 270,
    "process_vm_writev": 271, "bpf": 280, "execveat": 281, "userfaultfd": 282, "pidfd_send_signal": 424,
    "io_uring_setup": 425, "pidfd_open": 434, "pidfd_getfd": 438,
}  # fmt: skip
_MACHINES = {"x86_64": (0xC000003E, _X86_64, 56), "aarch64": (0xC00000B7, _AARCH64, 220)}
"""Audit number of the architecture, denied calls, number of `clone`."""
_CLONE3 = 435
_CLONE_THREAD = 0x10000
_X32_BIT = 0x40000000
_KILL, _ALLOW, _EPERM, _ENOSYS = 0x80000000, 0x7FFF0000, 0x00050001, 0x00050026
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16


def denying_program(machine: str) -> bytes | None:
    """Return the filter for a machine as `uname -m` names it, None for an unknown one.

    `clone` is left for threads only; `clone3`, whose flags a filter cannot see, is said not to exist, and the C
    library falls back to `clone`.
    """
    if machine not in _MACHINES:
        return None
    architecture, denied, clone = _MACHINES[machine]
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT), (_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, _EPERM),
        (_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _ENOSYS),
    ]  # fmt: skip
    for number in denied.values():
        program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _EPERM)]
    program += [
        (_EQUAL, 0, 3, clone), (_LOAD, 0, 0, _FIRST_ARGUMENT_AT), (_ANY_BIT, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW),
    ]  # fmt: skip
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)
