"""The command line put together: one file a group of commands."""

from __future__ import annotations

import typer

from bot.cli import absences, bitrix24, doctor, init, journal, keys, mandates, requests, run, settings, verify

app = typer.Typer(
    name="countersign",
    help="Documents forwarded in a chat come back signed with a key in an HSM.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("init")(init.init)
app.command("doctor")(doctor.doctor)
app.command("verify")(verify.verify)
app.command("settings")(settings.settings)
app.add_typer(absences.app, name="people")
app.add_typer(keys.app, name="keys")
app.add_typer(mandates.app, name="mandates")
app.add_typer(requests.app, name="requests")
app.add_typer(journal.app, name="journal")
app.add_typer(bitrix24.app, name="bitrix24")
