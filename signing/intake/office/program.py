"""Where LibreOffice lies on this machine, and what it reads besides the document."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from signing.intake.office.kit import LIBRARIES

PACKAGES = "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui"
"""What Debian and Ubuntu call the parts that convert, without a desktop."""
FONTS = "fonts-liberation fonts-crosextra-carlito fonts-crosextra-caladea fonts-noto-core"
"""Typefaces with the widths of Arial, Times, Courier, Calibri and Cambria, and letters of every script."""
_FOLDERS = ("/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/opt/libreoffice/program")
_SURROUNDINGS = (
    "/etc/libreoffice", "/var/lib/libreoffice", "/var/spool/libreoffice", "/etc/fonts", "/var/cache/fontconfig",
)  # fmt: skip
_COMPONENTS = {"libswlo.so": "Writer", "libsclo.so": "Calc", "libsdlo.so": "Impress"}
_TYPEFACES = ("Carlito", "Caladea", "LiberationSans")
_TYPEFACE_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")


@dataclass(frozen=True, kw_only=True)
class OfficeProgram:
    """An installed LibreOffice. A worker that is given it may read these places, and no others."""

    folder: Path
    """With its libraries."""
    surroundings: tuple[Path, ...]
    """Its installation, its configuration, the list of typefaces."""
    missing: tuple[str, ...] = ()
    """Parts that are not installed: each reads one family of files."""


def find_office(*folders: Path) -> OfficeProgram | None:
    """Return the LibreOffice in the first of `folders` (none named: where packages put it) that holds one."""
    for folder in folders or tuple(Path(place) for place in _FOLDERS):
        if any((folder / library).exists() for library in LIBRARIES):
            around = (folder.parent, *(Path(place) for place in _SURROUNDINGS))
            missing = tuple(name for library, name in _COMPONENTS.items() if not (folder / library).exists())
            return OfficeProgram(folder=folder, surroundings=around, missing=missing)
    return None


def missing_fonts() -> tuple[str, ...]:
    """Return the typefaces with the widths of Word's own that are not installed here."""
    files = [path.name for place in _TYPEFACE_FOLDERS for path in Path(place).rglob("*.ttf")]
    return tuple(name for name in _TYPEFACES if not any(file.startswith(name) for file in files))
