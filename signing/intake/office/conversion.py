"""From office files to PDF, several in one start of LibreOffice; runs in a disposable worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signing.errors import Refused
from signing.intake.office import typefaces
from signing.intake.office.kinds import ENDINGS
from signing.intake.office.kit import Kit
from signing.intake.office.profile import write_profile
from signing.intake.office.program import OfficeProgram
from signing.intake.office.rewriting import REWRITTEN


@dataclass(frozen=True, kw_only=True)
class Made:
    """What became of one file."""

    refused: str = ""
    """The code of its refusal; empty when its pages are made."""
    warnings: tuple[str, ...] = ()
    """Codes of what only the conversion can tell."""


def convert(
    sources: Sequence[Path], target: Sequence[Path], media_types: Sequence[str], *, office: OfficeProgram, scratch: Path
) -> list[Made]:
    """Write the pages of each source to its target; return what became of each.

    `media_types` are what the gate found. `scratch` is an empty folder for this call. Raises `WorkerFailed("office")`.
    Not checked: what LibreOffice made; the gate looks at it as at any PDF.
    """
    _move_in(scratch)
    kit = Kit(program=office.folder, profile=scratch / "profile")
    places = enumerate(zip(sources, target, media_types, strict=True))
    return [
        _one(kit, source, into, media_type=media_type, room=scratch / str(number))
        for number, (source, into, media_type) in places
    ]


def _move_in(scratch: Path) -> None:
    """Give LibreOffice a home of its own before it asks where that is; what it prints goes nowhere."""
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        os.environ[name] = str(scratch)
    os.environ["SAL_USE_VCLPLUGIN"] = "svp"
    write_profile(scratch / "profile")


def _one(kit: Kit, source: Path, target: Path, *, media_type: str, room: Path) -> Made:
    room.mkdir()
    copied = room / f"document{ENDINGS[media_type]}"  # LibreOffice looks at the name, too
    made = room / "pages.pdf"
    try:
        rewrite = REWRITTEN.get(media_type)
        if rewrite is None:
            shutil.copyfile(source, copied)
        else:
            copied.write_bytes(rewrite(source.read_bytes()))
        kit.to_pdf(copied, made, media_type=media_type)
        is_told = typefaces.missing(source, media_type)
    except Refused as refusal:
        return Made(refused=refusal.code)
    finally:
        copied.unlink(missing_ok=True)
    shutil.copyfile(made, target)
    made.unlink()
    return Made(warnings=("other-typefaces",) if is_told else ())
