"""What is not handed to LibreOffice as it came: web pages without what acts or fetches, texts as documents."""

from __future__ import annotations

from collections.abc import Callable

from signing.intake.office import plain_text, web_page
from signing.intake.office.kinds import HTML, TEXT

REWRITTEN: dict[str, Callable[[bytes], bytes]] = {HTML: web_page.document, TEXT: plain_text.document}
