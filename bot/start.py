"""Opens the port within a moment, with a page that shows the progress, and only then builds the house behind it."""

from __future__ import annotations

import asyncio
import signal
from importlib import import_module
from urllib.parse import urlsplit

from bot import log, web_server
from bot.activation_settings import point_to_soft_token
from bot.platforms.web.front import ProgressStep, StartingPages
from bot.platforms.web.rendering import Rendering
from bot.settings import Settings
from bot.web_server import WebServer


class Start:
    """What of the start is done; the starting page shows it."""

    def __init__(self) -> None:
        self._steps = {"database": False, "token": False, "workers": False, "telegram": False}

    def done(self, step: str) -> None:
        """Tick a step."""
        self._steps[step] = True

    def steps(self) -> list[ProgressStep]:
        """Return every step, in order."""
        return [ProgressStep(name=name, is_done=is_done) for name, is_done in self._steps.items()]


async def serve(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT comes; a page answers before the rest is ready."""
    log.configure(level=settings.log_level, secrets=_secrets(settings))
    point_to_soft_token(settings)
    stop, start, rendering = _stop_on_signals(), Start(), _rendering(settings)
    server = WebServer(host=settings.listen_host, port=settings.listen_port)
    try:
        pages = StartingPages(rendering=rendering, progress=start.steps)
        await server.show(web_server.build(pages=pages))
        # Imported after the page answers, beside the loop: the house takes seconds of CPU.
        await asyncio.to_thread(import_module, "bot.app")
        from bot.app import live

        await live(settings, server=server, rendering=rendering, done=start.done, stop=stop)
    finally:
        await server.close()


def _rendering(settings: Settings) -> Rendering:
    script = urlsplit(settings.telegram_script_url)
    own = () if script.hostname == "telegram.org" else (f"{script.scheme}://{script.netloc}",)
    portal = (settings.bitrix24_url,) if settings.bitrix24_url else ()
    return Rendering(
        company=settings.company_name, public_url=settings.public_url, language=settings.language,
        telegram_script_url=settings.telegram_script_url, frame_ancestors=(*own, *portal),
    )  # fmt: skip


def _secrets(settings: Settings) -> list[str]:
    """Return what the log must never say; the PIN is not ours to know."""
    known = (settings.telegram_token, settings.telegram_webhook_secret, settings.http_proxy)
    return [secret.get_secret_value() for secret in known if secret is not None]


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    return stop
