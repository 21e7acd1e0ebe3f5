"""A wrong result never leaves: each part is spoiled in turn, and the self-check finds it."""

# mypy: disable-error-code="no-untyped-call"
# (pyHanko leaves its writers untyped)

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms as asn1_cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from playground.pki import LoopbackPki
from signing.errors import SignatureRefused
from signing.formats import Prepared
from signing.formats.increment import HOLE_DIGITS
from signing.ports import Hole, MadeSignature
from tests.signing.formats.desk import STAMP, Desk, LocalSigner, time_stamp


def _refusal(call: Callable[[], object]) -> str:
    with pytest.raises(SignatureRefused) as refused:
        call()
    return str(refused.value.facts["reason"])


def _spoil(path: Path, at: int) -> None:
    body = bytearray(path.read_bytes())
    body[at] ^= 0x01
    path.write_bytes(body)


@pytest.mark.parametrize("part", ["prefix", "increment", "byte-range", "behind-the-hole"])
def test_a_changed_byte_is_found_wherever_it_is(desk: Desk, part: str) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    made = desk.signer.sign(path, prepared.hole)
    size = source.stat().st_size
    places = {
        "prefix": size // 2,
        "increment": size + 200,
        "byte-range": path.read_bytes().rindex(b"/ByteRange") + 14,
        "behind-the-hole": prepared.size_bytes - 40,
    }
    _spoil(path, places[part])

    expected = "shown-bytes-changed" if part == "prefix" else "wrong-digest"
    assert _refusal(lambda: desk.finish(path, source, prepared, made)) == expected


def test_every_byte_of_the_container_counts(desk: Desk) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    made = desk.signer.sign(path, prepared.hole)
    whole = path.read_bytes()
    for at in range(0, len(made.cms), 23):
        path.write_bytes(whole)
        body = bytearray(made.cms)
        body[at] ^= 0x01
        with pytest.raises(SignatureRefused):
            desk.finish(path, source, prepared, replace(made, cms=bytes(body)))


def test_a_signature_of_another_document_is_refused(desk: Desk) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    made = desk.signer.sign_digest(hashlib.sha256(b"another").digest())
    assert _refusal(lambda: desk.finish(path, source, prepared, made)) == "wrong-digest"


def test_a_signature_by_another_person_is_refused(desk: Desk) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    made = LocalSigner.made(desk.pki, "Somebody else").sign(path, prepared.hole)
    assert _refusal(lambda: desk.finish(path, source, prepared, made)) == "wrong-certificate"


def test_a_key_that_does_not_belong_to_the_certificate_is_refused(desk: Desk) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    other = LocalSigner.made(desk.pki, "Somebody else")
    made = replace(other, chain=desk.signer.chain).sign(path, prepared.hole)
    assert _refusal(lambda: desk.finish(path, source, prepared, made)) == "wrong-signature"


def test_a_certificate_of_an_unknown_issuer_is_refused(desk: Desk, tmp_path: Path) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    made = desk.signer.sign(path, prepared.hole)
    strangers = LoopbackPki(tmp_path / "strangers").roots_der
    assert _refusal(lambda: desk.finish(path, source, prepared, made, roots_der=strangers)) == "untrusted-certificate"


def test_an_expired_certificate_is_refused(desk: Desk) -> None:
    source = desk.sheet()
    late = replace(desk, now=desk.now + timedelta(days=400))
    path, prepared = late.prepare(source)
    made = desk.signer.sign(path, prepared.hole)
    assert _refusal(lambda: desk.finish(path, source, prepared, made)) == "untrusted-certificate"


def test_an_issuer_that_is_no_authority_is_refused(desk: Desk) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    impostor = LocalSigner.made(desk.pki, "Impostor")
    chain = (impostor.chain[0], desk.signer.chain[0])
    made = replace(impostor, chain=chain).sign(path, prepared.hole)
    anchors = (desk.signer.chain[0],)
    reason = _refusal(lambda: desk.finish(path, source, prepared, made, certificate_der=chain[0], roots_der=anchors))
    assert reason == "untrusted-certificate"


