"""LibreOffice as a library inside this very process (LibreOfficeKit), so that nothing is started and nothing listens.

A worker may start no program and open no socket; `soffice` would need both. The library offers a table of functions
whose order never changes, only grows (LibreOfficeKit.h), so it is called without a binding of its own. Its own way to
load a document opens a window, whose drawings the packages without a desktop have not: a macro of ours, in the profile
that we write (`profile`), loads without one.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_size_t, c_void_p
from pathlib import Path
from typing import Any, ClassVar

from signing.errors import Refused, WorkerFailed
from signing.intake.office.kinds import FILTERS
from signing.intake.office.profile import MACRO, READER, SOURCE, TARGET, WRITER

LIBRARIES = ("libmergedlo.so", "libsofficeapp.so")
"""Where the entry is: Debian and Ubuntu merge the libraries, others do not."""


class _OfficeTable(Structure):
    _fields_: ClassVar = [
        ("size", c_size_t),
        *((f"unused_{place}", c_void_p) for place in range(10)),
        ("run_macro", CFUNCTYPE(c_int, c_void_p, c_char_p)),
    ]


class Kit:
    """One LibreOffice; a process can hold only one, and cannot get rid of it."""

    def __init__(self, *, program: Path, profile: Path) -> None:
        """Start it: `program` is its folder of libraries, `profile` a folder of its own with the settings.

        The surroundings (`HOME`, `TMPDIR`) must be set before. Raises `WorkerFailed("office")`.
        """
        library = next((program / name for name in LIBRARIES if (program / name).exists()), None)
        if library is None:
            raise WorkerFailed(reason="office")
        try:
            start = ctypes.CDLL(str(library), mode=os.RTLD_LOCAL | os.RTLD_NOW).libreofficekit_hook_2
        except (OSError, AttributeError):
            raise WorkerFailed(reason="office") from None
        start.restype, start.argtypes = c_void_p, [c_char_p, c_char_p]
        self._office = start(str(program).encode(), profile.as_uri().encode())
        if not self._office:
            raise WorkerFailed(reason="office")

    def to_pdf(self, source: Path, target: Path, *, media_type: str) -> None:
        """Write the pages of `source` to `target`, which must not exist; raise `Refused("office-unreadable")`."""
        reader, writer = FILTERS[media_type]
        os.environ.update({SOURCE: source.as_uri(), TARGET: target.as_uri(), READER: reader, WRITER: writer})
        self._table().run_macro(self._office, MACRO.encode())
        if not target.exists():
            raise Refused("office-unreadable")

    def _table(self) -> Any:
        table = ctypes.cast(self._office, POINTER(c_void_p))[0]
        return ctypes.cast(table, POINTER(_OfficeTable)).contents
