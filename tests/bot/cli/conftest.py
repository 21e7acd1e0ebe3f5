"""An installation of its own for each file of tests, and a terminal that types `countersign …` there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from typer.testing import CliRunner

from bot.activation_config import READY
from bot.activation_settings import activation_config
from bot.cli.commands import app
from bot.settings import Settings

TOKEN = "123456:canary-canary-canary-canary-canary"
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return the JSON it printed."""
        return json.loads(self.out)


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """Types commands; nothing but the settings is shared between them."""

    data_dir: Path

    def __call__(self, *words: str, **settings: str) -> Said:
        """Run `countersign words…` in this process; keyword arguments are settings for this once."""
        environment = {"SOFTHSM2_CONF": None, **self.environment(**settings)}
        ran = CliRunner().invoke(app, words, env=environment, catch_exceptions=False)
        return Said(code=ran.exit_code, out=ran.stdout, err=ran.stderr)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start `countersign words…` as a process to talk with."""
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *words], cwd=ROOT, env={**os.environ, **self.environment()}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def environment(self, **settings: str) -> dict[str, str]:
        """Return the settings as the environment has them."""
        named = {f"COUNTERSIGN_{name.upper()}": value for name, value in settings.items()}
        return {"COUNTERSIGN_DATA_DIR": str(self.data_dir), **named}


@pytest.fixture
def bare(tmp_path: Path) -> Terminal:
    """A terminal where nothing was set up yet."""
    return Terminal(data_dir=tmp_path / "var")


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal at an installation that the tests of one file share; its activation module is running."""
    made = Terminal(data_dir=tmp_path_factory.mktemp("installed") / "var")
    assert made("init").code == 0
    settings = Settings(data_dir=made.data_dir)
    with subprocess.Popen(
        [sys.executable, "-m", "bot.activation_process", "--config", "-"],
        cwd=ROOT, env={**os.environ, "SOFTHSM2_CONF": str(settings.softhsm_conf)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as module:  # fmt: skip
        assert module.stdin is not None
        assert module.stdout is not None
        module.stdin.write(activation_config(settings).to_json().encode())
        module.stdin.close()
        assert module.stdout.readline() == READY
        yield made
        module.terminate()


@asynccontextmanager
async def telegram(**webhook: Any) -> AsyncIterator[str]:
    """Serve getMe and getWebhookInfo for `TOKEN`; yield the address."""

    async def get_me(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": {"id": 1, "username": "countersign_bot"}})

    async def get_webhook_info(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": {"url": "", "pending_update_count": 0, **webhook}})

    async def unknown(_: web.Request) -> web.Response:
        return web.json_response({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)

    app = web.Application()
    app.router.add_get(f"/bot{TOKEN}/getMe", get_me)
    app.router.add_get(f"/bot{TOKEN}/getWebhookInfo", get_webhook_info)
    app.router.add_get("/{rest:.*}", unknown)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
