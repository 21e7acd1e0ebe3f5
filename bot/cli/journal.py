"""`countersign journal`: verify the hash chain and the signed heads; export as JSON lines or as CSV."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import sys
from collections.abc import AsyncIterator
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from bot.cli.console import Failed, Json, err, say, show, spoken, step
from bot.cli.installation import installation
from bot.settings import Settings
from signing.activation.client import ActivationClient
from signing.activation.reconciliation import Mismatch, reconcile, remembered
from signing.audit import Fault, Row
from signing.evidence.pem import write_pem

if TYPE_CHECKING:
    from storage.store import SqlStore

app = typer.Typer(help="The journal of everything that happened.", no_args_is_help=True)

COLUMNS = ("seq", "at", "tag", "actor", "subject", "facts", "previous", "hash")
RISKY = ("=", "+", "-", "@", "\t", "\r", "\0")
"""A cell that begins so is a formula to a spreadsheet (OWASP ASVS 5.0, 1.2.10)."""


class Format(StrEnum):
    """What an export looks like."""

    JSONL = "jsonl"
    CSV = "csv"


MEANINGS = {
    "gap": "a row is missing before this one",
    "edited": "this row was changed",
    "broken_chain": "this row does not follow the one before it",
    "truncated": "a signed head speaks of this row, and it is gone",
    "head_mismatch": "a signed head speaks of another row here",
    "head_signature": "a head is not signed by the journal's key",
    "head_chain": "a head is missing or was changed",
    "record": "what was approved was changed afterwards",
    "step": "a spent code was made usable again",
    "mandate": "a standing mandate, or what was sealed under it, was changed",
    "overdrawn": "more was sealed than the standing mandate allows",
    "mandate_not_in_ledger": "the journal tells a standing mandate that the module does not know",
    "mandate_not_in_journal": "the module has a standing mandate that the journal does not know",
    "not_in_ledger": "the journal tells a signature that no key has made",
    "not_in_journal": "a key made a signature that the journal does not know",
    "ledger_rewritten": "the module's ledger is not the one that the journal has seen",
    "signature_changed": "the bot's signature is not the one that the journal tells",
}


@app.command()
@spoken
async def verify(
    copy: Annotated[Path | None, typer.Option(help="The heads that were copied elsewhere.", exists=True)] = None,
    as_json: Json = False,
) -> None:
    """Check every row, every signed head and the module's ledger. Exit code 1 when anything was changed."""
    async with installation(with_module=True) as here:
        with step("Reading the journal", quiet=as_json):
            journal = await faults_of(here.settings, here.activation, copy=copy)
        with step("Reading the activation module's ledger", quiet=as_json):
            ledger = (await here.activation.verify_ledger()).faults
            differing = [] if journal or ledger else await mismatches(here.store, here.activation)
    found = [("journal", fault.seq, fault.kind) for fault in journal]
    found += [("ledger", fault.seq, fault.kind) for fault in ledger]
    found += [(one.where, one.seq, one.kind) for one in differing]
    rows = [
        {"where": where, "row": seq, "fault": kind, "meaning": MEANINGS.get(kind, "")} for where, seq, kind in found
    ]
    show(rows, as_json=as_json, empty="The journal and the ledger are unbroken.")
    if rows:
        raise typer.Exit(1)


@app.command()
@spoken
async def export(
    form: Annotated[
        Format, typer.Option("--format", help="jsonl keeps everything; csv is for spreadsheets.")
    ] = Format.JSONL,
    target: Annotated[Path | None, typer.Option("--out", help="File; standard output without it.")] = None,
) -> None:
    """Write every row, oldest first."""
    if target is not None and target.exists():
        raise Failed(f"{target} is there already. Mend: give --out another name")
    async with installation() as here:
        with target.open("x", encoding="utf-8", newline="") if target else nullcontext(sys.stdout) as file:
            if form is Format.CSV:
                file.write(csv_line(COLUMNS))
            async for row in every_row(here.store):
                _write(file, row, form)
    if target:
        say(f"Written: {target}")


@app.command()
@spoken
async def key(
    target: Annotated[Path | None, typer.Option("--out", help="File for the PEM; standard output without it.")] = None,
) -> None:
    """Write the journal's public key: whoever judges an evidence file compares with it."""
    async with installation(with_module=True) as here:
        der = await here.activation.journal_public_key()
    text = write_pem("PUBLIC KEY", [der]).decode()
    if target is None:
        typer.echo(text, nl=False)
    else:
        target.write_text(text)
        say(f"Written: {target}")
    err.print(f"SHA-256 of the key: {hashlib.sha256(der).hexdigest()}")


async def every_row(store: SqlStore, *, after: int = 0) -> AsyncIterator[Row]:
    """Yield the journal's rows in order, a page at a time."""
    while True:
        async with store.read() as tx:
            page = await tx.journal.rows(after=after)
        for row in page:
            yield row
        if not page:
            return
        after = page[-1].seq


def columns(row: Row) -> dict[str, Any]:
    """Return a row as plain values in the order of `COLUMNS`."""
    event = row.event
    values = (row.seq, event.at.isoformat(), event.tag.value, event.actor, event.subject, event.facts)
    return dict(zip(COLUMNS, (*values, row.previous, row.hash), strict=True))


async def mismatches(store: SqlStore, module: ActivationClient) -> list[Mismatch]:
    """Return where the journal, the signatures and the module's ledger differ; both must be unbroken by themselves."""
    rows = [row async for row in every_row(store)]
    async with store.read() as tx:
        signatures = await tx.signatures.all()
    ledger = await module.verify_ledger(at=[at for at, _ in remembered(rows).values()])
    later = [row async for row in every_row(store, after=rows[-1].seq if rows else 0)]
    return reconcile(rows, ledger, signatures=signatures, later=later)


async def faults_of(settings: Settings, module: ActivationClient, *, copy: Path | None = None) -> list[Fault]:
    """Return what is wrong with the journal, by its own chain, its signed heads and the copy of these elsewhere."""
    from storage.audit_log import read_copy, verify_journal

    copied = await asyncio.to_thread(read_copy, copy or settings.journal_copy_file)
    key = await module.journal_public_key()
    return await asyncio.to_thread(verify_journal, settings.database_url, public_key_der=key, copied=copied)


def csv_line(cells: Any) -> str:
    """Return one RFC 4180 line in which no cell can act as a formula."""
    line = io.StringIO()
    csv.writer(line).writerow([f"'{cell}" if str(cell).startswith(RISKY) else cell for cell in cells])
    return line.getvalue()


def _write(file: TextIO, row: Row, form: Format) -> None:
    values = columns(row)
    if form is Format.JSONL:
        file.write(json.dumps(values, ensure_ascii=False) + "\n")
    else:
        facts = json.dumps(values["facts"], ensure_ascii=False, sort_keys=True)
        file.write(csv_line({**values, "facts": facts}.values()))
