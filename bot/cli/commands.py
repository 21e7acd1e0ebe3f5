"""The command line put together: one file a group of commands."""

from __future__ import annotations

import typer

from bot.cli import (
    absences,
    backup,
    bitrix24,
    doctor,
    evidence,
    init,
    journal,
    keys,
    mandates,
    people_import,
    people_invite,
    people_list,
    proposals,
    requests,
    restore,
    retention,
    run,
    settings,
    trust,
    verify,
)

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
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
absences.app.command("list")(people_list.list_people)
absences.app.command("invite")(people_invite.invite)
absences.app.command("import")(people_import.import_people)
app.add_typer(absences.app, name="people")
app.add_typer(proposals.app, name="proposals")
app.add_typer(keys.app, name="keys")
app.add_typer(mandates.app, name="mandates")
app.add_typer(requests.app, name="requests")
app.add_typer(journal.app, name="journal")
app.add_typer(retention.app, name="retention")
app.add_typer(evidence.app, name="evidence")
app.add_typer(trust.app, name="trust")
app.add_typer(bitrix24.app, name="bitrix24")
