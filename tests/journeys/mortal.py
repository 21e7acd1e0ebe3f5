"""The bot and its activation module, able to die at named points: a test's entry point, never a switch of the product.

`python -m tests.journeys.mortal bot` runs the bot; it starts `… mortal module` as its activation module. A file named
like a point in `$CRASH_ORDERS` is an order: the process that reaches the point next takes the file away and dies by
kill -9. Every use of a key is written down in `uses.log` there before the token is asked: a count of our own.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

ORDERS = Path(os.environ.get("CRASH_ORDERS", "/nonexistent"))
USES = "uses.log"

BOT_POINTS = (
    "after_inbox_commit", "after_file_rename", "after_card_sent", "after_confirm_in_module", "after_prepared",
    "after_module_sign", "after_finish", "after_signature_commit", "after_document_sent",
)  # fmt: skip
MODULE_POINTS = (
    "after_attempts_commit", "after_intents_commit", "after_attempted", "after_key_used", "after_made",
)  # fmt: skip
_COMMITTED = {
    "record:tried": "after_attempts_commit", "record:confirmed": "after_intents_commit",
    "signature:attempted": "after_attempted", "signature:made": "after_made",
}  # fmt: skip


def die_if_ordered(point: str) -> None:
    """Die here when the test wants it; one order is one death."""
    try:
        (ORDERS / point).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def after(owner: Any, name: str, point: str) -> None:
    """Make `owner.name` mortal: the point lies right behind its return."""
    made = getattr(owner, name)

    @functools.wraps(made)
    async def later(*args: Any, **kwargs: Any) -> Any:
        result = await made(*args, **kwargs)
        die_if_ordered(point)
        return result

    @functools.wraps(made)
    def now(*args: Any, **kwargs: Any) -> Any:
        result = made(*args, **kwargs)
        die_if_ordered(point)
        return result

    setattr(owner, name, later if inspect.iscoroutinefunction(made) else now)


def run_bot() -> None:
    """Run the bot as `countersign run` does."""
    import bot.app
    from bot.activation_child import ActivationChild
    from bot.platforms.telegram.board import Board
    from bot.platforms.telegram.delivery import Promises
    from bot.settings import read_settings
    from bot.start import serve
    from signing.activation.client import ActivationClient
    from signing.signature import SignaturePipeline
    from signing.workflow import SigningWorkflow
    from storage.documents import DiskDocuments
    from storage.inbox import Inbox

    command = (sys.executable, "-m", "tests.journeys.mortal", "module", "--config", "-")
    vars(bot.app)["ActivationChild"] = functools.partial(ActivationChild, command=command)
    after(Inbox, "arrived", "after_inbox_commit")
    after(DiskDocuments, "_adopt", "after_file_rename")
    after(Board, "_send", "after_card_sent")
    after(ActivationClient, "confirm", "after_confirm_in_module")
    after(SignaturePipeline, "_prepared", "after_prepared")
    after(ActivationClient, "sign", "after_module_sign")
    after(SignaturePipeline, "_finish", "after_finish")
    after(SigningWorkflow, "_complete", "after_signature_commit")
    after(Promises, "_send_signed", "after_document_sent")
    asyncio.run(serve(read_settings()))


def run_module() -> None:
    """Run the activation module as its own entry point does."""
    from bot import activation_process
    from bot.clock import SystemClock
    from signing.keys.pkcs11_token import Pkcs11Key
    from storage import activation_store

    entered: list[str] = []
    append, run, sign = (
        activation_store._Transaction.append,
        activation_store.SqliteActivationStore._run,
        Pkcs11Key.sign,
    )

    def noted(self: Any, kind: Any, *args: Any, **facts: Any) -> Any:
        entered.append(str(kind))
        return append(self, kind, *args, **facts)

    def committed(self: Any, work: Any) -> Any:
        entered.clear()
        result = run(self, work)
        for kind in dict.fromkeys(entered):
            die_if_ordered(_COMMITTED.get(kind, "nowhere"))
        return result

    def counted(self: Any, message: bytes) -> Any:
        with (ORDERS / USES).open("a") as log:
            log.write(f"{self.label}\n")
        value = sign(self, message)
        if self.label.startswith("key-"):
            die_if_ordered("after_key_used")
        return value

    activation_store._Transaction.append = noted  # type: ignore[method-assign]  # a named point of death
    activation_store.SqliteActivationStore._run = committed  # type: ignore[method-assign]  # a named point of death
    Pkcs11Key.sign = counted  # type: ignore[method-assign]  # a named point of death
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    activation_process.run(activation_process.read_config(sys.argv[2:]), clock=SystemClock())


if __name__ == "__main__":
    {"bot": run_bot, "module": run_module}[sys.argv[1]]()
