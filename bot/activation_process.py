"""The activation module's process: builds it and nothing else; holds PIN, seeds and keys, and talks on one socket.

`python -m bot.activation_process --config FILE` (`-` is standard input). Secrets come from files that only their
owner can read, never from arguments or the environment. Imports no aiogram: it is ready in a moment.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from bot.activation_config import READY, ActivationConfig
from bot.clock import SystemClock
from bot.secret_file import read_secret
from signing.activation.api import application
from signing.activation.module import ActivationModule
from signing.activation.store import ActivationStore
from signing.keys import KEY_STORES
from signing.keys.pin_guard import PinGuard
from signing.ports import Clock
from storage.activation_store import SqliteActivationStore
from storage.sealed import Sealer

DRAIN_S = 30
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4

_log = logging.getLogger(__name__)


OpenStore = Callable[[Path, Sealer], ActivationStore]


def open_store(path: Path, sealer: Sealer) -> ActivationStore:
    """Open the module's store."""
    return SqliteActivationStore(path, sealer=sealer)


def build(config: ActivationConfig, *, clock: Clock, opening: OpenStore = open_store) -> ActivationModule:
    """Put the module together; raise `PermissionError` for a secret that others can read, `BlockingIOError` when
    another process has the store."""
    sealer = Sealer(bytes.fromhex(read_secret(Path(config.sealing_key_file))))
    folder = Path(config.store_path).parent
    guard_key = sealer.derived_key("pin-guard")
    stores = {
        token.name: KEY_STORES[token.kind](
            module_path=token.module_path, token_label=token.token_label, pin=read_secret(Path(token.pin_file)),
            guard=PinGuard(folder / f"{token.name}.pin", key=guard_key),
        )
        for token in config.tokens
    }  # fmt: skip
    store = opening(Path(config.store_path), sealer)
    return ActivationModule(store=store, key_stores=stores, clock=clock, issuer=config.issuer)


def harden(*, parent_pid: int | None) -> None:
    """No core dumps, no debugger, no life after the parent's."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if parent_pid is not None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent_pid:
            sys.exit("the parent is gone")


async def serve(config: ActivationConfig, module: ActivationModule, *, ready: Callable[[], None]) -> None:
    """Answer on the socket until SIGTERM or SIGINT, then finish what was begun."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    app = application(module, users=frozenset(config.users), ceremony_users=frozenset(config.ceremony_users))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN_S)
    await runner.setup()
    os.umask(0o177)
    # A socket file left by a dead process is replaced; the store's lock says that nobody answers there any more.
    await web.UnixSite(runner, config.socket_path).start()
    os.chmod(config.socket_path, config.socket_mode)  # noqa: PTH101 - one call at the start
    ready()
    await stop.wait()
    await runner.cleanup()
    await module.close()


def run(config: ActivationConfig, *, clock: Clock, opening: OpenStore = open_store) -> None:
    """Harden the process, build the module and serve it; end with one line when a file is not to be had."""
    harden(parent_pid=config.parent_pid)
    try:
        module = build(config, clock=clock, opening=opening)
    except OSError as error:
        sys.exit(f"The activation module cannot start: {error}")
    asyncio.run(serve(config, module, ready=_say_ready))


def read_config(argv: list[str]) -> ActivationConfig:
    """Return the configuration that `--config` names."""
    parser = argparse.ArgumentParser(prog="python -m bot.activation_process", description=__doc__)
    parser.add_argument("--config", required=True, metavar="FILE", help="JSON; - reads standard input")
    name = parser.parse_args(argv).config
    return ActivationConfig.from_json(sys.stdin.read() if name == "-" else Path(name).read_text())


def _say_ready() -> None:
    os.write(sys.stdout.fileno(), READY)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    run(read_config(sys.argv[1:]), clock=SystemClock())
