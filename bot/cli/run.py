"""`countersign run`: start the bot."""

from __future__ import annotations

from bot.cli.console import Failed, countersign, spoken
from bot.settings import PREFIX, read_settings


@spoken
async def run() -> None:
    """Start the bot and serve until SIGTERM or Ctrl-C."""
    settings = read_settings()
    if settings.telegram_token is None:
        raise Failed(
            f"There is no Telegram token. Mend: put {PREFIX}TELEGRAM_TOKEN=… into .env; without one try ./dev run"
        )
    if not settings.sealing_key_file.exists():
        raise Failed(f"Nothing is set up here yet. Mend: {countersign('init')}")
    from bot.start import serve
    from bot.web_server import PortTaken

    try:
        await serve(settings)
    except PortTaken as taken:
        raise Failed(f"{taken}. Mend: end what uses it, or set {PREFIX}LISTEN_PORT and {PREFIX}LISTEN_HOST") from taken
