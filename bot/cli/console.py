"""What the terminal shows: tables for people, JSON for scripts, errors in words with exit code 1."""

from __future__ import annotations

import asyncio
import functools
import json
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot import phrases
from bot.settings import SettingsError
from signing.errors import SigningError

P = ParamSpec("P")

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]

FILE_WIDTH = 200
"""Of a table that goes into a file or a pipe."""

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else FILE_WIDTH)
err = Console(highlight=False, soft_wrap=True, stderr=True)


class Failed(Exception):
    """The command cannot do it; the text says why and what mends it."""


def countersign(arguments: str) -> str:
    """Return the command line that does `arguments`, as the reader can type it."""
    is_of_dev = Path(sys.argv[0]).parts[-2:] == ("bot", "__main__.py")
    return f"./dev countersign {arguments}" if is_of_dev else f"countersign {arguments}"


def spoken(command: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Make a plain command of an async one: run it, say in words what went wrong, exit with 1 then."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            asyncio.run(command(*args, **kwargs))
        except SigningError as error:
            _stop(words(error))
        except SettingsError as error:
            _stop("The settings are not usable:\n" + "\n".join(f"  {fault}" for fault in error.faults))
        except Failed as error:
            _stop(str(error))

    return run


def words(error: SigningError) -> str:
    """Return an error of the core in English."""
    return phrases.error("en", error)


def _stop(text: str) -> None:
    err.print(Text(text, style="red"))
    raise typer.Exit(1)


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str = "Nothing here yet.") -> None:
    """Print rows as a table, or as one JSON list."""
    if as_json:
        show_json([dict(row) for row in rows])
        return
    if not rows:
        out.print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row.values()))
    out.print(table)


def show_json(body: object) -> None:
    """Print one JSON value."""
    out.out(json.dumps(body, ensure_ascii=False, indent=2, default=str), highlight=False)


def say(text: str) -> None:
    """Print one line for people; what stands in it is text, never markup."""
    out.print(Text(text))


@contextmanager
def step(text: str, *, quiet: bool = False) -> Iterator[None]:
    """Show a step while it lasts and a tick when it is done."""
    if quiet:
        yield
        return
    with err.status(Text(text)):
        yield
    err.print(Text.assemble(("✓ ", "green"), text))


def _cell(value: object) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case list() | tuple() | set() | frozenset():
            return ", ".join(_cell(one) for one in value) or "–"
        case _:
            return str(value)
