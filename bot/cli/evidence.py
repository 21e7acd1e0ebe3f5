"""`countersign evidence`: make the evidence file of a request; judge one offline, without an installation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import pem
from bot.cli.console import Failed, Json, countersign, err, say, show_json, spoken, step
from bot.cli.installation import installation
from bot.phrases import LANGUAGES, language_of
from bot.phrases import say as phrase
from signing.audit import SignedHead
from signing.evidence.case import CONSOLE
from signing.evidence.pem import read_pem
from signing.request import read_number

app = typer.Typer(help="Evidence files: what happened to a request, for an auditor or a court.", no_args_is_help=True)

Language = Annotated[str, typer.Option(help=f"Of the words: {', '.join(LANGUAGES)}.")]

NOT_SOUND, NOT_EVIDENCE = 1, 3
"""Exit codes of `verify`; 2 is a wrong command line."""


@app.command()
@spoken
async def make(
    number: Annotated[str, typer.Argument(help="The number on the stamp, such as 7K3M-9QXA-2F4B.")],
    target: Annotated[Path | None, typer.Option("-o", "--out", help="File; evidence-NUMBER.zip without it.")] = None,
    language: Language = "",
) -> None:
    """Write one file with documents, records, journal, certificates and a summary in plain words."""
    # Workers and storage cost a moment that other commands save.
    from bot.evidence.installed import maker_of
    from bot.evidence.words import EvidenceWords
    from bot.parts import policy_of
    from bot.policy import agreed_book
    from bot.workers import WorkerPool
    from storage.documents import DiskDocuments

    wanted = read_number(number)
    if wanted is None:
        raise Failed(f"{number} is not the number of a request: it has twelve letters and digits.")
    file = target or Path(f"evidence-{wanted}.zip")
    if file.exists():
        raise Failed(f"{file} is there already. Mend: give -o another name")
    async with installation(with_module=True) as here:
        pool = WorkerPool(size=1, accept_weak_isolation=here.settings.accept_weak_isolation)
        with step("Collecting"):
            try:
                await pool.start()
                book = await agreed_book(here.settings.policy_file, store=here.store)
                policy = policy_of(here.settings, book)
                maker = maker_of(
                    here.settings, policy=policy, database=here.database, store=here.store,
                    documents=DiskDocuments(here.settings.data_dir / "documents"), activation=here.activation,
                    workers=pool, clock=here.clock,
                )  # fmt: skip
                words = EvidenceWords(language_of(language, here.settings.language))
                await maker.make(wanted, by=CONSOLE, target=file, words=words)
            finally:
                await pool.close()
    say(f"Written: {file}")
    say(f"Judge it anywhere: {countersign(f'evidence verify {file}')}")


@app.command()
@spoken
async def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An evidence file.")],
    roots: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="PEM: the company's root certificate.")
    ] = None,
    tsa_roots: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="PEM: roots of the time-stamp authorities.")
    ] = None,
    journal_key: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="PEM: the public key of the company's journal.")
    ] = None,
    heads: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The copy of the journal's heads, kept elsewhere.")
    ] = None,
    language: Language = "",
    as_json: Json = False,
) -> None:
    """Judge a file without server, database or settings: 0 sound, 1 not sound, 3 no evidence file at all."""
    from bot.clock import SystemClock
    from bot.evidence.verdict import lines
    from bot.workers import WorkerPool
    from signing.evidence.container import NotEvidence
    from signing.evidence.examination import Trust, examine

    trust = Trust(
        roots=_certificates(roots), tsa_roots=_certificates(tsa_roots), journal_key=_key(journal_key),
        heads=_heads(heads),
    )  # fmt: skip
    pool = WorkerPool(size=1, accept_weak_isolation=True)
    try:
        with err.status("Reading …"):
            await pool.start()
            walls = pool.isolation is not None and pool.isolation.is_strong
            now = SystemClock().now()
            report = await examine(file.absolute(), workers=pool, trust=trust, now=now, is_isolated=walls)
    except NotEvidence as problem:
        _refuse(str(problem), language=language, as_json=as_json)
        raise typer.Exit(NOT_EVIDENCE) from None
    finally:
        await pool.close()
    if as_json:
        show_json(report.to_json())
    else:
        for line in lines(language_of(language), report):
            say(line)
    if not report.is_sound:
        raise typer.Exit(NOT_SOUND)


def _refuse(why: str, *, language: str, as_json: bool) -> None:
    if as_json:
        show_json({"is_sound": False, "problem": why})
    else:
        say(phrase(language_of(language), "evidence-not-evidence", why=why))


def _certificates(path: Path | None) -> tuple[bytes, ...]:
    found = () if path is None else pem.certificates(path.read_text("ascii", "replace"))
    if path is not None and not found:
        raise Failed(f"{path} holds no PEM certificate.")
    return found


def _key(path: Path | None) -> bytes | None:
    if path is None:
        return None
    found = read_pem(path.read_bytes(), label="PUBLIC KEY")
    if len(found) != 1:
        raise Failed(f"{path} is not the journal's public key. See: {countersign('journal key')}")
    return found[0]


def _heads(path: Path | None) -> tuple[SignedHead, ...] | None:
    from storage.audit_log import read_copy

    try:
        return None if path is None else read_copy(path)
    except ValueError:
        raise Failed(f"{path} is no copy of the journal's heads.") from None
