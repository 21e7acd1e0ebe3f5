"""LibreOffice, which is optional: whether office files can become PDF here, tried out with a text."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.cli.checkup import Finding, good, warning, wrong
from bot.settings import Settings
from bot.workers import OFFICE_LIMITS, WorkerPool
from signing.errors import SigningError
from signing.intake.office.conversion import convert
from signing.intake.office.kinds import TEXT
from signing.intake.office.program import FONTS, PACKAGES, OfficeProgram, find_office, missing_fonts

INSTALL = f"apt-get install {PACKAGES} {FONTS}"
ABOUT = "Office files"


async def finding(settings: Settings) -> Finding:
    """Return whether office files become PDF."""
    office = find_office(*settings.office_folders())
    if office is None:
        says = "refused: LibreOffice is not installed (PDFs and photos need none)"
        return warning(ABOUT, says, mend=INSTALL)
    if not await _converts(office):
        return wrong(ABOUT, f"LibreOffice in {office.folder} makes no PDF", mend=INSTALL)
    if office.missing:
        return warning(ABOUT, f"LibreOffice is here without {', '.join(office.missing)}", mend=INSTALL)
    if fonts := missing_fonts():
        says = f"become PDF, but without {', '.join(fonts)} lines break elsewhere than in Word"
        return warning(ABOUT, says, mend=INSTALL)
    return good(ABOUT, f"become PDF by LibreOffice in {office.folder}")


async def _converts(office: OfficeProgram) -> bool:
    pool = WorkerPool(size=1, accept_weak_isolation=True, limits=OFFICE_LIMITS, preload=())
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source", Path(folder) / "target"
        source.write_text("Countersign\n")
        try:
            made = await pool.run(convert, [source], [target], [TEXT], office=office, scratch=Path(folder) / "scratch")
            return not made[0].refused and target.read_bytes().startswith(b"%PDF-")
        except SigningError:
            return False
        finally:
            await pool.close()
