"""The note that goes with a signed document: why a program may not know the signer, and how to check nevertheless."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from bot.phrases import say
from signing.evidence.sheet import Section, Sheet
from signing.trust import Anchor


class TrustNote:
    """What a company says about its signatures, in one language."""

    def __init__(self, language: str, *, company: str, anchors: Sequence[Anchor], public_url: str | None) -> None:
        self._say = partial(say, language)
        self._company = company
        self._anchors = anchors
        self._url = public_url

    def text(self) -> str:
        """Return the note as a message that can be forwarded."""
        return "\n\n".join(
            [
                self._say("trust-title", company=self._company),
                self._say("trust-unknown"),
                "\n".join(["1. " + self._say("trust-way-reader"), *self._numbered()]),
                *self._roots(),
            ]
        )

    def sheet(self) -> Sheet:
        """Return the note as a page to print or to attach."""
        ways = [self._say("trust-way-reader"), *self._ways(), self._say("trust-way-acrobat")]
        roots = [row for anchor in self._anchors for row in self._rows(anchor)]
        why = [("", self._say(f"trust-why-{part}")) for part in ("meaning", "list", "green")]
        return Sheet(
            title=self._say("trust-title", company=self._company),
            lead=self._say("trust-unknown"),
            sections=(
                Section(heading=self._say("trust-ways"), rows=tuple(("", way) for way in ways)),
                *((Section(heading=self._say("trust-root-title"), rows=tuple(roots)),) if roots else ()),
                Section(heading=self._say("trust-why"), rows=tuple(why)),
            ),
            foot=self._company,
        )

    def _ways(self) -> Iterator[str]:
        if self._url:
            yield self._say("trust-way-online", verify=f"{self._url}/verify")
            yield self._say("trust-way-page", page=f"{self._url}/trust")

    def _numbered(self) -> list[str]:
        return [f"{place}. {way}" for place, way in enumerate(self._ways(), 2)]

    def _roots(self) -> Iterator[str]:
        for anchor in self._anchors:
            yield self._say("trust-root", name=anchor.name, sha256=anchor.grouped)
        if self._anchors:
            yield self._say("trust-compare")

    def _rows(self, anchor: Anchor) -> Iterator[tuple[str, str]]:
        yield self._say("trust-root-name"), anchor.name
        yield self._say("trust-root-fingerprint"), anchor.grouped
        yield self._say("trust-root-until"), f"{anchor.not_after:%d.%m.%Y}"
        yield "", self._say("trust-compare")
