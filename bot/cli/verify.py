"""`countersign verify FILE…`: a plain verdict on what is signed, against the trusted roots of the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import phrases
from bot.cli.console import Json, countersign, err, say, show_json, spoken
from bot.clock import SystemClock
from bot.pem import read_roots
from bot.settings import read_settings
from signing.verification.files import DOCUMENT_MISSING
from signing.verification.verdict import Overall, SignatureVerdict, Verdict

WORDS = {
    Overall.VALID: "valid",
    Overall.VALID_BUT_UNKNOWN_SIGNER: "unchanged, but nobody we trust says who signed",
    Overall.CHANGED: "changed after signing",
    Overall.BROKEN: "broken",
    Overall.UNSIGNED: "not signed",
    Overall.UNREADABLE: "not readable as a PDF",
}
PROBLEMS = {
    "PdfReadError": "it is no PDF, or damaged",
    "PdfKeyNotAvailableError": "it has a password",
    DOCUMENT_MISSING: "its document is missing",
}
"""What stood in the way, in words; other problems are told by their codes."""


@spoken
async def verify(
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, metavar="FILE…", help="A PDF, or a document and its .p7s."),
    ],
    as_json: Json = False,
) -> None:
    """Say who signed a file, when, and whether it was changed. Exit code 0 only when it is valid."""
    # pyHanko costs a second: only this command pays for it.
    from bot.workers import WorkerPool
    from signing.verification.files import verify_files

    settings = read_settings()
    roots = read_roots(settings.trusted_roots_file)
    pool = WorkerPool(size=1, accept_weak_isolation=settings.accept_weak_isolation)
    with err.status("Reading …"):
        await pool.start()
        try:
            verdict = await pool.run(
                verify_files, [file.absolute() for file in _with_document(files)], roots_der=roots,
                now=SystemClock().now(), tsa_roots_der=read_roots(settings.tsa_roots_file),
            )  # fmt: skip
        finally:
            await pool.close()
    if as_json:
        show_json(verdict.to_json())
    else:
        _tell(files[0], verdict)
        if verdict.overall is Overall.VALID_BUT_UNKNOWN_SIGNER and not roots:
            say(
                f"\nNo root certificate is trusted here. Put that of the signer's CA into {settings.trusted_roots_file}"
            )
    if verdict.overall is not Overall.VALID:
        raise typer.Exit(1)


def _with_document(files: list[Path]) -> list[Path]:
    """A signature alone finds its document beside it: `contract.pdf.p7s` belongs to `contract.pdf`."""
    document = files[0].with_suffix("")
    return [*files, document] if len(files) == 1 and files[0].suffix == ".p7s" and document.is_file() else files


def _tell(file: Path, verdict: Verdict) -> None:
    problem = PROBLEMS.get(verdict.problem, verdict.problem) if verdict.size_bytes else "it is empty"
    say(f"{file.name}: {WORDS[verdict.overall]}{f' ({problem})' if problem else ''}")
    if verdict.problem == DOCUMENT_MISSING:
        say(f"Name the document too: {countersign(f'verify {file.name} DOCUMENT')}")
    say(f"SHA-256 {verdict.sha256}, {verdict.size_bytes:,} bytes")
    for signature in verdict.signatures:
        say("")
        for name, value in _facts(signature).items():
            say(f"  {name:11}{value}")


def _facts(signature: SignatureVerdict) -> dict[str, str]:
    problem = f" ({signature.problem})" if signature.problem else ""
    time = f"{signature.proved_at}, proved by {signature.proved_by}" if signature.proved_by else "not proved"
    return {
        "Signature": f"{WORDS[signature.overall]}{problem}",
        "Signer": signature.signer + (" (TEST certificate)" if signature.is_test else ""),
        "Issued by": signature.issuer,
        "Trusted by": signature.trusted_by or "nobody",
        "Stated": signature.stated_at or "–",
        "Reason": signature.reason or "–",
        "Time": time,
        "Kind": f"{phrases.say('en', f'label-{signature.label.value}')}, level {signature.level}",
    }