def test_a_time_stamp_of_another_signature_is_refused(desk: Desk) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    made = desk.signer.sign(path, prepared.hole)
    token = desk.token(b"another value")
    assert _refusal(lambda: desk.finish(path, source, prepared, made, timestamp=token, level="B-T")) == "bad-time-stamp"


def test_a_time_stamp_by_an_unknown_authority_is_refused(desk: Desk, tmp_path: Path) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    made = desk.signer.sign(path, prepared.hole)
    token = time_stamp(LoopbackPki(tmp_path / "strangers"), made.value)
    assert _refusal(lambda: desk.finish(path, source, prepared, made, timestamp=token, level="B-T")) == "bad-time-stamp"


def test_a_container_with_a_repeated_certificate_is_refused(desk: Desk) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    content = asn1_cms.ContentInfo.load(desk.signer.sign(path, prepared.hole).cms)
    certificates = list(content["content"]["certificates"])
    content["content"]["certificates"] = [*certificates, certificates[0]]
    made = MadeSignature(cms=content.dump(force=True), value=b"")
    assert _refusal(lambda: desk.finish(path, source, prepared, made)) == "duplicate-certificate"


def test_a_container_that_does_not_fit_the_hole_is_refused(desk: Desk) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    made = MadeSignature(cms=bytes(HOLE_DIGITS // 2 + 1), value=b"")
    assert _refusal(lambda: desk.finish(path, source, prepared, made)) == "too-large"


@pytest.mark.parametrize("by", [-2, 2])
def test_a_hole_elsewhere_than_told_is_refused(desk: Desk, by: int) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    made = desk.signer.sign(path, prepared.hole)
    moved = replace(prepared, hole=Hole(start=prepared.hole.start + by, end=prepared.hole.end + by))
    assert _refusal(lambda: desk.finish(path, source, moved, made)) == "no-hole"


def test_a_hole_in_the_shown_bytes_is_refused(desk: Desk) -> None:
    """A requester may send a file with a hole of his own; it is not ours to fill."""
    source = desk.sheet()
    body = source.read_bytes()
    trap = b"\n%<" + b"0" * HOLE_DIGITS + b">\n"
    source.write_bytes(body.replace(b"\n", trap, 1))
    hole = Hole(start=body.index(b"\n") + 2, end=body.index(b"\n") + 4 + HOLE_DIGITS)
    path = desk.folder / "signed.pdf"
    path.write_bytes(source.read_bytes())
    prepared = Prepared(
        hole=hole, size_bytes=path.stat().st_size, field="Signature", page=0, covers_nothing=True, signed_at=desk.now
    )
    made = desk.signer.sign(path, hole)
    assert _refusal(lambda: desk.finish(path, source, prepared, made)) == "shown-bytes-changed"


# A worker that went bad writes more than a signature; the module signs what it is given, the self-check looks.


def _script(writer: IncrementalPdfFileWriter) -> None:
    action = generic.DictionaryObject(
        {"/S": generic.pdf_name("/JavaScript"), "/JS": generic.pdf_string("app.alert(1)")}
    )
    writer.root["/OpenAction"] = writer.add_object(action)
    writer.update_root()


def _overpaint(writer: IncrementalPdfFileWriter) -> None:
    page, _ = writer.find_page_for_modification(0)
    content = generic.StreamObject(stream_data=b"1 0 0 rg 0 0 600 900 re f")
    page.get_object()["/Contents"] = writer.add_object(content)
    writer.mark_update(page)


def _replace_content(writer: IncrementalPdfFileWriter) -> None:
    page, _ = writer.find_page_for_modification(0)
    content = page.get_object().raw_get("/Contents")
    content.get_object()._data = b"BT ET"
    content.get_object()._encoded_data = None
    writer.mark_update(content)


def _annotate(writer: IncrementalPdfFileWriter) -> None:
    page, _ = writer.find_page_for_modification(0)
    note = {"/Type": "/Annot", "/Subtype": "/FreeText"}
    annotation = generic.DictionaryObject({key: generic.pdf_name(value) for key, value in note.items()})
    annotation["/Rect"] = generic.ArrayObject([generic.NumberObject(side) for side in (0, 0, 100, 100)])
    writer.register_annotation(page, writer.add_object(annotation))


def _add_orphan(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.StreamObject(stream_data=b"anything"))


def _resize(writer: IncrementalPdfFileWriter) -> None:
    _widget(writer)["/Rect"] = generic.ArrayObject([generic.NumberObject(side) for side in (0, 0, 590, 400)])


def _act(writer: IncrementalPdfFileWriter) -> None:
    _widget(writer)["/A"] = generic.DictionaryObject({"/S": generic.pdf_name("/Named")})


def _borrow(writer: IncrementalPdfFileWriter) -> None:
    borrowed = generic.DictionaryObject({"/X": writer.trailer.raw_get("/Root")})
    form = generic.StreamObject(
        {
            "/Type": generic.pdf_name("/XObject"),
            "/Subtype": generic.pdf_name("/Form"),
            "/BBox": generic.ArrayObject(generic.FloatObject(side) for side in (0, 0, 90, 90)),
            "/Resources": generic.DictionaryObject({"/XObject": borrowed}),
        },
        stream_data=b"/X Do",
    )
    _widget(writer)["/AP"]["/N"] = writer.add_object(form)


def _rename(writer: IncrementalPdfFileWriter) -> None:
    _widget(writer)["/T"] = generic.pdf_string("Other")


def _widget(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    return next(
        value for value in writer.objects.values()
        if isinstance(value, generic.DictionaryObject) and value.get("/FT") == "/Sig"
    )  # fmt: skip


BAD_WORKS = (_script, _overpaint, _replace_content, _annotate, _add_orphan, _resize, _act, _borrow, _rename)


@pytest.mark.parametrize("streams", [True, False], ids=["xref-stream", "xref-table"])
@pytest.mark.parametrize("spoil", BAD_WORKS, ids=[work.__name__.strip("_") for work in BAD_WORKS])
def test_an_increment_that_adds_more_than_a_signature_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[IncrementalPdfFileWriter], None], streams: bool
) -> None:
    source = desk.sheet(streams=streams)
    monkeypatch.setattr("signing.formats.increment._Increment._update_meta", spoil)
    path, prepared = desk.prepare(source)
    made = desk.signer.sign(path, prepared.hole)

    reason = _refusal(lambda: desk.finish(path, source, prepared, made))
    assert reason not in {"unreadable", "wrong-digest", "shown-bytes-changed"}


def test_two_increments_at_once_are_refused(desk: Desk) -> None:
    source = desk.sheet()
    middle, _ = desk.sign(source, target="middle.pdf")
    path, prepared = desk.prepare(middle, target="twice.pdf")
    made = desk.signer.sign(path, prepared.hole)
    assert _refusal(lambda: desk.finish(path, source, prepared, made)) == "not-one-increment"


def test_an_unseen_signature_shows_nothing(desk: Desk) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source, stamp=STAMP)
    made = desk.signer.sign(path, prepared.hole)
    unseen = replace(prepared, page=None)
    assert _refusal(lambda: desk.finish(path, source, unseen, made)) == "foreign-entry"


def test_refusals_carry_a_reason_and_no_path(desk: Desk) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    with pytest.raises(SignatureRefused) as refused:
        desk.finish(path, source, prepared, MadeSignature(cms=b"\x30\x00", value=b""))
    assert not re.search(re.escape(str(desk.folder)), str(refused.value))


def test_the_check_knows_its_attributes_in_a_process_of_its_own() -> None:
    program = (
        "import signing.formats.cms\n"
        "from asn1crypto.cms import CMSAttributeType\n"
        "print(CMSAttributeType('1.2.840.113549.1.9.16.2.47').native)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "signing_certificate_v2"
