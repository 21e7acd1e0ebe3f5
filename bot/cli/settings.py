"""`countersign settings`: what is in force, secrets as stars; `--example` prints `.env.example`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.console import Json, out, show, spoken
from bot.settings import PREFIX, example, read_settings


@spoken
async def settings(
    example_file: Annotated[bool, typer.Option("--example", help="Print .env.example.")] = False, as_json: Json = False
) -> None:
    """Show the settings in force."""
    if example_file:
        out.out(example(), end="", highlight=False)
        return
    values = read_settings().model_dump(mode="json")
    show([{"key": f"{PREFIX}{name.upper()}", "value": value} for name, value in values.items()], as_json=as_json)
