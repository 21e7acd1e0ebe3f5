"""Checks, by qpdf which did not write it, that an update adds one signature field with its stamp and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from signing.errors import SignatureRefused
from signing.formats.format import Prepared

_LARGEST_SHARE = 1 / 6
"""Of the page that a stamp may take: a worker gone bad must not paint over a contract."""

_FIELD_KEYS = {"/Type", "/Subtype", "/FT", "/T", "/V", "/F", "/Rect", "/P", "/AP"}
_SIGNATURE_KEYS = {
    "/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange", "/M", "/Name", "/Reason", "/Location",
}  # fmt: skip
_STAMP_KEYS = {
    "/Type", "/Subtype", "/BBox", "/Matrix", "/Resources", "/Length", "/Filter", "/Font", "/R", "/B", "/BaseFont",
    "/Encoding", "/DescendantFonts", "/ToUnicode", "/CIDSystemInfo", "/Registry", "/Ordering", "/Supplement",
    "/CIDToGIDMap", "/FontDescriptor", "/W", "/FontName", "/Flags", "/FontBBox", "/ItalicAngle", "/Ascent", "/Descent",
    "/CapHeight", "/StemV", "/FontFile2", "/Length1",
}  # fmt: skip
"""What our own stamps are made of: no actions, no references to other files, no pictures from elsewhere."""

_TRAILER_KEYS = {
    "/Size", "/Root", "/Info", "/ID", "/Prev", "/Type", "/W", "/Index", "/Filter", "/DecodeParms", "/Length",
}  # fmt: skip

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_LAST_START = re.compile(rb".*startxref\s+(\d+)\s", re.DOTALL)
"""In what was shown, mailers and servers may have left bytes behind the end."""


def check(source: Path, target: Path, *, prepared: Prepared, contents: bytes) -> None:
    """Raise `SignatureRefused(reason=…)` unless `target` is `source` plus one signature made as `prepared` says.

    `contents` is the DER in the hole. The bytes of `source` must have been compared before.
    """
    with (
        pikepdf.open(source, suppress_warnings=True) as before,
        pikepdf.open(target, suppress_warnings=True, attempt_recovery=False) as after,
    ):
        _expect(len(after.get_warnings()) <= len(before.get_warnings()), "damaged")
        _Comparison(before, after, prepared=prepared, contents=contents).run(source, target)


class _Comparison:
    def __init__(self, before: pikepdf.Pdf, after: pikepdf.Pdf, *, prepared: Prepared, contents: bytes) -> None:
        self._before, self._after = before, after
        self._prepared, self._contents = prepared, contents
        self._allowed: set[tuple[int, int]] = set()
        """Objects that were looked at and found to be what a signature may write."""

    def run(self, source: Path, target: Path) -> None:
        changed = self._changed_objects(source, target)
        root_before, root = self._before.Root, self._after.Root
        self._check_entries(root_before, root, may_differ={"/AcroForm", "/Version", "/Extensions"})
        form = root.AcroForm
        form_before = root_before.get("/AcroForm", pikepdf.Dictionary())
        self._check_entries(form_before, form, may_differ={"/Fields", "/SigFlags", "/NeedAppearances"})
        field = self._added(form_before.get("/Fields"), form.Fields)
        self._check_field(field)
        self._check_page(field)
        self._check_signature(field.V)
        _expect(changed <= self._allowed, "foreign-object")

    def _changed_objects(self, source: Path, target: Path) -> set[tuple[int, int]]:
        """Return the objects that the last cross-reference section lists; all must lie behind the shown bytes."""
        size = source.stat().st_size
        start, previous = _startxref(target, _START), _startxref(source, _LAST_START)
        trailer = self._after.trailer
        _expect(start >= size and trailer.get("/Prev") == previous, "not-one-increment")
        _expect(set(trailer.keys()) <= _TRAILER_KEYS | set(self._before.trailer.keys()), "foreign-trailer")
        for key in ("/Root", "/Info", "/Encrypt"):
            _expect(_shown(trailer.get(key)) == _shown(self._before.trailer.get(key)), "foreign-trailer")
        with target.open("rb") as file:
            file.seek(start)
            body = file.read()
        found = dict(_table(body) if body.startswith(b"xref") else self._stream(body))
        _expect(all(size <= offset < start or offset == start for offset in found.values()), "not-one-increment")
        if not body.startswith(b"xref"):
            self._allowed |= {objgen for objgen, offset in found.items() if offset == start}
        return set(found)

    def _stream(self, body: bytes) -> Iterator[tuple[tuple[int, int], int]]:
        """Yield object and offset of each entry of a cross-reference stream (ISO 32000-1 7.5.8)."""
        number, generation = (int(part) for part in body.split(maxsplit=2)[:2])
        section = self._after.get_object(number, generation)
        widths = [int(width) for width in section.W]
        rows, index = section.read_bytes(), [int(part) for part in section.Index]
        at = 0
        for first, count in zip(index[::2], index[1::2], strict=True):
            for offset in range(count):
                kind, place, extra = (
                    int.from_bytes(rows[at + sum(widths[:i]) : at + sum(widths[: i + 1])], "big") for i in range(3)
                )
                at += sum(widths)
                if first + offset:
                    _expect(kind == 1, "foreign-object")
                    yield (first + offset, extra), place

    def _check_entries(self, before: pikepdf.Object, after: pikepdf.Object, *, may_differ: set[str]) -> None:
        self._allow(after)
        for key in {*before.keys(), *after.keys()} - may_differ:
            _expect(_shown(before.get(key)) == _shown(after.get(key)), "changed-object")

    def _added(self, before: pikepdf.Object | None, after: pikepdf.Object) -> pikepdf.Object:
        """Return the one object that was appended to an array of references."""
        self._allow(after)
        old = [] if before is None else [_shown(item) for item in before]
        new = [_shown(item) for item in after]
        _expect(new[:-1] == old and len(new) == len(old) + 1, "changed-array")
        return after[-1]

    def _check_field(self, field: pikepdf.Object) -> None:
        self._allow(field, new=True)
        _expect(set(field.keys()) <= _FIELD_KEYS, "foreign-entry")
        _expect((field.FT, field.Subtype) == (pikepdf.Name.Sig, pikepdf.Name.Widget), "wrong-field")
        _expect(str(field.T) == self._prepared.field, "wrong-field")
        visible = self._prepared.page is not None
        _expect(visible == ("/AP" in field) and (not visible or set(field.AP.keys()) == {"/N"}), "foreign-entry")
        left, bottom, right, top = (float(side) for side in field.Rect)
        _expect(visible == (right > left and top > bottom), "wrong-field")
        if visible:
            self._check_stamp(field.AP.N)

    def _check_page(self, field: pikepdf.Object) -> None:
        page = self._after.pages[self._prepared.page or 0]
        _expect(page.objgen == field.P.objgen, "wrong-page")
        before = self._before.get_object(*page.objgen)
        self._check_entries(before, page.obj, may_differ={"/Annots"})
        added = self._added(before.get("/Annots"), page.obj.Annots)
        _expect(added.objgen == field.objgen, "changed-array")
        left, bottom, right, top = (float(side) for side in field.Rect)
        x1, y1, x2, y2 = (float(side) for side in page.cropbox)
        share = (right - left) * (top - bottom) / abs((x2 - x1) * (y2 - y1))
        _expect(share <= _LARGEST_SHARE, "stamp-too-large")

    def _check_signature(self, signature: pikepdf.Object) -> None:
        self._allow(signature, new=True)
        _expect(set(signature.keys()) <= _SIGNATURE_KEYS, "foreign-entry")
        _expect(signature.SubFilter == "/ETSI.CAdES.detached" and signature.Filter == "/Adobe.PPKLite", "wrong-field")
        hole = self._prepared.hole
        covered = [0, hole.start, hole.end, self._prepared.size_bytes - hole.end]
        _expect([int(part) for part in signature.ByteRange] == covered, "wrong-byte-range")
        _expect(bytes(signature.Contents).rstrip(b"\0") == self._contents.rstrip(b"\0"), "wrong-contents")

    def _check_stamp(self, node: pikepdf.Object) -> None:
        """Walk everything that a stamp is made of; it may only reach new objects of our own making."""
        if isinstance(node, pikepdf.Array):
            for item in node:
                self._check_stamp(item)
        if not isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
            return
        if node.is_indirect:
            if node.objgen in self._allowed:
                return
            self._allow(node, new=True)
        _expect(set(node.keys()) <= _STAMP_KEYS, "foreign-entry")
        for value in node.as_dict().values() if isinstance(node, pikepdf.Dictionary) else node.stream_dict.values():
            self._check_stamp(value)

    def _allow(self, node: pikepdf.Object, *, new: bool = False) -> None:
        if node.is_indirect:
            # an object that was there before may not be taken for a new one
            _expect(not new or self._before.get_object(*node.objgen) == pikepdf.Object.parse(b"null"), "foreign-object")
            self._allowed.add(node.objgen)
        elif new:
            _expect(False, "foreign-object")


def _startxref(path: Path, pattern: re.Pattern[bytes]) -> int:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 2048, 0))
        found = pattern.search(file.read())
    _expect(found is not None, "damaged")
    assert found is not None
    return int(found[1])


def _table(body: bytes) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield object and offset of each entry of a classical cross-reference table (ISO 32000-1 7.5.4)."""
    lines = iter(body.split(b"trailer", 1)[0].split(b"\n")[1:])
    for header in lines:
        if not header.strip():
            return
        first, count = (int(part) for part in header.split())
        for number in range(first, first + count):
            offset, generation, kind = next(lines).split()
            # object 0 heads the list of free objects and is in every table
            if number:
                _expect(kind == b"n", "foreign-object")
                yield (number, int(generation)), int(offset)


def _shown(node: pikepdf.Object | float | None) -> bytes | None:
    """Return a value as written, references as references."""
    if node is None:
        return None
    # scalars come out of pikepdf as Python numbers
    return node.unparse() if isinstance(node, pikepdf.Object) else repr(node).encode()


def _expect(holds: bool, reason: str) -> None:
    if not holds:
        raise SignatureRefused(reason=reason)
