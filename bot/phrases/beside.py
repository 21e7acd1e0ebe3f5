"""What is said beside a document's pages, where there is room: what they were made of, and all that must be told."""

from __future__ import annotations

from bot.phrases import knows, say
from signing.document import Document


def told_beside(document: Document, language: str) -> str:
    """Return the original's name and digest and every warning, a line each; nothing when there is neither."""
    lines = []
    if document.original_sha256 is not None and document.original_name:  # older rows name none
        name, sha256 = document.original_name[:60], document.original_sha256
        lines.append(say(language, "made-from-digest", name=name, sha256=sha256))
    known = (f"warning-{code}" for code in document.warnings if knows(language, f"warning-{code}"))
    return "\n".join([*lines, *(f"⚠️ {say(language, key)}" for key in known)])
