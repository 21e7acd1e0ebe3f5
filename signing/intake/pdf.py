"""A PDF at the gate: the order of the checks. Each one protects those after it."""

from __future__ import annotations

from pathlib import Path

from signing.errors import Refused
from signing.intake import earlier
from signing.intake.active_content import check_active_content, list_warnings
from signing.intake.findings import Findings
from signing.intake.limits import GateLimits
from signing.intake.object_graph import survey
from signing.intake.pages import count_pages
from signing.intake.streams import check_streams
from signing.intake.structure import (
    check_content,
    check_edges,
    check_object_streams,
    check_warnings,
    open_strictly,
    opened_by_qpdf,
)


def inspect_pdf(source: Path, limits: GateLimits) -> Findings:
    """Judge a PDF; raises `Refused` with one of the codes named in `structure`, `active_content`, `earlier`.

    Two parsers must agree that it is well-formed, it must not act or hide, and another signature must be
    allowed. Not checked: fonts, colours, what the pages say.
    """
    with source.open("rb") as stream:
        check_edges(stream)
        reader = open_strictly(stream, limits)
        if reader.encrypted:
            raise _protection(source, limits)
        check_object_streams(reader, limits)
        pages, warnings = _judge_content(source, limits)
        signatures = earlier.list_signatures(reader)
        earlier.check_locks(reader)
        return Findings(pages=pages, warnings=warnings, earlier=signatures, docmdp=earlier.certification(reader))


def _judge_content(source: Path, limits: GateLimits) -> tuple[int, tuple[str, ...]]:
    with opened_by_qpdf(source, limits) as pdf:
        pages = count_pages(pdf.Root, limits)
        graph = survey(pdf, limits)
        check_warnings(pdf)
        check_streams(graph.streams, limits)
        check_active_content(pdf, graph)
        check_content(pdf)
        return pages, list_warnings(pdf, graph)


def _protection(source: Path, limits: GateLimits) -> Refused:
    """Say which protection it is: each is mended differently."""
    with opened_by_qpdf(source, limits) as pdf:
        allowed = pdf.allow
    if not (allowed.modify_form and allowed.modify_annotation and allowed.modify_other):
        return Refused("permissions")
    return Refused("encrypted")
