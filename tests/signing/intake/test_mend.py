"""Plain pages of a PDF with fields, marks and parts that nobody sees; a signed one is left alone."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from signing.document import Document, Making
from signing.errors import Refused
from signing.intake.gate import GateLimits
from signing.intake.reception import Received, Reception
from storage.documents import DiskDocuments
from tests.assets import crafted_pdfs, signed_pdfs


class Here:
    """Runs the work in this process."""

    async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Do it."""
        return work(*args, **kwargs)


def _drawn(pdf: pikepdf.Pdf, word: str, **entries: Any) -> pikepdf.Object:
    """Return an annotation that shows a word."""
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    look = pikepdf.Stream(
        pdf, f"BT /F1 12 Tf 2 4 Td ({word}) Tj ET".encode(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form,
        BBox=pikepdf.Array([0, 0, 100, 20]), Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font)),
    )  # fmt: skip
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Rect=pikepdf.Array([50, 50, 150, 70]), AP=pikepdf.Dictionary(N=look), **entries
        )
    )  # fmt: skip


def with_marks(*, script: bool = False) -> bytes:
    """Return a PDF with a filled field, a comment, a hidden mark and a link."""
    body = io.BytesIO()
    with pikepdf.open(io.BytesIO(crafted_pdfs.good())) as pdf:
        name = pikepdf.Name
        field = _drawn(
            pdf, "seventy", Subtype=name.Widget, FT=name.Tx, T=pikepdf.String("price"), V=pikepdf.String("seventy"), F=4
        )
        comment = _drawn(pdf, "remark", Subtype=name.FreeText, Contents=pikepdf.String("remark"), F=4)
        hidden = _drawn(pdf, "unseen", Subtype=name.Stamp, F=2)
        link = pikepdf.Dictionary(
            Type=name.Annot, Subtype=name.Link, Rect=pikepdf.Array([0, 0, 9, 9]),
            A=pikepdf.Dictionary(S=name.URI, URI=pikepdf.String("https://example.com")),
        )  # fmt: skip
        pdf.pages[0].obj["/Annots"] = pikepdf.Array([field, comment, hidden, link])
        pdf.Root["/AcroForm"] = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
        if script:
            pdf.Root["/OpenAction"] = pikepdf.Dictionary(S=name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.save(body)
    return body.getvalue()


async def received(folder: Path, body: bytes, *, mends: bool = True) -> tuple[Document, DiskDocuments]:
    documents = DiskDocuments(folder, min_free_bytes=0, min_free_share=0)
    desk = Reception(documents=documents, workers=Here(), limits=GateLimits(), mends=mends)
    (document,) = await desk.receive([Received(name="Offer.pdf", sha256=await documents.put(body))])
    return document, documents


def _text(documents: DiskDocuments, document: Document) -> str:
    path = documents.path(document.sha256)
    return subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout


async def test_fields_and_marks_become_part_of_the_pages(tmp_path: Path) -> None:
    body = with_marks()
    document, documents = await received(tmp_path, body)
    assert (document.making, document.warnings) == (Making.MENDED, ("mended",))
    assert "seventy" in _text(documents, document)
    assert "remark" in _text(documents, document)
    assert "unseen" not in _text(documents, document)
    assert document.original_sha256 is not None
    assert await documents.get(document.original_sha256) == body
    assert document.is_looked_at, "its sender looks at it before anybody is asked"


async def test_nothing_is_mended_unless_the_settings_say_so(tmp_path: Path) -> None:
    document, _ = await received(tmp_path, with_marks(), mends=False)
    assert document.making is Making.AS_SENT
    assert set(document.warnings) == {"forms", "comments", "hidden-annotations", "links"}


@pytest.mark.parametrize("body", [with_marks(script=True), crafted_pdfs.dormant_page()], ids=["script", "dormant"])
async def test_what_acts_or_sleeps_is_left_out(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(Refused):
        await received(tmp_path, body, mends=False)
    document, _ = await received(tmp_path, body)
    assert document.making is Making.MENDED


@pytest.fixture(scope="module")
def signed() -> bytes:
    """Return the PDF with marks, signed by somebody else."""
    return signed_pdfs.signed(with_marks())


async def test_a_signed_file_is_left_as_it_is(tmp_path: Path, signed: bytes) -> None:
    document, documents = await received(tmp_path, signed)
    assert document.making is Making.AS_SENT
    assert await documents.get(document.sha256) == signed


async def test_a_signed_file_that_is_refused_stays_refused(tmp_path: Path, signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        pdf.Root["/OpenAction"] = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        body = io.BytesIO()
        pdf.save(body)
    with pytest.raises(Refused) as refusal:
        await received(tmp_path, body.getvalue())
    assert refusal.value.code == "javascript"


async def test_a_plain_file_stays_the_very_bytes(tmp_path: Path) -> None:
    document, documents = await received(tmp_path, crafted_pdfs.good())
    assert (document.making, await documents.get(document.sha256)) == (Making.AS_SENT, crafted_pdfs.good())
