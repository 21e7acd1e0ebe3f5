"""`countersign settings`: what is in force, secrets as stars; also prints `.env.example` and the module's own file."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.activation_settings import activation_config
from bot.cli.console import Json, out, show, spoken
from bot.settings import PREFIX, example, read_settings


@spoken
async def settings(
    example_file: Annotated[bool, typer.Option("--example", help="Print .env.example.")] = False,
    activation: Annotated[
        bool, typer.Option("--activation", help="Print the configuration of an activation module in its own unit.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the settings in force."""
    if example_file:
        out.out(example(), end="", highlight=False)
    elif activation:
        out.out(activation_config(read_settings()).to_json(), highlight=False)
    else:
        values = read_settings().model_dump(mode="json")
        show([{"key": f"{PREFIX}{name.upper()}", "value": value} for name, value in values.items()], as_json=as_json)
