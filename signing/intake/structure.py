"""Is the PDF well-formed, for two parsers that share no code: pyHanko strictly, qpdf without one warning.

Of 97 files made to look different in different viewers, this rule lets 27 through, and all 27 look the same
everywhere; repairing the files instead does not help.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pikepdf
from pikepdf import settings as qpdf_settings
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DecodePurpose, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.misc import PdfDecodeLimitError, PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.errors import Refused
from signing.intake.limits import MIB, GateLimits

_TAIL_BYTES = 1_024
"""Where readers look for the end-of-file marker."""
_XREF_BYTES = 4 * MIB
"""One cross-reference stream, decoded: 100,000 entries take a third of it."""


def check_edges(stream: BinaryIO) -> None:
    """Refuse a file that does not begin with its header (`damaged`) or was cut off (`truncated`)."""
    stream.seek(0)
    if not stream.read(5).startswith(b"%PDF-"):
        raise Refused("damaged", reason="junk-before-header")
    stream.seek(0, 2)
    stream.seek(max(0, stream.tell() - _TAIL_BYTES))
    tail = stream.read()
    if b"%%EOF" not in tail or b"startxref" not in tail:
        raise Refused("truncated")
    if tail.rpartition(b"%%EOF")[2].strip(b"\x00\t\n\f\r "):
        raise Refused("damaged", reason="data-after-end")


def open_strictly(stream: BinaryIO, limits: GateLimits) -> PdfFileReader:
    """Return pyHanko's strict reader; refuse `damaged`, `bomb`, `hybrid-xref`, `too-many-objects`.

    The file may still be encrypted: `root` must not be touched before that is known.
    """
    try:
        reader = PdfFileReader(stream, strict=True, decode_limits=_decode_limits(limits))
    except PdfDecodeLimitError:
        raise Refused("bomb", what="cross-references") from None
    except PdfError as error:
        raise Refused("damaged", reason=type(error).__name__) from error
    if reader.xrefs.hybrid_xrefs_present:
        raise Refused("hybrid-xref")
    declared = int(reader.trailer_view.get("/Size", 0))
    if declared > limits.objects:
        raise Refused("too-many-objects", objects=declared, limit=limits.objects)
    return reader


def check_object_streams(reader: PdfFileReader, limits: GateLimits) -> None:
    """Decode every object stream under the limits before any other parser does; refuse `bomb`."""
    total = 0
    for revision in range(reader.xrefs.total_revisions):
        for reference in _object_streams(reader, revision):
            try:
                stream = reader.get_object(reference)  # type: ignore[no-untyped-call]  # as below
                total += len(stream.data)
            except PdfDecodeLimitError:
                raise Refused("bomb", what="object-stream") from None
            if total > limits.total_bytes:
                raise Refused("bomb", what="object-streams")


@contextmanager
def opened_by_qpdf(source: Path, limits: GateLimits) -> Iterator[pikepdf.Pdf]:
    """Open by qpdf without recovery; refuse `password`, `damaged`. Its decoding limits hold process-wide."""
    qpdf_settings.set_qpdf_limits(
        parser_max_nesting=limits.depth, max_stream_filters=4,
        flate_max_memory=limits.stream_bytes, png_max_memory=limits.stream_bytes,
        run_length_max_memory=limits.stream_bytes, tiff_max_memory=limits.stream_bytes,
        dct_max_memory=limits.stream_bytes, doc_max_warnings=20,
    )  # fmt: skip
    try:
        pdf = pikepdf.open(source, attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise Refused("password") from None
    except pikepdf.PdfError as error:
        raise _read_complaint(str(error)) from error
    with pdf:
        yield pdf


def check_warnings(pdf: pikepdf.Pdf) -> None:
    """Refuse what qpdf found worth a warning so far: doubled keys, wrong lengths, nesting it would not follow."""
    _refuse_first(pdf.get_warnings())


def check_content(pdf: pikepdf.Pdf) -> None:
    """Refuse content streams that do not parse."""
    _refuse_first(pdf.check_pdf_syntax())


def _refuse_first(complaints: Sequence[object]) -> None:
    if complaints:
        raise _read_complaint(str(complaints[0]))


def _read_complaint(text: str) -> Refused:
    """Choose the code for what qpdf says; its text names paths and offsets and goes no further."""
    if "nesting" in text or "nested" in text:
        return Refused("too-deep")
    if "limit exceeded" in text:
        return Refused("bomb", what="stream")
    return Refused("damaged", reason="qpdf")


def _object_streams(reader: PdfFileReader, revision: int) -> set[generic.Reference]:
    streams: set[generic.Reference] = reader.xrefs.object_streams_used_in(revision)  # type: ignore[no-untyped-call]  # pyHanko types its public half only
    return streams


def _decode_limits(limits: GateLimits) -> DecodeLimits:
    one = StreamDecodeLimits(max_output_size=limits.stream_bytes)
    xref = StreamDecodeLimits(max_ratio=None, max_output_size=_XREF_BYTES)
    return DecodeLimits(
        per_stream=one,
        per_purpose={DecodePurpose.XREF_STREAM: xref, DecodePurpose.OBJECT_STREAM: one},
        document_budget=DocumentDecodeBudget(base_allowance=limits.total_bytes, max_ratio=0),
    )
