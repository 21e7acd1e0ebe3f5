"""One PKCS#11 module in this process: initialised for threads, restarted when a token was away."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pkcs11 import PKCS11Error
from pkcs11._pkcs11 import lib

from signing.errors import KeyUnavailable

CKF_OS_LOCKING_OK = 2
CKR_ALREADY_INITIALIZED = 0x191
CKR_NOT_INITIALIZED = 0x190


class _InitializeArgs(ctypes.Structure):
    """`CK_C_INITIALIZE_ARGS` (PKCS#11 2.40, 3.7)."""

    _fields_ = (
        ("create_mutex", ctypes.c_void_p),
        ("destroy_mutex", ctypes.c_void_p),
        ("lock_mutex", ctypes.c_void_p),
        ("unlock_mutex", ctypes.c_void_p),
        ("flags", ctypes.c_ulong),
        ("reserved", ctypes.c_void_p),
    )


class _FunctionList(ctypes.Structure):
    """The head of `CK_FUNCTION_LIST`; ctypes pads the two-byte version as C does."""

    _fields_ = (
        ("version", ctypes.c_ubyte * 2),
        ("initialize", ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)),
        ("finalize", ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)),
    )


class _ThreadSafeLib(lib):
    """python-pkcs11's library, but with `CKF_OS_LOCKING_OK`.

    The package calls `C_Initialize(NULL)`, which promises a single thread, and then releases the GIL in `C_Sign`:
    two threads with a session each crash the process.
    """

    def initialize(self) -> None:
        """Override: called by the constructor."""
        args = _InitializeArgs(flags=CKF_OS_LOCKING_OK)
        self._check(_functions(self.so).initialize(ctypes.byref(args)), CKR_ALREADY_INITIALIZED)

    def finalize(self) -> None:
        """Override: the package's own flag says “not initialized”, so it would do nothing."""
        self._check(_functions(self.so).finalize(None), CKR_NOT_INITIALIZED)

    @staticmethod
    def _check(code: int, also_fine: int) -> None:
        if code not in {0, also_fine}:
            raise KeyUnavailable(reason="module", code=code)


def _functions(path: str) -> _FunctionList:
    found = ctypes.POINTER(_FunctionList)()
    code = ctypes.CDLL(path).C_GetFunctionList(ctypes.byref(found))
    if code != 0:
        raise KeyUnavailable(reason="module", code=code)
    return found.contents


class Pkcs11Library:
    """Shared by all tokens of one module. Whoever calls the module holds `using`; a restart waits for all of them."""

    _opened: dict[str, Pkcs11Library] = {}  # noqa: RUF012 - one initialisation a process is the very point
    _opening = threading.Lock()

    def __init__(self, path: str) -> None:
        try:
            self.lib = _ThreadSafeLib(path)
        except (PKCS11Error, OSError) as error:
            raise KeyUnavailable(reason="module") from error
        # Never freed: at the interpreter's end the package's destructor calls a method that is already gone.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self.lib))
        self.generation = 1
        """Moves with each restart: older sessions and handles are dead."""
        self.is_fresh = True
        """Nobody has looked at its slots since it was loaded."""
        self._change = threading.Condition()
        self._users = 0

    @classmethod
    def at(cls, path: str) -> Pkcs11Library:
        """Return the library of `path`, loaded and initialised once; raise `KeyUnavailable`."""
        with cls._opening:
            if path not in cls._opened:
                cls._opened[path] = cls(path)
            return cls._opened[path]

    @contextmanager
    def using(self) -> Iterator[None]:
        """Keep the library from being restarted."""
        with self._change:
            self._users += 1
        try:
            yield
        finally:
            with self._change:
                self._users -= 1
                self._change.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until nobody uses the library and keep it so. Never call it inside `using`."""
        with self._change:
            self._change.wait_for(lambda: self._users == 0)
            yield

    def restart(self) -> None:
        """Forget every session and look at the slots anew; only inside `alone`."""
        self.generation += 1
        self.lib.finalize()
        self.lib.initialize()
