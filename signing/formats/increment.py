"""Writes the incremental update of a PAdES signature: field, stamp and a hole, behind untouched bytes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from signing.errors import Refused, SigningError
from signing.formats.appearance import appearance
from signing.formats.format import Prepared
from signing.formats.placement import Spot, find_spot
from signing.formats.stamp import DrawnStamp
from signing.ports import Hole

HOLE_DIGITS = 32 * 1024
"""Hex digits, so 16 KiB of DER: a chain of RSA-4096 certificates and a time-stamp with its own chain fit."""

_CHUNK_BYTES = 1 << 16
"""pyHanko's 4 KiB cost a third more CPU on large files; a megabyte costs small ones its page faults."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What the signature dictionary says in words; none of it is proved by itself."""

    signer: str
    reason: str
    location: str
    signed_at: datetime


def write(source: Path, target: Path, *, field: str, stamp: DrawnStamp | None, statement: Statement) -> Prepared:
    """Copy `source` to `target` and append the update. Raises `Refused` (`locked`, `damaged`)."""
    try:
        spot = find_spot(source, stamp) if stamp else None
        shutil.copyfile(source, target)
        return _append(target, field=field, stamp=stamp, spot=spot, statement=statement)
    except SigningError:
        raise
    except Exception as error:
        # parsers of hostile files raise anything (reference: 32 kinds were seen)
        raise Refused("damaged", kind=type(error).__name__) from error


def _append(target: Path, *, field: str, stamp: DrawnStamp | None, spot: Spot | None, statement: Statement) -> Prepared:
    with target.open("r+b") as file:
        writer = _Increment(file)
        _refuse_locked(writer)
        name = _free_name(writer, field)
        box = spot.rect if spot else None
        spec = SigFieldSpec(name, on_page=spot.page if spot else 0, box=box)  # type: ignore[arg-type]  # floats are fine
        embedding = PdfCMSEmbedder(spec).write_cms(name, writer)
        widget = next(embedding).get_object()
        if stamp and spot:
            widget["/AP"] = appearance(writer, stamp, rotation=spot.rotation)
        writer.register_extension(ESIC_EXTENSION_1)
        signature = SignatureObject(
            timestamp=statement.signed_at,
            subfilter=SigSeedSubFilter.PADES,
            name=statement.signer,
            reason=statement.reason,
            location=statement.location,
            bytes_reserved=HOLE_DIGITS,
        )
        embedding.send(SigObjSetup(sig_placeholder=signature))
        prepared, _ = embedding.send(SigIOSetup(md_algorithm="sha256", in_place=True, chunk_size=_CHUNK_BYTES))
        file.seek(0, 2)
        return Prepared(
            hole=Hole(start=prepared.reserved_region_start, end=prepared.reserved_region_end),
            size_bytes=file.tell(),
            field=name,
            page=spot.page if spot else None,
            covers_nothing=spot is None or spot.covers_nothing,
            signed_at=statement.signed_at,
        )


class _Increment(IncrementalPdfFileWriter):
    """A writer that adds nothing but what it is told, and finds a page of a flat tree without parsing all pages."""

    def _update_meta(self) -> None:
        """Leave /Info and XMP alone: a signature changes no metadata (and malformed XMP would be an error)."""

    def find_page_for_modification(self, page_ix: int) -> tuple[generic.PdfObject, generic.PdfObject | None]:
        pages = self.root["/Pages"]
        kids = pages["/Kids"]
        if int(pages["/Count"]) == len(kids):
            page = kids.raw_get(page_ix)
            if page.get_object().get("/Type") == "/Page":
                # the page's resources, the other answer, are not for us to change
                return page, None
        found: tuple[generic.PdfObject, generic.PdfObject] = super().find_page_for_modification(page_ix)  # type: ignore[no-untyped-call]  # pyHanko leaves it open
        return found


def _refuse_locked(writer: _Increment) -> None:
    """Obey a certification that forbids all changes (invariant 10); the gate said so before, to the requester."""
    if "/AcroForm" not in writer.root:
        return
    if any(earlier.docmdp_level == MDPPerm.NO_CHANGES for earlier in writer.prev.embedded_signatures):
        raise Refused("locked")


def _free_name(writer: _Increment, wish: str) -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(writer)}
    name, number = wish, 1
    while name in taken:
        number += 1
        name = f"{wish}-{number}"
    return name
