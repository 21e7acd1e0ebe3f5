"""`countersign trust`: what strangers need to check our signatures: the root certificate, and a note to forward."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.console import Failed, Json, out, say, show, spoken
from bot.evidence.trust_note import TrustNote
from bot.pem import read_roots
from bot.phrases import LANGUAGES, language_of
from bot.settings import PREFIX, Settings, read_settings
from signing.trust import Anchor, anchors_of

app = typer.Typer(help="What strangers need to check our signatures.", no_args_is_help=True)


@app.command()
@spoken
async def root(
    target: Annotated[Path | None, typer.Option("--out", help="Write the certificates there (PEM).")] = None,
    as_json: Json = False,
) -> None:
    """Show the root certificates with their fingerprints, to be told by telephone."""
    from signing.evidence.pem import write_pem

    anchors = _anchors(read_settings())
    rows = [{"name": one.name, "sha256": one.grouped, "valid_to": one.not_after} for one in anchors]
    show(rows, as_json=as_json)
    if target is not None:
        target.write_bytes(write_pem("CERTIFICATE", [one.der for one in anchors]))
        say(f"Written: {target}")


@app.command()
@spoken
async def note(
    pdf: Annotated[Path | None, typer.Option(help="Write a page to print or to attach instead.")] = None,
    language: Annotated[str, typer.Option(help=f"Of the note: {', '.join(LANGUAGES)}.")] = "",
) -> None:
    """Print the note that goes with a signed document."""
    settings = read_settings()
    made = TrustNote(
        language_of(language, settings.language), company=settings.company_name, anchors=_anchors(settings),
        public_url=settings.public_url,
    )  # fmt: skip
    if pdf is None:
        out.out(made.text(), highlight=False)
        return
    # pyHanko costs a second: only a PDF pays for it.
    from signing.evidence.sheet import write_sheet

    write_sheet(made.sheet(), pdf)
    say(f"Written: {pdf}")


def _anchors(settings: Settings) -> tuple[Anchor, ...]:
    found = anchors_of(read_roots(settings.trusted_roots_file))
    if not found:
        raise Failed(f"No root certificate is set. Mend: name a PEM file in {PREFIX}TRUSTED_ROOTS_FILE")
    return found
