"""`countersign settings`: what is in force, secrets as stars; also prints `.env.example` and the module's own file."""

from __future__ import annotations

import pwd
from dataclasses import replace
from typing import Annotated

import typer

from bot.activation_config import ActivationConfig
from bot.activation_settings import activation_config
from bot.cli.console import Failed, Json, out, show, spoken
from bot.settings import PREFIX, example, read_settings


@spoken
async def settings(
    example_file: Annotated[bool, typer.Option("--example", help="Print .env.example.")] = False,
    activation: Annotated[
        bool, typer.Option("--activation", help="Print the configuration of an activation module in its own unit.")
    ] = False,
    user: Annotated[
        str | None, typer.Option(help="With --activation: the bot's user; the key ceremony is root's then.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the settings in force."""
    if example_file:
        out.out(example(), end="", highlight=False)
    elif activation:
        config = activation_config(read_settings())
        out.out((_of_two_users(config, user) if user else config).to_json(), highlight=False)
    else:
        values = read_settings().model_dump(mode="json")
        show([{"key": f"{PREFIX}{name.upper()}", "value": value} for name, value in values.items()], as_json=as_json)


def _of_two_users(config: ActivationConfig, bot: str) -> ActivationConfig:
    """Return the configuration of a module in its own unit: the bot's user may ask, root at a terminal makes keys."""
    try:
        uid = pwd.getpwnam(bot).pw_uid
    except KeyError as error:
        raise Failed(f"There is no user {bot} on this machine. Mend: useradd --system {bot}") from error
    return replace(config, users=(uid,), ceremony_users=(0,), socket_mode=0o660)
